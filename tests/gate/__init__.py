"""The model gate: reports read as hostile text, `model check`, `pr check --reports`."""
