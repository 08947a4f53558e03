"""Which part of a branch name doesn't match the policy, in a person's words."""

from __future__ import annotations

from gitflowguard.model.flow import ASIDE
from gitflowguard.model.names import listed
from gitflowguard.model.template import JOINTS, WORD
from gitflowguard.model.ticket import example_ticket

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.flow import Flow, Kind
    from gitflowguard.model.template import Template

_ALLOWED = "letters, digits, - _ . /"
# Where the text may go on in any way.
_OPEN = "…"
# More of them would hide what to do: a team's policy may know twenty.
_MANY = 8


def work_forms(flow: Flow) -> tuple[str, ...]:
    """How people name the branches that they make: ``feature/…``, each name of each kind once."""
    return tuple(dict.fromkeys(form(t, flow) for k in _made(flow) for t in k.names if not t.literal))


def _made(flow: Flow) -> list[Kind]:
    """The kinds that people make branches of, that of everyday work first."""
    kinds = [kind for kind in flow.kinds if not kind.protected and kind.id not in ASIDE]
    return sorted(kinds, key=lambda kind: kind != flow.work)


def _usable(flow: Flow) -> str:
    """The forms for one line: all of a few, else the first of each kind and how many others there are."""
    forms = work_forms(flow)
    if len(forms) <= _MANY:
        return listed(forms)
    firsts = (next((form(t, flow) for t in kind.names if not t.literal), "") for kind in _made(flow))
    few = tuple(dict.fromkeys(filter(None, firsts)))[:_MANY]
    return listed((*few, f"one of {len(forms) - len(few)} other forms"))


def form(template: Template, flow: Flow) -> str:
    """A name that a person can write from: ``feature/ABC-123-…``."""
    words = {"ticket": example_ticket(flow), "number": "12"}
    text = "".join(fixed if part == "lit" else words.get(part, _OPEN) for part, fixed in template.parts)
    return text.replace(_OPEN + _OPEN, _OPEN)


def misfit(name: str, flow: Flow) -> str:
    """What is wrong with a name that begins like one of a kind: ``'feature/x!': '!' isn't allowed …``."""
    kind = flow.near_kind(name)
    near = [t for t in kind.names if t.prefix and name.startswith(t.prefix)] if kind is not None else []
    if " " in name:  # git takes none (git-check-ref-format(1)), but a plan or a question may hold one
        return f"'{name}' contains a space"
    if not near:
        return f"Branch name '{name}' doesn't match the policy: use {_usable(flow)}"
    longest = max(len(template.prefix) for template in near)
    near = [template for template in near if len(template.prefix) == longest]
    part, starts = near[0].stop(name, flow)
    text, before = name[max(starts) :], name[: max(starts)]
    use = listed(tuple(form(template, flow) for template in near))
    if part == "slug":
        return _wrong_words(name, name[min(starts) :], name[: min(starts)])
    if part == "ticket":
        return f"'{name}' has no ticket after {before}: use {use}"
    if part == "number":
        return f"'{name}' has no number after {before}: use {use}"
    if part == "version":
        return f"'{name}': '{text}' isn't a version: use {use}"
    return f"'{name}' doesn't go on as it should after {before}: use {use}"


def _wrong_words(name: str, text: str, before: str) -> str:
    """The letter that a ``{slug}`` doesn't take, or the end where one is missing."""
    where = f"after {before}" if before else "in a branch name"
    odd = next((letter for letter in text if letter not in WORD and letter not in JOINTS), "")
    if odd:
        return f"'{name}': '{odd}' isn't allowed {where} ({_ALLOWED})"
    if not text:
        return f"'{name}' has nothing {where}"
    if text[0] in JOINTS:
        return f"'{name}': '{text[0]}' isn't allowed right {where}"
    return f"'{name}' ends with '{text[-1]}'"
