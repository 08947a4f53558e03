"""The tools known by name. Light: a commit whose contents have all passed reads this and no adapter."""

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
    """What has to be known of a tool before it is started.

    name: as in the policy; the adapter is the module gitflowguard.quality.<name with _ for ->.
    family: format, lint or security. files: patterns (model.check.Tool) of what it looks at.
    program: its console script. dist: its distribution, as in ``<dist>-<version>.dist-info``.
    oldest: the first version whose command line and answers the adapter reads.
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
    """

    name: str
    family: str
    files: tuple[str, ...]
    program: str
    dist: str
    oldest: str
    configs: tuple[str, ...] = ()
    nested: bool = False
    hard: tuple[str, ...] = ()
    entry: str = ""
    whole: bool = False
    neighbours: bool = False
    fixes: bool = False
    single: bool = False
    follows: tuple[str, ...] = ()


KNOWN: tuple[ToolSpec, ...] = (
    ToolSpec(
        name="black", family=FORMAT, files=PYTHON_FILES, program="black", dist="black", oldest="22.1",
        configs=("pyproject.toml",), nested=True, entry="black:patched_main", fixes=True,
    ),
    ToolSpec(
        name="isort", family=FORMAT, files=PYTHON_FILES, program="isort", dist="isort", oldest="5.10",
        configs=(".isort.cfg", "pyproject.toml", "setup.cfg", "tox.ini", ".editorconfig"), neighbours=True, fixes=True,
        nested=True, entry="isort.main:main", follows=FORMATTERS,
    ),
    ToolSpec(
        name="ruff-format", family=FORMAT, files=(*PYTHON_FILES, "*.ipynb"), program="ruff", dist="ruff", oldest="0.5",
        configs=(".ruff.toml", "ruff.toml", "pyproject.toml"), nested=True, fixes=True,
    ),
    ToolSpec(
        name="flake8", family=LINT, files=("*.py",), program="flake8", dist="flake8", oldest="5.0",
        configs=("setup.cfg", "tox.ini", ".flake8"), hard=BROKEN, entry="flake8.main.cli:main", follows=FORMATTERS,
    ),
    ToolSpec(
        name="ruff", family=LINT, files=(*PYTHON_FILES, "*.ipynb"), program="ruff", dist="ruff", oldest="0.5",
        configs=(".ruff.toml", "ruff.toml", "pyproject.toml"), nested=True, neighbours=True,
        hard=(*BROKEN, "invalid-syntax"),
    ),
    ToolSpec(
        name="mypy", family=LINT, files=PYTHON_FILES, program="mypy", dist="mypy", oldest="1.0",
        configs=("mypy.ini", ".mypy.ini", "pyproject.toml", "setup.cfg"), hard=("syntax",), whole=True,
    ),
    ToolSpec(
        name="nbstripout", family=LINT, files=("*.ipynb",), program="nbstripout", dist="nbstripout", oldest="0.6",
        single=True, fixes=True,
    ),
    ToolSpec(
        name="bandit", family=SECURITY, files=("*.py",), program="bandit", dist="bandit", oldest="1.7.5",
        configs=(".bandit", "bandit.yaml", "bandit.yml", "pyproject.toml"), entry="bandit.cli.main:main",
    ),
    ToolSpec(
        name="picklescan", family=SECURITY,
        files=("*.pkl", "*.pickle", "*.joblib", "*.pt", "*.pth", "*.bin", "*.ckpt", "*.dill", "*.npy", "*.npz"),
        program="picklescan", dist="picklescan", oldest="0.0.16", hard=("",), single=True,
    ),
)  # fmt: skip
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
