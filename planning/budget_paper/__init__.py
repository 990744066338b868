"""The draft budget paper: each section from the case and the plan's tables to blocks of a paper."""
