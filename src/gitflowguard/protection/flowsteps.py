"""Every step of a policy's flow, as questions to `simulate`. One function makes the steps of one part of the flow.

A new step is one more ``yield``; a new part is one more function in PARTS.
"""

from __future__ import annotations

from collections.abc import Iterator

from gitflowguard.model.finding import Unknown
from gitflowguard.model.flow import Flow, Kind
from gitflowguard.model.protection import METHODS, Live, PullHead
from gitflowguard.model.record import Record
from gitflowguard.protection.compile import is_base, is_kept, is_ruled, methods_into
from gitflowguard.protection.effective import TAG
from gitflowguard.protection.nouns.played import BLOCKED, NEEDED, SEEN, TIDY, USUAL
from gitflowguard.protection.simulate import CREATE, MERGE, PUSH, REMOVE, SimulatedAction

START, CHANGE, REWRITE, DELETE, MOVE, PUSH_PAST = (
    "start",
    "push to",
    "rewrite",
    "delete",
    "move",
    "push past a pull request to",
)
INTO = "merge into "
# Names that GitHub gives itself or through its own Apps, who makes them, and by what: the Revert button, an edit on the
# page, GitHub Pages, Dependabot, Copilot (as on github.com; "" is anybody with write access).
GITHUB_NAMES = (
    ("revert-12-{work}", "the Revert button", ""),
    ("ada-patch-1", "an edit on GitHub's page", ""),
    ("gh-pages", "GitHub Pages", ""),
    ("dependabot/npm_and_yarn/left-pad-1.3.0", "Dependabot", "app:dependabot"),
    ("copilot/fix-12", "Copilot", "app:copilot-swe-agent"),
)


class FlowStep(Record):
    """One step to play.

    verb, subject, wanted: as in PlayedStep. about: the branches that it is about, as ``release branches``.
    asked: the question, its method left out. methods: the ways of merging of which one is enough.
    by: the robot that takes it, as ``app:dependabot``; "" for people. kind: the id of the kind, "" for none.
    """

    verb: str
    subject: str
    wanted: str
    about: str
    asked: SimulatedAction
    methods: tuple[str, ...] = ()
    by: str = ""
    kind: str = ""


def steps(flow: Flow, live: Live, heads: tuple[PullHead, ...] = ()) -> tuple[FlowStep, ...]:
    """The whole flow: what each kind of branch goes through, the tags, GitHub's own names, and what was done here."""
    found = [step for kind in flow.kinds for part in OF_KIND for step in part(kind, flow, live)]
    found += [step for part in OF_FLOW for step in part(flow, live)]
    found += [step for head in heads for step in _replayed(head, flow)]
    return tuple(dict.fromkeys(found))


def who(kind: Kind) -> str:
    """The branches of a kind, for a person."""
    return kind.fixed or f"{kind.id} branches"


def _example(kind: Kind, flow: Flow) -> str:
    return kind.names[0].example(flow)


def _started(kind: Kind, flow: Flow, live: Live) -> Iterator[FlowStep]:
    """A branch of the kind is made; one with a single name only where it isn't there yet."""
    there = live.branches
    if kind.fixed and kind.protected and (isinstance(there, Unknown) or kind.fixed in there):
        return
    for name in dict.fromkeys(template.example(flow) for template in kind.names):
        wanted = NEEDED if name == _example(kind, flow) else USUAL
        yield FlowStep(START, name, wanted, who(kind), SimulatedAction(CREATE, name), kind=kind.id)


def _changed(kind: Kind, flow: Flow, live: Live) -> Iterator[FlowStep]:
    """Somebody pushes to it, and rewrites it."""
    name, pulls = _example(kind, flow), by_pull(kind, flow)
    verb, wanted = (PUSH_PAST, BLOCKED) if pulls else (CHANGE, NEEDED)
    yield FlowStep(verb, name, wanted, who(kind), SimulatedAction(PUSH, name), kind=kind.id)
    wanted = BLOCKED if kind.protected or is_kept(kind) else TIDY
    if not pulls or wanted == BLOCKED:
        yield FlowStep(
            REWRITE, name, wanted, who(kind), SimulatedAction(PUSH, name, force=True), kind=kind.id
        )


def by_pull(kind: Kind, flow: Flow) -> bool:
    """Whether what is new comes by pull requests only."""
    if not is_ruled(kind, flow):
        return False
    own = flow.protection.guard(kind.id).pull_request
    return own if own is not None else kind.protected or is_base(kind, flow)


