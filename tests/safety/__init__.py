"""Promises about harm: nothing is written, nothing foreign is run, bad days end in one line."""
