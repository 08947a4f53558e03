"""What attackers, broken machines and bad days do: `make test-hostile` counts it, docs/guides/security.md shows it."""