def _merged(kind: Kind, flow: Flow, live: Live) -> Iterator[FlowStep]:
    """A pull request goes into each of its targets, the back-merges with them."""
    head = _example(kind, flow)
    for into in (other for other in flow.kinds if other.id in kind.targets):
        base = _example(into, flow)
        asked = SimulatedAction(MERGE, base, head=head)
        ways = methods_into(into, flow)
        yield FlowStep(INTO + base, head, NEEDED, who(into), asked, methods=ways, kind=into.id)


def _pushed_by_two(kind: Kind, flow: Flow, live: Live) -> Iterator[FlowStep]:
    """Both of two people have pushed to a pull request."""
    people = live.people
    if isinstance(people, Unknown) or not people.whole or len(people.writers) != 2 or not is_base(kind, flow):
        return
    base = _example(kind, flow)
    asked = SimulatedAction(MERGE, base, pushers=2)
    says = "a pull request to which both have pushed"
    yield FlowStep(INTO + base, says, USUAL, who(kind), asked, methods=methods_into(kind, flow), kind=kind.id)


def _methods(kind: Kind, flow: Flow, live: Live) -> Iterator[FlowStep]:
    """The ways of merging that the policy doesn't want there."""
    if is_base(kind, flow) and by_pull(kind, flow):
        base = _example(kind, flow)
        for method in METHODS:
            if method not in methods_into(kind, flow):
                asked = SimulatedAction(MERGE, base)
                yield FlowStep(
                    f"{method} into", base, BLOCKED, who(kind), asked, methods=(method,), kind=kind.id
                )


def _ended(kind: Kind, flow: Flow, live: Live) -> Iterator[FlowStep]:
    """The branch is deleted: never a line, and any other once it is finished."""
    name = _example(kind, flow)
    wanted = BLOCKED if kind.protected else TIDY
    yield FlowStep(DELETE, name, wanted, who(kind), SimulatedAction(REMOVE, name), kind=kind.id)


def _tags(flow: Flow, live: Live) -> Iterator[FlowStep]:
    """A release is tagged, and its tag stays."""
    for text in dict.fromkeys(kind.tag.text for kind in flow.kinds if kind.tag is not None):
        name, about = text.replace("{version}", "1.0.0"), "version tags"
        say = f"the tag {name}"
        yield FlowStep(START, say, NEEDED, about, SimulatedAction(CREATE, name, TAG))
        yield FlowStep(MOVE, say, BLOCKED, about, SimulatedAction(PUSH, name, TAG, force=True))
        yield FlowStep(DELETE, say, BLOCKED, about, SimulatedAction(REMOVE, name, TAG))


def _github(flow: Flow, live: Live) -> Iterator[FlowStep]:
    """What GitHub's own buttons and Apps make, and where it goes."""
    work = flow.work
    for text, by, robot in GITHUB_NAMES:
        name = text.replace("{work}", _example(work, flow) if work is not None else "work")
        about = f"{name} ({by})"
        yield FlowStep(START, name, USUAL, about, SimulatedAction(CREATE, name), by=robot)
    for kind in flow.kinds:
        base = _example(kind, flow)
        if kind.protected and flow.welcomes(base):
            subject, ways = "patch-1 of a fork", methods_into(kind, flow)
            yield FlowStep(
                INTO + base,
                subject,
                USUAL,
                who(kind),
                SimulatedAction(MERGE, base),
                methods=ways,
                kind=kind.id,
            )


def _replayed(head: PullHead, flow: Flow) -> Iterator[FlowStep]:
    """A pull request, or a branch, that was made here: could it be today?"""
    if not head.fork:
        yield FlowStep(START, head.name, SEEN, "names in use", SimulatedAction(CREATE, head.name))
    if head.base and flow.kind_of(head.base) is not None:
        into = flow.kind_of(head.base)
        ways = methods_into(into, flow) if into is not None else METHODS
        # A fork's branch, and one from before the policy, is judged by where it goes.
        free = (head.fork or flow.adoption.lists(head.name)) and flow.welcomes(head.base)
        name = "" if free else head.name
        subject = f"{head.name} of a fork" if head.fork else head.name
        asked = SimulatedAction(MERGE, head.base, head=name)
        yield FlowStep(INTO + head.base, subject, SEEN, "pull requests", asked, methods=ways)


OF_KIND = (_started, _changed, _merged, _pushed_by_two, _methods, _ended)
OF_FLOW = (_tags, _github)
