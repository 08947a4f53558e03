"""What an adapter is: how a tool is called on some files, and what its answer means.

Each known tool has one module of its own beside this one, with TOOL, its row of the catalogue
(quality.catalogue.ToolSpec), and these functions:

    has_section(name: str, data: bytes) -> bool
        whether a file of this name holds a configuration of the tool
    prepare(config: tuple[str, bytes] | None, tool: Tool, refuse: bool) -> Prepared
        the options under which it runs, given the configuration file that applies
        (its path in the private directory) and whether suppressing comments are refused
    read(ended: ToolExit, files: tuple[str, ...]) -> ToolAnswer
        what its answer says of each file; raises GarbledOutput where it can't be understood

It may have NAMES, the options of the tool that name a configuration: the file that ``args`` name this way counts
alone; and ANYWAY, names of files at the root that count without a section for the tool.

A formatter that others may follow has

    columns(config: tuple[str, bytes] | None, args: tuple[str, ...], files: Mapping[str, bytes]) -> int
        its line length under that configuration and the policy's args; files: all
        configuration files above the checked one, by path

and a tool that may follow one has

    following(config: tuple[str, bytes] | None, columns: int) -> tuple[str, ...]
        the args with which it accepts what such a formatter writes; () where the
        project has settings of its own for the tool, which count alone

All of them are pure. A file is passed only if the answer proves that the tool
looked at it; whatever leaves a doubt is `unchecked` or GarbledOutput, never a pass.
"""

from __future__ import annotations

from gitflowguard.model.record import Record


class Prepared(Record):
    """args: options and their values, to stand between the program and the files.

    files: (path, content) that must lie in the private directory beside the checked ones.
    notes: sentences for the report, such as "flake8's local plugins are off".
    needs: paths (files or directories, from the repository's root; ``.`` is all of it) whose contents must be laid
    out too.
    refused: why the tool may not run under this configuration, a clause; "" if it may.
    prefix: what stands before each file's name on the command line.
    """

    args: tuple[str, ...] = ()
    files: tuple[tuple[str, bytes], ...] = ()
    notes: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    refused: str = ""
    prefix: str = ""


def without(args: tuple[str, ...], flags: tuple[str, ...], valued: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The policy's options without those about how a tool prints and ends, which are ours to say.

    flags stand alone; valued have their value behind ``=`` or as the next word.
    """
    kept, left = [], 0
    for word in args:
        name = word.partition("=")[0]
        if left or name in flags or name in valued:
            left = int(not left and word in valued)
        else:
            kept.append(word)
    return tuple(kept)


def option(args: tuple[str, ...], *names: str) -> str:
    """The value of an option that takes one, the last of them; "" without. Short names may have it right behind."""
    found = ""
    for index, word in enumerate(args):
        name, equals, value = word.partition("=")
        if name in names:
            found = value if equals else (args[index + 1] if index + 1 < len(args) else "")
        for short in (name for name in names if not name.startswith("--")):
            if word.startswith(short) and word != short and not word.startswith("--"):
                found = word[len(short) :].removeprefix("=")
    return found


def has_table(data: bytes, tool: str) -> bool:
    """Whether a pyproject.toml configures the tool; one that isn't TOML is the tool's own to complain of."""
    import tomllib

    try:
        tables = tomllib.loads(data.decode()).get("tool")
    except (ValueError, RecursionError):
        return True
    return isinstance(tables, dict) and tool in tables


def number(value: object) -> int:
    """A count as a person writes one, in TOML also between quotes; 0 where it isn't one."""
    words = str(value).strip() if isinstance(value, (int, str)) and not isinstance(value, bool) else ""
    return int(words) if words.isascii() and words.isdigit() and len(words) < 6 else 0


class ToolExit(Record):
    """A tool that has ended: its exit code (minus the signal that killed it) and both its outputs."""

    code: int
    out: bytes
    err: bytes


class Remark(Record):
    """One thing that a tool says; line and column from 1, 0 where it gives none."""

    path: str
    code: str
    says: str
    line: int = 0
    column: int = 0
    # The last line that it is about, where it is about several; 0 is just `line`.
    end: int = 0


class ToolAnswer(Record):
    """What a tool said of the files that it was given.

    unchecked: (path, why) of files that it couldn't check at. excluded: paths that its own
    configuration leaves out. hidden: (path, count) of findings that comments hide, where the tool tells.
    """

    remarks: tuple[Remark, ...] = ()
    unchecked: tuple[tuple[str, str], ...] = ()
    excluded: tuple[str, ...] = ()
    hidden: tuple[tuple[str, int], ...] = ()


class GarbledOutput(Exception):
    """An answer that cannot be understood; the text is a clause such as "bandit printed no JSON"."""


class Partly(GarbledOutput):
    """An answer about some of the files, that does not say of which: each half has to be asked for."""


def last_line(data: bytes) -> str:
    """The last that a tool printed, to say why it ended."""
    lines = data.decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:200] if lines else "it gave no reason"


def own_name(path: str, files: tuple[str, ...]) -> str:
    """A path as we named it: most tools print it absolute, or shortened."""
    if path in files:
        return path
    ends = [name for name in files if path.endswith("/" + name.removeprefix("./"))]
    return max(ends, key=len) if ends else path
