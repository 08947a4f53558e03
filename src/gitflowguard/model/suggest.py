"""Better names: what a branch should have been called, and which version comes next."""

from __future__ import annotations

from gitflowguard.model.flow import ASIDE, MAIN
from gitflowguard.model.lineage import versions
from gitflowguard.model.names import slug
from gitflowguard.model.oddity import LOOKALIKES
from gitflowguard.model.ticket import example_ticket, find_ticket

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.facts import Refs, View
    from gitflowguard.model.flow import Flow, Kind
    from gitflowguard.model.template import Template

# What people write for a kind that the policy calls by its own id.
_SYNONYMS = {
    "feature": "feat feats features ft story task",
    "bugfix": "fix fixes bug bugs bugfixes bug-fix",
    "hotfix": "hotfixes hot-fix hot_fix hf",
    "release": "rel releases rc",
    "support": "lts maintenance",
}

# Latin letters that Unicode doesn't take for another one with an accent.
_LATIN = {
    "ß": "ss",
    "æ": "ae",
    "Æ": "AE",
    "œ": "oe",
    "Œ": "OE",
    "ø": "o",
    "Ø": "O",
    "đ": "d",
    "Đ": "D",
    "ł": "l",
    "Ł": "L",
}

# As model.names.parse_version reads them.
_DIGITS_OF_A_NUMBER = 9


def better_name(view: View, name: str) -> str:
    """A free name that the policy allows, as near to this one as can be; "" if none can be made."""
    flow = view.flow
    plain = fold(name)
    for mark in ("/", "-", "_"):
        head, found, tail = plain.partition(mark)
        kind = _kind_called(flow, head) if found else None
        if kind is not None:
            named = _named(view, kind, tail, name, head + mark)
            if named:
                return named
    kind = flow.near_kind(name)
    if kind is not None and not kind.protected and kind.id not in ASIDE:
        begun = max((t.prefix for t in kind.names if name.startswith(t.prefix)), key=len)
        named = _named(view, kind, plain[len(begun) :], name, begun)
        if named:
            return named
    kind = work_kind(flow)
    return _named(view, kind, plain, name) if kind else ""


def work_name(view: View, text: str = "") -> str:
    """A free name for new work, made from any text; an example ticket stands where one is needed."""
    kind = work_kind(view.flow)
    if kind is None:
        return slug(text)
    return _named(view, kind, text.lower(), text + " " + example_ticket(view.flow)) or slug(text)


def repair_name(view: View, line: str, text: str) -> str:
    """A free name, made from any text, for a branch that is cut from a line and goes back to it; "" if there is none.

    Of the integration branch it is a bugfix, of another line a hotfix, where the policy has them.
    """
    flow = view.flow
    home = flow.kind_of(line)
    wished = ("bugfix", work.id if (work := flow.work) else "") if line == flow.integration else ("hotfix",)
    fits = [k for k in flow.kinds if home and home.id in k.parents and home.id in k.targets]
    fits = [kind for kind in fits if not kind.protected and kind.id not in ASIDE]
    fits.sort(key=lambda kind: wished.index(kind.id) if kind.id in wished else len(wished))
    if not fits:
        return ""
    source = f"{text} {example_ticket(flow)}"
    return _named(view, fits[0], text.lower(), source) or next_name(view, fits[0])


def work_kind(flow: Flow) -> Kind | None:
    """The kind that everyday work is done on: cut from the integration branch, free to be named."""
    return flow.work


def fold(name: str) -> str:
    """The name as it reads: look-alikes as ASCII, accents and what is invisible left out."""
    if name.isascii():
        return name
    from unicodedata import normalize

    like = "".join(LOOKALIKES.get(letter) or _LATIN.get(letter, letter) for letter in name)
    return "".join(letter for letter in normalize("NFKD", like) if letter.isascii())


def free(refs: Refs, name: str, but: str = "") -> str:
    """The name, or with ``-2``, ``-3`` … behind it: the first that no branch has, whatever the case.

    but: a branch that would give its own name up for it.
    """
    taken = {other.lower() for other in refs.branches() if other != but}
    wanted, count = name, 1
    while wanted.lower() in taken:
        count += 1
        wanted = f"{name}-{count}"
    return wanted


