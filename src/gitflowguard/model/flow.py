"""The Gitflow that a team declared: kinds of branches and what may happen between them."""

from __future__ import annotations

from gitflowguard.model.adoption import Adoption
from gitflowguard.model.check import FULL, Artefacts, Quality, Tool
from gitflowguard.model.finding import IGNORE
from gitflowguard.model.names import parse_version
from gitflowguard.model.ownrule import OwnRule
from gitflowguard.model.protection import Protection, Review
from gitflowguard.model.record import Record
from gitflowguard.model.template import Template
from gitflowguard.model.training import Training

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAIN = "main"
DEVELOP = "develop"
# Kinds whose branches a program makes and names: nobody is advised to call work so.
FEATURE = "feature"
ROBOT = "bot"
ASIDE = (ROBOT, "pages", "revert", "patch")


class Kind(Record):
    """One kind of branch.

    id: the key in the policy: ``main``, ``develop``, ``feature``, …
    names: templates; a name that one of them matches is of this kind.
    parents: ids of kinds that such a branch may be cut from.
    targets: ids of kinds that it may be merged into.
    protected: long-lived; changed only by merges, never rewritten or deleted.
    tag: template of the tag that ends it (holds ``{version}``), or None.
    parallel: whether two of them may be open at once.
    quality: how much of the tools' findings fails here (model.check.BARS).
    authors: logins that count as robots beside those that a forge knows as such; only the kind ``bot`` has any.
    """

    id: str
    names: tuple[Template, ...]
    parents: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    protected: bool = False
    tag: Template | None = None
    parallel: bool = True
    quality: str = "full"
    authors: tuple[str, ...] = ()

    @property
    def fixed(self) -> str:
        """The branch's name where the kind has exactly one possible, else ``""``."""
        return self.names[0].text if len(self.names) == 1 and self.names[0].literal else ""

    @property
    def label(self) -> str:
        """How to write a name of this kind, for a person: ``feature/<slug>``."""
        return self.names[0].label


class MessagePolicy(Record):
    """What a commit message must be.

    style: ``free`` or ``conventional``. ticket: whether it names one. max_subject: in letters, 0 for no limit.
    types: of the style conventional, () for the usual ones. mood: whether the subject is imperative.
    capital: ``upper`` or ``lower`` for the subject's first letter, "" for either. body: whether there must be one.
    sign_off: whether the author signs off. machine: what becomes of commits made with an assistant: "",
    ``forbid`` or ``disclose``. fix: what the hook repairs: ``spaces``, ``period``, ``case``.
    """

    style: str = "free"
    ticket: bool = False
    max_subject: int = 0
    types: tuple[str, ...] = ()
    mood: bool = False
    capital: str = ""
    body: bool = False
    sign_off: bool = False
    machine: str = ""
    fix: tuple[str, ...] = ()


class IdentityPolicy(Record):
    """Who may be the author and the committer of a commit.

    well_formed: whether name and address must be usable. emails: the addresses that are allowed, () for all
    (model.authorship.fits). committer: ``author`` where the two must be the same person, "" where not.
    """

    well_formed: bool = False
    emails: tuple[str, ...] = ()
    committer: str = ""


