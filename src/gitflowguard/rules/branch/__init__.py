"""Rules that judge a branch; codes GFG1xx."""
