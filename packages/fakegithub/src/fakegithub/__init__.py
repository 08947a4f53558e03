"""A GitHub on the loopback that keeps state and judges both sides by GitHub's own description. See README.md."""
