"""Every request of the surfaces, each fault in turn: nothing is raised, nothing is told twice, the verdict stands."""

from __future__ import annotations

from typing import Any

import pytest

from fakegithub.faults import ANSWERS, WRITES_ONLY
from tests import budget
from tests.pr.surfaces.bench import CLEAN, NAME, WORSE, Bench
from tests.pr.surfaces.test_tell import outputs

SLOW = ("slow", "slow-before")
# Every sixth in `make test`: the client's answer to each of them is in tests/forge/test_transport.py.
FAULTS = budget.sampled(ANSWERS, *([name for name in ANSWERS if name not in SLOW][::6]))


def emptied(bench: Bench) -> None:
    """As before the first run."""
    bench.web.comments.clear()
    bench.web.check_runs.clear()
    bench.web.statuses.clear()
    bench.github.scripts.clear()
    bench.github.forget()
    bench.output.unlink(missing_ok=True)


def requests(bench: Bench, prepare: Any, report: Any) -> list[tuple[str, str]]:
    """What a run asks when nothing fails."""
    emptied(bench)
    prepare()
    bench.github.forget()
    bench.tell(report, 9)
    return [(one.method, one.path) for one in bench.github.requests]


def sound(bench: Bench, said: str, verdict: str) -> None:
    """What must hold whatever happened."""
    assert outputs(bench.output)["verdict"] == verdict
    assert "reported in the job's summary, the step's outputs" in said
    assert len(bench.comments()) <= 1
    assert len(bench.web.check_runs) <= 1 and len(bench.web.statuses) <= 1
    good = "success" if verdict == "clean" else "failure"
    assert {one["conclusion"] for one in bench.web.check_runs} <= {good}
    assert {one["state"] for one in bench.web.statuses} <= {good}


@pytest.mark.parametrize("fault", FAULTS)
def test_every_request_of_a_first_and_of_a_later_run(bench: Bench, fault: str) -> None:
    cases: list[tuple[Any, Any, str]] = [
        (lambda: None, WORSE, "violated"),
        (lambda: bench.tell(WORSE, 1), CLEAN, "clean"),
    ]
    for prepare, report, verdict in cases:
        asked = requests(bench, prepare, report)
        assert len(asked) >= 4
        for number, (method, _) in enumerate(asked, 1):
            if fault in WRITES_ONLY and method == "GET":
                continue
            emptied(bench)
            prepare()
            bench.web.check_runs.clear()
            bench.output.unlink(missing_ok=True)
            bench.github.forget()
            bench.again()
            bench.github.fail(number, fault)
            said = bench.tell(report, 9)
            sound(bench, said, verdict)
            # The next run puts right what this one could not.
            bench.github.scripts.clear()
            bench.web.check_runs.clear()
            bench.web.statuses.clear()
            bench.again()
            bench.output.unlink()
            sound(bench, bench.tell(report, 10), verdict)
            bodies = bench.comments()
            assert [("resolved" in body) for body in bodies] in ([verdict == "clean"], []), (number, fault)
            assert bodies or verdict == "clean", (number, fault)


@pytest.mark.parametrize("fault", ["401", "403-permission", "404", "403-plan", "500", "reset", "html-200"])
def test_everything_fails(bench: Bench, fault: str) -> None:
    bench.github.fail("*", fault, times=999)
    said = bench.tell(WORSE)
    assert outputs(bench.output) == {
        "verdict": "violated",
        "findings": "2",
        "report": str(bench.folder / "report.json"),
    }
    assert "reported in the job's summary, the step's outputs" == said.splitlines()[0]
    assert len(said.splitlines()) >= 2 and not bench.comments()


def test_a_repository_that_is_archived(bench: Bench) -> None:
    bench.web.settings["archived"] = True
    said = bench.tell(WORSE)
    assert "left out, because this token may not: check run" in said and len(said.splitlines()) == 2


def test_a_repository_that_was_renamed(bench: Bench) -> None:
    """Writes to the old name are not taken, and that is said; reads are followed."""
    bench.github.rename(NAME, "acme/website")
    said = bench.tell(WORSE)
    assert "renamed" in said and outputs(bench.output)["verdict"] == "violated"
