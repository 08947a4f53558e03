"""What the played steps say of the plan, as GFG904: one finding for each cause, for all the steps that it stops.

A rule of GitHub's has one row in SENTENCES; a rule without a row is reported in the engine's own words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gitflowguard.model.finding import Unknown
from gitflowguard.model.guarded import UNREACHABLE, Guarded
from gitflowguard.model.names import listed
from gitflowguard.model.protection import Ruleset
from gitflowguard.model.record import Record
from gitflowguard.protection.effective import rules_for, strictest_methods
from gitflowguard.protection.flowsteps import DELETE, INTO, START
from gitflowguard.protection.nouns.played import (
    EVERYBODY,
    NEEDED,
    NOBODY,
    SEEN,
    TIDY,
    UNKNOWN,
    USUAL,
    Stop,
)
from gitflowguard.protection.people import ONLY_OWNER
from gitflowguard.protection.play import Played, Stage, ways
from gitflowguard.protection.simulate import METHOD_RULE, SETTING
from gitflowguard.protection.words import actor_words

_PEOPLE = "pull_request"
_MOST_NAMES = 5


class Cause(Record):
    """One thing that stops steps. stop: the first of its words. played: the steps, all for one ``about``, or all
    starts and deletions, which are reported together.
    """

    stop: Stop
    played: tuple[Played, ...]
    stage: Stage

    @property
    def about(self) -> str:
        """The branches that the steps are about."""
        return _branches(self.played)

    @property
    def ruleset(self) -> Ruleset | None:
        """The ruleset that stops them, None for a setting."""
        kind = _PEOPLE if self.stop.rule == METHOD_RULE else self.stop.rule
        for one in self.stage.rulesets:
            if one.name == self.stop.ruleset and any(clause.type == kind for clause in one.clauses):
                return one
        return None


def stopped(played: tuple[Played, ...], stage: Stage, kinds: tuple[str, ...]) -> Iterator[Guarded]:
    """Every cause that stops the flow: an error where nobody can go on, a warning where only some can.

    kinds: the ids of the policy's kinds, in whose order the causes come.
    """
    order = {name: number for number, name in enumerate(kinds)}
    causes = sorted(
        _causes(played, stage), key=lambda cause: order.get(cause.played[0].step.kind, len(order))
    )
    yield from map(_guarded, causes)


def _causes(played: tuple[Played, ...], stage: Stage) -> Iterator[Cause]:
    """The stopped steps by what stops them."""
    found: dict[object, tuple[Stop, list[Played]]] = {}
    for one in played:
        if one.step.wanted not in (NEEDED, USUAL, TIDY, SEEN) or one.row.can == EVERYBODY:
            continue
        if not _speaks(one):
            continue
        for stop in one.row.stops:
            # That no way is left follows from what stops each way, which has said so.
            free = stop.rule == _PEOPLE and one.row.can != NOBODY and not stop.says.endswith(ONLY_OWNER)
            # Nor is it worth a finding that the policy, or whoever wrote the rule, lets somebody merge without reviews.
            if (stop.ruleset or stop.rule != METHOD_RULE) and not (free and _seen(one)):
                found.setdefault(_key(one, stop), (stop, []))[1].append(one)
    needed = {_cause(steps[0], stop) for stop, steps in found.values() if steps[0].step.wanted == NEEDED}
    for stop, steps in found.values():
        # One cause is one finding: where the flow itself is stopped, the rest goes without saying.
        if steps[0].step.wanted == NEEDED or _cause(steps[0], stop) not in needed:
            yield Cause(stop, tuple(steps), stage)


def _seen(one: Played) -> bool:
    """Whether somebody who is known to have write access can take the step."""
    return any(persona.seen for persona in one.open_to)


def _cause(one: Played, stop: Stop) -> tuple[str, ...]:
    """What several findings would share."""
    step = one.step
    return ("" if step.verb in (START, DELETE) else step.about, stop.ruleset, stop.rule)


def _speaks(one: Played) -> bool:
    """Whether a step that isn't for everybody is worth a finding: what is merely usual only where nobody can."""
    step, can = one.step, one.row.can
    if step.wanted == NEEDED:
        return True
    if step.wanted == TIDY:
        return step.verb == DELETE and can == NOBODY and bool(one.tried)
    return can == NOBODY


