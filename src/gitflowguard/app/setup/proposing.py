"""The policy that `init` proposes: learned from the repository, and tried on every branch before it is written."""

from __future__ import annotations

import time
from collections.abc import Callable

from gitflowguard.app.policy import branchfacts
from gitflowguard.app.policy.branchfacts import All
from gitflowguard.app.setup.policy import Draft, first_policy
from gitflowguard.engine import evaluate
from gitflowguard.model import lineage
from gitflowguard.model.adoption import NAME, OPEN, VERSION, branch_id
from gitflowguard.model.facts import View
from gitflowguard.model.finding import ERROR
from gitflowguard.model.flow import Flow, Kind, remembering
from gitflowguard.model.names import listed
from gitflowguard.model.record import Record
from gitflowguard.policy.habits import PAGES, PUBLISHED, RELEASE, SUPPORT, Habit
from gitflowguard.policy.limits import MAX_ADOPTED
from gitflowguard.policy.lines import candidates
from gitflowguard.policy.presets import AS_IS as AS_IS_PRESET
from gitflowguard.policy.presets import DEVELOP_NAMES, kinds_of, preset_flow
from gitflowguard.policy.proposal import (
    AS_IS,
    ASKED_FOR,
    GITFLOW,
    TRUNK,
    Choice,
    NamePolicy,
    ProposalEvidence,
    habits,
    names_for,
    scheme_for,
    targets_for,
    usual_way,
)
from gitflowguard.repo.detect import Detected, DetectedLine
from gitflowguard.repo.files import SetupError
from gitflowguard.repo.git import Git
from gitflowguard.repo.survey import Survey, survey, with_lines
from gitflowguard.rules import registry

Ask = Callable[[Choice, str, str], str]

# What people say for "we have none"; no branch is ever made of it.
_NONE = ("none", "false", "no")
# Topics of rules about the name alone; others ask where a branch comes from and whether it may be open.
_BY_NAME = (NAME, VERSION)


def is_none(develop: str) -> bool:
    """Whether the answer to "which branch is develop?" says that there is none."""
    return develop.lower() in _NONE


class Outside(Record):
    """A branch that the policy would block if it were new. code, rule, says: the first rule that does, in its words.

    topic: what that rule is about (model.adoption).
    """

    name: str
    code: str
    rule: str
    says: str
    topic: str = ""


class Preview(Record):
    """What the policy says of the branches that are there. total: all the team's, lines included."""

    total: int = 0
    outside: tuple[Outside, ...] = ()

    @property
    def by_name(self) -> bool:
        """Whether the names alone are why."""
        return all(one.topic in _BY_NAME for one in self.outside)


class PolicyProposal(Record):
    """The policy to be written.

    found: with the lines that it names. names: what it says of names. branches: the team's.
    """

    found: Detected
    text: bytes
    flow: Flow
    choice: Choice
    seen: Survey
    names: NamePolicy
    preview: Preview
    branches: tuple[str, ...] = ()


class ProposalOptions(Record):
    """What the user's options say, "" to go by the evidence. way: one of WAYS. names: ``conventional``, ``preset``."""

    main: str = ""
    develop: str = ""
    preset: str = ""
    way: str = ""
    names: str = ""


def propose(
    git: Git, found: Detected, asked: ProposalOptions, ask: Ask | None = None, now: float | None = None
) -> PolicyProposal:
    """Surveys the repository and drafts a policy; writes nothing.

    ask: puts the question which way to take, with the default and the two lines; None takes the default.
    now: seconds since the epoch. Raises SetupError where the lines can't be found.
    """
    clock = time.time() if now is None else now
    without = is_none(asked.develop) or asked.way == TRUNK
    asked = asked._replace(develop="" if without else asked.develop)
    seen = branchfacts.read_all(git, found.place, found.remote)
    names = branchfacts.team(seen.refs, branchfacts.strangers(git, found.remote))
    known = survey(git, found, names)
    found = _main(git, with_lines(found, known), known, asked)
    found = found._replace(develop=DetectedLine("")) if without else found
    facts = _known(found, known, seen, names, asked)
    learned = habits(facts)
    choice = _choice(facts, learned, asked)
    if ask is not None and not (asked.way or asked.preset or asked.develop or asked.names or found.unborn):
        way = ask(choice, found.main.name, found.develop.name)
        choice = choice if way == choice.way else Choice(way, ASKED_FOR)
    found = _develop(found, asked, choice.way)
    draft, said = _draft(found, facts._replace(develop=_name(found, choice.way)), learned, asked, choice.way)
    text, flow, preview = _tried(found, draft, seen, names, clock)
    return PolicyProposal(
        found=found,
        text=text,
        flow=flow,
        choice=choice,
        seen=known,
        names=said,
        preview=preview,
        branches=names,
    )


