"""New contents: facts of them, what a moment asks, and the commands."""
