"""Reports on a model, read as hostile text, and what follows from them: numbers, tests, intervals."""
