"""What git and the frameworks hand to a hook."""
