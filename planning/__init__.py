"""The case, the run, the verbs and the papers."""
