"""The gate draws the same examples each time: what fails in it fails again."""

from hypothesis import settings

settings.register_profile("the same each time", derandomize=True)
settings.load_profile("the same each time")
