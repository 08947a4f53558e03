"""Many repositories: each by itself, several at once, in any order of finishing and one order of telling."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from gitflowguard.app.protect.apply import Stopped
from gitflowguard.app.protect.journal import JournalError, RunJournal
from gitflowguard.app.protect.kept import KeptError
from gitflowguard.forge.errors import ForgeError
from gitflowguard.protection.nouns.outcome import RepositoryResult
from gitflowguard.protection.planfile import PlanError

# Enough that GitHub's limits and not its distance set the pace; its own limit is 100 at once (docs.github.com, "Rate
# limits for the REST API").
WORKERS = 8

Work = Callable[[str], RepositoryResult]


def outcomes(
    names: tuple[str, ...], work: Work, journal: RunJournal, workers: int = WORKERS
) -> Iterator[RepositoryResult]:
    """The outcome of each repository, in the order of the names; one that fails stops and hides no other.

    What the journal holds already is not checked again. Few are begun ahead, so that memory does not grow with the
    list. Raises Stopped and KeyboardInterrupt, after those that are at work have come to an end.
    """
    if len(names) == 1:
        yield _one(names[0], work, journal)
        return
    with ThreadPoolExecutor(workers) as pool:
        ahead: dict[int, Future[RepositoryResult]] = {}
        begun = 0
        try:
            for number, name in enumerate(names):
                while begun < len(names) and begun - number < 2 * workers:
                    ahead[begun] = pool.submit(_one, names[begun], work, journal)
                    begun += 1
                future = ahead.pop(number)
                while not future.done():
                    wait((future,), timeout=0.5, return_when=FIRST_COMPLETED)  # lets a signal through
                yield future.result()
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def _one(name: str, work: Work, journal: RunJournal) -> RepositoryResult:
    """One repository, whatever happens; remembered in the journal if there is nothing left to do."""
    if name in journal.done:
        return RepositoryResult(name, skipped=f"{journal.done[name]} (in an earlier run)")
    try:
        outcome = work(name)
    except (ForgeError, KeptError, PlanError) as problem:
        return RepositoryResult(name, error=str(problem))
    except (Stopped, KeyboardInterrupt, SystemExit):
        raise
    except Exception as problem:  # a bug of ours in one repository must not hide the others
        return RepositoryResult(name, error=f"a bug of ours: {type(problem).__name__}: {problem}")
    lost = outcome.error or outcome.refused or outcome.partly or outcome.report.errors
    if not lost and (not outcome.deeds or outcome.done):
        try:
            journal.add(name, outcome.said)
        except (JournalError, OSError) as problem:
            return outcome._replace(
                notes=(*outcome.notes, f"it will be looked at again, for the journal fails: {problem}")
            )
    return outcome
