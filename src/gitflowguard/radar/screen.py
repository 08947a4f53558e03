"""Which pairs of clean branches need no trial merge, because they are proved to be clean.

``first`` has landed on the target M, which stands at C then; does ``second``, cut from the target at b, still
merge? The sound filter and the proof are in docs/architecture.md ("What the radar need not merge"):

- unless something that C changed against M meets something that second changed against b (the same path, or
  one below the other), or the target itself has moved what second changed, they merge;
- where they meet only in files that both have just edited, those files alone decide: git merges each of them
  by itself, so a merge of trees that hold nothing else gives the verdict (a *small* merge);
- and where, in such a file, lines that neither changed since b are between them, the two edits are apart: git
  merges the file from b, too. This is not said where ``first`` changes a .gitattributes file: the attributes that
  hold then are not those of the target.
"""

from __future__ import annotations

from gitflowguard.model.record import Record
from gitflowguard.radar.changes import FILES, Changes, PathChange, touch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from gitflowguard.radar.changes import Edit

    Scripts = Mapping[tuple[str, str], tuple[Edit, ...] | None]

Key = tuple[str, str]
UNION = "union"
ATTRIBUTES = ".gitattributes"


class Facts(Record):
    """A branch that is clean on the target.

    own: its commits that the target has not. changed: from the merge base to its tip. landed: from the target
    to the target with it. single: whether one tree is what it is merged from: that of its only merge base, or what
    git makes of two (virtual: it does so by the target's attributes). moved: whether the target lost a path that it
    changed, or a directory that it added to.
    """

    own: Collection[str]
    changed: Changes
    landed: Changes
    single: bool = True
    moved: bool = False
    virtual: bool = False


class Needs(Record):
    """What has to be merged for one direction. small: the paths that decide, empty for a whole merge.

    touching: whether edits of the same lines are known to touch: a conflict most likely, before any merge is made.
    """

    first: int
    second: int
    small: tuple[str, ...] = ()
    touching: bool = False


def screen(
    facts: Sequence[Facts],
    fresh: Callable[[int, int, Callable[[], bool]], bool],
    drivers: Callable[[set[str]], Mapping[str, str]],
    scripts: Callable[[set[Key]], Scripts],
    same: Callable[[int, int], bool] = lambda first, second: False,
) -> list[Needs]:
    """The directions that are not proved clean; (first, second) are places in ``facts``.

    fresh: whether a direction is asked for; it can ask whether that takes a merge of whole trees. drivers: path -> its
    ``merge`` attribute, for those that have one; lines prove nothing for these, but the union driver takes both sides
    of any text. scripts: gives the edit script from one blob to another, None where it has no lines. Both are asked
    once, for all. same: whether the renames that git finds on the target's side of the second are, after the first has
    landed, what they were (app.radar.samerenames).
    """
    index = _Index(facts)
    whole: list[Needs] = []
    meeting: list[tuple[int, int, list[str]]] = []
    for first, fact in enumerate(facts):
        full, common = index.meets(first, fact)
        full |= {
            second
            for second in index.moved - full - {first}
            if not _edits_alone(fact.landed, facts[second], common.get(second, ())) or not same(first, second)
        }
        for second, paths in common.items():
            other = facts[second]

            def whole_one(
                landed: Changes = fact.landed, comes: Facts = other, met: list[str] = paths
            ) -> bool:
                return not all(_alone(landed, comes, path) for path in met)

            if second in full or not fresh(first, second, whole_one):
                continue
            if not whole_one():
                meeting.append((first, second, paths))
            else:
                whole.append(Needs(first, second))
        whole += [Needs(first, second) for second in full if fresh(first, second, lambda: True)]
    ruled = {first for first, fact in enumerate(facts) if changes_rules(fact.landed)}
    apart = [row for row in meeting if row[0] not in ruled]
    attributes = drivers({path for _, _, paths in apart for path in paths}) if apart else {}
    keys = _wanted(facts, apart, attributes)
    known = scripts({key for pair in keys.values() for key in pair}) if keys else {}
    out = sorted(whole)
    for first, second, paths in meeting:
        found = {path: keys.get((first, second, path), ()) for path in sorted(paths)}
        left = tuple(path for path in found if not _apart(found[path], attributes.get(path, ""), known))
        if left:
            touching = any(_known(found[path], known) for path in left)
            out.append(Needs(first, second, left, touching))
    return out


