"""Each request of each command answered by each fault: the state is as before, or the report says exactly what is not.

After every case the same command is run again without a fault and finishes what was begun.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator

import pytest

from fakegithub.fake import Fake
from fakegithub.faults import ANSWERS
from tests.budget import is_whole, sampled
from tests.protect.bench import SMALL, Bench, Said

# Hundreds of whole commands, whose lines test_apply covers: to count them again costs a third of their time.
pytestmark = [pytest.mark.hostile("faults"), pytest.mark.no_cover]

# Waits of a second and more for real: few of them.
SLOW = ("slow", "slow-before")
FAULTS = tuple(name for name in ANSWERS if name not in SLOW)
# What takes effect, or would, and hides that.
UNSURE = ("502-after", "cut", "reset-after", "slow", "html-200")


def begun(bench: Bench, task: str) -> None:
    """The state from which a command has something to do."""
    bench.policy(SMALL)
    bench.reported("gitflow (main)")
    if task == "apply":
        bench.web.settings["allow_merge_commit"] = False  # so that one step changes the settings
    if task in ("change", "undo", "verify"):
        assert bench.run("apply", "--yes").code == 0
    if task == "change":
        bench.policy(SMALL.replace("approvals: 1", "approvals: 2") + "tag-prefix: v\n")
    bench.github.forget()


def once(bench: Bench, task: str) -> Said:
    """The command, with its report as data."""
    words = {"change": "apply"}.get(task, task)
    more = ("--yes",) if words in ("apply", "undo") else ()
    return bench.run(words, *more, "--output-format", "json", "--no-cache")


TASKS = ("plan", "verify", "apply", "change", "undo")


def counted(task: str, tmp: pytest.TempPathFactory) -> list[str]:
    """The requests that a command makes when all goes well."""
    with pytest.MonkeyPatch.context() as patch:
        fake = Fake().start()
        try:
            bench = Bench(fake, tmp.mktemp("count"), patch)
            begun(bench, task)
            once(bench, task)
            return [f"{one.method} {one.path}" for one in fake.requests]
        finally:
            fake.stop()


@pytest.fixture(scope="session")
def requests(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Task -> its requests, in order."""
    return {task: counted(task, tmp_path_factory) for task in TASKS}


