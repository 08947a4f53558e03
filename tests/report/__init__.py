"""Every output format, the escapers, the colour decision and the exit codes."""
