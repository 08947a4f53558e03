"""Report -> text, in six forms. Pure: gives strings, writes nothing."""
