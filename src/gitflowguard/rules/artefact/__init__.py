"""Rules that judge what a new content is, whatever the file is called; codes GFG81x."""
