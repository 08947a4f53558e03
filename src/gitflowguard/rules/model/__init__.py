"""Rules that judge models and what they were made from; codes GFG0xx."""
