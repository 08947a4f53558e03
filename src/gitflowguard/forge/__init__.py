"""What other people's servers say and are told: GitHub, behind a port in model types."""
