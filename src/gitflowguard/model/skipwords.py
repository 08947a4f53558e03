"""What in a commit's message makes GitHub start no workflow.

Source: docs.github.com, "Skipping workflow runs": the words anywhere in the message of the last commit, or a trailer at
its end.
"""

from __future__ import annotations

WORDS = ("[skip ci]", "[ci skip]", "[no ci]", "[skip actions]", "[actions skip]")
TRAILERS = ("skip-checks:true", "skip-checks: true")


def silences(text: str) -> str:
    """What in a message makes GitHub start no workflow, "" if nothing does. text: without blank lines at its end."""
    last = text.rpartition("\n")[2].strip()
    return next((word for word in WORDS if word in text), last if last in TRAILERS else "")
