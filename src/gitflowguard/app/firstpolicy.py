"""The policy file that `init` writes: only what differs from the preset, and why."""

from __future__ import annotations

import json

from gitflowguard.app.firsttools import tools_block
from gitflowguard.app.policyfile import YAML_NAME
from gitflowguard.model.flow import DEVELOP, MAIN
from gitflowguard.policy.errors import PolicyError
from gitflowguard.policy.parse import parse
from gitflowguard.policy.presets import kinds_of
from gitflowguard.quality.catalogue import NAMES as TOOLS
from gitflowguard.repo.files import SetupError
from gitflowguard.rules.registry import CODES, NAMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.repo.detect import Found
    from gitflowguard.repo.gitflowkeys import Topic

_HEAD = """\
# How this team uses Gitflow. gitflowguard reads it; what is not said here is as in the preset.
# All keys: gitflowguard config schema. Everything in force: gitflowguard config show --origin
preset: {preset}
"""
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./")
# What one of the YAML versions takes for something other than text.
_WORDS = ("true", "false", "null", "yes", "no", "on", "off", "y", "n")


def first_policy(found: Found, main: str, develop: str, preset: str) -> bytes:
    """The file's text, proved to be read back; raises SetupError where the names do not allow one."""
    kinds = dict(_kinds(found, main, develop, preset))
    text = _HEAD.format(preset=preset)
    if kinds:
        whose = f", after {found.keys.program}'s settings" if found.keys.program else ""
        text += f"\n# Names of this repository{whose}.\nkinds:\n"
        text += "".join(line for kind, pairs in kinds.items() for line in _lines(kind, pairs))
    if found.tag_prefix:
        text += f"\n# Version tags look like {_comment(found.tag_prefix)}1.2.3.\n"
        text += f"tag-prefix: {_word(found.tag_prefix)}\n"
    if found.remote != "origin":
        text += f"\n# The remote that the team shares.\nremote: {_word(found.remote)}\n"
    text += tools_block(found.tools, found.python, preset)
    return _proved(text)


def _kinds(found: Found, main: str, develop: str, preset: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Kind id -> what to say about it."""
    known = {kind.id: kind for kind in kinds_of(preset)}
    if main != known[MAIN].fixed:
        yield MAIN, {"name": main}
    if develop != known[DEVELOP].fixed:
        yield DEVELOP, {"name": develop}
    ids = {found.keys.main: MAIN, found.keys.develop: DEVELOP}
    for topic in found.keys.topics:
        if not topic.prefix or topic.name in (MAIN, DEVELOP):
            continue
        kind = known.get(topic.name)
        template = kind.names[0] if kind else None
        name = topic.prefix + (template.text[len(template.prefix) :] if template else _slot(topic))
        if template is None:
            yield topic.name, {
                "name": name,
                "parent": ids.get(topic.start, topic.start) or DEVELOP,
                "targets": ids.get(topic.into, topic.into) or DEVELOP,
            }
        elif name != template.text:
            yield topic.name, {"name": name}


def _slot(topic: Topic) -> str:
    return "{version}" if topic.tag else "{slug}"


def _lines(kind: str, pairs: dict[str, str]) -> Iterator[str]:
    yield f"  {_word(kind)}:\n"
    for key, value in pairs.items():
        yield f"    {key}: {_word(value)}\n"


def _word(text: str) -> str:
    """The text as one YAML value: plain where no reader can take it for anything else, else quoted."""
    plain = text[:1].isalpha() and set(text) <= _PLAIN and text.lower() not in _WORDS
    return text if plain else json.dumps(text, ensure_ascii=False)


def _comment(text: str) -> str:
    return text if text.isprintable() else "N "


def _proved(text: str) -> bytes:
    try:
        data = text.encode()
        parse(data, YAML_NAME, NAMES, CODES, tools=TOOLS)
    except (PolicyError, UnicodeEncodeError) as problem:
        why = problem.problems[0].says if isinstance(problem, PolicyError) else "a name is not UTF-8"
        raise SetupError(
            f"a policy cannot be made from what is here: {why}; write {YAML_NAME} by hand"
        ) from None
    return data
