"""The policy file that `init` writes: only what differs from the preset, and why."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from gitflowguard.app.policy.file import YAML_NAME
from gitflowguard.app.setup.tools import tools_block
from gitflowguard.model.flow import DEVELOP, MAIN, Flow
from gitflowguard.model.record import Record
from gitflowguard.policy.errors import PolicyError
from gitflowguard.policy.parse import parse
from gitflowguard.policy.presets import kinds_of
from gitflowguard.quality.catalogue import NAMES as TOOLS
from gitflowguard.repo.detect import Detected
from gitflowguard.repo.files import SetupError
from gitflowguard.repo.gitflowkeys import Topic
from gitflowguard.rules.registry import CODES, NAMES

_HEAD = """\
# {head}. gitflowguard reads this file; the preset says the rest.
# All keys: gitflowguard config schema. Everything in force: gitflowguard config show --origin
preset: {preset}
"""
_WAYS = {
    "gitflow": "How this team uses Gitflow",
    "trunk": "How this team works: all work starts from {main} and goes back to it",
    "as-is": "How this team works: any branch name is fine",
}
_CONVENTIONAL = """
# Names as Conventional Branch has them (conventionalbranch.org).
names: conventional
"""
_ADOPTION = """
# Branches that were there when this was written, and whose names don't fit: they are only warned about until they
# are merged. Don't add to it.
adoption:
  date: "{date}"
"""
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./")
# What one of the YAML versions takes for something other than text (yaml.org/type/bool, yaml.org/type/null).
_WORDS = ("true", "false", "null", "yes", "no", "on", "off", "y", "n")
_IDS_A_LINE = 12
_FLAGS = ("protected", "parallel")


class Draft(Record):
    """What goes into the file.

    way: one of policy.proposal.WAYS. main, develop: the lines, develop "" for none.
    names: kind id -> (template, how many names show it). targets: kind id -> kinds.
    free: kinds that anybody may commit to, although the preset protects them.
    parallel: kinds of which several may be open.
    date, ids: the day and the branches of the adoption; date "" for no record.
    """

    way: str
    preset: str
    main: str
    develop: str
    names: Mapping[str, tuple[tuple[str, int], ...]] = {}
    targets: Mapping[str, tuple[str, ...]] = {}
    conventional: bool = False
    free: tuple[str, ...] = ()
    parallel: tuple[str, ...] = ()
    versions: str = "semver"
    date: str = ""
    ids: tuple[str, ...] = ()


def first_policy(found: Detected, draft: Draft) -> tuple[bytes, Flow]:
    """The file's text and what it means; raises SetupError where the names do not allow one."""
    head = _WAYS[draft.way].format(main=_comment(draft.main))
    text = _HEAD.format(head=head, preset=draft.preset)
    if draft.conventional:
        text += _CONVENTIONAL
    kinds = dict(_kinds(found, draft))
    if kinds:
        whose = f", after {found.keys.program}'s settings" if found.keys.program else ""
        seen = " A number is how many branches are called so, or were." if draft.names else ""
        text += f"\n# Names of this repository{whose}.{seen}\nkinds:\n"
        text += "".join(line for kind, block in kinds.items() for line in _lines(kind, block))
    if found.tag_prefix:
        text += f"\n# Version tags look like {_comment(found.tag_prefix)}1.2.3.\n"
        text += f"tag-prefix: {_word(found.tag_prefix)}\n"
    if draft.versions != "semver":
        text += f"\n# How the version tags of this repository are written.\nversions: {draft.versions}\n"
    if found.remote != "origin":
        text += f"\n# The remote that the team shares.\nremote: {_word(found.remote)}\n"
    text += tools_block(found.tools, found.python, draft.preset)
    if draft.date:
        text += _ADOPTION.format(date=draft.date) + _ids(draft.ids)
    return _proved(text)


class KindBlock(Record):
    """What the file says of one kind; names with how many branches show each. out: the team does without it."""

    name: str = ""
    names: tuple[tuple[str, int], ...] = ()
    parent: str = ""
    targets: tuple[str, ...] = ()
    flags: tuple[tuple[str, bool], ...] = ()
    out: bool = False


