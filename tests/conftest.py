"""The gate draws the same examples each time: what fails in it fails again."""

import os

from hypothesis import settings

# A test has a core to itself: linear algebra that takes two of them keeps another test waiting.
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

settings.register_profile("the same each time", derandomize=True)
settings.load_profile("the same each time")
