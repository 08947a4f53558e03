"""Rules that judge what a tool said of a file; codes GFG8xx."""
