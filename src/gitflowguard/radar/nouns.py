"""What the radar sees: branches on their targets, pairs of branches, work that is there twice, and orders.

Values only; how they are found is app.radar, and which of them is a finding is rules.conflict.
"""

from __future__ import annotations

from gitflowguard.model.finding import Argv, Unknown
from gitflowguard.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

# The states of a branch on a target.
LANDED = "landed"  # its work is there already: merged, squashed or cherry-picked
STALE = "stale"  # it conflicts with the target as it is now
CLEAN = "clean"
UNTOLD = "untold"  # it couldn't be determined
STATES = (STALE, UNTOLD, CLEAN, LANDED)

# How two sides clash at a path. git's own words for them change; these do not.
CONTENT = "content"
ADD_ADD = "add/add"
MODIFY_DELETE = "modify/delete"
RENAME_RENAME = "rename/rename"
RENAME_DELETE = "rename/delete"
RENAME_ADD = "rename/add"
FILE_DIRECTORY = "file/directory"
DIRECTORY_RENAME = "directory rename"
BINARY = "binary"
SUBMODULE = "submodule"
MODE = "mode"
OTHER = "other"
CLASHES = (
    CONTENT, ADD_ADD, MODIFY_DELETE, RENAME_RENAME, RENAME_DELETE, RENAME_ADD, FILE_DIRECTORY,
    DIRECTORY_RENAME, BINARY, SUBMODULE, MODE, OTHER,
)  # fmt: skip

# What kind of file it is, because each is fixed in its own way (model.natures).
CODE = "code"
NOTEBOOK = "notebook"
LOCK = "lock file"
GENERATED = "generated"
POINTER = "data pointer"
NATURES = (CODE, NOTEBOOK, LOCK, GENERATED, POINTER)

# What may end a knot.
UNION = "union"  # git keeps the lines of both sides
REGENERATE = "regenerate"  # a program writes the file
FRAGMENTS = "fragments"  # one file an entry
STRIP = "strip"  # without what running a notebook writes into it
CURES = (UNION, REGENERATE, FRAGMENTS, STRIP)
# What our own reading of Python calls what it finds (Broken.code).
SIGNATURE = "changed-signature"
GONE = "missing-name"

Span = tuple[int, int]


class Hunk(Record):
    """One place in a file that git would leave between conflict markers.

    ours, theirs: the lines of each side, without line ends.
    """

    ours: tuple[str, ...]
    theirs: tuple[str, ...]


class Clash(Record):
    """One path at which two sides cannot be merged.

    path: as it is called in the repository; git may have invented the name (``new~branch``).
    kind: one of CLASHES. nature: one of NATURES.
    ours, theirs: (first, last) lines from 1, in the file of the side that is there first (the target, or
        the branch that lands first) and of the side that comes; an empty range is (n, n - 1), a place
        between two lines. Empty where the clash is about no lines, and where they are not known.
    authors: who last changed the path on each side, "" where that is not known.
    gone: which side deleted the file, ``ours`` or ``theirs``; "" where none did.
    called: the file's path on each side, where it has another one there, else "".
    base: the places as lines of the target's file as it is now; () where that is not known.
    hunks: the texts, where they were asked for.
    """

    path: str
    kind: str
    nature: str
    ours: tuple[Span, ...] = ()
    theirs: tuple[Span, ...] = ()
    authors: tuple[str, str] = ("", "")
    gone: str = ""
    called: tuple[str, str] = ("", "")
    base: tuple[Span, ...] = ()
    hunks: tuple[Hunk, ...] = ()

    @property
    def own(self) -> tuple[str, str]:
        """The path of the file on each side."""
        return self.called[0] or self.path, self.called[1] or self.path


class Remedy(Record):
    """How a conflict ends (radar.remedy).

    moves: the branch that is updated, "" where nobody has to, or nobody may. after: what has to be merged before
    that, "" where it can be done now. order: (first, then): merged in this order, no conflict comes up; () where
    there is no such order. steps: the commands; the last of them stops at the conflict, which is then resolved on
    ``moves``. why: why there are no commands, "" where none are needed. back: the commands that bring back, once the
    merge is committed, what was saved before it in this work tree.
    """

    moves: str = ""
    after: str = ""
    order: tuple[str, ...] = ()
    steps: tuple[Argv, ...] = ()
    why: str = ""
    back: tuple[Argv, ...] = ()


