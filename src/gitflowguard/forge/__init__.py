"""What other people's servers say and are asked: GitHub, behind a port in model types."""
