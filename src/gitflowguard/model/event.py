"""(stage, arguments, stdin, environment) -> Event. Every pushed ref is read."""

from __future__ import annotations

from gitflowguard.model.credentials import anonymous
from gitflowguard.model.finding import Unknown
from gitflowguard.model.moment import (
    POST_CHECKOUT,
    PRE_COMMIT,
    PRE_PUSH,
    PRE_REBASE,
    PREPARE_COMMIT_MSG,
    REFERENCE_TRANSACTION,
)
from gitflowguard.model.names import HEADS, is_null
from gitflowguard.model.ownrule import is_own
from gitflowguard.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

# Behind the name of a hook that was here before ours.
CHAINED = ".chained"
# The word that one hook leaves for the next (repo.shim).
PASSED = "gitflowguard-passed"
# A folder: one empty file for each git whose commit-msg has to judge what pre-commit left to it, named by process id.
DEFERRED = "gitflowguard-deferred"
# The new branches that post-checkout had nothing to say about: "<ref> <first line of its reflog>", a line each.
CHECKED_OUT = "gitflowguard-created"
# The process id of the rebase whose clean picks nobody has to judge.
REPLAYING = "gitflowguard-replaying"
# The verdict that is kept, two small files about it, and the newest message that was judged with it (repo.kept).
KEPT = "gitflowguard/kept"
KEPT_TIP = "gitflowguard/kept-tip"
KEPT_CHAIN = "gitflowguard/kept-chain"
KEPT_MESSAGE = "gitflowguard/kept-message"
# The branches that the policy doesn't protect, and the policy that says so (repo.unprotected).
FREE = "gitflowguard/unprotected"
FREE_POLICY = "gitflowguard/unprotected-policy"
# How hookfront is asked for what goes on behind a command: `fill REMOTE BRANCH COMMIT …` after a push, `fill` for all
# open branches. BACKGROUND: the variable that says "off" where nobody wants that.
FILL = "fill"
BACKGROUND = "GITFLOWGUARD_BACKGROUND"
# The branches that the radar knows a conflict of, a line each: a push of one of them has something to report.
MET = "gitflowguard/met"
GITHEAD = "GITHEAD_"


class Update(Record):
    """One ref of a push or of a ref transaction; "" where there isn't an object or no local ref."""

    local: str
    new: str
    remote: str
    old: str


class Event(Record):
    """What is about to happen.

    args: the hook's own arguments. updates: refs of a push or transaction.
    heads: (commit, name as typed) of a merge in the making.
    remote: its name, or its URL without user and password; so are URLs in args.
    partial: Unknown if a hook framework hid part of the event from us.
    committing: whether git is making a commit; a framework's `run --all-files`
        starts the pre-commit stage without one.
    """

    stage: str
    args: tuple[str, ...] = ()
    updates: tuple[Update, ...] = ()
    heads: tuple[tuple[str, str], ...] = ()
    remote: str = "origin"
    partial: Unknown | None = None
    committing: bool = True


class SkipError(Exception):
    """GITFLOWGUARD_SKIP that cannot be honoured; the text says how to write it."""


def parse(stage: str, args: tuple[str, ...], stdin: bytes, environ: Mapping[str, str]) -> Event:
    """Reads the event of one hook (githooks(5)); malformed lines of stdin raise ValueError."""
    if stage == PRE_PUSH:
        return _pushed(args, stdin, environ)
    if stage == REFERENCE_TRANSACTION:
        rows = (line.split(" ", 2) for line in _lines(stdin))
        updates = tuple(Update("", _sha(new), ref, _sha(old)) for old, new, ref in rows)
        return Event(stage, args, updates)
    # `git commit` always tells its hooks which index it commits from (commit.c, run_commit_hook).
    committing = stage != PRE_COMMIT or "GIT_INDEX_FILE" in environ
    args += _from_framework(stage, args, environ)
    return Event(stage, args, heads=_heads(environ), committing=committing)


