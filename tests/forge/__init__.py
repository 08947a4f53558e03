"""The forge: what is sent to GitHub, what its answers mean, and how fast it is asked."""
