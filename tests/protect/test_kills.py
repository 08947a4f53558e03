"""An apply that is cut off before any of its requests: a second run finishes it, and undo leads back to before both."""

from __future__ import annotations

import os
import signal
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from fakegithub.fake import Fake
from tests.budget import sampled, spread
from tests.protect.bench import SMALL, Bench

pytestmark = [pytest.mark.hostile("kill points"), pytest.mark.no_cover]

SIGNALS = {"kill": signal.SIGKILL, "int": signal.SIGINT, "term": signal.SIGTERM}


class Ended(NamedTuple):
    """How a child ended: its exit code, or minus the signal; what it had said."""

    code: int
    out: str


def apart(bench: Bench, *argv: str) -> tuple[int, Path]:
    """Starts a command in a child that shares nothing with us but the fake; its process id and its output."""
    out = bench.folder / "said"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the fake's threads stay with us; the child needs none of them
        child = os.fork()
    if child == 0:
        code = 99
        try:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            said = bench.run(*argv)
            out.write_text(said.text)
            code = said.code
        except SystemExit as leave:
            code = int(leave.code or 0) if isinstance(leave.code, int) else 98
        finally:
            os._exit(code)
    return child, out


def ended(child: int, out: Path) -> Ended:
    """Waits for it, half a minute at most."""
    limit = time.monotonic() + 120
    while time.monotonic() < limit:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return Ended(os.waitstatus_to_exitcode(status), out.read_text() if out.exists() else "")
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    raise AssertionError("the command did not end")


def ready(fake: Fake, folder: Path, patch: pytest.MonkeyPatch) -> Bench:
    """Rulesets to make and a setting to change."""
    bench = Bench(fake, folder, patch)
    bench.policy(SMALL)
    bench.reported("gitflow (main)")
    bench.web.settings["allow_merge_commit"] = False
    return bench


def requests(folder: Path) -> int:
    """How many requests an undisturbed apply makes."""
    with pytest.MonkeyPatch.context() as patch:
        fake = Fake().start()
        try:
            bench = ready(fake, folder, patch)
            assert bench.run("apply", "--yes").code == 0
            return len(fake.requests)
        finally:
            fake.stop()


@pytest.mark.parametrize("name", sampled(SIGNALS, "kill"))
def test_cut_off_before_each_request(
    name: str, tmp_path_factory: pytest.TempPathFactory, tally: Callable[[int, int], None]
) -> None:
    """Before the request is looked at; the server then answers one that has gone, as it would.

    Ctrl-C and SIGTERM are slow: a kill, after which nothing can be said or put right, is the harder case.
    """
    total = requests(tmp_path_factory.mktemp("count"))
    assert total > 15
    # What is reported after Ctrl-C and SIGTERM is checked for every third request: a kill is the harder case.
    points = list(spread(range(1, total + 1, 1 if name == "kill" else 3), 5 if name == "kill" else 3))
    for index in points:
        with pytest.MonkeyPatch.context() as patch:
            fake = Fake().start()
            try:
                cut_off(ready(fake, tmp_path_factory.mktemp("cut"), patch), index, SIGNALS[name])
                assert not fake.violations, fake.violations
            finally:
                fake.stop()
    tally(len(points), 0)


def cut_off(bench: Bench, index: int, number: signal.Signals) -> None:
    """One case."""
    before = bench.state()
    children: list[int] = []

    def strike(request: object) -> None:
        os.kill(children[0], number)
        time.sleep(0.01)  # for the signal to arrive before our answer

    bench.github.before(index, strike)
    child, out = apart(bench, "apply", "--yes")
    children.append(child)
    done = ended(child, out)
    while any(not one.status and not one.fault for one in bench.github.requests):
        time.sleep(0.005)  # the server goes on with what it was asked
    where = f"request {index}, {number.name}: {done}"
    if number == signal.SIGKILL:
        assert done.code == -signal.SIGKILL, where
    else:
        # After the last request of all there is nothing left that could be cut off.
        assert done.code in (130, 143, 0), where
        if bench.state() != before and done.code:
            assert "done" in done.out or "unknown" in done.out, where
    assert "Traceback" not in done.out, where
    again = bench.run("apply", "--yes")
    assert again.code == 0, f"{where}\n{again.text}"
    names = [one["name"] for one in bench.web.rulesets.values()]
    assert len(names) == len(set(names)) and "gitflow: main" in names, where
    assert bench.web.settings["allow_merge_commit"] is True
    back = bench.run("undo", "--yes")
    assert back.code in (0, 3), f"{where}\n{back.text}"
    if back.code == 0:
        assert bench.state() == before, where
    else:
        # Cut off when all was done already: the second run had nothing to do, and the first has kept its state.
        assert "no apply from this machine" not in back.text, where
