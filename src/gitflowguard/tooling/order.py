"""What is asked of the runner, and what comes back."""

from __future__ import annotations

from gitflowguard.model.record import Record


class ToolCall(Record):
    """One call of a tool on some files.

    key: the caller's name for it. argv: program (an absolute path) and options, without the files.
    files: relative to the working directory; appended to argv. sizes: bytes of each file, in the same order.
    python: the interpreter whose environment holds the tool, "" where only the program will do.
    entry: ``module:function`` of its console script, to be run in a child that imports it once.
    split: whether its files may be given in several calls, and at once.
    listed: a file beside them that holds their names, one a line; the tool is given ``@`` and its name instead.
    seconds, megabytes: the limits for one file.
    feed: a file, relative to the working directory, that the program reads on its standard input; the command line is
    then the argv alone. "" is an empty input.
    """

    key: str
    argv: tuple[str, ...]
    files: tuple[str, ...]
    sizes: tuple[int, ...]
    python: str = ""
    entry: str = ""
    split: bool = True
    listed: str = ""
    seconds: int = 30
    megabytes: int = 2048
    feed: str = ""


class Result(Record):
    """One call that has come to its end, for some files of an order.

    code, out, err: as of a process. why: "" if it ended by itself, else why it was ended or could
    not be started ("took more than 30 s", "needed more than 2048 MB", "was killed by signal 11").
    """

    key: str
    files: tuple[str, ...]
    code: int
    out: bytes
    err: bytes
    why: str = ""
