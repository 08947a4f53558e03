"""Training: whether a merge starts it, and the records of what it made."""
