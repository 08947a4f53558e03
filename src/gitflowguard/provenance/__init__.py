"""Records of what a model was made from: how they are written and read, and what a merge brings to train on. Pure."""
