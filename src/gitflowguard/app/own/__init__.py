"""Rules of the team's own: programs and installed packages that judge facts beside ours."""