def _key(one: Played, stop: Stop) -> tuple[str, ...]:
    """Steps of one cause: those that start or delete branches together, those that change one by one."""
    step = one.step
    together = step.verb in (START, DELETE)
    about = "" if together else step.about
    # People are a cause each: what stops one of them stops nobody else.
    detail = stop.says if stop.rule == _PEOPLE else ""
    return (step.wanted, step.verb if together else "", about, stop.ruleset, stop.rule, detail)


def _guarded(cause: Cause) -> Guarded:
    first = cause.played[0]
    if first.row.can == UNKNOWN:
        return Guarded(cause.about, UNREACHABLE, unknown=Unknown(_unknown(cause)))
    if first.open_to and not _seen(first) and cause.stop.rule == _PEOPLE:
        names = listed(tuple(word for one in first.open_to for word in one.shows))
        says = f"{cause.about}: {cause.stop.says}, and whether {names} can pass {cause.stop.ruleset} by wasn't read"
        return Guarded(cause.about, UNREACHABLE, unknown=Unknown(says))
    says = SENTENCES.get(cause.stop.rule, _otherwise)(cause)
    advice = first.step.wanted != NEEDED or first.row.can != NOBODY
    return Guarded(cause.about, UNREACHABLE, says, advice=advice)


def _unknown(cause: Cause) -> str:
    """Some may be able to, and this token isn't shown who."""
    ruleset = cause.ruleset
    hidden = ruleset.bypass if ruleset is not None else None
    reason = hidden.reason if isinstance(hidden, Unknown) else cause.played[0].row.why
    what = _WHAT.get(cause.stop.rule)
    if what is None:
        return f"{cause.about}: {cause.stop.says}, and who may bypass {cause.stop.ruleset}: {reason}"
    return f"{cause.stop.ruleset} lets only some {what} {cause.about}, and who that is: {reason}"


_WHAT = {"creation": "create", "update": "change", "deletion": "delete"}


def _closed(cause: Cause) -> str:
    """A rule that leaves something to those who may bypass it."""
    first, rule = cause.played[0], cause.stop.rule
    names = _names(cause)
    what = f"{_WHAT[rule]} {names or cause.about}"
    bypass = cause.ruleset.bypass if cause.ruleset is not None else ()
    allowed = () if isinstance(bypass, Unknown) else bypass
    by = cause.stop.ruleset
    if not allowed:
        return f"{by} lets nobody {what}, {_end(first, rule)}"
    words = listed(tuple(actor_words(actor) for actor in allowed), "and")
    if first.row.can == NOBODY:
        return (
            f"{by} lets only {words} {what}, and nobody with write access is among them, {_end(first, rule)}"
        )
    return f"{by} lets only {words} {what}"


def _end(first: Played, rule: str) -> str:
    """What follows from it."""
    if first.step.wanted == SEEN:
        return "which was done here before"
    if first.step.wanted == USUAL:
        return "which GitHub and its Apps do by themselves"
    ends = {"creation": "so that none can be started", "update": "so that nothing can be merged"}
    return ends.get(rule, "so that what is finished stays")


def _names(cause: Cause) -> str:
    """The names themselves, where they are GitHub's or those of this repository; "" for the kinds of the policy."""
    if cause.played[0].step.wanted not in (USUAL, SEEN):
        return ""
    found = tuple(dict.fromkeys(_shown(one) for one in cause.played))
    more = len(found) - _MOST_NAMES
    return listed((*found[:_MOST_NAMES], f"{more} others") if more > 0 else found, "and")


def _shown(one: Played) -> str:
    return one.step.about if one.step.about.endswith(")") else one.step.subject


def _branches(played: tuple[Played, ...]) -> str:
    """``develop``, ``feature and release branches``."""
    names = tuple(dict.fromkeys(one.step.about for one in played))
    suffix = " branches"
    kinds = tuple(name.removesuffix(suffix) for name in names if name.endswith(suffix))
    rest = tuple(name for name in names if not name.endswith(suffix))
    return listed((*rest, *((listed(kinds, "and") + suffix,) if kinds else ())), "and")


