"""Rules of a team's own: programs and packages."""
