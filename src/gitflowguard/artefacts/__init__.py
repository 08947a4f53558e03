"""What a file's bytes are, and what would happen if somebody loaded them.

Reads bytes; imports and runs nothing of them.
"""
