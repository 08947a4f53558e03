"""What a team wants GitHub to refuse, and what GitHub says that it refuses now.

Everything here speaks in names (``team:release``, ``app:github-actions``), never in ids: ids differ from
repository to repository, so only forge.github knows them.
"""

from __future__ import annotations

from gitflowguard.model.finding import Unknown
from gitflowguard.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.guarded import Guarded
    from gitflowguard.model.jsonvalue import Document, Json

METHODS = ("merge", "squash", "rebase")
MODES = ("always", "pull_request", "exempt")
# Who may stand in a bypass list: these with a name behind the colon, or one of the two that need none.
ACTORS = ("team", "app", "role", "user")
NAMELESS = ("deploy-key", "org-admin")
# Ours are the rulesets whose name begins with this.
PREFIX = "gitflow: "
# The two guards that aren't branch types; no kind can be called so.
NAMES = "~names"
TAGS = "~tags"
# How the reason of an Unknown begins where GitHub's plan has no such thing: nobody can turn it on.
PLAN_LACKS = "GitHub's plan for this repository has no "


class Actor(Record):
    """Who may bypass a ruleset.

    name: ``team:release``, ``app:renovate``, ``role:admin``, ``user:ada``, ``deploy-key`` or ``org-admin``.
    mode: ``always``, ``pull_request`` (only by a pull request) or ``exempt`` (leaves no trace in GitHub's log).
    """

    name: str
    mode: str = "always"


class RequiredCheck(Record):
    """A check that has to be green. app: the slug of the GitHub App that must have made it, "" for anybody's."""

    context: str
    app: str = ""


class Clause(Record):
    """One rule of a ruleset. type: GitHub's word, such as ``non_fast_forward``. parameters: as GitHub has them, with
    names for ids; {} for a rule without any. A required check is ``{"context": …, "app": "github-actions"}``,
    without ``app`` where anybody's will do.
    """

    type: str
    parameters: Document = {}


class Ruleset(Record):
    """A ruleset, wanted or found.

    target: ``branch`` or ``tag``. include, exclude: patterns of full refs, ``~ALL``, ``~DEFAULT_BRANCH``.
    bypass: who may bypass; Unknown where this token is not shown it.
    id: 0 while it is only wanted. source: the repository (``acme/web``) or organisation (``acme``) that it belongs to.
    properties: (custom property, value) of the repositories that an organisation's ruleset is for.
    """

    name: str
    target: str
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    clauses: tuple[Clause, ...]
    bypass: tuple[Actor, ...] | Unknown = ()
    enforcement: str = "active"
    id: int = 0
    source: str = ""
    properties: tuple[tuple[str, str], ...] = ()


class Classic(Record):
    """Classic protection of one branch, as the whole document that a PUT takes, with names for ids.

    signatures: whether signed commits are demanded (GitHub keeps that apart from the document).
    """

    branch: str
    document: Document
    signatures: bool = False


class Repository(Record):
    """A repository and those of its settings that a flow needs.

    name: ``owner/name`` as GitHub writes it now. organisation: whether its owner is one.
    settings: GitHub's key -> value, of SETTINGS; Unknown where this token is not shown it.
    admin: whether this token may change them.
    """

    name: str
    id: int
    organisation: bool
    private: bool
    archived: bool
    default_branch: str
    settings: dict[str, Json | Unknown]
    admin: bool


SETTINGS = (
    "default_branch",
    "allow_merge_commit",
    "allow_squash_merge",
    "allow_rebase_merge",
    "delete_branch_on_merge",
    "allow_auto_merge",
)


class Owners(Record):
    """CODEOWNERS. path: where it lies, "" if there is none. errors: (line from 1, what GitHub says of it).

    text: the file; None where it was not read.
    """

    path: str
    errors: tuple[tuple[int, str], ...] = ()
    text: str | None = None


class Person(Record):
    """Somebody with write access. role: ``admin``, ``maintain`` or ``write``, the most that they may do."""

    login: str
    role: str = "write"


class People(Record):
    """Those with write access; robots are left out, for their approval counts nowhere.

    whole: False where there are more than these.
    """

    writers: tuple[Person, ...]
    whole: bool = True


