"""Where gitflowguard is installed from, said in one place: the package index, or the tag in its repository."""

from __future__ import annotations

REPOSITORY = "https://github.com/gitflowguard/gitflowguard"
# Whether PyPI has it. Until then everything that we write names the tag, which works wherever git does.
ON_INDEX = False
GITHUB = "github"
# Where editors find the policy's JSON Schema: the file that tools/schema.py writes.
SCHEMA = "https://raw.githubusercontent.com/gitflowguard/gitflowguard/main/src/gitflowguard/gitflowguard.schema.json"


def newest(extras: tuple[str, ...] = ()) -> str:
    """What pip, pipx or uv is given to install the newest version: a source that works today.

    A repair names it and not `requirement`, because what is broken may not know its own version.

    extras: such as ``github``; with them it needs quotes in a shell.
    """
    name = f"gitflowguard[{','.join(extras)}]" if extras else "gitflowguard"
    if ON_INDEX:
        return name
    return f"{name} @ git+{REPOSITORY}" if extras else f"git+{REPOSITORY}"


def page(rule: str) -> str:
    """The address of a rule's page, for people who don't have the program at hand."""
    return f"{REPOSITORY}/blob/main/docs/rules/{rule}.md"


def tag(version: str) -> str:
    """``v1.2.3``: what a release is called in the repository, and the ``rev`` for pre-commit."""
    return f"v{version}"


def requirement(version: str, extras: tuple[str, ...] = ()) -> str:
    """What pip is asked for (packaging.python.org, "Dependency specifiers"): exactly this version.

    extras: such as ``github``.
    """
    name = f"gitflowguard[{','.join(extras)}]" if extras else "gitflowguard"
    return f"{name}=={version}" if ON_INDEX else f"{name} @ git+{REPOSITORY}@{tag(version)}"
