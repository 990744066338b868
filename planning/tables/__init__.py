"""A case's tables: how they are read from disk, and everything that can be wrong with them."""