class Flow(Record):
    """The whole policy as the rules read it; compiled once, then only compared.

    severities: (rule name, severity), for rules that differ from their default.
    exceptions: (kind id, rule name, severity), stronger than ``severities``.
    version_scheme: ``semver``, ``pep440`` or ``calver``. stale_days: rule 107's limit.
    tag_prefix: what stands before the number in a version tag.
    tools: the format, lint and security tools that the team uses. quality: how they are run.
    merge_drivers: the repository's own merge drivers that the policy names (gitattributes(5)). drivers: those of
        them that somebody answers for (app.policy.trust), so that the radar may run them; no key of the policy.
    protection: what GitHub itself has to refuse, as far as it differs from the defaults.
    names: the ready-made set of names, ``preset`` for the preset's own.
    adoption: the branches that were there before the policy; findings about them are warnings.
    missing: ``warn`` or ``block``: what the team's own hook files do in a clone without our program.
    artefacts: what the artefact rules allow.
    training: how a model is trained, and what it is made from.
    model: what is asked of a model, as plain values that `model.demand` reads; () where nothing is.
    identity: who may be the author and the committer of a commit.
    own: the rules of the team's own, which run a program or an installed package.
    left_out: globs of branches that the radar leaves out.
    semantic: whether the radar and `pr check` look for merges that are clean for git and broken for Python.
    """

    kinds: tuple[Kind, ...]
    severities: tuple[tuple[str, str], ...] = ()
    exceptions: tuple[tuple[str, str, str], ...] = ()
    message: MessagePolicy = MessagePolicy()
    ticket: Template = Template("")
    version_scheme: str = "semver"
    tag_prefix: str = ""
    stale_days: int = 90
    remote: str = "origin"
    preset: str = "gitflow"
    tools: tuple[Tool, ...] = ()
    quality: Quality = Quality()
    merge_drivers: tuple[str, ...] = ()
    protection: Protection = Protection()
    names: str = "preset"
    adoption: Adoption = Adoption()
    missing: str = "warn"
    drivers: tuple[str, ...] = ()
    artefacts: Artefacts = Artefacts()
    training: Training = Training()
    model: tuple[Any, ...] = ()
    identity: IdentityPolicy = IdentityPolicy()
    own: tuple[OwnRule, ...] = ()
    left_out: tuple[str, ...] = ()
    semantic: bool = False

    def kind(self, kind_id: str) -> Kind | None:
        """The kind with this id, or None if the team does without it."""
        for kind in self.kinds:
            if kind.id == kind_id:
                return kind
        return None

    def kind_of(self, branch: str) -> Kind | None:
        """The kind whose template the name matches; None for an unknown or malformed name."""
        for kind in self.kinds:
            if any(template.match(branch, self) is not None for template in kind.names):
                return kind
        return None

    def near_kind(self, branch: str) -> Kind | None:
        """The kind whose prefix the name carries, although the rest may be malformed."""
        exact = self.kind_of(branch)
        if exact is not None:
            return exact
        for kind in self.kinds:
            for template in kind.names:
                # main-2 doesn't begin like a branch main: that is one name, not a beginning of many.
                if not template.literal and template.prefix and branch.startswith(template.prefix):
                    return kind
        return None

    def version_of(self, branch: str) -> str:
        """The text in the place of ``{version}``, well-formed or not; ``""`` if there is none.

        A name that fits a template is read by that one; else by the one that begins most like it.
        """
        kind = self.near_kind(branch)
        for template in kind.names if kind else ():
            if template.match(branch, self) is not None:
                return template.version_in(branch, self)
        near = [t for t in kind.names if branch.startswith(t.prefix)] if kind else []
        best = max(near, key=lambda template: len(template.prefix), default=None)
        return best.version_in(branch, self) if best is not None else ""

    def protected(self, branch: str) -> bool:
        """Whether the branch is long-lived and may only be merged into."""
        kind = self.kind_of(branch)
        return kind is not None and kind.protected

    def name_of(self, kind_id: str) -> str:
        """A name to show for a kind: the branch itself, or ``release/<version>``."""
        kind = self.kind(kind_id)
        return (kind.fixed or kind.label) if kind else kind_id

    def only(self, kind_id: str) -> str:
        """The one branch of a kind that has exactly one, else ""."""
        kind = self.kind(kind_id)
        return kind.fixed if kind else ""

    @property
    def production(self) -> str:
        """The branch that holds official releases."""
        kind = self.kind(MAIN)
        return kind.fixed if kind else MAIN

    @property
    def integration(self) -> str:
        """The branch where new work starts and is integrated; production if there is no other."""
        kind = self.kind(DEVELOP)
        return kind.fixed if kind else self.production

    def may_merge(self, source: str, target: str, robot: bool = False) -> bool | None:
        """Whether a merge of branch ``source`` into branch ``target`` is legal.

        None where the policy has no opinion: the target is a branch of an
        unknown kind, whose own name is the problem. A branch and its remote
        twin have one name, and merging them is always legal; so is updating a
        branch from a kind that it may be cut from. robot: as in `joins`.
        """
        if source == target:
            return True
        into = self.kind_of(target)
        if into is None:
            return None
        out = self.kind_of(source)
        return out is not None and self.joins(out, into, robot)

    def joins(self, out: Kind, into: Kind, robot: bool = False) -> bool:
        """Whether a branch of one kind may be merged into one of another.

        robot: whether a robot is known to have made the branch. Anybody can give a branch a robot's name, so the name
        alone leads into no line that everyday work doesn't go to.
        """
        if into.id in out.targets:
            work = self.work
            named = out.id == ROBOT and into.protected and not robot
            return not named or (work is not None and into.id in work.targets)
        return not into.protected and out.id in into.parents

    @property
    def work(self) -> Kind | None:
        """The kind that everyday work is done on: cut from the integration branch, free to be named.

        It is feature where that is one: a form such as ``{ticket}-{slug}`` has put it behind the others.
        """
        home = self.kind_of(self.integration)
        free = [k for k in self.kinds if not k.protected and k.id not in ASIDE]
        loose = [k for k in free if not any(t.has("version") for t in k.names)]
        cut = [k for k in loose if home is not None and home.id in k.parents] or loose[:1]
        return next((k for k in cut if k.id == FEATURE), cut[0] if cut else None)

    def welcomes(self, target: str) -> bool:
        """Whether everyday work of any name may go into the branch; True for "", which isn't a branch."""
        into, work = self.kind_of(target) if target else None, self.work
        return not target or (into is not None and work is not None and into.id in work.targets)

    def severity(self, rule: str, default: str, branch: str) -> str:
        """How serious the rule is on this branch: its kind's exception, else the policy, else the default."""
        kind = self.near_kind(branch) if self.exceptions and branch else None
        if kind is not None:
            for kind_id, name, severity in self.exceptions:
                if kind_id == kind.id and name == rule:
                    return severity
        for name, severity in self.severities:
            if name == rule:
                return severity
        return default

    def active(self, rule: str, default: str) -> bool:
        """Whether the rule can speak at all, on any kind of branch."""
        if self.severity(rule, default, "") != IGNORE:
            return True
        return any(name == rule and severity != IGNORE for _, name, severity in self.exceptions)

    def bar(self, branch: str) -> str:
        """How much a change on this branch has to pass; everything where its kind is unknown."""
        kind = self.near_kind(branch)
        return kind.quality if kind is not None else FULL

    def review(self, branch: str) -> Review:
        """How a pull request into the branch has to be reviewed; nothing is demanded where the kind is unknown.

        By default two approvals for production, one for every other branch that pull requests go into.
        """
        kind = self.kind_of(branch)
        return Review(0, False, False, False) if kind is None else self.review_into(kind)

    def review_into(self, kind: Kind) -> Review:
        """The same for any branch of a kind."""
        own = self.protection.guard(kind.id)
        line = kind.protected
        base = any(kind.id in other.targets and other.id != kind.id for other in self.kinds)
        approvals = 2 if kind.id == MAIN else 1 if base else 0
        return Review(
            approvals if own.approvals is None else own.approvals,
            line if own.code_owners is None else own.code_owners,
            line if own.dismiss_stale is None else own.dismiss_stale,
            line if own.last_push is None else own.last_push,
        )

    def well_formed(self, version: str) -> bool:
        """Whether the version follows the team's scheme."""
        return parse_version(version, self.version_scheme) is not None


def remembering(flow: Flow) -> Flow:
    """The same flow, which reads each name once: for many branches, each asked about many times."""
    read: dict[str, Kind | None] = {}

    class Remembering(Flow):
        """A flow that keeps the kind of each name."""

        def kind_of(self, branch: str) -> Kind | None:
            if branch not in read:
                read[branch] = flow.kind_of(branch)
            return read[branch]

    return Remembering(*flow)