def _wanted(
    facts: Sequence[Facts], meeting: Sequence[tuple[int, int, list[str]]], attributes: Mapping[str, str]
) -> dict[tuple[int, int, str], tuple[Key, Key]]:
    """(first, second, path) -> the scripts that can prove the two edits of a file apart; both start from the
    text at second's merge base.

    Where the target's own text is that one, all branches share few scripts. Where the target has gone on, each
    base is another text, and a script costs half of what the small merge does: these are asked for only where
    each serves at least two directions.
    """
    found: dict[tuple[int, int, str], tuple[Key, Key]] = {}
    moved: dict[str, dict[tuple[int, int, str], tuple[Key, Key]]] = {}
    for first, second, paths in meeting:
        for path in paths:
            driver = attributes.get(path, "")
            one, other = facts[first].landed[path], facts[second].changed[path]
            if other.added:
                continue  # the two started from no common text
            keys = (other.oid, one.new_oid), (other.oid, other.new_oid)
            if driver == UNION:  # which only asks whether both have lines
                found[first, second, path] = (one.oid, one.new_oid), keys[1]
            elif not driver and one.oid == other.oid:
                found[first, second, path] = keys
            elif not driver:
                moved.setdefault(path, {})[first, second, path] = keys
    for asked in moved.values():
        if len(asked) >= 2 * len({key for pair in asked.values() for key in pair}):
            found |= asked
    return found


def _known(keys: Sequence[Key], scripts: Scripts) -> bool:
    """Whether there are scripts and each has lines."""
    return bool(keys) and all(scripts.get(key) is not None for key in keys)


def changes_rules(landed: Changes) -> bool:
    """Whether attributes (gitattributes(5)) are among what changed: they decide how the next merge is made."""
    return any(path == ATTRIBUTES or path.endswith("/" + ATTRIBUTES) for path in landed)


class _Index:
    """Who changed what, by path and by the directories above it."""

    def __init__(self, facts: Sequence[Facts]) -> None:
        self.at: dict[str, set[int]] = {}
        self.below: dict[str, set[int]] = {}
        self.owners: dict[str, set[int]] = {}
        # A branch that no short cut holds for has to be merged with every other.
        self.always = {
            place for place, fact in enumerate(facts) if not fact.single or fact.moved and fact.virtual
        }
        self.moved = {place for place, fact in enumerate(facts) if fact.moved}
        # After attributes have changed git may make another tree of two merge bases (git-merge(1), "Merge strategies",
        # ort).
        self.virtual = {place for place, fact in enumerate(facts) if fact.virtual}
        self._above: dict[str, tuple[str, ...]] = {}
        for place, fact in enumerate(facts):
            for path in (*fact.changed, *(path for path in fact.landed if path not in fact.changed)):
                self.at.setdefault(path, set()).add(place)
                for folder in self.above(path):
                    self.below.setdefault(folder, set()).add(place)
            for sha in fact.own:
                self.owners.setdefault(sha, set()).add(place)

    def meets(self, first: int, fact: Facts) -> tuple[set[int], dict[int, list[str]]]:
        """Those that need a whole merge after this one; and the paths in common with the others."""
        full = set(self.always)
        if self.virtual and changes_rules(fact.landed):
            full |= self.virtual
        for sha in fact.own:
            full |= self.owners[sha]
        common: dict[int, list[str]] = {}
        for path in fact.landed:
            full |= self.below.get(path, set())
            for folder in self.above(path):
                full |= self.at.get(folder, set())
            for second in self.at.get(path, ()):
                common.setdefault(second, []).append(path)
        full.discard(first)
        common.pop(first, None)
        return full, common

    def above(self, path: str) -> tuple[str, ...]:
        """The directories above a path."""
        found = self._above.get(path)
        if found is None:
            folder = path.rpartition("/")[0]
            found = (folder, *self.above(folder)) if folder else ()
            self._above[path] = found
        return found


def _edits_alone(landed: Changes, facts: Facts, paths: Sequence[str]) -> bool:
    """Whether both only edited these files."""
    return all(path in facts.changed and facts.changed[path].plain and landed[path].plain for path in paths)


def _alone(landed: Changes, facts: Facts, path: str) -> bool:
    """Whether git merges a file that both changed by itself, from its texts."""
    one, other = landed.get(path), facts.changed.get(path)
    if one is None or other is None:
        return False
    return (one.plain and other.plain) or added_alike(one, facts, path)


def added_alike(here: PathChange, facts: Facts, path: str) -> bool:
    """Whether a branch adds a file that the target has got as well, of the same mode, and it renamed nothing to it.

    Only what is gone from one side can have been renamed (git's merge-ort.c). A branch that removes nothing renamed
    nothing; what the target lost of a branch's files is in the way before it comes to this.
    """
    mine = facts.changed.get(path)
    return (
        mine is not None
        and mine.added
        and here.added
        and mine.new_mode == here.new_mode
        and mine.new_mode in FILES
        and facts.landed.get(path) == mine
        and not any(change.gone for change in facts.changed.values())
    )


def _apart(keys: Sequence[Key], driver: str, scripts: Scripts) -> bool:
    """Whether lines that nobody touched lie between all that the two sides did to a file."""
    if not _known(keys, scripts):
        return False
    mine, theirs = (scripts[key] for key in keys)
    return driver == UNION or (mine is not None and theirs is not None and not touch(mine, theirs))
