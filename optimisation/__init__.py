"""Market, demand and income to a certified allocation."""
