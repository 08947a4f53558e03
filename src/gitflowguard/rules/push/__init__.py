"""Rules that judge a push; codes GFG4xx."""
