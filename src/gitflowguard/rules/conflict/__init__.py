"""Rules that judge what the radar foresees; codes GFG7xx."""
