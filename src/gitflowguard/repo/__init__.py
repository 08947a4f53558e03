"""The shell around the core that speaks to one repository."""
