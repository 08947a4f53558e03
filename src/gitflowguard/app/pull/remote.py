"""What only GitHub knows of a pull request: reviews, code owners, whether it can be merged, whether it moved on.

The verdict is for the head that the event or the caller named. Whatever could not be had is Unknown with the reason:
never a pass, never an error of the command.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitflowguard.app.pull.conflicts import MOST_PULLS
from gitflowguard.app.pull.owners import unowned
from gitflowguard.forge.errors import ForgeError
from gitflowguard.model.finding import Unknown
from gitflowguard.model.names import short
from gitflowguard.model.pull import APPROVED, CHANGES, DISMISSED, Verdict
from gitflowguard.protection.owners import PLACES

if TYPE_CHECKING:
    from collections.abc import Callable

    from gitflowguard.forge.pullport import PullForge
    from gitflowguard.model.flow import Flow
    from gitflowguard.model.proposal import Compared, OpenPulls, Opinion, PullRequest
    from gitflowguard.model.pull import Pull

    # A file's text at a commit; None if there is none.
    Content = Callable[[str, str], str | None]

# Seconds between looks at a `mergeable` that GitHub has not worked out yet (docs.github.com, "Get a pull request"); 19
# in all.
WAITS = (1.0, 2.0, 3.0, 5.0, 8.0)
# docs.github.com, "List pull requests files": at most this many are reported.
MOST_FILES = 3000
_STATES = {"approved": APPROVED, "changes_requested": CHANGES, "dismissed": DISMISSED}
MANY = 1_000_000
_SPARE = Unknown("others have approved already, so their write access wasn't checked")


def fill(forge: PullForge, name: str, content: Content | None = None) -> PullDetails:
    """Makes what fills a pull request in. content: reads files at a commit from nearer than GitHub."""
    return PullDetails(forge, name, content)


class PullDetails:
    """Called with a pull request and the flow, it gives the pull request with all that GitHub says of it.

    notes: afterwards, what a person should know of the look itself. comments: how many comments there are, None if
    that was not reported.
    """

    def __init__(self, forge: PullForge, name: str, content: Content | None = None) -> None:
        self._forge = forge
        self._name = name
        self._content = content or (lambda path, ref: forge.content(name, path, ref))
        # Whether a file that is not shown is not there: GitHub may answer 404 to a token that may not read
        # (docs.github.com, "Troubleshooting the REST API").
        self._sees = self._near = content is not None
        self.notes: tuple[str, ...] = ()
        self.comments: int | None = None

    def open_pulls(self) -> OpenPulls | Unknown:
        """The open pull requests, in at most two requests."""
        try:
            return self._forge.open_pulls(self._name, MOST_PULLS)
        except ForgeError as problem:
            return Unknown(str(problem))

    def __call__(self, pull: Pull, flow: Flow) -> Pull:
        """Raises nothing that GitHub could cause. One without a number is given back as it is."""
        self.notes, self.comments, self._sees = (), None, self._near
        if not pull.number:
            return pull
        try:
            now = self._forge.pull(self._name, pull.number)
        except ForgeError as problem:
            return _blind(pull, Unknown(f"couldn't ask GitHub: {problem}"))
        self.comments = now.comments
        named = bool(pull.base_sha)
        pull = pull._replace(
            fork=now.fork,
            author=pull.author or now.author,
            robot=pull.robot or now.robot,
            branch="" if now.fork else now.head,
            head_sha=pull.head_sha or now.head_sha,
            base_sha=pull.base_sha or now.base_sha,
            draft=now.draft,
        )
        here = now.head_sha == pull.head_sha
        self._tell_moves(pull, now)
        pull, files = self._changes(pull, now, here)
        if not named:
            pull = pull._replace(moved=False)
        wanted = flow.review(pull.about)
        verdicts = self._verdicts(pull, MANY if wanted.code_owners else wanted.approvals)
        pull = pull._replace(
            verdicts=verdicts,
            unowned=self._unowned(pull, flow, files, verdicts),
            mergeable=self._mergeable(pull, now, here),
        )
        self._forge.save()
        return pull

    def _tell_moves(self, pull: Pull, now: PullRequest) -> None:
        """The event named the commit; whatever else GitHub shows now is said, not judged in its place."""
        judged = short(pull.head_sha)
        if now.head_sha != pull.head_sha:
            self._note(
                f"the pull request has moved on to {short(now.head_sha)}; this verdict is for {judged} alone"
            )
        if now.base != pull.about:
            self._note(f"the pull request goes into {now.base} by now; this verdict is for {pull.about}")

    def _note(self, text: str) -> None:
        self.notes = (*self.notes, text)

    def _changes(self, pull: Pull, now: PullRequest, here: bool) -> tuple[Pull, tuple[str, ...] | Unknown]:
        """Where the base is now, and which files are changed at the commit that is judged."""
        try:
            compared = self._forge.compared(self._name, pull.about, pull.head_sha)
        except ForgeError as problem:
            why = Unknown(f"the head and {pull.about} could not be compared: {problem}")
            return pull._replace(moved=why), self._listed(pull, now, here)
        self._sees = True
        moved = compared.tip != pull.base_sha
        behind = compared.behind if isinstance(pull.behind, Unknown) else pull.behind
        return pull._replace(moved=moved, behind=behind), self._whole(compared, pull, now, here)

    def _whole(
        self, compared: Compared, pull: Pull, now: PullRequest, here: bool
    ) -> tuple[str, ...] | Unknown:
        return compared.files if compared.whole else self._listed(pull, now, here)

    def _listed(self, pull: Pull, now: PullRequest, here: bool) -> tuple[str, ...] | Unknown:
        """The files as the pull request lists them, which is those of its present head."""
        if not here:
            return Unknown("the pull request has moved on, and lists the files of its new head")
        if now.files > MOST_FILES:
            return Unknown(f"it changes {now.files} files, and GitHub lists no more than {MOST_FILES}")
        try:
            return self._forge.files(self._name, pull.number)
        except ForgeError as problem:
            return Unknown(f"couldn't read the changed files: {problem}")

    def _verdicts(self, pull: Pull, needed: int) -> tuple[Verdict, ...] | Unknown:
        """The last word of each person. needed: after this many approvals nobody else is asked about."""
        try:
            opinions = self._forge.reviews(self._name, pull.number)
        except ForgeError as problem:
            return Unknown(f"couldn't read the reviews: {problem}")
        last = {one.login: one for one in opinions if one.state in _STATES}
        found, writers = [], 0
        for one in last.values():
            spare = writers >= needed and _STATES[one.state] == APPROVED
            may = _SPARE if spare else self._may_write(one, pull)
            writers += may is True and _counts(one, pull)
            found.append(Verdict(one.login, _STATES[one.state], one.commit, may))
        return tuple(found)

    def _may_write(self, one: Opinion, pull: Pull) -> bool | Unknown:
        if one.owner:
            return True
        if one.login == "ghost":
            return False
        if one.login == pull.author:
            return Unknown("nobody's own approval counts, so their write access wasn't checked")
        if _STATES[one.state] == DISMISSED or (
            _STATES[one.state] == APPROVED and one.commit != pull.head_sha
        ):
            return Unknown("it doesn't approve this head, so their write access wasn't checked")
        return self._forge.may_write(self._name, one.login)

    def _unowned(
        self,
        pull: Pull,
        flow: Flow,
        files: tuple[str, ...] | Unknown,
        verdicts: tuple[Verdict, ...] | Unknown,
    ) -> tuple[str, ...] | Unknown:
        """Files whose owners have not approved, by CODEOWNERS at the base."""
        if not flow.review(pull.about).code_owners:
            return Unknown("the policy does not ask for code owners")
        if isinstance(files, Unknown):
            return files
        try:
            texts = (self._content(path, pull.base_sha) for path in PLACES)
            text = next((text for text in texts if text is not None), None)
        except ForgeError as problem:
            return Unknown(f"CODEOWNERS could not be read: {problem}")
        if text is None and not self._sees:
            return Unknown("this token may not read the repository's files, so CODEOWNERS is not known")
        return unowned(self._forge, text or "", files, verdicts, pull)

    def _mergeable(self, pull: Pull, now: PullRequest, here: bool) -> bool | Unknown:
        """GitHub's answer; while it has none, what is known from elsewhere stands, else a few more looks are taken."""
        known = pull.mergeable if isinstance(pull.mergeable, bool) else None
        if not here:
            return known if known is not None else _gone_on(now)
        answer = now.mergeable if now.mergeable is not None else known
        if answer is not None:
            return answer
        for seconds in WAITS:
            self._forge.pause(seconds)
            try:
                now = self._forge.pull(self._name, pull.number)
            except ForgeError as problem:
                return Unknown(f"couldn't check whether it can be merged: {problem}")
            if now.head_sha != pull.head_sha:
                return _gone_on(now)
            if now.mergeable is not None:
                return now.mergeable
        return Unknown("GitHub has not worked out yet whether it can be merged; run the check again")


def _counts(one: Opinion, pull: Pull) -> bool:
    return one.state == "approved" and one.commit == pull.head_sha and one.login != pull.author


def _gone_on(now: PullRequest) -> Unknown:
    return Unknown(f"the pull request has moved on to {short(now.head_sha)}")


def _blind(pull: Pull, why: Unknown) -> Pull:
    """Nothing could be asked: what is known from elsewhere stays."""
    return pull._replace(
        draft=False,  # an old event says nothing of what it is now
        verdicts=why,
        unowned=why,
        mergeable=pull.mergeable if isinstance(pull.mergeable, bool) else why,
        moved=pull.moved or why,
    )
