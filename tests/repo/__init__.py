"""git as it is asked, and what it leaves behind."""
