"""`radar --fetch`: what a partial clone lacks for the answer is fetched, and the radar looks again."""

from __future__ import annotations

from gitflowguard.app.radar.survey import RadarResult, radar
from gitflowguard.repo.fetching import fetch_objects, promisor
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
    say: Callable[[int, str], None] = lambda count, remote: None,
) -> RadarResult:
    """As `radar`, with all that it needs: what a look lacks is fetched in one go, and shows what the next one lacks.

    Folders show which files matter, and files which pairs do, so it ends after a few looks. In a whole clone nothing is
    fetched. say: is called with how many objects are fetched and from which remote. Raises as `radar`, and GitError and
    ProcessError where the fetch fails.
    """
    git = Git(cwd)
    place = find_place(git)
    remote = promisor(git, question.wanted.remote)
    tried: set[str] = set()
    while True:
        seen = radar(question, now, cwd, progress)
        wanted = [oid for oid in seen.missing if oid not in tried]
        if not wanted or not remote:
            return seen
        say(len(wanted), remote)
        fetch_objects(place.top or place.git_dir, remote, wanted)
        tried.update(wanted)
