"""Where a tool is, in which version and with which plug-ins; found by looking at directories, without starting it.

A project that has a tool in its own environment means that version; else ours is
used, and what we do not bring is taken from PATH. Names of installed distributions
tell versions and plug-ins in microseconds.
"""

from __future__ import annotations

import os
import sys

from gitflowguard.tooling import disk
from gitflowguard.tooling.environments import committed, places, within
from gitflowguard.tooling.found import FoundTool
from gitflowguard.tooling.installed import environment, order

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from gitflowguard.model.check import Tool
    from gitflowguard.quality.catalogue import ToolSpec
    from gitflowguard.tooling.environments import Tracked
    from gitflowguard.tooling.installed import Environment

    Surroundings = dict[tuple[str, bool, bytes], Environment]

_BIN = "Scripts" if os.name == "nt" else "bin"
_EXE = ".exe" if os.name == "nt" else ""
# Tools without plug-ins, and the distributions that decide with them what they say. Any other tool may have
# plug-ins, or asks libraries: then everything that is installed counts.
_ALONE = {
    "ruff": ("ruff",),
    "ruff-format": ("ruff",),
    "black": (
        *("black", "click", "ipython", "mypy-extensions", "packaging", "pathspec", "platformdirs"),
        *("pytokens", "tokenize-rt", "tomli", "typing-extensions"),
    ),
}
# Programs that run what their arguments name: in which version, nobody can tell from the outside.
_LAUNCHERS = frozenset(
    "bash bun bunx bundle busybox cargo conda dash deno docker env fish go hatch java just ksh make mamba micromamba "
    "mise nix node npm npx pdm perl php pipx pnpm podman poetry rake ruby rye sh tox uv uvx xargs yarn zsh".split()
)


def find(
    tool: Tool,
    known: ToolSpec,
    top: str,
    common: str,
    environ: Mapping[str, str],
    own: str,
    tracked: Tracked = (),
    project: bool = True,
    seen: Surroundings | None = None,
    elsewhere: Callable[[str], bool] = lambda folder: False,
) -> FoundTool:
    """The tool's program, or why there is none that can be used. Never raises.

    top: the work tree, "" if there is none; common: its shared git directory. own: the
    directory of our own interpreter. tracked: of an environment that was committed,
    which is foreign code (tooling.environments.committed). project: whether anything but ours may be used.
    elsewhere: the same of a folder in another work tree.
    seen: what was found in directories of programs, for tools that are looked for one right after another.

    A mark of "" in the answer: nobody can tell what would change the tool's answers.
    """
    passed_by: list[str] = []
    asks = (tracked, elsewhere)
    for program, whose in _candidates(tool, known, top, common, environ, own, asks, project, passed_by):
        if passed_by:
            whose = f"{whose}; {', '.join(passed_by)} is committed and was not used"
        return _judged(tool, known, program, whose, top, environ, own, {} if seen is None else seen)
    says, mend = _missing(tool, known, top, project)
    if passed_by:
        says = f"{says}; {', '.join(passed_by)} is committed and was not used"
    return FoundTool(tool.name, problem=says, mend=mend)


def _candidates(
    tool: Tool,
    known: ToolSpec,
    top: str,
    common: str,
    environ: Mapping[str, str],
    own: str,
    asks: tuple[Tracked, Callable[[str], bool]],
    project: bool,
    passed_by: list[str],
) -> Iterator[tuple[str, str]]:
    """(program, whose) of all that can be started, the best first."""
    if _is_path(tool):
        program = os.path.abspath(os.path.join(top, tool.run[0]))
        if project and _runs(program):
            yield program, "the project's"
        return
    for root, whose in places(top, common, environ) if project else ():
        folder = os.path.join(os.path.abspath(root), _BIN)
        program = os.path.join(folder, known.program + _EXE)
        if not _runs(program) or _same(folder, own):
            continue
        if committed(root, top, common, asks[0]) or asks[1](root):
            passed_by += [name for name in (os.path.basename(root),) if name not in passed_by]
        else:
            yield program, whose
    for folder, whose in _elsewhere(own, environ, top, project):
        program = os.path.join(folder, known.program + _EXE)
        if _runs(program):
            yield program, whose


def _elsewhere(own: str, environ: Mapping[str, str], top: str, project: bool) -> Iterator[tuple[str, str]]:
    """Ours, then absolute directories of PATH outside of the work tree: what lies in it is not the user's choice."""
    yield own, "ours"
    for folder in environ.get("PATH", "").split(os.pathsep) if project else ():
        if os.path.isabs(folder) and not (top and within(folder, top)):
            yield folder, "on PATH"


def _is_path(tool: Tool) -> bool:
    return bool(tool.run) and ("/" in tool.run[0] or os.sep in tool.run[0])


