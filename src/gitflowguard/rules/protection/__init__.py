"""Rules that judge what GitHub itself refuses; codes GFG9xx."""
