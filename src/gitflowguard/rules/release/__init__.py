"""Rules that judge a release; codes GFG6xx."""
