"""Whether the people who are there can merge: approvals, the last push and code owners against who may write.

GitHub counts an approval only where it is by somebody with write access who is not the author of the pull request, nor,
for the last push, whoever made it (docs.github.com, "Available rules for rulesets"). So a pull request that one of
these people opens needs one person more than approvals.
"""

from __future__ import annotations

from gitflowguard.model.finding import Unknown
from gitflowguard.model.flow import Flow
from gitflowguard.model.jsonvalue import Document
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
from gitflowguard.protection.compile import is_base
from gitflowguard.protection.owners import read

# How the reason ends that stops one person alone.
ONLY_OWNER = " is the only one"
ROLES = ("write", "maintain", "admin")
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


class Crowd(Record):
    """Those who may approve: everybody with write access, and who of them owns code.

    organisation: whether the repository's owner is one.
    """

    people: People | Unknown
    owners: Owners | Unknown
    organisation: bool


def crowd_of(live: Live) -> Crowd:
    """The people of a repository."""
    return Crowd(live.people, live.owners, live.repository.organisation)


def fitting(flow: Flow, live: Live) -> Protection | None:
    """The policy's protection with no more approvals than the people who are there can give; None if it fits.

    People for whom that doesn't matter, because the policy lets them bypass it, are left as they are.
    """
    people = live.people
    if isinstance(people, Unknown) or not people.whole:
        return None
    guards = {guard.kind: guard for guard in flow.protection.guards}
    crowd = crowd_of(live)
    for kind in (kind for kind in flow.kinds if is_base(kind, flow)):
        review = flow.review_into(kind)
        own = flow.protection.guard(kind.id)
        wants = Demand("", review.approvals, review.last_push, review.code_owners, own.bypass)
        if own.pull_request is not False and stuck(wants, crowd) and not _passes(wants, crowd, people):
            guards[kind.id] = _fitted(own, wants, crowd, people)
    found = flow.protection._replace(guards=_in_order(flow, guards))
    return None if found == flow.protection else found


def _in_order(flow: Flow, guards: dict[str, Guard]) -> tuple[Guard, ...]:
    """The guards in the order of the kinds, then those that are for no kind."""
    kinds = [kind.id for kind in flow.kinds if kind.id in guards]
    return tuple(guards[name] for name in (*kinds, *(name for name in guards if name not in kinds)))


def _fitted(own: Guard, wants: Demand, crowd: Crowd, people: People) -> Guard:
    """A guard that these people can satisfy. Two people who both push to a pull request cannot approve the last one."""
    others = max(len(people.writers) - 1, 0)
    owners = wants.code_owners and not stuck(Demand("", 0, False, True, ()), crowd)
    found = own._replace(approvals=min(wants.approvals, others))
    if wants.last_push and others < 2:
        found = found._replace(last_push=False)
    return found if owners == wants.code_owners else found._replace(code_owners=False)


def demand_of(by: str, said: Document, bypass: tuple[Actor, ...] | Unknown = ()) -> Demand:
    """What the parameters of a rule on pull requests ask for."""
    count = int(said.get("required_approving_review_count") or 0)
    last, owners = bool(said.get("require_last_push_approval")), bool(said.get("require_code_owner_review"))
    return Demand(by, count, last, owners, bypass)


def stuck(wants: Demand, crowd: Crowd, login: str = "", pushers: int = 1) -> str:
    """Why a pull request can't be merged, "" if it can, once others have approved it.

    login: who opens it, "" for any one of the people. pushers: how many of them have pushed to it.
    """
    people = crowd.people
    if isinstance(people, Unknown) or not people.whole:
        return ""
    if not people.writers:
        return _only(people)
    others = len(people.writers) - 1
    if wants.last_push and wants.others <= others < pushers:
        return f"{wants.by} wants its last push approved by somebody else, and nobody else has write access"
    if wants.others > others:
        need = plural(wants.approvals, "approval") if wants.approvals else "an approval of the last push"
        return f"{wants.by} asks for {need} by others, and {_only(people)}"
    only = sole_owner(crowd.owners, people)
    if wants.code_owners and only and others < 1:
        return f"{wants.by} asks for the approval of a code owner, and {only} is the only one, and the only author"
    if wants.code_owners and only and only == login:
        return f"{wants.by} asks for the approval of a code owner, and {only}{ONLY_OWNER}"
    return ""


def _only(people: People) -> str:
    """``only ada has write access``."""
    names = tuple(person.login for person in people.writers)
    if not names:
        return "nobody has write access"
    if len(names) > _MOST_NAMES:
        return f"only {len(names)} people have write access"
    return f"only {listed(names, 'and')} {'has' if len(names) == 1 else 'have'} write access"


def _passes(wants: Demand, crowd: Crowd, people: People) -> bool:
    """Whether one of the people is seen to be free to merge without what is asked for."""
    bypass = () if isinstance(wants.bypass, Unknown) else wants.bypass
    free = {actor.name.lower() for actor in bypass}
    return any(free & set(names_of(one, crowd.organisation)) for one in people.writers)


def names_of(person: Person, organisation: bool) -> tuple[str, ...]:
    """Every name by which a bypass list may mean the person, in small letters: a role means every higher one too.

    An organization's owners have the role admin everywhere, and only administrators are seen; so an administrator of an
    organization's repository counts as one.
    """
    roles = tuple(f"role:{role}" for role in ROLES[: ROLES.index(person.role) + 1])
    owner = ("org-admin",) if organisation and person.role == "admin" else ()
    return (f"user:{person.login.lower()}", *roles, *owner)


def sole_owner(owners: Owners | Unknown, people: People) -> str:
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
