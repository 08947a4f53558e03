"""Where tools are found, how they are run under limits, and which contents they have passed already."""
