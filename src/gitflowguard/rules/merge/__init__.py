"""Rules that judge a merge; codes GFG3xx."""
