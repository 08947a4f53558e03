"""The pure core on hand-made values."""
