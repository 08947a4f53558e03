"""What of a tool's entry in a policy could run other code than the tool itself: that needs somebody to answer for it.

Light and pure: each hook that runs tools asks it.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.check import Tool
    from gitflowguard.model.flow import Flow

    # Built-in types only, so that two entries can be compared and one can be digested.
    Entry = tuple[str, ...]

# Options (a beginning of them, if it ends in -) that set a limit or choose codes, and load nothing. flake8's --config
# and --append-config name files that load plug-ins, mypy's name plug-ins and an interpreter, nbstripout's install
# filters; argparse takes abbreviations (docs.python.org, "argparse", allow_abbrev), so no list of the bad is complete.
_CHOOSING = {
    "flake8": (
        *("--max-", "--ignore", "--extend-ignore", "--select", "--extend-select", "--per-file-ignores"),
        *("--exclude", "--extend-exclude", "--filename", "--indent-size", "--hang-closing", "--doctests"),
        *(
            "--builtins",
            "--disable-noqa",
            "--exit-zero",
            "--count",
            "--statistics",
            "--show-source",
            "--format",
        ),
    ),
    "mypy": (
        *(
            "--strict",
            "--strict-",
            "--warn-",
            "--no-warn-",
            "--disallow-",
            "--allow-",
            "--check-untyped-defs",
        ),
        *("--no-implicit-", "--ignore-missing-imports", "--follow-imports", "--python-version", "--platform"),
        *("--disable-error-code", "--enable-error-code", "--namespace-packages", "--explicit-package-bases"),
        *("--exclude", "--extra-checks", "--local-partial-types"),
    ),
    "nbstripout": ("--keep-", "--drop-", "--extra-keys", "--max-size", "--strip-", "--exclude"),
}
# These load no code of a repository, whatever their options and their configuration say.
_CLOSED = ("black", "isort", "ruff", "ruff-format", "bandit", "picklescan")
_PYLINT = (
    ".pylintrc",
    "pylintrc",
    ".pylintrc.toml",
    "pylintrc.toml",
    "setup.cfg",
    "tox.ini",
    "pyproject.toml",
)
_SCRIPTS = (".js", ".cjs", ".mjs", ".ts", ".cts", ".mts")
_SHORT = ("-v", "-q", "-l", "-t")


def entry(tool: Tool) -> Entry:
    """What of the tool's entry decides which code runs; () where it is the tool's own code alone."""
    if tool.run:
        return ("run", *tool.run, *tool.args)
    odd = () if tool.name in _CLOSED else tuple(word for word in tool.args if not _chooses(tool.name, word))
    if not (tool.plugins or odd):
        return ()
    return (tool.name, "plugins" if tool.plugins else "", *(tool.args if odd else ()))


def asks(flow: Flow) -> bool:
    """Whether anything in a policy needs somebody to answer for it."""
    return bool(flow.merge_drivers) or bool(flow.own) or any(map(entry, flow.tools))


def digest(entry: Entry, contents: tuple[bytes, ...] = ()) -> str:
    """A name for an entry and the files of the repository that it runs; nobody can make another one of that name."""
    from hashlib import sha256  # 2 ms, and only where there is such an entry

    found = sha256()
    for part in (*(word.encode("utf-8", "surrogateescape") for word in entry), b"", *contents):
        found.update(len(part).to_bytes(8, "big") + part)
    return found.hexdigest()[:40]


def may_run(tool: Tool, path: str, data: bytes) -> bool:
    """Whether a configuration runs code when a program of the team's own reads it: as much of it as the program is.

    pylint's init-hook and load-plugins, and settings that are JavaScript (eslint.config.mjs, .prettierrc.cjs).
    """
    program, name = _program(tool), path.rpartition("/")[2].lower()
    if program == "pylint":
        named = name in _PYLINT or any(
            path in (word, word.partition("=")[2]) for word in (*tool.run, *tool.args)
        )
        return named and any(word in data.replace(b"_", b"-") for word in (b"init-hook", b"load-plugins"))
    return len(program) > 2 and program in name and name.endswith(_SCRIPTS)


def settings_of(tool: Tool, names: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the names at the root, and of the words of the entry, whose contents `may_run` has to be asked of."""
    if not tool.run:
        return ()
    words = tuple(
        one for word in (*tool.run[1:], *tool.args) for one in (word, word.partition("=")[2]) if one
    )
    program = _program(tool)
    own = (
        tuple(name for name in names if name.lower() in _PYLINT)
        if program == "pylint"
        else tuple(name for name in names if program in name.lower() and name.lower().endswith(_SCRIPTS))
    )
    return tuple(dict.fromkeys((*own, *words)))


def _program(tool: Tool) -> str:
    """The name by which the entry's program is known, also behind a launcher such as `python -m pylint`."""
    names = [word.replace("\\", "/").rpartition("/")[2].lower().removesuffix(".exe") for word in tool.run]
    return "pylint" if "pylint" in names else names[0]


def harmless(data: bytes) -> bytes:
    """A file beside the checked ones without flake8's section that loads plug-ins, whatever option names the file."""
    return data.replace(b"[flake8:local-plugins]", b"[flake8-not-loaded:local-plugins]")


def _chooses(name: str, word: str) -> bool:
    """Whether a word of the arguments is a value, or an option that loads nothing."""
    if not word.startswith("-"):
        # Not a file of more arguments (docs.python.org, "argparse", fromfile_prefix_chars).
        return not word.startswith("@")
    option = word.partition("=")[0]
    known = _CHOOSING.get(name, ())
    return option in _SHORT or any(
        option == one or one.endswith("-") and option.startswith(one) for one in known
    )
