"""What `init` found and what it would do, in lines for a person."""

from __future__ import annotations

import difflib
import os
from typing import TYPE_CHECKING

from gitflowguard.model.names import listed, plural, shell, short
from gitflowguard.policy.proposal import AS_IS, ASKED_FOR, GITFLOW, TRUNK
from gitflowguard.repo.install import FileWrite, NewBranch, Step
from gitflowguard.repo.journal import CHAIN, HOOK
from gitflowguard.repo.shim import is_ours
from gitflowguard.rules.branch.unknown_branch_kind import RULE as UNKNOWN_KIND

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.app.setup.options import SetupOptions
    from gitflowguard.app.setup.proposing import PolicyProposal, Preview
    from gitflowguard.policy.proposal import Choice
    from gitflowguard.repo.detect import Detected, DetectedLine
    from gitflowguard.repo.toolsigns import Sign


WAYS = {
    GITFLOW: "Gitflow",
    TRUNK: "without develop",
    AS_IS: "as it is, any name is fine",
}
_OPTIONS = {GITFLOW: "--preset gitflow", TRUNK: "--develop none", AS_IS: "--as-is"}
_MEANINGS = {
    GITFLOW: "Gitflow, blocks other names",
    TRUNK: "no develop, blocks other names",
    AS_IS: "any name is fine",
}
_SHOWN = 5
# The lines and nothing else: not worth a word.
_FEW = 2


def found_lines(
    found: Detected, policy: str, hooks: bool, proposed: PolicyProposal | None = None
) -> Iterator[tuple[str, str]]:
    """(what, value), one short line each.

    policy: the file that is there, or "". hooks: whether they are asked for. proposed: the policy to be written.
    """
    yield "production", _line(found, found.main)
    yield "integration", _line(found, found.develop)
    if proposed is not None:
        yield "way of working", f"{WAYS[proposed.choice.way]} ({proposed.choice.why})"
    if found.keys.program:
        prefixes = ", ".join(topic.prefix for topic in found.keys.topics if topic.prefix)
        yield "git-flow", f"{found.keys.program}'s settings" + (f" ({prefixes})" if prefixes else "")
    if proposed is not None:
        yield from _names(proposed)
    yield from _tags(found, proposed)
    if found.tools:
        yield "tools", ", ".join(_tool(sign) for sign in found.tools)
    yield "policy", policy or "none yet"
    where = os.path.relpath(found.hooks.directory, found.place.top) if hooks else "left alone"
    setting = f" (core.hooksPath, {found.hooks.scope})" if found.hooks.setting else ""
    yield "hooks", f"{where}{setting}" + "".join(f", {name}" for name in found.frameworks)


def ways_note(choice: Choice) -> str:
    """The options for the other ways."""
    others = (f"{option} ({_MEANINGS[way]})" for way, option in _OPTIONS.items() if way != choice.way)
    return f"for another way of working, run gitflowguard init with {listed(tuple(others))}"


def look_command(wish: SetupOptions, choice: Choice) -> str:
    """The command that lists the branches that don't fit, with the options and the answer that led to this plan."""
    said = (
        ("--main", wish.main),
        ("--develop", wish.develop),
        ("--preset", wish.preset),
        ("--names", wish.names),
    )
    argv = ["gitflowguard", "init", *(word for pair in said if pair[1] for word in pair)]
    if choice.why == ASKED_FOR and not (wish.develop or wish.preset):
        argv += _OPTIONS[choice.way].split()
    return shell((*argv, "--dry-run", "--verbose"))


def _names(proposed: PolicyProposal) -> Iterator[tuple[str, str]]:
    """What branches are called, and how many are: ``feature names``, ``feat/{slug} (12), users/*/{slug} (2)``."""
    if proposed.names.conventional:
        yield "names", "Conventional Branch"
    for kind, pairs in proposed.names.kinds.items():
        seen = [f"{text} ({count})" for text, count in pairs if count]
        more = f" and {len(seen) - _SHOWN} more" if len(seen) > _SHOWN else ""
        if seen:
            yield f"{kind} names", ", ".join(seen[:_SHOWN]) + more
    learned = {
        text for pairs in proposed.names.kinds.values() for text, count in pairs if count and "*" in text
    }
    for kind, words in (("bot", "robots, assistants"), ("pages", "published")):
        at = proposed.flow.kind(kind)
        counts: dict[str, int] = {}
        for name in proposed.branches:
            if at is not None and proposed.flow.kind_of(name) == at:
                text = next(t.text for t in at.names if t.match(name, proposed.flow) is not None)
                if text in learned:  # it stands above, with those that were merged
                    continue
                counts[text] = counts.get(text, 0) + 1
        if counts:
            yield words, ", ".join(
                text if text in proposed.branches else f"{text} ({n})" for text, n in counts.items()
            )