def _kinds(found: Detected, draft: Draft) -> Iterator[tuple[str, KindBlock]]:
    """Kind id -> what to say about it, where there is anything."""
    known = {kind.id: kind for kind in kinds_of(draft.preset)}
    blocks: dict[str, KindBlock] = {}
    if draft.main != known[MAIN].fixed:
        blocks[MAIN] = KindBlock(name=draft.main)
    if not draft.develop:
        blocks[DEVELOP] = KindBlock(out=True)
    elif draft.develop != known[DEVELOP].fixed:
        blocks[DEVELOP] = KindBlock(name=draft.develop)
    if draft.way != "as-is":
        blocks.update(_topics(found, draft))
    for kind, pairs in draft.names.items():
        own = blocks.get(kind, KindBlock())
        rest = tuple(pair for pair in pairs if pair[1] and pair[0] != own.name)
        names = ((own.name, 0), *rest) if own.name else pairs
        blocks[kind] = own._replace(name="", names=names)
    for kind, targets in draft.targets.items():
        blocks[kind] = blocks.get(kind, KindBlock())._replace(targets=targets)
    for kind in (*draft.free, *draft.parallel):
        flags = (("protected", False),) * (kind in draft.free) + (("parallel", True),) * (
            kind in draft.parallel
        )
        blocks[kind] = blocks.get(kind, KindBlock())._replace(flags=flags)
    yield from blocks.items()


def _topics(found: Detected, draft: Draft) -> Iterator[tuple[str, KindBlock]]:
    """The kinds of work that a git-flow program's settings name."""
    known = {kind.id: kind for kind in kinds_of(draft.preset)}
    ids = {found.keys.main: MAIN, found.keys.develop: DEVELOP if draft.develop else MAIN}
    for topic in found.keys.topics:
        if not topic.prefix or topic.name in (MAIN, DEVELOP):
            continue
        kind = known.get(topic.name)
        template = kind.names[0] if kind else None
        name = topic.prefix + (template.text[len(template.prefix) :] if template else _slot(topic))
        home = DEVELOP if draft.develop else MAIN
        if template is None:
            into = ids.get(topic.into, topic.into) or home
            yield topic.name, KindBlock(
                name, parent=ids.get(topic.start, topic.start) or home, targets=(into,)
            )
        elif name != template.text:
            yield topic.name, KindBlock(name)


def _slot(topic: Topic) -> str:
    return "{version}" if topic.tag else "{slug}"


def _lines(kind: str, block: KindBlock) -> Iterator[str]:
    """The kind as lines of YAML."""
    if block.out:
        yield f"  {_word(kind)}: false\n"
        return
    yield f"  {_word(kind)}:\n"
    if block.name:
        yield f"    name: {_word(block.name)}\n"
    if block.names:
        yield "    names:\n"
        # One blank before the comment, as prettier lays YAML out (prettier/prettier#6780): a team's hook would stop the
        # first commit.
        for text, count in block.names:
            yield f"      - {_word(text)}{f' # {count}' if count else ''}\n"
    if block.parent:
        yield f"    parent: {_word(block.parent)}\n"
    if block.targets:
        every = ", ".join(_word(target) for target in block.targets)
        yield f"    targets: {every if len(block.targets) == 1 else f'[{every}]'}\n"
    for key, value in block.flags:
        yield f"    {key}: {'true' if value else 'false'}\n"


def _ids(ids: tuple[str, ...]) -> str:
    """The branches' ids, folded over lines (YAML, section 8.1.3)."""
    rows = [" ".join(ids[at : at + _IDS_A_LINE]) for at in range(0, len(ids), _IDS_A_LINE)]
    return "  branches: >-\n" + "".join(f"    {row}\n" for row in rows) if rows else ""


def _word(text: str) -> str:
    """The text as one YAML value: plain where no reader can take it for anything else, else quoted."""
    plain = text[:1].isalpha() and set(text) <= _PLAIN and text.lower() not in _WORDS
    return text if plain else json.dumps(text, ensure_ascii=False)


def _comment(text: str) -> str:
    return text if text.isprintable() else "N "


def _proved(text: str) -> tuple[bytes, Flow]:
    try:
        data = text.encode()
        flow = parse(data, YAML_NAME, NAMES, CODES, tools=TOOLS).flow
    except (PolicyError, UnicodeEncodeError) as problem:
        why = problem.problems[0].says if isinstance(problem, PolicyError) else "a name is not UTF-8"
        raise SetupError(
            f"a policy cannot be made from what is here: {why}; write {YAML_NAME} by hand"
        ) from None
    return data, flow
