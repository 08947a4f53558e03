"""Lines for the file behind GITHUB_OUTPUT, and what a job's summary has room for.

Source: docs.github.com, "Workflow commands", multiline strings: ``NAME<<DELIMITER``, the value, ``DELIMITER``. A value
that held the delimiter could set outputs of its own (CVE-2022-35954). GITHUB_ENV is never written.
"""

from __future__ import annotations

from gitflowguard.report.escape import terminal

# A step's summary of more than 1 MiB is not shown at all (docs.github.com, "Workflow commands").
SUMMARY = (1 << 20) - 1024


def entry(name: str, value: str, delimiter: str) -> str:
    """One output, on one line of its value. Raises ValueError where the value could end it early.

    delimiter: made anew for each value, from chance.
    """
    shown = terminal(value)
    if delimiter in shown or delimiter in name:
        raise ValueError("the value holds the delimiter")
    return f"{name}<<{delimiter}\n{shown}\n{delimiter}\n"


def utf8(text: str) -> int:
    """How many bytes a text takes in a file."""
    return len(text.encode("utf-8", "backslashreplace"))