class PullHead(Record):
    """The head of a pull request that was made here, or a branch that is there.

    base: the branch that it was for, "" for a mere branch. fork: whether it lies in another repository.
    """

    name: str
    base: str = ""
    fork: bool = False


class SilentPull(Record):
    """An open pull request on whose head no workflow has reported, and that is known to start none.

    word: what in its last commit's message says so; "" where a workflow opened it with its own token.
    """

    number: int
    base: str
    word: str = ""


class Live(Record):
    """What GitHub says of one repository; what was not asked, or is not shown to this token, is Unknown.

    rulesets: the repository's own and its organisation's (``Ruleset.source`` tells). An Unknown whose reason is
        that the plan has none makes the plan fall back to classic protection.
    classic: of the branches that the policy names. checks: every check seen on a recent commit of them.
    branches: those of them that exist. people: who has write access.
    server: "" for github.com and GHE.com, the version of a GitHub Enterprise Server, None where it wasn't asked.
    silent: open pull requests on which no workflow reports, of the newest ones and of those that workflows opened.
    hidden: (name, reason) of each of the organization's rulesets that is listed and whose rules were not shown.
    extended: what became of the policy that this one extends, as facts.
    """

    repository: Repository
    rulesets: tuple[Ruleset, ...] | Unknown
    classic: tuple[Classic, ...] | Unknown = Unknown("classic protection was not asked for")
    checks: tuple[RequiredCheck, ...] | Unknown = Unknown("checks were not asked for")
    owners: Owners | Unknown = Unknown("CODEOWNERS was not asked for")
    branches: tuple[str, ...] | Unknown = Unknown("branches were not asked for")
    people: People | Unknown = Unknown("who has write access was not asked for")
    server: str | None = None
    hidden: tuple[tuple[str, Unknown], ...] = ()
    extended: tuple[Guarded, ...] = ()
    silent: tuple[SilentPull, ...] | Unknown = Unknown("open pull requests were not asked for")


class Guard(Record):
    """How the policy wants one kind of branch protected. Every field None or () keeps the default of the kind.

    kind: the id of a kind of branch, or NAMES (branches outside the policy) or TAGS (version tags).
    approvals: 0 to 10. up_to_date: whether a pull request must hold its base's tip.
    created_by: who alone may create such a branch or tag; () is everybody. For NAMES, () is nobody.
    deleted_by: who alone may delete such a branch; () is nobody, None the default of the kind.
    pull_request: whether what is new comes by pull requests only.
    """

    kind: str
    approvals: int | None = None
    code_owners: bool | None = None
    dismiss_stale: bool | None = None
    last_push: bool | None = None
    threads: bool | None = None
    merge_methods: tuple[str, ...] = ()
    checks: tuple[RequiredCheck, ...] = ()
    up_to_date: bool | None = None
    signatures: bool | None = None
    bypass: tuple[Actor, ...] = ()
    created_by: tuple[Actor, ...] = ()
    deleted_by: tuple[Actor, ...] | None = None
    pull_request: bool | None = None


class Protection(Record):
    """The section ``protection`` of a policy.

    level: ``rulesets``, ``classic``, or ``auto``: rulesets where the plan has them.
    guards: at most one per kind. settings: GitHub's key -> wanted value, for keys that the team has set itself.
    """

    level: str = "auto"
    guards: tuple[Guard, ...] = ()
    settings: tuple[tuple[str, bool | str], ...] = ()

    def guard(self, kind: str) -> Guard:
        """What the team has set for a kind; an empty one if nothing."""
        for guard in self.guards:
            if guard.kind == kind:
                return guard
        return Guard(kind)


def lacks(unknown: Unknown) -> bool:
    """Whether it is unknown because GitHub's plan has no such thing, rather than because it is hidden."""
    return unknown.reason.startswith(PLAN_LACKS)


class Review(Record):
    """How a pull request into one kind of branch has to be reviewed."""

    approvals: int
    code_owners: bool
    dismiss_stale: bool
    last_push: bool
