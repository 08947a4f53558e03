"""What is known of a tool on this machine."""

from __future__ import annotations

from gitflowguard.model.record import Record


class FoundTool(Record):
    """One tool's program.

    program: absolute path, "" if it was not found. python: the interpreter beside it, "" if there is none.
    version: "" if the environment does not tell. whose: ``the project's (.venv)``, ``ours``, ``on PATH``.
    mark: what decides, beside contents and configuration, what the tool says: its version,
    its plugins and its Python; equal on two machines where these are equal.
    problem: why it cannot be used (missing, too old), "" if it can. mend: argvs that would help.
    """

    name: str
    program: str = ""
    python: str = ""
    version: str = ""
    whose: str = ""
    mark: str = ""
    problem: str = ""
    mend: tuple[tuple[str, ...], ...] = ()
