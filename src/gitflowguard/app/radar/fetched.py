"""`radar --fetch`: what this clone lacks for the answer is fetched.

The heads of pull requests that aren't here come before the look; what a partial clone lacks comes after it, and the
radar looks again.
"""

from __future__ import annotations

from gitflowguard.app.policy.opening import open_repository
from gitflowguard.app.radar.pulls import absent_heads
from gitflowguard.app.radar.survey import RadarResult, radar
from gitflowguard.model.names import plural
from gitflowguard.repo.fetching import fetch_objects, fetch_refs, promisor
from gitflowguard.repo.git import Git
from gitflowguard.repo.state import find_place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from gitflowguard.app.radar.survey import RadarRequest, SurveyProgress


def fetched(
    question: RadarRequest,
    now: int,
    cwd: str = "",
    progress: SurveyProgress | None = None,
    say: Callable[[str, str], None] = lambda what, remote: None,
) -> RadarResult:
    """As `radar`, with all that it needs: what a look lacks is fetched in one go, and shows what the next one lacks.

    Folders show which files matter, and files which pairs do, so it ends after a few looks. In a whole clone nothing is
    fetched. With open pull requests their heads come first, in one git process. No ref is written, so git forgets what
    nobody uses. say: is called with what is fetched and from which remote. Raises as `radar`, and GitError and
    ProcessError where the fetch fails.
    """
    git = Git(cwd)
    place = find_place(git)
    if question.pulls is not None:
        home = question.wanted.remote or open_repository(git).flow.remote
        heads = absent_heads(git, question.pulls, question.wanted)
        if heads:
            say(f"the {plural(len(heads), 'head')} of open pull requests", home)
            fetch_refs(place.top or place.git_dir, home, heads)
    remote = promisor(git, question.wanted.remote)
    tried: set[str] = set()
    while True:
        seen = radar(question, now, cwd, progress)
        wanted = [oid for oid in seen.missing if oid not in tried]
        if not wanted or not remote:
            return seen
        say(plural(len(wanted), "object"), remote)
        fetch_objects(place.top or place.git_dir, remote, wanted)
        tried.update(wanted)