def cases(task: str, number: int, faults: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    for index in range(1, number + 1):
        for fault in faults:
            yield index, fault


def judge(github: Fake, bench: Bench, task: str, index: int, fault: str) -> None:
    """One case: the fault, what was said of it, what is true, and the run that finishes it."""
    begun(bench, task)
    before = bench.state()
    github.fail(index, fault)
    said = once(bench, task)
    where = f"{task}, request {index}, {fault}: {said.text[-600:]}"
    assert "Traceback" not in said.text and said.code in (0, 1, 3, 5), where
    assert bench.token not in said.text
    after = bench.state()
    if task in ("plan", "verify"):
        assert after == before, where
        if said.code == 0 and task == "verify":
            assert said.data["repositories"][0]["said"] == "in sync", where
    else:
        told(bench, said, before, after, where)
    github.scripts.clear()
    again = once(bench, task)
    if task == "undo" and said.code == 0:
        assert again.code == 3, where  # there is nothing left to undo
    else:
        assert again.code == 0, f"{where}\nagain: {again.text[-800:]}"


def told(bench: Bench, said: Said, before: str, after: str, where: str) -> None:
    """What a report of an apply says is what is so."""
    (web,) = said.data["repositories"]
    states = [one["state"] for one in web["done"]]
    if after == before and said.code != 0:
        # Nothing has happened: nothing may be told as done.
        assert "done" not in states, where
    if said.code == 0:
        assert set(states) <= {"done"}, where
    if said.code in (1, 3) and states:
        assert "done" not in states, where
    if after != before:
        # Something has happened: it is told as done, or as not known.
        assert said.code in (0, 5), where
        assert "done" in states or "unknown" in states, where
    for step, one in zip(web["steps"], web["done"]):
        assert one["state"] == "done" or one["why"], where
        if one["state"] == "done" and step["action"] == "create-ruleset":
            assert step["subject"] in bench.rulesets() or "delete" in json.dumps(web["steps"]), where


def share(task: str, requests: dict[str, list[str]]) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """(of the writes, of the reads): every write with every fault, and reads that the name of the task chooses.

    `make test` takes a fifth of the writes and two reads. There are 21 faults, so each write meets other ones than
    the write before.
    """
    every = list(cases(task, len(requests[task]), FAULTS))
    writes = [case for case in every if not requests[task][case[0] - 1].startswith("GET ")]
    reads = [case for case in every if requests[task][case[0] - 1].startswith("GET ")]
    step, most = (1, 25) if is_whole() else (5, 2)
    return writes[TASKS.index(task) % step :: step], random.Random(task).sample(reads, min(len(reads), most))


@pytest.mark.parametrize("task", sampled(TASKS, "apply", "undo"))
def test_a_share_of_all_faults(
    task: str,
    requests: dict[str, list[str]],
    tmp_path_factory: pytest.TempPathFactory,
    tally: Callable[[int, int], None],
) -> None:
    """Of the writes and of the reads; each answer is judged, and the run that finishes what was begun.

    The first apply and the undo write the most. The other tasks are slow: that their share has each write is
    proved by test_the_share_has_every_fault_and_every_write, and what they do with an answer by test_apply.py.
    """
    writes, reads = share(task, requests)
    assert writes or reads
    run(task, [*writes, *reads], tmp_path_factory)
    tally(len(writes) + len(reads), 0)


def test_the_share_has_every_fault_and_every_write(requests: dict[str, list[str]]) -> None:
    for task in TASKS:
        writes = {at for at, one in enumerate(requests[task], 1) if not one.startswith("GET ")}
        assert writes == {at for at, _ in share(task, requests)[0]}
    assert {fault for task in TASKS for _, fault in share(task, requests)[0]} == set(FAULTS)


@pytest.mark.slow
@pytest.mark.parametrize("task", TASKS)
def test_all_faults(
    task: str, requests: dict[str, list[str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Every request of every command with every fault, time-outs too."""
    chosen = list(cases(task, len(requests[task]), (*FAULTS, *SLOW)))
    run(task, chosen, tmp_path_factory)


def run(task: str, chosen: list[tuple[int, str]], tmp: pytest.TempPathFactory) -> None:
    for index, fault in chosen:
        with pytest.MonkeyPatch.context() as patch:
            fake = Fake().start()
            try:
                bench = Bench(fake, tmp.mktemp("case"), patch)
                judge(fake, bench, task, index, fault)
                assert not fake.violations, fake.violations
            finally:
                fake.stop()


def test_there_are_enough_cases(requests: dict[str, list[str]]) -> None:
    """At least 400 where all are tried, as `make test-hostile` does."""
    number = 0
    for task in TASKS:
        writes = [one for one in requests[task] if not one.startswith("GET ")]
        reads = len(requests[task]) - len(writes)
        number += len(writes) * len(FAULTS) + min(reads * len(FAULTS), 60)
    assert number >= 400, {task: len(found) for task, found in requests.items()}


@pytest.mark.parametrize("fault", SLOW)
def test_a_write_that_takes_too_long(github: Fake, bench: Bench, fault: str) -> None:
    begun(bench, "apply")
    judge_again = [one for one in range(1, 40)]
    assert judge_again
    github.fail("POST */rulesets", fault)
    said = once(bench, "apply")
    assert said.code == 0, said.text
    names = [one["name"] for one in bench.rulesets().values()]
    assert len(names) == len(set(names))
    posted = [one for one in github.writes if one.method == "POST"]
    # What took effect is found again by its name; what did not is sent once more.
    assert len(posted) == len(names) + (fault == "slow-before")
