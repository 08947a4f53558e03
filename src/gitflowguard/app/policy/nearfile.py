"""A file that was meant to be the policy and isn't read, because it has another name."""

from __future__ import annotations

import os

from gitflowguard.app.policy.file import TOML_NAME, YAML_NAME
from gitflowguard.model.finding import Argv

_ENDS = (".yml", ".yaml", ".json", ".toml", "")


def near_file(top: str) -> str:
    """The name of such a file in the top folder of a work tree, "" if there is none."""
    try:
        names = sorted(os.listdir(top)) if top else []
    except OSError:
        return ""
    return next((name for name in names if _near(name) and os.path.isfile(os.path.join(top, name))), "")


def _near(name: str) -> bool:
    """Whether the name differs from the policy's in case, the first dot or the ending alone."""
    stem, end = os.path.splitext(name.lower().removeprefix("."))
    return name != YAML_NAME and stem == "gitflowguard" and end in _ENDS


def absent(top: str) -> tuple[str, tuple[Argv, ...]]:
    """(the sentence that there is no policy file, the commands that end that)."""
    near = near_file(top)
    if not near:
        return "there is no policy file", ()
    if near.lower().endswith(".toml"):
        where = f"{YAML_NAME}, or [tool.gitflowguard] in {TOML_NAME}"
        return f"there is no policy file: {near} isn't read; the policy is {where}", ()
    says = f"there is no policy file: {near} isn't read; name it {YAML_NAME}"
    old, new = (os.path.relpath(os.path.join(top, name)) for name in (near, YAML_NAME))
    return says, (("mv", "--", old, new),)
