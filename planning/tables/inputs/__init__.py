"""The tables of a case as data, by what they are about; ``schema`` has them all by name."""