def _main(git: Git, found: Detected, known: Survey, asked: ProposalOptions) -> Detected:
    """The repository with the production branch that the option names, else the one that was found."""
    for option, name in (("--main", asked.main), ("--develop", asked.develop)):
        if name and git.call("check-ref-format", f"refs/heads/{name}", codes=(0, 1)).code:
            raise SetupError(f"{option}: {name} isn't a branch name that git allows")
    if asked.main and not found.unborn and not found.tip(asked.main):
        raise SetupError(f"--main: there is no branch {asked.main}, here or on {found.remote}")
    main = DetectedLine(asked.main, "as asked") if asked.main else found.main
    if not main.name:
        raise SetupError(_which(found, known))
    if found.narrow and not asked.main and main.name in DEVELOP_NAMES:
        fetch = f"git remote set-branches {found.remote} '*' && git fetch {found.remote}"
        raise SetupError(
            f"this clone fetches one branch only, and {main.name} doesn't look like production; "
            f"to see the others: {fetch}; or say which one is: gitflowguard init --main NAME"
        )
    develop = found.develop if found.develop.name != main.name else DetectedLine("")
    return found._replace(main=main, develop=develop)


def _which(found: Detected, known: Survey) -> str:
    """The question for the production branch, with the likeliest answers first."""
    names = tuple(dict.fromkeys((*candidates(known.seen), *_newest(found, known))))
    there = f"; the branches are, the likeliest first, {listed(names[:8], 'and')}" if names else ""
    return f"no branch looks like production; say which one is: gitflowguard init --main NAME{there}"


def _newest(found: Detected, known: Survey) -> tuple[str, ...]:
    return tuple(sorted(known.names, key=lambda name: (name != found.refs.head, name)))


def _known(
    found: Detected, known: Survey, seen: All, names: tuple[str, ...], asked: ProposalOptions
) -> ProposalEvidence:
    """What the proposal goes by."""
    prefix = found.tag_prefix
    tags = (tag[len(prefix) :] for tag in found.refs.tags if tag.startswith(prefix))
    return ProposalEvidence(
        main=found.main.name,
        develop=asked.develop or found.develop.name,
        names=names,
        merged=known.merged,
        traffic=known.seen.traffic.get(found.main.name),
        told=bool(found.keys.program),
        narrow=found.narrow,
        tags=tuple(tag for tag in tags if tag[:1].isdigit()),
        published=_published(seen, found, names),
    )


def _published(seen: All, found: Detected, names: tuple[str, ...]) -> tuple[str, ...]:
    """Branches called like a site or a store of data that share no commit with the lines."""
    lines = lineage.tips_of(seen.refs, tuple(filter(None, (found.main.name, found.develop.name))))
    ready = {name.text for kind in kinds_of("gitflow") if kind.id == PAGES for name in kind.names}
    return tuple(
        name
        for name in names
        if name.lower() in PUBLISHED
        and name not in ready
        and lines
        and any(not above for above in seen.history.own(seen.refs.tips(name)[0], lines).values())
    )


def _choice(facts: ProposalEvidence, learned: tuple[Habit, ...], asked: ProposalOptions) -> Choice:
    """The way that the options name, else the one that the evidence speaks for."""
    if asked.way:
        return Choice(asked.way, ASKED_FOR)
    if asked.preset or asked.develop:
        return Choice(AS_IS if asked.preset == AS_IS_PRESET else GITFLOW, ASKED_FOR)
    return usual_way(facts, learned, bool(asked.names))


def _name(found: Detected, way: str) -> str:
    """The integration branch that the policy names, "" for none."""
    return "" if way == TRUNK else found.develop.name