def plain_version(text: str, flow: Flow) -> str:
    """The version that the text probably means, "" if none: ``v1.2`` is 1.2, ``2`` is 2.0, ``01.2`` is 1.2."""
    start = next((i for i, letter in enumerate(text) if letter.isdigit()), len(text))
    rest = text[start:].lower()
    numbers: list[str] = []
    for part in rest.replace("-", ".").replace("_", ".").split("."):
        if not (part.isascii() and part.isdigit()) or len(part) > _DIGITS_OF_A_NUMBER:
            break
        numbers.append(str(int(part)))
    guesses = (rest, ".".join(numbers[:4]), f"{'.'.join(numbers)}.0")
    return next((guess for guess in guesses if flow.well_formed(guess)), "")


def next_version(view: View, kind: Kind, last: str = "") -> str:
    """The version after the last one: the last number for a kind that is cut from production, else the second.

    last: a tag; "" for the highest there is. Skips versions that are taken. "" where none follows.
    """
    flow = view.flow
    known = versions(flow, (last,) if last else tuple(view.refs.tags))
    if not known and flow.version_scheme == "calver":
        return ""  # which day the first release is, nobody knows here
    if not known:
        numbers = [0, 0, 0]
    else:
        numbers = list(known[-1][1].numbers)
    place = len(numbers) - 1 if MAIN in kind.parents else 1
    templates = tuple(template for template in kind.names if template.has("version"))
    taken = {*view.refs.branches(), *view.refs.tags}
    while True:  # ends: each taken name is in the way of one number
        numbers[place] += 1
        numbers[place + 1 :] = [0] * (len(numbers) - place - 1)
        text = ".".join(str(number) for number in numbers)
        if not taken & {flow.tag_prefix + text, *(one.fill("version", text) for one in templates)}:
            return text


def next_name(view: View, kind: Kind, last: str = "") -> str:
    """A branch of a versioned kind for the version after the last one."""
    version = next_version(view, kind, last)
    filled = (template.fill("version", version) for template in kind.names if template.has("version"))
    return next((name for name in filled if view.flow.kind_of(name) == kind), "")


def _kind_called(flow: Flow, word: str) -> Kind | None:
    """The kind of branch that the word before the slash means."""
    key = word.strip().lower()
    for kind in flow.kinds:
        heads = {template.prefix.rstrip("/-_").lower() for template in kind.names if template.prefix}
        if (
            not kind.protected
            and kind.id not in ASIDE
            and (key in heads or key in (kind.id, *_SYNONYMS.get(kind.id, "").split()))
        ):
            return kind
    return None


def _named(view: View, kind: Kind, tail: str, source: str, begun: str = "") -> str:
    """A free name of the kind, made from the tail; source is where a ticket is looked for.

    begun: what stands before the tail; a form that begins so comes first.
    """
    for template in sorted(kind.names, key=lambda one: _distance(one.prefix.lower(), begun.lower())):
        name = _fill(view.flow, template, tail, source)
        if name and view.flow.kind_of(name) == kind:
            if template.has("version"):
                return next_name(view, kind) if name in view.refs.branches() else name
            return free(view.refs, name, source)
    return ""


def _distance(prefix: str, begun: str) -> int:
    """0 for the same beginning, 1 for the same word with another mark behind it, else 2."""
    return 0 if prefix == begun else 1 if prefix.rstrip("/-_") == begun.rstrip("/-_") else 2


def _fill(flow: Flow, template: Template, tail: str, source: str) -> str:
    """The template with every slot filled from the text; "" where a slot finds nothing."""
    values = {
        "ticket": find_ticket(source, flow, guess=True),
        "version": plain_version(tail, flow) if template.has("version") else "",
        "number": next((w for w in _digits(tail)), ""),
    }
    rest = tail
    if template.has("ticket") and values["ticket"]:
        at = rest.lower().find(values["ticket"].lower())
        rest = rest[:at] + " " + rest[at + len(values["ticket"]) :] if at >= 0 else rest
    values["slug"] = values["any"] = slug(rest, keep=True)
    name = template.text.replace("**", "{any}").replace("*", "{any}")
    for slot, value in values.items():
        if "{" + slot + "}" in name:
            if not value:
                return ""
            name = name.replace("{" + slot + "}", value)
    return name


def _digits(text: str) -> list[str]:
    """The runs of digits in the text."""
    return "".join(x if x.isascii() and x.isdigit() else " " for x in text).split()
