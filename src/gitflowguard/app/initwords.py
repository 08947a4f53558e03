"""What `init` found and what it would do, in lines for a person."""

from __future__ import annotations

import difflib
import os

from gitflowguard.model.names import short
from gitflowguard.repo.install import NewBranch, Step, Write
from gitflowguard.repo.journal import CHAIN, HOOK
from gitflowguard.repo.shim import is_ours

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.repo.detect import Found, Line
    from gitflowguard.repo.toolsigns import Sign


def found_lines(found: Found, policy: str, hooks: bool) -> Iterator[tuple[str, str]]:
    """(what, value), one short line each. policy: the file that is there, or "". hooks: whether they are asked for."""
    yield "production", _line(found, found.main)
    yield "integration", _line(found, found.develop)
    if found.keys.program:
        prefixes = ", ".join(topic.prefix for topic in found.keys.topics if topic.prefix)
        yield "git-flow", f"{found.keys.program}'s settings" + (f" ({prefixes})" if prefixes else "")
    if found.refs.tags or found.tag_prefix:
        yield "version tags", f"{found.tag_prefix}1.2.3"
    if found.tools:
        yield "tools", ", ".join(_tool(sign) for sign in found.tools)
    yield "policy", policy or "none yet"
    where = os.path.relpath(found.hooks.directory, found.place.top) if hooks else "left alone"
    setting = f" (core.hooksPath, {found.hooks.scope})" if found.hooks.setting else ""
    yield "hooks", f"{where}{setting}" + "".join(f", {name}" for name in found.frameworks)


def _tool(sign: Sign) -> str:
    """``black (pyproject.toml)``, ``flake8 (.flake8, runs through .pre-commit-config.yaml)``."""
    runs = f"runs through {sign.hook}" if sign.hook else ""
    return f"{sign.tool} ({', '.join(filter(None, (sign.where, runs)))})"


def _line(found: Found, line: Line) -> str:
    """``main (by its name)``, ``develop (on origin only, by its name)``."""
    far = not found.unborn and line.name not in found.refs.heads and found.tip(line.name)
    return f"{line.name} ({f'on {found.remote} only, ' if far else ''}{line.why})"


def shown(steps: tuple[Step, ...], top: str) -> Iterator[str]:
    """The plan for a person: a unified diff for each file of the work tree, a line for any other step."""
    for step in steps:
        if isinstance(step, NewBranch):
            yield f"make branch {step.name} at {short(step.commit)} ({step.source})"
        elif step.role in (HOOK, CHAIN):
            yield _hook_line(step, top)
        else:
            yield from _diff(step, top)


def _hook_line(step: Write, top: str) -> str:
    path = os.path.relpath(step.path, top)
    if step.role == CHAIN:
        return f"keep your own hook as {path}; it still runs, after ours"
    if step.before.data is None:
        return f"install {path}"
    return f"{'renew' if is_ours(step.before.data) else 'put ours in place of'} {path}"


def _diff(step: Write, top: str) -> Iterator[str]:
    """A unified diff, its lines without their ends."""
    path = os.path.relpath(step.path, top)
    before = "/dev/null" if step.before.data is None else f"a/{path}"
    return difflib.unified_diff(_text(step.before.data), _text(step.data), before, f"b/{path}", lineterm="")


def _text(data: bytes | None) -> list[str]:
    lines = (data or b"").decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
    return lines if lines[-1] else lines[:-1]