class PullLabel(Record):
    """The open pull request behind a branch that the radar looks at.

    head: the branch's name where it lies. owner: of that repository, "" if it is gone. fork: whether it is another one.
    author: the login of whoever opened it.
    """

    number: int
    title: str
    author: str
    head: str
    owner: str = ""
    draft: bool = False
    fork: bool = False


class Contact(Record):
    """One open branch on one of its targets.

    branch: its name. ref: how to name it in a git command here (``feature/x``, ``origin/feature/x``).
    tip: its commit. kind: the id of its kind, "" if the policy knows none. target: the target's name.
    state: one of STATES. clashes: with the target as it is now, for STALE. why: for UNTOLD.
    author: who has most of its own commits. when: its newest commit's date, in seconds since 1970.
    depends: branches whose commits it holds (it was cut from them, or merged them).
    if_squashed: those of ``depends`` after whose squash merge it would conflict, although it would not
        after a real merge.
    remedy: how its conflict ends.
    blank: whether it has commits and they change nothing, such as an empty one that opens a pull request.
    worktree: the work tree whose uncommitted work is in it, "" for what is committed.
    pull: the pull request that brings it, None where branches were looked at.
    """

    branch: str
    ref: str
    tip: str
    kind: str
    target: str
    state: str
    clashes: tuple[Clash, ...] = ()
    why: Unknown | None = None
    author: str = ""
    when: int = 0
    depends: tuple[str, ...] = ()
    if_squashed: tuple[str, ...] = ()
    remedy: Remedy = Remedy()
    blank: bool = False
    worktree: str = ""
    pull: PullLabel | None = None

    @property
    def mend(self) -> tuple[Argv, ...]:
        """The commands that bring the target in and lead to the conflict to be resolved."""
        return self.remedy.steps


class Pair(Record):
    """Two branches that are both clean on a target and conflict with each other there.

    first, second: in the order in which they better land.
    clashes: what ``second`` meets after ``first`` has landed (the other way round where that way is clean).
    ways: ``both``, ``first`` (only if ``first`` lands first), ``second`` (only if ``second`` lands first).
    remedy: how the conflict ends.
    untold: ways round that couldn't be determined, with the reason; None if all could.
    """

    target: str
    first: str
    second: str
    clashes: tuple[Clash, ...] = ()
    ways: str = "both"
    remedy: Remedy = Remedy()
    untold: Unknown | None = None

    @property
    def mend(self) -> tuple[Argv, ...]:
        """The commands for the one that moves, after the other has landed."""
        return self.remedy.steps

    @property
    def conflicts(self) -> bool:
        """Whether it is known that the two conflict, at least one way round."""
        return bool(self.clashes) or self.untold is None

    @property
    def shown(self) -> tuple[str, str]:
        """(who is there, who comes) of the way round that ``clashes`` is about."""
        return (self.second, self.first) if self.ways == "second" else (self.first, self.second)


class DuplicatedChange(Record):
    """The same change made on two branches (git-patch-id(1)): (commit on one, commit on the other, subject)."""

    one: str
    other: str
    commits: tuple[tuple[str, str, str], ...]


class LandingStep(Record):
    """One landing in an order. clean: whether it merges without a conflict after all before it; paths: else where.

    against: earlier branches of the order that it conflicts with. breaks: those with which it merges without a
    conflict and the result is broken, or the target where it is broken with that alone; it is not clean then.
    """

    branch: str
    clean: bool
    paths: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    breaks: tuple[str, ...] = ()


class LandingOrder(Record):
    """In which order the branches of a target land with the fewest conflicts.

    steps: one for each branch that is clean on the target now. now: the largest set that can land without
    any conflict. verified: whether the order was merged for real, one after the other, on top of the target.
    asked: whether it is the order that the user wanted to try.
    """

    target: str
    steps: tuple[LandingStep, ...]
    now: tuple[str, ...]
    verified: bool = False
    asked: bool = False


