"""The conflict radar's thinking: answers of trial merges to collisions, and what need not be merged at all. Pure."""