def _runs(program: str) -> bool:
    try:
        return disk.is_file(program) and disk.may_run(program)
    except ValueError:  # a NUL in its name
        return False


def _same(one: str, other: str) -> bool:
    return one == other or disk.real(one) == disk.real(other)


def _missing(tool: Tool, known: ToolSpec, top: str, project: bool) -> tuple[str, tuple[tuple[str, ...], ...]]:
    """Why there isn't a program, and what would help."""
    if _is_path(tool):
        why = f"{tool.run[0]} isn't a program" if project else "only programs of our own are used here"
        return f"{tool.name} was not run: {why}", ()
    return f"{tool.name} was not run: there is no {known.program} here", _install(known, top)


def _install(known: ToolSpec, top: str) -> tuple[tuple[str, ...], ...]:
    """The command that brings a tool that is missing or too old, in the project's own manner."""
    if not known.dist:
        return ()
    wanted = f"{known.dist}>={known.oldest}"
    if top and disk.is_file(os.path.join(top, "uv.lock")):
        return (("uv", "add", "--dev", wanted),)
    if top and disk.is_file(os.path.join(top, "poetry.lock")):
        return (("poetry", "add", "--group", "dev", wanted),)
    return (("pip", "install", "--upgrade", wanted),)


def _judged(
    tool: Tool,
    known: ToolSpec,
    program: str,
    whose: str,
    top: str,
    environ: Mapping[str, str],
    own: str,
    seen: Surroundings,
) -> FoundTool:
    """The program with its version, or why it is too old."""
    folder = os.path.dirname(program)
    ours = _same(folder, own)
    # Of a program only its first line counts here: whose Python it names.
    key = folder, ours, disk.read(program, 256, links=True).partition(b"\n")[0]
    about = seen.get(key) or seen.setdefault(key, environment(folder, ours, environ, program))
    if disk.is_link(program) and not ours:  # pipx, uv, Homebrew: a link into an environment of its own
        beyond = os.path.dirname(disk.real(program))
        other = environment(beyond, False, environ, program)
        if other.version(known.dist) or (other.made and not known.dist):
            folder, about = beyond, other
    version = about.version(known.dist)
    if version and order(version) < order(known.oldest):
        says = f"{tool.name} was not run: {version} ({whose}) is too old, {known.oldest} or newer is needed"
        return FoundTool(
            name=tool.name,
            program=program,
            python="",
            version=version,
            whose=whose,
            mark="",
            problem=says,
            mend=_install(known, top),
        )
    mark = _mark(tool, known, program, about, version) + _named_files(tool, top)
    python = _python(folder, ours) if version and (ours or about.made) else ""
    return FoundTool(
        name=tool.name,
        program=program,
        python=python,
        version=version,
        whose=whose,
        mark=mark if _tells(tool, known, program, about) else "",
    )


def _python(folder: str, ours: bool) -> str:
    """The interpreter of an environment; a system's may be another than the tool's."""
    if ours and os.path.dirname(sys.executable) == folder:
        return sys.executable
    for name in ("python", "python3"):
        if _runs(os.path.join(folder, name + _EXE)):
            return os.path.join(folder, name + _EXE)
    return ""


def _tells(tool: Tool, known: ToolSpec, program: str, about: Environment) -> bool:
    """Whether what decides the tool's answers can be determined from the outside."""
    if about.changes(known.program):
        return False  # code that somebody works on, under a version that stays
    if tool.run:
        name = os.path.basename(program).removesuffix(_EXE)
        return name not in _LAUNCHERS and not name.startswith(("python", "pypy"))
    # A known tool of no known version is a program as such (ruff), or a script in front of one (pyenv, asdf).
    return bool(about.version(known.dist)) or disk.read(program, 2, links=True) not in (b"#!", b"")


def _mark(tool: Tool, known: ToolSpec, program: str, about: Environment, version: str) -> str:
    """Versions, or size and time of a file that has none; no path of this machine."""
    if not version:
        return f"{os.path.basename(program)} {disk.stamp(program)} {about.python} {' '.join(about.names())}"
    some = _ALONE.get(tool.name)
    names = (f"{name}-{number}" for name, number in about.dists if some is None or name in some)
    return f"{known.dist} {version} {about.python} {' '.join(names)}"


def _named_files(tool: Tool, top: str) -> str:
    """Files that the policy's arguments name, such as a program's own configuration."""
    found = []
    for word in (*tool.run[1:], *tool.args):
        for name in dict.fromkeys((word, word.partition("=")[2])):
            stamp = disk.stamp(os.path.join(top, name)) if name and top else ""
            found += [f" {name} {stamp}"] if stamp else []
    return "".join(found)