def _develop(found: Detected, asked: ProposalOptions, way: str) -> Detected:
    """The repository with the integration branch that the way needs."""
    if way == TRUNK:
        return found._replace(develop=DetectedLine("", f"none: work goes straight to {found.main.name}"))
    develop = DetectedLine(asked.develop, "as asked") if asked.develop else found.develop
    if develop.name == found.main.name:
        raise SetupError("--main and --develop name the same branch; releases and new work need one each")
    if develop.name:
        return found._replace(develop=develop)
    if way == AS_IS:
        return found._replace(develop=DetectedLine("", "none"))
    if found.main.name == "develop":
        raise SetupError("--main and --develop name the same branch; releases and new work need one each")
    return found._replace(develop=DetectedLine("develop", "not there yet"))


def _draft(
    found: Detected,
    facts: ProposalEvidence,
    learned: tuple[Habit, ...],
    asked: ProposalOptions,
    way: str,
) -> tuple[Draft, NamePolicy]:
    """The draft of the file, without a record of adoption."""
    preset = AS_IS_PRESET if way == AS_IS else asked.preset or "gitflow"
    bare = NamePolicy(False, {})
    draft = Draft(way, preset, found.main.name, facts.develop)
    if way == AS_IS:
        return draft, bare
    wanted = {"conventional": True, "preset": False}.get(asked.names)
    base = _base(preset, facts, False)
    said = names_for(facts, learned, base, wanted)
    if said.conventional:
        said = names_for(facts, learned, _base(preset, facts, True), True)
    targets = targets_for(facts, said, base)
    free = (SUPPORT,) if said.kinds.get(SUPPORT) else ()
    versions = scheme_for((*facts.tags, *_release_versions(facts)))
    filled = draft._replace(
        names=said.kinds, targets=targets, conventional=said.conventional, free=free, versions=versions
    )
    return filled, said


def _base(preset: str, facts: ProposalEvidence, conventional: bool) -> dict[str, Kind]:
    names = "conventional" if conventional else "preset"
    return {kind.id: kind for kind in preset_flow(preset, facts.main, facts.develop or None, names).kinds}


def _release_versions(facts: ProposalEvidence) -> tuple[str, ...]:
    """What stands behind the slash of release branches, as far as it begins with a digit."""
    tails = (name.partition("/")[2].removeprefix("v") for name in facts.names if name.startswith("release/"))
    return tuple(tail for tail in tails if tail[:1].isdigit())


def _tried(
    found: Detected, draft: Draft, seen: All, names: tuple[str, ...], now: float
) -> tuple[bytes, Flow, Preview]:
    """The draft as a policy, with what it says of each branch; those that it would block are recorded in it."""
    text, flow = first_policy(found, draft)
    outside = _outside(seen, flow, names, now)
    # Releases that were squashed or given up look open for ever; the next one must not wait for them.
    if any(one.topic == OPEN for one in outside) and RELEASE not in draft.parallel and draft.way != AS_IS:
        return _tried(found, draft._replace(parallel=(RELEASE,)), seen, names, now)
    if outside:
        day = time.strftime("%Y-%m-%d", time.gmtime(now))
        # What a record has no room for is still known by the dates of its commits.
        ids = tuple(sorted({branch_id(one.name) for one in outside}))[:MAX_ADOPTED]
        text, flow = first_policy(found, draft._replace(date=day, ids=ids))
    return text, flow, Preview(len(names), outside)


def _outside(seen: All, flow: Flow, names: tuple[str, ...], now: float) -> tuple[Outside, ...]:
    """The branches that a rule calls wrong, each once, by the rule that is first in the catalogue."""
    refs = seen.refs
    view = View(remembering(flow), refs, lineage.lines(flow, refs))
    facts, _ = branchfacts.facts_of(seen, view, names, now)
    rules = tuple(rule for rule in registry.load() if flow.active(rule.name, rule.default))
    report = evaluate(rules, facts, view)
    found: dict[str, Outside] = {}
    for violation in sorted(report.violations, key=lambda v: v.code):
        name = violation.finding.ref
        if violation.severity == ERROR and name not in found:
            found[name] = Outside(
                name, violation.code, violation.name, violation.finding.says, violation.topic
            )
    return tuple(found[name] for name in sorted(found))
