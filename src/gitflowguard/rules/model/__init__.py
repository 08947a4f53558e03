"""Rules that judge what the reports say of a model; codes GFG0xx."""
