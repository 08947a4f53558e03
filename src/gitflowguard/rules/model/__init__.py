"""Rules that judge models, by their reports and by what they were made from; codes GFG0xx."""
