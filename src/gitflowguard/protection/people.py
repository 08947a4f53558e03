"""Whether the people who are there can merge at all: approvals, the last push and code owners against who may write.

GitHub counts an approval only where it is by somebody with write access who is not the author of the pull request, nor,
for the last push, whoever made it (docs.github.com, "Available rules for rulesets"). So a pull request that one of
these people opens needs one person more than approvals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitflowguard.model.finding import Unknown
from gitflowguard.model.flow import Flow, Kind
from gitflowguard.model.guarded import UNREACHABLE, Guarded
from gitflowguard.model.names import listed, plural
from gitflowguard.model.protection import (
    Actor,
    Guard,
    Live,
    Owners,
    People,
    Person,
    Protection,
)
from gitflowguard.model.record import Record
from gitflowguard.protection.blocking import afterwards
from gitflowguard.protection.compile import is_base
from gitflowguard.protection.effective import rules_for
from gitflowguard.protection.owners import read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.protection import Classic, Document
    from gitflowguard.protection.compile import Desired
    from gitflowguard.protection.nouns.plan import ProtectionPlan

_ROLES = ("write", "maintain", "admin")
# Whose members or deeds the list of people does not show.
_UNSEEN = ("team:", "app:")
_MOST_NAMES = 5


class Demand(Record):
    """What one ruleset, or the classic protection, asks of a pull request.

    by: its name. bypass: who may merge without it; Unknown where this token is not shown it.
    """

    by: str
    approvals: int
    last_push: bool
    code_owners: bool
    bypass: tuple[Actor, ...] | Unknown

    @property
    def others(self) -> int:
        """How many people beside the author have to approve."""
        return max(self.approvals, 1 if self.last_push else 0)


def reachable(flow: Flow, desired: Desired, live: Live, made: ProtectionPlan) -> Iterator[Guarded]:
    """Every branch into which too few people could merge, once the plan is carried out."""
    demands = [(kind, _who(kind), _demands(kind, flow, desired, live, made)) for kind in _bases(flow)]
    if isinstance(live.people, Unknown):
        if any(one.others or one.code_owners for _, _, found in demands for one in found):
            yield Guarded("the repository", UNREACHABLE, unknown=live.people)
        return
    for _, who, found in demands:
        yield from _judged(who, found, live, live.people)


def fitting(flow: Flow, live: Live) -> Protection | None:
    """The policy's protection with no more approvals than the people who are there can give; None if it fits.

    People for whom that doesn't matter, because the policy lets them pass by, are left as they are.
    """
    people = live.people
    if isinstance(people, Unknown) or not people.whole:
        return None
    guards = {guard.kind: guard for guard in flow.protection.guards}
    for kind in _bases(flow):
        review = flow.review_into(kind)
        own = flow.protection.guard(kind.id)
        wants = Demand("", review.approvals, review.last_push, review.code_owners, own.bypass)
        if (
            own.pull_request is not False
            and _stuck(wants, live, people)
            and not _passers(wants, live, people)
        ):
            guards[kind.id] = _fitted(own, wants, live, people)
    found = flow.protection._replace(guards=_in_order(flow, guards))
    return None if found == flow.protection else found


def _in_order(flow: Flow, guards: dict[str, Guard]) -> tuple[Guard, ...]:
    """The guards in the order of the kinds, then those that are for no kind."""
    kinds = [kind.id for kind in flow.kinds if kind.id in guards]
    return tuple(guards[name] for name in (*kinds, *(name for name in guards if name not in kinds)))


def _fitted(own: Guard, wants: Demand, live: Live, people: People) -> Guard:
    """A guard that these people can satisfy. Two people who both push to a pull request cannot approve the last one."""
    others = max(len(people.writers) - 1, 0)
    owners = wants.code_owners and not _stuck(Demand("", 0, False, True, ()), live, people)
    found = own._replace(approvals=min(wants.approvals, others))
    if wants.last_push and others < 2:
        found = found._replace(last_push=False)
    return found if owners == wants.code_owners else found._replace(code_owners=False)


def _bases(flow: Flow) -> tuple[Kind, ...]:
    return tuple(kind for kind in flow.kinds if is_base(kind, flow))


def _who(kind: Kind) -> str:
    return kind.fixed or f"{kind.id} branches"


def _demands(
    kind: Kind, flow: Flow, desired: Desired, live: Live, made: ProtectionPlan
) -> tuple[Demand, ...]:
    """What is asked of a pull request into the kind: by our rulesets, those of others, and classic protection."""
    name = kind.names[0].example(flow)
    rules = rules_for(afterwards(desired, live, made), name, live.repository.default_branch)
    found = [
        _demand(rule.ruleset.name, rule.clause.parameters, rule.ruleset.bypass)
        for rule in rules
        if rule.clause.type == "pull_request"
    ]
    there = () if isinstance(live.classic, Unknown) else live.classic
    for classic in desired.classic if made.level == "classic" else there:
        if classic.branch == kind.fixed:
            found += _classic(classic)
    return tuple(found)


def _demand(by: str, said: Document, bypass: tuple[Actor, ...] | Unknown) -> Demand:
    count = int(said.get("required_approving_review_count") or 0)
    last, owners = bool(said.get("require_last_push_approval")), bool(said.get("require_code_owner_review"))
    return Demand(by, count, last, owners, bypass)


def _classic(classic: Classic) -> list[Demand]:
    """What classic protection asks; administrators are free of it unless it says otherwise."""
    reviews = classic.document.get("required_pull_request_reviews")
    if not reviews:
        return []
    bypass = () if classic.document.get("enforce_admins") else (Actor("role:admin"),)
    named = reviews.get("bypass_pull_request_allowances") or {}
    words = {"users": "user", "teams": "team", "apps": "app"}
    passing = [Actor(f"{word}:{name}") for key, word in words.items() for name in named.get(key) or ()]
    owners = {"require_code_owner_review": reviews.get("require_code_owner_reviews")}
    by = f"the classic protection of {classic.branch}"
    return [_demand(by, {**reviews, **owners}, (*bypass, *passing))]


def _judged(who: str, demands: tuple[Demand, ...], live: Live, people: People) -> Iterator[Guarded]:
    """What is said of one base."""
    stuck = [(one, why) for one in demands for why in (_stuck(one, live, people),) if why]
    passers = set(people.writers)
    for one, _ in stuck:
        passers &= set(_passers(one, live, people))
    if stuck and not passers:
        hidden = next((says for one, _ in stuck for says in (_hidden(one),) if says), "")
        if hidden:
            says = f"{who}: {stuck[0][1]}, and {hidden}"
            yield Guarded(who, UNREACHABLE, unknown=Unknown(says))
        else:
            says = f"nobody with write access can get a pull request of their own merged into {who}: {stuck[0][1]}"
            if not people.writers:
                says = f"nobody can merge into {who}: {stuck[0][1]}"
            yield Guarded(who, UNREACHABLE, says)
    elif not stuck:
        yield from _narrow(who, demands, live, people)


def _stuck(wants: Demand, live: Live, people: People) -> str:
    """Why no pull request by one of these people can be merged, "" if some can."""
    others = len(people.writers) - 1
    if people.whole and not people.writers:
        return _only(people)
    if people.whole and wants.others > others:
        need = plural(wants.approvals, "approval") if wants.approvals else "an approval of the last push"
        return f"{wants.by} asks for {need} by others, and {_only(people)}"
    only = _sole_owner(live.owners, people)
    if wants.code_owners and only and people.whole and others < 1:
        return f"{wants.by} asks for the approval of a code owner, and {only} is the only one, and the only author"
    return ""


def _narrow(who: str, demands: tuple[Demand, ...], live: Live, people: People) -> Iterator[Guarded]:
    """What stops the pull requests of some of them."""
    only = _sole_owner(live.owners, people)
    if only:
        for one in demands:
            if one.code_owners and not any(person.login == only for person in _passers(one, live, people)):
                says = (
                    f"{only} is the only code owner, so a pull request into {who} that {only} opens and that touches "
                    f"an owned file can't be merged ({one.by})"
                )
                yield Guarded(who, UNREACHABLE, says, advice=True)
                break
    two = people.whole and len(people.writers) == 2
    for one in demands:
        if two and one.last_push and len(_passers(one, live, people)) == 0 and not _hidden(one):
            names = listed(tuple(person.login for person in people.writers), "and")
            says = (
                f"a pull request into {who} to which {names} have both pushed can't be merged: {one.by} wants its "
                f"last push approved by somebody else, and nobody else has write access"
            )
            yield Guarded(who, UNREACHABLE, says, advice=True)
            break


def _only(people: People) -> str:
    """``only ada has write access``."""
    names = tuple(person.login for person in people.writers)
    if not names:
        return "nobody has write access"
    if len(names) > _MOST_NAMES:
        return f"only {len(names)} people have write access"
    return f"only {listed(names, 'and')} {'has' if len(names) == 1 else 'have'} write access"


def _passers(wants: Demand, live: Live, people: People) -> tuple[Person, ...]:
    """Those of the people who are seen to be free to merge without what is asked for."""
    if isinstance(wants.bypass, Unknown):
        return ()
    organisation = live.repository.organisation
    return tuple(
        one for one in people.writers if any(_is(one, actor, organisation) for actor in wants.bypass)
    )


def _is(person: Person, actor: Actor, organisation: bool) -> bool:
    """Whether a name of a bypass list means the person; a role means every higher one too."""
    kind, _, name = actor.name.partition(":")
    if kind == "role" and name in _ROLES:
        return _ROLES.index(person.role) >= _ROLES.index(name)
    if actor.name == "org-admin":  # an organization has an owner, who has the role admin everywhere
        return organisation and person.role == "admin"
    return kind == "user" and name.lower() == person.login.lower()


def _hidden(wants: Demand) -> str:
    """Why somebody who is not seen may be free to merge, "" if nobody may."""
    if isinstance(wants.bypass, Unknown):
        return f"who may pass {wants.by} by isn't shown to this token"
    names = tuple(a.name for a in wants.bypass if a.name.startswith(_UNSEEN) or _own_role(a.name))
    return f"whether {listed(names)} can pass {wants.by} by wasn't read" if names else ""


def _own_role(name: str) -> bool:
    """Whether it is a role that an organization made, whose holders go by what it allows here."""
    return name.startswith("role:") and name.removeprefix("role:") not in _ROLES


def _sole_owner(owners: Owners | Unknown, people: People) -> str:
    """The one person who can approve as a code owner anywhere; "" where there are more, or that isn't known.

    Owners without write access count for nothing, and a team may hold anybody.
    """
    if isinstance(owners, Unknown) or owners.text is None or not people.whole:
        return ""
    words = {owner for line in read(owners.text) for owner in line.owners}
    if any("/" in word or not word.startswith("@") for word in words):
        return ""
    logins = {person.login.lower(): person.login for person in people.writers}
    found = [logins[name] for name in sorted({word[1:].lower() for word in words}) if name in logins]
    return found[0] if len(found) == 1 else ""