# What pre-commit and prek put into the environment instead of the hook's arguments (pre-commit.com, "Supported git
# hooks").
_FRAMEWORK: dict[tuple[str, int], tuple[str, ...]] = {
    (PRE_REBASE, 0): ("PRE_COMMIT_PRE_REBASE_UPSTREAM", "PRE_COMMIT_PRE_REBASE_BRANCH"),
    (POST_CHECKOUT, 0): ("PRE_COMMIT_FROM_REF", "PRE_COMMIT_TO_REF", "PRE_COMMIT_CHECKOUT_TYPE"),
    (PREPARE_COMMIT_MSG, 1): ("PRE_COMMIT_COMMIT_MSG_SOURCE", "PRE_COMMIT_COMMIT_OBJECT_NAME"),
}


def _from_framework(stage: str, args: tuple[str, ...], environ: Mapping[str, str]) -> tuple[str, ...]:
    """The arguments that a hook framework has moved to the environment."""
    names = _FRAMEWORK.get((stage, len(args)), ())
    return tuple(environ[name] for name in names if environ.get(name))


def _heads(environ: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """git merge names what it merges in GITHEAD_<commit>=<name as typed> (builtin/merge.c)."""
    return tuple((name[len(GITHEAD) :], value) for name, value in environ.items() if name.startswith(GITHEAD))


def _lines(stdin: bytes) -> list[str]:
    text = stdin.decode("utf-8", "surrogateescape")
    return [line for line in text.split("\n") if line]


def _sha(text: str) -> str:
    return "" if is_null(text) else text


def _pushed(args: tuple[str, ...], stdin: bytes, environ: Mapping[str, str]) -> Event:
    """git's lines are ``<local ref> <new> <remote ref> <old>``; ``(delete)`` stands for no local ref."""
    args = tuple(anonymous(word) for word in args)
    updates = []
    for line in _lines(stdin):
        local, new, remote, old = line.rsplit(" ", 3)
        updates.append(Update("" if local == "(delete)" else local, _sha(new), remote, _sha(old)))
    if updates or not environ.get("PRE_COMMIT_REMOTE_BRANCH"):
        return Event(PRE_PUSH, args, tuple(updates), remote=args[0] if args else "origin")
    # A framework has eaten stdin. It tells us of the first updated ref only, and of no deletion
    # (pre_commit/commands/hook_impl.py, _pre_push_ns); what the remote has is read from the remote-tracking ref
    # instead.
    branch = environ["PRE_COMMIT_REMOTE_BRANCH"]
    local = environ.get("PRE_COMMIT_LOCAL_BRANCH", branch)
    update = Update(local, environ.get("PRE_COMMIT_TO_REF", ""), branch, TRACKED)
    partial = Unknown(
        "the hook framework shows only the first ref of a push and no deletion", (("gitflowguard", "init"),)
    )
    return Event(
        PRE_PUSH,
        args,
        (update,),
        remote=anonymous(environ.get("PRE_COMMIT_REMOTE_NAME", "origin")),
        partial=partial,
    )


TRACKED = "tracked"  # stands for "what the remote-tracking ref says" in Update.old


def parse_skip(text: str, names: tuple[str, ...], codes: tuple[str, ...]) -> dict[str, str]:
    """``"rule: reason; rule: reason"`` -> rule name -> reason.

    Raises SkipError for a rule without a reason or an unknown rule: a skip that
    nobody can explain later isn't an audit trail. A rule of the team's own goes by its form: the policy isn't read yet.
    """
    found: dict[str, str] = {}
    for part in text.split(";"):
        rule, colon, reason = part.partition(":")
        rule = rule.strip()
        if not rule and not reason.strip():
            continue
        by_code = dict(zip(codes, names)).get(rule.upper(), rule)
        if by_code not in names and not is_own(by_code):
            raise SkipError(f"GITFLOWGUARD_SKIP names an unknown rule: {rule!r}; see `gitflowguard rules`")
        if not reason.strip():
            raise SkipError(
                f'GITFLOWGUARD_SKIP needs a reason: GITFLOWGUARD_SKIP="{by_code}: why it must be skipped"'
            )
        found[by_code] = " ".join(reason.split())
    return found


def branch_of(ref: str) -> str:
    """The branch of a full local ref, "" for any other ref."""
    return ref[len(HEADS) :] if ref.startswith(HEADS) else ""
