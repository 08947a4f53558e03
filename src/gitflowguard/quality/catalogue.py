"""The tools known by name. Light: a commit whose contents have all passed reads this and no adapter.

Each adapter declares its row (TOOL); `make docs` copies the rows to where they are read without loading an adapter.
"""

from __future__ import annotations

from gitflowguard.model.check import FORMAT, LINT, SECURITY, Tool
from gitflowguard.model.paths import any_matches
from gitflowguard.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

PYTHON_FILES = ("*.py", "*.pyi")
# What must stop a build: the first flake8 run of GitHub's workflow (actions/starter-workflows, ci/python-app.yml).
BROKEN = ("E9", "F63", "F7", "F82")
# Two that lay code out in the same style (docs.astral.sh/ruff/formatter/black).
FORMATTERS = ("black", "ruff-format")
# What runs where nobody has said which tools a team uses.
USUAL = (Tool("black"), Tool("flake8"), Tool("bandit"))


class ToolSpec(Record):
    """What has to be known of a tool before it is started: what an adapter declares as TOOL.

    name: as in the policy; the adapter is the module gitflowguard.quality.<name with _ for ->.
    family: format, lint or security. files: patterns (model.check.Tool) of what it looks at.
    program: its console script. dist: its distribution, as in ``<dist>-<version>.dist-info``.
    oldest: the first version whose command line and answers the adapter reads.
    pinned: the version that a job installs where the policy says none; the tests run it, or a newer one.
    configs: names of files that may hold its configuration; nested: whether one that lies
    nearer to a file goes before the root's.
    hard: beginnings of codes that stop a build.
    entry: ``module:function`` behind the console script, "" where only the program will do.
    whole: whether it judges files together (types across modules), so that one file's
    result says nothing without the others.
    neighbours: whether the names of other files beside it change its answer (first-party imports).
    fixes: whether it can rewrite a file. single: whether it takes, or reports, one file a call.
    follows: formatters whose style it takes over where the project has no settings for it. By its own defaults
    it would report what they write.
    signs: (file at the root, what has to stand in it) that show that a project uses it, the first that fits:
    a line such as ``[isort]``, a TOML table such as ``tool.black``, "" where the file is there for it alone.
    ids: of its hooks for pre-commit and prek, beside its own name.
    """

    name: str
    family: str
    files: tuple[str, ...]
    program: str
    dist: str
    oldest: str
    pinned: str = ""
    configs: tuple[str, ...] = ()
    nested: bool = False
    hard: tuple[str, ...] = ()
    entry: str = ""
    whole: bool = False
    neighbours: bool = False
    fixes: bool = False
    single: bool = False
    follows: tuple[str, ...] = ()
    signs: tuple[tuple[str, str], ...] = ()
    ids: tuple[str, ...] = ()


