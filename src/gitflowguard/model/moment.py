"""The one table of moments: when rules may speak, what each moment knows, and how it behaves.

A rule declares the kind of fact that it reads and what it needs beside it. It speaks at each moment that can
have both, unless it narrows that itself (`model.rule.Rule.moments`). Everything that depends on the moment is
read here: which hooks are installed and how they are started, what is gathered, whose policy counts, whether a
finding blocks, and in which column of hook/speech.py it prints. A new moment is one more row.

The names of git's hooks are in githooks(5). Hooks read this module, so it stays light.
"""

from __future__ import annotations

from gitflowguard.model.record import Record

# git's hooks, the only place where they are spelled.
PRE_COMMIT = "pre-commit"
PRE_MERGE_COMMIT = "pre-merge-commit"
PREPARE_COMMIT_MSG = "prepare-commit-msg"
COMMIT_MSG = "commit-msg"
PRE_PUSH = "pre-push"
PRE_REBASE = "pre-rebase"
POST_CHECKOUT = "post-checkout"
REFERENCE_TRANSACTION = "reference-transaction"
# Not a hook of git's: the tools alone, on files that a hook framework names.
QUALITY = "quality"

# What a rule may need beside the fact that it reads. A moment offers some of them.
MESSAGE = "message"  # the text of a commit that is made on the branch itself
IDENTITY = "identity"  # who is, or will be, the author and the committer of commits
ARRIVING = "arriving"  # the commits that a merge brings into a long-lived branch, with their messages
OPERATION = (
    "operation"  # the index and the state of the operation in the work tree (a merge, a squash, a pick)
)
MARKERS = "markers"  # the contents of the files that were in conflict
FLATTENED = "flattened"  # the merges that a rebase is about to drop
SHARED = "shared"  # that the change leaves this clone, so that what it leaves undone concerns others
SURVEY = "survey"  # every branch of the clone, looked through on request
CLOCK = "clock"  # how old a branch is
CONTENTS = "contents"  # the new files that a change brings, read
TOOLS = "tools"  # what formatters, linters and scanners report
PROOF = "proof"  # that a tool has looked: a gap blocks as a finding does
RADAR = "radar"  # what trial merges show
FORGE = "forge"  # what only GitHub knows
REPORTS = "reports"  # what a training measured
RECORDS = "records"  # what a model was made from
NEEDS = (
    MESSAGE, IDENTITY, ARRIVING, OPERATION, MARKERS, FLATTENED, SHARED, SURVEY, CLOCK, CONTENTS, TOOLS, PROOF, RADAR,
    FORGE, REPORTS, RECORDS,
)  # fmt: skip

# Where a hook has nothing to judge (repo.preamble says each in sh, and the hook then starts no Python).
FILES_ALONE = "files-alone"  # files were checked out, not a branch
OLD_BRANCH = "old-branch"  # HEAD is detached, or names a branch that this command didn't make
REPLAYED = "replayed"  # a rebase replays a commit that met no conflict
PASSED_BEFORE = "passed-before"  # an earlier hook of the same git has judged this
JUDGED_WITH_MESSAGE = "judged-with-message"  # likewise, and no rule on messages is on
LATER = "later"  # commit-msg follows at once and judges both
UNCHANGED = (
    "unchanged"  # all that is pushed was judged, and all that this depends on is the same byte by byte
)
PICKED = (
    "picked"  # a cherry-pick onto a branch whose verdict is kept, without a line like a conflict's marker
)
SAME_MESSAGE = "same-message"  # on such a branch, a commit whose message was judged before, word for word
UNPROTECTED = "unprotected"  # the policy is the one that was noted to leave this branch unprotected
NO_BRANCH_MOVES = "no-branch-moves"  # of the refs that move none is a branch, or they have moved

# The moments, as a rule names them.
AT_COMMIT = "commit"
AT_MERGE = "merge"
AT_PREPARE = "prepare"
AT_MESSAGE = "message"
AT_PUSH = "push"
AT_REBASE = "rebase"
AT_CREATION = "creation"
AT_MOVE = "move"
AT_FILES = "files"
AT_CHECK = "check"
AT_SURVEY = "survey"
AT_PULL = "pull"
AT_RADAR = "radar"
AT_PROTECT = "protect"
AT_MODEL = "model"
AT_VERIFY = "verify"