def _tags(found: Detected, proposed: PolicyProposal | None) -> Iterator[tuple[str, str]]:
    """A version tag that is there, else how the git-flow program's settings say that they begin."""
    newest = proposed.seen.tag if proposed is not None else ""
    if newest:
        others = sum(tag.startswith(found.tag_prefix) for tag in found.refs.tags) - 1
        yield "version tags", newest + (f" and {plural(others, 'other')}" if others else "")
    elif found.tag_prefix:
        yield "version tags", f"begin with {found.tag_prefix}"


def fit_lines(preview: Preview, verbose: bool, look: str) -> Iterator[str]:
    """What becomes of the branches that are there.

    verbose: with each branch that doesn't fit, by reason. look: the command that lists them.
    """
    count, total = len(preview.outside), preview.total
    if not count:
        if total > _FEW:
            yield f"All {total} branches fit this policy."
        return
    how = "keep names outside" if preview.by_name else "don't fit"
    verb = how if count > 1 else how.replace("keep", "keeps").replace("don't", "doesn't")
    they = "they are" if count > 1 else "it is"
    yield f"{count} of {total} branches {verb} this policy: {they} only warned about until {they} merged."
    if not verbose:
        yield f"To see which: {look}"
        return
    for rule in dict.fromkeys(one.rule for one in preview.outside):
        group = [one for one in preview.outside if one.rule == rule]
        yield f"  {group[0].code} {rule} ({len(group)}):"
        yield from (f"    {one.name if rule == UNKNOWN_KIND.name else one.says}" for one in group)


def _tool(sign: Sign) -> str:
    """``black (pyproject.toml)``, ``flake8 (.flake8, runs through .pre-commit-config.yaml)``."""
    runs = f"runs through {sign.hook}" if sign.hook else ""
    return f"{sign.tool} ({', '.join(filter(None, (sign.where, runs)))})"


def _line(found: Detected, line: DetectedLine) -> str:
    """``main (by its name)``, ``develop (on origin only, by its name)``; without a name what there is to say."""
    if not line.name:
        return line.why
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


def step_rows(steps: tuple[Step, ...], top: str) -> Iterator[dict[str, object]]:
    """The plan for programs: what each step makes or changes, in the words of `shown`."""
    for step in steps:
        if isinstance(step, NewBranch):
            does, path, before = "branch", None, None
        else:
            does, path = "hook" if step.role in (HOOK, CHAIN) else "file", os.path.relpath(step.path, top)
            before = step.before.data is not None
        branch = step.name if isinstance(step, NewBranch) else None
        yield {
            "does": does,
            "branch": branch,
            "path": path,
            "there": before,
            "says": "\n".join(shown((step,), top)),
        }


def _hook_line(step: FileWrite, top: str) -> str:
    path = os.path.relpath(step.path, top)
    if step.role == CHAIN:
        return f"keep your own hook as {path}; it still runs, after ours"
    if step.before.data is None:
        return f"install {path}"
    return f"{'renew' if is_ours(step.before.data) else 'put ours in place of'} {path}"


def _diff(step: FileWrite, top: str) -> Iterator[str]:
    """A unified diff, its lines without their ends."""
    path = os.path.relpath(step.path, top)
    before = "/dev/null" if step.before.data is None else f"a/{path}"
    return difflib.unified_diff(_text(step.before.data), _text(step.data), before, f"b/{path}", lineterm="")


def _text(data: bytes | None) -> list[str]:
    lines = (data or b"").decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
    return lines if lines[-1] else lines[:-1]