# begin rows: python tools/tool_rows.py
KNOWN: tuple[ToolSpec, ...] = (
    ToolSpec(
        name="black",
        family=FORMAT,
        files=("*.py", "*.pyi"),
        program="black",
        dist="black",
        oldest="22.1",
        pinned="26.10.1",
        configs=("pyproject.toml",),
        nested=True,
        entry="black:patched_main",
        fixes=True,
        signs=(("pyproject.toml", "tool.black"),),
        ids=("black-jupyter",),
    ),
    ToolSpec(
        name="isort",
        family=FORMAT,
        files=("*.py", "*.pyi"),
        program="isort",
        dist="isort",
        oldest="5.10",
        pinned="9.0.2",
        configs=(".isort.cfg", "pyproject.toml", "setup.cfg", "tox.ini", ".editorconfig"),
        nested=True,
        entry="isort.main:main",
        neighbours=True,
        fixes=True,
        follows=("black", "ruff-format"),
        signs=(
            (".isort.cfg", ""),
            ("pyproject.toml", "tool.isort"),
            ("setup.cfg", "[isort]"),
            ("setup.cfg", "[tool:isort]"),
            ("tox.ini", "[isort]"),
        ),
    ),
    ToolSpec(
        name="ruff-format",
        family=FORMAT,
        files=("*.py", "*.pyi", "*.ipynb"),
        program="ruff",
        dist="ruff",
        oldest="0.5",
        pinned="0.17.6",
        configs=(".ruff.toml", "ruff.toml", "pyproject.toml"),
        nested=True,
        fixes=True,
        signs=((".ruff.toml", "format"), ("ruff.toml", "format"), ("pyproject.toml", "tool.ruff.format")),
    ),
    ToolSpec(
        name="flake8",
        family=LINT,
        files=("*.py",),
        program="flake8",
        dist="flake8",
        oldest="5.0",
        pinned="7.5.0",
        configs=("setup.cfg", "tox.ini", ".flake8"),
        hard=("E9", "F63", "F7", "F82"),
        entry="flake8.main.cli:main",
        follows=("black", "ruff-format"),
        signs=((".flake8", ""), ("setup.cfg", "[flake8]"), ("tox.ini", "[flake8]")),
    ),
    ToolSpec(
        name="ruff",
        family=LINT,
        files=("*.py", "*.pyi", "*.ipynb"),
        program="ruff",
        dist="ruff",
        oldest="0.5",
        pinned="0.17.6",
        configs=(".ruff.toml", "ruff.toml", "pyproject.toml"),
        nested=True,
        hard=("E9", "F63", "F7", "F82", "invalid-syntax"),
        neighbours=True,
        signs=((".ruff.toml", ""), ("ruff.toml", ""), ("pyproject.toml", "tool.ruff")),
        ids=("ruff-check",),
    ),
    ToolSpec(
        name="mypy",
        family=LINT,
        files=("*.py", "*.pyi"),
        program="mypy",
        dist="mypy",
        oldest="1.0",
        pinned="2.4.1",
        configs=("mypy.ini", ".mypy.ini", "pyproject.toml", "setup.cfg"),
        hard=("syntax",),
        whole=True,
        signs=(("mypy.ini", ""), (".mypy.ini", ""), ("pyproject.toml", "tool.mypy"), ("setup.cfg", "[mypy]")),
    ),
    ToolSpec(
        name="nbstripout",
        family=LINT,
        files=("*.ipynb",),
        program="nbstripout",
        dist="nbstripout",
        oldest="0.6",
        pinned="0.9.1",
        fixes=True,
        single=True,
    ),
    ToolSpec(
        name="bandit",
        family=SECURITY,
        files=("*.py",),
        program="bandit",
        dist="bandit",
        oldest="1.7.5",
        pinned="1.9.4",
        configs=(".bandit", "bandit.yaml", "bandit.yml", "pyproject.toml"),
        entry="bandit.cli.main:main",
        signs=((".bandit", ""), ("bandit.yaml", ""), ("bandit.yml", ""), ("pyproject.toml", "tool.bandit")),
    ),
    ToolSpec(
        name="picklescan",
        family=SECURITY,
        files=(
            "*.pkl",
            "*.pickle",
            "*.joblib",
            "*.pt",
            "*.pth",
            "*.bin",
            "*.ckpt",
            "*.dill",
            "*.npy",
            "*.npz",
        ),
        program="picklescan",
        dist="picklescan",
        oldest="0.0.16",
        pinned="1.0.5",
        hard=("",),
        single=True,
    ),
)
# end rows
BY_NAME = {known.name: known for known in KNOWN}
NAMES = tuple(BY_NAME)


def known(tool: Tool) -> ToolSpec:
    """What is known of a tool of the policy, with the policy's own choices laid over it."""
    base = BY_NAME.get(tool.name) if not tool.run else None
    if base is None:
        program = tool.run[0] if tool.run else tool.name
        return ToolSpec(
            name=tool.name,
            family=tool.family or LINT,
            files=tool.files or ("**",),
            program=program,
            dist="",
            oldest="",
            hard=tool.hard,
        )
    return base._replace(
        family=tool.family or base.family, files=tool.files or base.files, hard=tool.hard or base.hard
    )


def agreed(tools: tuple[Tool, ...]) -> tuple[Tool, ...]:
    """The tools; one without args takes over the style of the first formatter among them that it can follow."""
    leaders = {tool.name: (tool.name, *tool.args) for tool in tools if tool.name in FORMATTERS}
    return tuple(_led(tool, leaders) for tool in tools) if leaders else tools


def _led(tool: Tool, leaders: dict[str, tuple[str, ...]]) -> Tool:
    row = BY_NAME.get(tool.name)
    if row is None or not row.follows or tool.args or tool.leader:
        return tool
    return tool._replace(leader=next((leaders[name] for name in row.follows if name in leaders), ()))


def seen(tool: Tool, paths: Iterable[str], scripts: frozenset[str] = frozenset()) -> set[str]:
    """Those of the paths that the tool looks at; thousands of them in a few milliseconds.

    scripts: those that are Python although their names don't tell. A tool takes them where it takes Python by default,
    unless it judges files together: two programs without an extension are one module to it.
    """
    row = known(tool)
    files = row.files
    # The usual patterns, such as *.py, are the end of a name.
    ends = tuple(one[1:] for one in files if one[:1] == "*" and "*" not in one[1:] and "/" not in one)
    others = tuple(one for one in files if one[1:] not in ends)
    more = scripts if "*.py" in files and not tool.files and not row.whole else frozenset()
    found = {
        path
        for path in paths
        if path.endswith(ends) or (others and any_matches(others, path)) or path in more
    }
    if tool.exclude:
        found = {path for path in found if not any_matches(tool.exclude, path)}
    return found