# Whose policy counts.
WORK_TREE = "the work tree's"
REMOTE = "the remote's"
BASE = "the base's"

# The columns of what hooks print (hook/speech.py).
COMMITTING = "commit, merge"
PUSHING = "push"
REBASING = "rebase"
CREATING = "new branch"
MOVING = "moved ref (strict)"
COLUMNS = (COMMITTING, PUSHING, REBASING, CREATING, MOVING)


class Moment(Record):
    """One moment.

    name: how a rule names it. stage: git's hook, QUALITY, or "" for a command.
    families: of the facts that it can have (rules.registry.FAMILIES).
    offers: which of NEEDS can be had there.
    only: a need that a rule must have to speak here, because another moment has judged the rest; "" for none.
    invited: whether only rules that name the moment speak here: its facts are made up of few that are known.
    policy: whose counts. blocks: whether an error stops what is about to happen.
    column: where hook/speech.py says what it prints; a legal pass prints nothing in any of them.
    once: the git command whose --no-verify leaves the hook out; "" where git runs it under --no-verify too.
    stdin: whether git writes to the hook's standard input. refs: whether every verdict begins with the branches.
    staged: whether tools may look at what is staged. new: whether the hook runs on a new branch alone.
    walk: whether the messages of the commits that it finds are wanted, so that one walk brings both.
    installed: whether `init` installs the hook; where it doesn't, `init --strict` does.
    idle: the conditions above under which the hook has nothing to judge.
    """

    name: str
    stage: str = ""
    families: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    only: str = ""
    invited: bool = False
    policy: str = WORK_TREE
    blocks: bool = True
    column: str = ""
    once: str = ""
    stdin: bool = False
    refs: bool = False
    staged: bool = False
    walk: bool = False
    new: bool = False
    installed: bool = False
    idle: tuple[str, ...] = ()

    def hears(self, family: str, needs: tuple[str, ...], claims: tuple[str, ...]) -> bool:
        """Whether a rule may speak here.

        family: of the fact that it reads. needs: what it declares. claims: the moments that it names, () for all.
        """
        if family not in self.families or (self.only and self.only not in needs):
            return False
        if self.name not in claims if claims else self.invited:
            return False
        return all(need in self.offers for need in needs)


_GRAPH = ("branch", "commit", "merge", "release")

