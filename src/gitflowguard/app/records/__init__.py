"""What a model was made from, as commits have it: at a pull request, and after a push."""
