"""Rules that judge a commit; codes GFG2xx."""
