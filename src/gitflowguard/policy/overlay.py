"""A repository's policy laid over the one that it extends: whose value wins, and which ones an organization keeps.

Mappings are merged key by key, at any depth; everything else, lists too, is taken whole, and the repository's own wins.
Two things that are one: a kind's ``name`` and ``names``, and a rule's name and code. What belongs to one repository
alone (``adoption``), or speaks about extending (``extends``, ``final``), isn't inherited.

``final`` in the extended policy lists what a repository may not set otherwise. The severity of a rule is final for
every kind, too, because a kind's own severity is stronger than the general one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gitflowguard.model.extends import KEY
from gitflowguard.policy.document import Document, Path, PolicyFault, Spot, dotted

FINAL = "final"
# Of the repository that a policy lies in, never of those that extend it.
OWN = ("adoption", KEY, FINAL)
_NAMES = ("name", "names")
_RULES = "rules"


def overlaid(own: Document, base: Document, rules: Mapping[str, str]) -> Document:
    """The policy that both mean together, with every place in the repository's own text that there is.

    rules: every rule's name and code -> its name. What is inherited has the place of ``extends``.
    """
    inherited = {key: value for key, value in base.data.items() if key not in OWN}
    data = _merged(own.data, inherited, (), rules)
    at: Spot = own.values.get((KEY,)) or own.spot((KEY,), True)
    keys, values = dict(own.keys), dict(own.values)
    for path in _paths(data):
        if path not in own.keys and path not in own.values:
            values[path] = at
    return own._replace(data=data, keys=keys, values=values, base=base)


def _merged(own: Any, base: Any, path: Path, rules: Mapping[str, str]) -> Any:
    if not isinstance(own, dict) or not isinstance(base, dict):
        return own
    gone = {key for key in base if _replaced(key, own, path, rules)}
    found = {key: value for key, value in base.items() if key not in own and key not in gone}
    return {**found, **{key: _merged(own[key], base.get(key), (*path, key), rules) for key in own}}


def _replaced(key: str, own: dict[str, Any], path: Path, rules: Mapping[str, str]) -> bool:
    """Whether the repository says the same thing by another key."""
    if len(path) == 2 and path[0] == "kinds" and key in _NAMES:
        return any(name in own for name in _NAMES)
    if path[-1:] == (_RULES,):
        return rules.get(key, key) in {rules.get(one, one) for one in own}
    return False


def _paths(data: Any, above: Path = ()) -> Iterator[Path]:
    """The path of every key."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield (*above, key)
            yield from _paths(value, (*above, key))


def unknown_finals(base: Document, known: tuple[str, ...]) -> Iterator[PolicyFault]:
    """What an extended policy calls final and no policy has. known: the keys of a policy."""
    for index, word in enumerate(_finals(base)):
        if word.partition(".")[0] not in known or word.partition(".")[0] in OWN:
            yield PolicyFault((FINAL, index), f"{FINAL}: {word} isn't a key of a policy")


def broken_finals(
    own: Document, base: Document, rules: Mapping[str, str], name: str
) -> Iterator[PolicyFault]:
    """Each value of the repository's own that says otherwise than the extended policy where that one is final.

    name: of the extended policy.
    """
    whole: dict[Path, str] = {}
    above: dict[Path, str] = {}
    for word in _finals(base):
        final = _named(tuple(word.split(".")), rules)
        whole.setdefault(final, word)
        for end in range(1, len(final)):
            above.setdefault(final[:end], word)
    for path in _leaves(own.data):
        word = _covering(_named(path, rules), whole, above)
        if word and not _same(own.data, base.data, path, rules):
            yield PolicyFault(
                path, f"{dotted(path)} can't be set here: {word} is {FINAL} in {name}", on_key=True
            )


def _finals(base: Document) -> tuple[str, ...]:
    found = base.data.get(FINAL)
    return tuple(word for word in found if isinstance(word, str)) if isinstance(found, list) else ()


def _named(path: Path, rules: Mapping[str, str]) -> Path:
    """A path with a rule by its name, and a kind's names by one word."""
    if len(path) > 1 and path[-2] == _RULES:
        return (*path[:-1], rules.get(str(path[-1]), path[-1]))
    return (*path[:-1], _NAMES[0]) if path[:1] == ("kinds",) and path[-1] in _NAMES else path


def _covering(path: Path, whole: Mapping[Path, str], above: Mapping[Path, str]) -> str:
    """The final key that a value is, lies inside, or takes the place of from above (``kinds: {main: false}``); "" for
    none. whole: final keys. above: what these lie in.

    Looked up and not compared one by one: both texts may hold thousands of keys, and each hook reads them.
    """
    # kinds.<kind>.rules.<rule> is stronger than rules.<rule>.
    inner = (path[2:],) if path[:1] == ("kinds",) and path[2:3] == (_RULES,) else ()
    for one in (path, *inner):
        steps = (one[:end] for end in range(1, len(one) + 1))
        word = next((whole[step] for step in steps if step in whole), "") or above.get(one, "")
        if word:
            return word
    return ""


def _leaves(data: Any, above: Path = ()) -> Iterator[Path]:
    """The path of every value that isn't a mapping with keys of its own."""
    for key, value in data.items():
        if isinstance(value, dict) and value:
            yield from _leaves(value, (*above, key))
        else:
            yield (*above, key)


def _same(own: Any, base: Any, path: Path, rules: Mapping[str, str]) -> bool:
    """Whether both say the same at a path, a rule by whichever of its names."""
    for step in path:
        own = own[step]
        if not isinstance(base, dict):
            return False
        names = (
            [step]
            if step in base
            else [key for key in base if rules.get(key, key) == rules.get(str(step), step)]
        )
        if not names:
            return False
        base = base[names[0]]
    return bool(own == base)
