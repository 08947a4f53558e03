"""Rules that judge a pull request; codes GFG5xx."""
