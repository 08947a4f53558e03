"""The nouns of the product. Pure values; imports nothing else of ours."""