# In the order in which git starts the hooks (githooks(5)); then the commands.
MOMENTS = (
    Moment(
        name=AT_COMMIT,
        stage=PRE_COMMIT,
        families=(*_GRAPH, "quality", "artefact"),
        offers=(IDENTITY, ARRIVING, OPERATION, MARKERS, TOOLS, PROOF, CONTENTS),
        column=COMMITTING,
        once="commit",
        refs=True,
        staged=True,
        installed=True,
        idle=(LATER,),
    ),
    Moment(
        name=AT_MERGE,
        stage=PRE_MERGE_COMMIT,
        families=(*_GRAPH, "quality", "artefact"),
        offers=(IDENTITY, ARRIVING, TOOLS, PROOF, CONTENTS),
        column=COMMITTING,
        once="merge",
        refs=True,
        staged=True,
        walk=True,
        installed=True,
    ),
    Moment(
        name=AT_PREPARE,
        stage=PREPARE_COMMIT_MSG,
        families=_GRAPH,
        offers=(IDENTITY, ARRIVING, OPERATION, MARKERS),
        column=COMMITTING,
        refs=True,
        installed=True,
        idle=(REPLAYED, PASSED_BEFORE, PICKED),
    ),
    Moment(
        name=AT_MESSAGE,
        stage=COMMIT_MSG,
        families=("commit",),
        offers=(MESSAGE,),
        only=MESSAGE,
        column=COMMITTING,
        once="commit",
        installed=True,
        idle=(JUDGED_WITH_MESSAGE, SAME_MESSAGE),
    ),
    Moment(
        name=AT_PUSH,
        stage=PRE_PUSH,
        families=(*_GRAPH, "push", "conflict", "quality", "artefact"),
        offers=(MESSAGE, IDENTITY, ARRIVING, MARKERS, SHARED, RADAR, TOOLS, PROOF, CONTENTS),
        policy=REMOTE,
        column=PUSHING,
        once="push",
        stdin=True,
        refs=True,
        walk=True,
        installed=True,
        idle=(UNCHANGED,),
    ),
    Moment(
        name=AT_REBASE,
        stage=PRE_REBASE,
        families=("push", "merge"),
        offers=(FLATTENED,),
        invited=True,
        column=REBASING,
        once="rebase",
        refs=True,
        installed=True,
        idle=(UNPROTECTED,),
    ),
    Moment(
        name=AT_CREATION,
        stage=POST_CHECKOUT,
        families=("branch", "release"),
        blocks=False,
        column=CREATING,
        new=True,
        installed=True,
        idle=(FILES_ALONE, OLD_BRANCH),
    ),
    Moment(
        name=AT_MOVE,
        stage=REFERENCE_TRANSACTION,
        families=("branch", "commit", "merge", "push"),
        offers=(ARRIVING,),
        column=MOVING,
        stdin=True,
        idle=(NO_BRANCH_MOVES,),
    ),
    Moment(
        name=AT_FILES,
        stage=QUALITY,
        families=("quality",),
        offers=(TOOLS, PROOF),
        column=COMMITTING,
    ),
    Moment(
        name=AT_CHECK,
        families=(*_GRAPH, "push", "artefact"),
        offers=(MESSAGE, IDENTITY, ARRIVING, OPERATION, MARKERS, CONTENTS, PROOF, SHARED),
    ),
    Moment(
        name=AT_SURVEY,
        families=(*_GRAPH, "push", "artefact"),
        offers=(MESSAGE, IDENTITY, ARRIVING, OPERATION, MARKERS, CONTENTS, PROOF, SHARED, SURVEY, CLOCK),
    ),
    Moment(
        name=AT_PULL,
        families=(*_GRAPH, "pull", "conflict", "quality", "artefact", "model"),
        offers=(
            MESSAGE, IDENTITY, ARRIVING, MARKERS, SHARED, FORGE, RADAR, TOOLS, PROOF, CONTENTS, REPORTS, RECORDS,
        ),  # fmt: skip
        policy=BASE,
    ),
    Moment(name=AT_RADAR, families=("conflict",), offers=(RADAR,)),
    Moment(name=AT_PROTECT, families=("protection",), offers=(FORGE,)),
    Moment(name=AT_MODEL, families=("model",), offers=(REPORTS,)),
    Moment(name=AT_VERIFY, families=("model",), offers=(RECORDS,)),
)
_BY_NAME = {moment.name: moment for moment in MOMENTS}
_BY_STAGE = {moment.stage: moment for moment in MOMENTS if moment.stage}

# The hooks of git that `init` installs, and the one that `init --strict` adds.
STAGES = tuple(moment.stage for moment in MOMENTS if moment.installed)
STRICT = REFERENCE_TRANSACTION
ALL_STAGES = (*STAGES, STRICT)
# Where the verdict on a branch may be kept, or a kept one may serve (repo.kept).
KEPT_AT = (AT_COMMIT, AT_PREPARE, AT_MESSAGE, AT_PUSH)
# These report and never block: git asks them when all is done (githooks(5)).
ADVICE = tuple(moment.stage for moment in MOMENTS if moment.stage and not moment.blocks)
# git runs these under --no-verify as well (githooks(5)).
UNDER_NO_VERIFY = tuple(stage for stage in ALL_STAGES if not _BY_STAGE[stage].once)
# Between two of them nothing is committed: the first one's verdict serves the others of the same git.
BEFORE_A_COMMIT = tuple(moment.stage for moment in MOMENTS if moment.staged)
# At these tools may run (`quality.stages`).
TOOL_STAGES = tuple(stage for stage in ALL_STAGES if TOOLS in _BY_STAGE[stage].offers)


def moment_of(name: str) -> Moment:
    """The moment that a rule names so."""
    return _BY_NAME[name]


def moment_at(stage: str) -> Moment:
    """The moment of a hook."""
    return _BY_STAGE[stage]