class Broken(Record):
    """A merge that is clean for git and broken for Python, or for the command that was tried on it.

    target: on which it was made. branches: one (with the target) or two. path, line, code, says: the finding
    that is in the merge and in neither side; of a command: path "" and says what it said.
    merges, places: all merges and all places (path, line) of the same cause (radar.breakage), the first ones included.
    moves: the branch whose people are expected to act. author: of that branch. mend: commands that stop in the
    merge, for its result to be put right before it is committed.
    """

    target: str
    branches: tuple[str, ...]
    path: str
    line: int
    code: str
    says: str
    merges: tuple[tuple[str, ...], ...] = ()
    places: tuple[tuple[str, int], ...] = ()
    moves: str = ""
    author: str = ""
    mend: tuple[Argv, ...] = ()

    @property
    def others(self) -> tuple[str, ...]:
        """The branches that the one who moves meets, () for the target alone."""
        return tuple(dict.fromkeys(name for names in self.merges for name in names if name != self.moves))


class Cure(Record):
    """What else would end a knot. how: one of CURES. line, cured, trials, untried: as in Knot."""

    how: str
    line: str
    cured: int
    trials: int
    untried: str = ""


class Knot(Record):
    """A place that several conflicts of a target have in common.

    branches: those in them. conflicts: how many there are. place: (first, last) line of the target's file, an empty
    range where something is added before a line; None where it is not about lines. adds: whether all of them only
    add there. cure: one of CURES, "" where none is known to help. line: what it takes: a line of .gitattributes, a
    command, or the folder for one file an entry. cured: how many of the conflicts it ends. trials: how many merges
    were made with it to find that out. untried: the command that was not run for it. also: what else would end it.
    manifest: the file from which a lock file is made, "" where none is known. torn: in how many of the conflicts that
    one, or one of members, conflicts, too, or can't be read once it is merged. members: how many manifests of members
    of the workspace the lock file is made from, too.
    """

    target: str
    path: str
    branches: tuple[str, ...]
    conflicts: int
    place: Span | None = None
    adds: bool = False
    cure: str = ""
    line: str = ""
    cured: int = 0
    trials: int = 0
    untried: str = ""
    also: tuple[Cure, ...] = ()
    manifest: str = ""
    torn: int = 0
    members: int = 0


class RadarTarget(Record):
    """A branch on which others are to land. ref: how to name it in a git command here. tip: its commit."""

    name: str
    ref: str
    tip: str


class Radar(Record):
    """All that the radar saw, targets in the order of the policy, and in each the newest branch first.

    seen: branches looked at. beyond: open branches that were left out because there are more than were
    asked for. merges: trial merges made for it, of that many pairs (``pairs_of``). notes: about the run.
    knots: places that many conflicts have in common. pulls: whether open pull requests were looked at, not branches.
    """

    targets: tuple[RadarTarget, ...]
    contacts: tuple[Contact, ...]
    pairs: tuple[Pair, ...]
    twins: tuple[DuplicatedChange, ...] = ()
    orders: tuple[LandingOrder, ...] = ()
    broken: tuple[Broken, ...] = ()
    seen: int = 0
    beyond: int = 0
    merges: int = 0
    pairs_of: int = 0
    notes: tuple[str, ...] = ()
    knots: tuple[Knot, ...] = ()
    pulls: bool = False

    def on(self, target: str, *states: str) -> tuple[Contact, ...]:
        """The branches on a target that are in one of the states."""
        return tuple(c for c in self.contacts if c.target == target and c.state in states)


class PullConflicts(Record):
    """What one pull request would meet on its base.

    name: what it is called in ``radar``, which holds it and its pairs alone; None where nothing was looked at.
    others: how many others it was compared with. listed: whether these are the open pull requests, by their forge;
    else they are the branches of this clone that land there. listing: why the forge didn't say which are open.
    whole: whether the forge listed all of them. unseen: those whose commits this clone lacks; fetch: what brings them.
    labels: name of another -> its pull request. why: why nothing can be determined of it.
    """

    name: str
    target: str
    radar: Radar | None = None
    others: int = 0
    listed: bool = False
    listing: Unknown | None = None
    whole: bool = True
    unseen: tuple[str, ...] = ()
    fetch: tuple[Argv, ...] = ()
    labels: Mapping[str, PullLabel] = {}
    why: Unknown | None = None