def _linear(cause: Cause) -> str:
    return (
        f"{cause.stop.ruleset} wants a linear history on {cause.about}, which forbids the merge commits that "
        f"Gitflow ends releases with"
    )


def _queue(cause: Cause) -> str:
    if cause.stop.ruleset and cause.ruleset is not None:
        clause = next(one for one in cause.ruleset.clauses if one.type == "merge_queue")
        way = str(clause.parameters.get("merge_method") or "MERGE").lower()
        wanted = listed(cause.played[0].step.methods)
        head = f"the merge queue of {cause.stop.ruleset} merges into {cause.about} by {way}"
        if wanted and way not in cause.played[0].step.methods:
            return f"{head}, and the policy wants {wanted}"
    return _otherwise(cause)


def _way(cause: Cause) -> str:
    """Ways of merging of which none is allowed everywhere."""
    first = cause.played[0].step
    rules = rules_for(cause.stage.rulesets, first.asked.name, cause.stage.default_branch)
    allowed = strictest_methods(rules)
    if allowed:
        return (
            f"{cause.stop.ruleset} lets pull requests into {cause.about} be merged by {listed(allowed)} only"
        )
    by = [rule.ruleset.name for rule in rules if METHOD_RULE in rule.clause.parameters]
    return f"{listed(tuple(dict.fromkeys(by)), 'and')} allow no common way of merging into {cause.about}"


def _setting(cause: Cause) -> str:
    """The repository doesn't merge in the one way that the branch takes."""
    first = cause.played[0].step
    rules = rules_for(cause.stage.rulesets, first.asked.name, cause.stage.default_branch)
    allowed = strictest_methods(rules)
    wanted = listed(first.methods if allowed is None else allowed)
    has = listed(ways(cause.stage.settings)) or "nothing"
    return f"pull requests into {cause.about} are merged by {wanted}, and the repository merges by {has}"


def _people(cause: Cause) -> str:
    """Too few people, for everybody or for one of them."""
    first, says = cause.played[0], cause.stop.says
    crowd = cause.stage.crowd.people
    writers = () if isinstance(crowd, Unknown) else crowd.writers
    if first.step.asked.pushers > 1:
        names = listed(tuple(person.login for person in writers), "and")
        return f"a pull request into {cause.about} to which {names} have both pushed can't be merged: {says}"
    if not writers:
        return f"nobody can merge into {cause.about}: {says}"
    if not says.endswith(ONLY_OWNER):
        return (
            f"nobody with write access can get a pull request of their own merged into {cause.about}: {says}"
        )
    only = says.removesuffix(ONLY_OWNER).rpartition(" ")[2]
    return (
        f"{only} is the only code owner, so a pull request into {cause.about} that {only} opens and that touches "
        f"an owned file can't be merged ({cause.stop.ruleset})"
    )


def _otherwise(cause: Cause) -> str:
    """A rule that has no sentence of its own."""
    first = cause.played[0]
    steps = tuple(dict.fromkeys(_done(one) for one in cause.played))
    by = f" ({cause.stop.ruleset})" if cause.stop.ruleset else ""
    if first.step.wanted == SEEN:
        more = len(steps) - _MOST_NAMES
        shown = (*steps[:_MOST_NAMES], f"{more} more") if more > 0 else steps
        return f"{cause.stop.ruleset or 'a setting'} would block what was done here before: {listed(shown, 'and')}"
    do = listed(steps[:_MOST_NAMES], "and")
    if first.step.verb.startswith(INTO):
        do = f"merge into {cause.about}"
    return f"nobody can {do}: {cause.stop.says}{by}"


def _done(one: Played) -> str:
    verb, subject = one.step.verb, one.step.subject
    return f"merge {subject} {verb.removeprefix('merge ')}" if verb.startswith(INTO) else f"{verb} {subject}"


SENTENCES: dict[str, Callable[[Cause], str]] = {
    "creation": _closed,
    "update": _closed,
    "deletion": _closed,
    "required_linear_history": _linear,
    "merge_queue": _queue,
    METHOD_RULE: _way,
    SETTING: _setting,
    _PEOPLE: _people,
}
