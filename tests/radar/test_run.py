"""A command of the user's own on clean merges: by real git and real programs."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
from ast import literal_eval
from pathlib import Path
from typing import Any

import pytest

from gitflowguard.app.radar.aims import RadarSelection
from gitflowguard.app.radar.landing import Landings
from gitflowguard.app.radar.survey import RadarRequest, radar
from gitflowguard.process import ProcessError, run_apart, undisturbed
from gitflowguard.tooling.interrupt import interruptible
from tests.budget import sampled
from tests.radar.team import Team

A, B, C = "feature/a", "feature/b", "feature/c"
PYTHON = sys.executable
# Fails where both halves are there.
CHECK = """\
    import pathlib, sys
    here = [name for name in ("a", "b") if pathlib.Path(name + ".py").exists()]
    print("looked at", *here)
    print("both are here" if len(here) == 2 else "fine")
    sys.exit(3 if len(here) == 2 else 0)
    """
RUN = (PYTHON, "check.py")


def shown(*words: str) -> str:
    """The command as it is told."""
    return f"`{shlex.join(words)}`"


@pytest.fixture(name="private", autouse=True)
def _private(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory for temporary things of this test alone, to see what is left."""
    path = tmp_path_factory.mktemp("temporary")
    monkeypatch.setenv("TMPDIR", str(path))
    return path


def test_what_fails_in_a_merge_of_two_and_in_neither_alone(tmp_path: Path, private: Path) -> None:
    team = Team(tmp_path, {"check.py": CHECK})
    team.branch(A, {"a.py": "A = 1\n"})
    team.branch(B, {"b.py": "B = 1\n"})
    seen = team.radar(run=RUN)
    assert [(one.target, one.branches, one.path, one.line, one.code) for one in seen.broken] == [
        ("develop", (A, B), "", 0, "exit 3")
    ]
    assert seen.broken[0].says == f"{shown(*RUN)}: both are here"
    (one,) = seen.broken
    assert (one.moves, one.merges, one.others) == (B, ((A, B),), (A,))
    assert one.mend == (("git", "switch", B), ("git", "merge", "--no-commit", "develop"))
    # Both, the target, one of them, and that one's other half.
    assert seen.notes == (f"{shown(*RUN)} ran 4 times for 2 branches landed on develop",)
    assert list(private.iterdir()) == []


def test_what_fails_on_the_target_with_a_branch(tmp_path: Path) -> None:
    team = Team(tmp_path, {"check.py": CHECK})
    team.branch(B, {"b.py": "B = 1\n"})
    team.on("develop", {"a.py": "A = 1\n"})
    assert [(one.branches, one.code) for one in team.radar(run=RUN).broken] == [((B,), "exit 3")]


def test_what_fails_on_a_branch_alone_is_not_blamed_on_the_merge(tmp_path: Path) -> None:
    team = Team(tmp_path, {"check.py": CHECK})
    team.branch(B, {"b.py": "B = 1\n", "a.py": "A = 1\n"})
    team.on("develop", {"c.py": "C = 1\n"})
    seen = team.radar(run=RUN)
    assert seen.broken == ()
    assert f"{shown(*RUN)} fails on {B} alone, too (exit 3: both are here)" in seen.notes


def test_what_fails_on_the_target_ends_the_trials_there(tmp_path: Path) -> None:
    log = tmp_path / "log"
    check = f"import sys\nopen({str(log)!r}, 'a').write('x')\nsys.exit('never')\n"
    team = Team(tmp_path / "work", {"check.py": check})
    for name in (A, B, C):
        team.branch(name, {f"{name[-1]}.py": "X = 1\n"})
    team.on("develop", {"d.py": "D = 1\n"})
    seen = team.radar(run=RUN)
    assert seen.broken == ()
    assert log.read_text() == "xx"  # all that can land, then develop alone
    assert f"{shown(*RUN)} fails on develop alone, too (exit 1: never)" in seen.notes
    assert "so on develop it says nothing of merges" in seen.notes


@pytest.mark.parametrize(
    "words, most, blind",
    [
        ((PYTHON, "-c", "raise SystemExit(1)"), 20, True),
        (("no-such-program-here",), 20, True),
        ((PYTHON, "-c", ""), 20, False),
        (RUN, 1, True),
    ],
    ids=["fails-on-the-target", "not-started", "passes", "out-of-runs"],
)
def test_what_the_command_leaves_open_is_never_a_pass(
    tmp_path: Path, words: tuple[str, ...], most: int, blind: bool
) -> None:
    team = Team(tmp_path, {"check.py": CHECK})
    team.branch(A, {"a.py": "A = 1\n"})
    team.branch(B, {"b.py": "B = 1\n"})
    seen = radar(
        RadarRequest(RadarSelection("develop"), run=words, run_most=most), team.clock, str(team.root)
    )
    assert seen.blind is blind and seen.radar.broken == ()


def test_files_that_two_targets_have_in_common_are_tried_once(tmp_path: Path) -> None:
    """And the second target's note doesn't say that nothing ran."""
    team = Team(tmp_path, {"check.py": CHECK})
    for name in ("a", "b"):
        team.branch(f"hotfix/1.0.{'ab'.index(name) + 1}", {f"{name}.txt.py": "X = 1\n"}, "main")
    seen = radar(RadarRequest(RadarSelection(), run=(PYTHON, "-c", "")), team.clock, str(team.root))
    ran = [one for one in seen.radar.notes if "landed on" in one]
    assert len(ran) == 2 and " ran once for 2 branches landed on " in ran[0]
    assert " has run on the same files already, so it didn't run again for 2 branches landed on " in ran[1]
    assert not seen.blind


def test_branches_that_cannot_all_land_one_after_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three that are fine two by two can still conflict; then the command didn't run, and that is reported."""
    monkeypatch.setattr(Landings, "tree", lambda self, branches: "")
    team = Team(tmp_path, {"check.py": CHECK})
    team.branch(A, {"a.py": "A = 1\n"})
    team.branch(B, {"b.py": "B = 1\n"})
    seen = radar(RadarRequest(RadarSelection("develop"), run=RUN), team.clock, str(team.root))
    assert seen.blind
    assert seen.radar.notes[-2:] == (
        f"{shown(*RUN)} ran 0 times for 2 branches landed on develop",
        "can't determine all merges on develop: the branches can't be landed one after the other here",
    )


def test_the_files_are_those_of_the_merge_and_nothing_of_the_work_tree(tmp_path: Path) -> None:
    log = tmp_path / "log"
    check = f"""\
        import os
        found = sorted(os.path.join(at, f)[2:] for at, _, files in os.walk(".") for f in files)
        state = [(f, os.access(f, os.X_OK), open(f).read()) for f in found if f != "check.py"]
        links = [f for f in found if os.path.islink(f)]
        names = sorted(name for name in os.environ if name.startswith("GIT_"))
        open({str(log)!r}, "a").write(repr((state, links, names)) + "\\n")
        """
    team = Team(tmp_path / "work", {"check.py": check, "sub/f.txt": "f\n", "run.sh": "echo\n"})
    (team.root / "run.sh").chmod(0o755)
    (team.root / "inside").symlink_to("sub/f.txt")
    (team.root / "sub" / "up").symlink_to("../run.sh")
    (team.root / "outside").symlink_to("../secret")
    (team.root / "absolute").symlink_to("/etc/hostname")
    (team.root / "by-way-of").symlink_to("sub/back/../../secret")
    (team.root / "sub" / "back").symlink_to("..")
    team.on("develop", {".gitattributes": "*.txt filter=evil\n"})
    team.git("config", "filter.evil.smudge", f"touch {tmp_path}/ran; cat")
    team.branch(A, {"a.py": "A = 1\n"})
    team.on("develop", {"d.py": "D = 1\n"})
    (team.root / "untracked.py").write_text("X = 1\n")
    (team.root / ".git" / "hooks" / "post-checkout").write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    (team.root / ".git" / "hooks" / "post-checkout").chmod(0o755)
    team.radar(run=RUN)
    (line,) = log.read_text().splitlines()
    state, links, names = literal_eval(line)
    assert state == [
        (".gitattributes", False, "*.txt filter=evil\n"),
        ("a.py", False, "A = 1\n"),
        ("d.py", False, "D = 1\n"),
        ("inside", False, "f\n"),
        ("run.sh", True, "echo\n"),
        ("sub/f.txt", False, "f\n"),
        ("sub/up", True, "echo\n"),
    ]
    assert links == ["inside", "sub/up"]
    assert names == []
    assert not (tmp_path / "ran").exists()


def counted(log: Path, bad: str) -> str:
    """A program that notes which of the files a.py to p.py are there, and fails where all of `bad` are."""
    return f"""\
        import os, sys
        here = sorted(name[0] for name in os.listdir() if name.endswith(".py") and len(name) == 4)
        open({str(log)!r}, "a").write("".join(here) + "\\n")
        sys.exit(set({bad!r}) <= set(here))
        """


def team_of(root: Path, check: str, letters: str) -> Team:
    """A team with one branch a letter, each with a file of that name."""
    team = Team(root, {"check.py": check})
    for letter in letters:
        team.branch(f"feature/{letter}", {f"{letter}.py": "X = 1\n"})
    return team


def test_one_run_where_all_is_well(tmp_path: Path) -> None:
    log = tmp_path / "log"
    team = team_of(tmp_path / "work", counted(log, "ax"), "abcdefgh")
    seen = team.radar(run=RUN)
    assert seen.broken == ()
    assert log.read_text().split() == ["abcdefgh"]
    assert seen.notes == (f"{shown(*RUN)} ran once for 8 branches landed on develop",)


@pytest.mark.parametrize("bad", sampled(["ch", "ab", "gh", "d"], "ch"))
def test_two_times_log2_of_n_runs_for_each_that_is_found(tmp_path: Path, bad: str) -> None:
    """The other pairs are slow: the same halves in other places."""
    log = tmp_path / "log"
    team = team_of(tmp_path / "work", counted(log, bad + "z" * (len(bad) == 1)), "abcdefgh")
    if len(bad) == 1:  # it fails with what the target has got since
        team.on("develop", {"z.py": "X = 1\n"})
    seen = team.radar(run=RUN)
    assert [one.branches for one in seen.broken] == [tuple(f"feature/{letter}" for letter in bad)]
    runs = log.read_text().split("\n")[:-1]
    assert len(runs) == len(set(runs)), "nothing runs twice"
    # All of them, the target, the search, for a branch alone its own tip, and at last the others without it.
    assert len(runs) <= 1 + 1 + 2 * 3 + (len(bad) == 1) + 1


def test_two_causes_are_both_found(tmp_path: Path) -> None:
    log = tmp_path / "log"
    check = counted(log, "ac").replace("sys.exit(", "sys.exit({'e', 'g'} <= set(here) or ")
    team = team_of(tmp_path / "work", check, "abcdefgh")
    seen = team.radar(run=RUN, most=30)
    assert [one.branches for one in seen.broken] == [
        ("feature/a", "feature/c"),
        ("feature/e", "feature/g"),
    ]
    assert len(log.read_text().split("\n")) - 1 <= 1 + 1 + 2 * (2 * 3 + 1)


def test_branches_that_conflict_are_tried_in_groups(tmp_path: Path) -> None:
    log = tmp_path / "log"
    team = team_of(tmp_path / "work", counted(log, "xy"), "ab")
    team.branch("feature/c", {"a.py": "X = 2\n"})
    seen = team.radar(run=RUN)
    assert sorted(log.read_text().split()) == ["ab"] or sorted(log.read_text().split()) == ["bc"]
    assert seen.broken == ()


def test_no_more_runs_than_asked_for(tmp_path: Path) -> None:
    log = tmp_path / "log"
    team = team_of(tmp_path / "work", counted(log, "cd"), "abcd")
    seen = team.radar(run=RUN, most=3)
    assert log.read_text().split("\n")[:2] == ["abcd", ""] and len(log.read_text().split("\n")) == 4
    assert seen.broken == ()
    assert seen.notes == (
        f"{shown(*RUN)} ran 3 times for 4 branches landed on develop",
        "can't determine all merges on develop: the 3 runs of --run-most were used up",
    )


def test_prose_alone_breaks_no_command(tmp_path: Path) -> None:
    team = Team(tmp_path, {"check.py": "raise SystemExit(1)\n"})
    team.branch(A, {"a.md": "A\n"})
    team.branch(B, {"b.py": "B = 1\n"})
    assert team.radar(run=RUN).broken == ()


def test_the_time_for_all_runs_is_kept_and_what_was_started_is_killed(tmp_path: Path, private: Path) -> None:
    log = tmp_path / "pids"
    check = f"""\
        import os, subprocess, sys, time
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        open({str(log)!r}, "a").write(f"{{os.getpid()}} {{child.pid}}\\n")
        time.sleep(600)
        """
    team = Team(tmp_path / "work", {"check.py": check})
    for name in (A, B, C):
        team.branch(name, {f"{name[-1]}.py": "X = 1\n"})
    begin = time.monotonic()
    seen = team.radar(run=RUN, seconds=2)
    assert time.monotonic() - begin < 300
    assert seen.broken == ()
    assert "can't determine all merges on develop: the 2 s of --run-seconds ran out" in seen.notes
    pids = [int(word) for word in log.read_text().split()]
    assert len(pids) == 2
    assert not any(map(lives, pids))
    assert list(private.iterdir()) == []


def lives(pid: int) -> bool:
    """Whether a process runs: one that is dead and not waited for yet (nobody's child here) does not count."""
    for _ in range(100):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return False
        if state in "ZX":
            return False
        time.sleep(0.02)
    return True


def test_a_program_that_is_not_there_is_not_blamed_on_a_merge(tmp_path: Path) -> None:
    team = Team(tmp_path, {"check.py": CHECK})
    team.branch(A, {"a.py": "A = 1\n"})
    team.branch(B, {"b.py": "B = 1\n"})
    seen = team.radar(run=("no-such-program-here",))
    assert seen.broken == ()
    assert any("alone, too (not started: [Errno 2] No such file or directory" in one for one in seen.notes)


def test_ctrl_c_kills_the_command_and_clears_away(tmp_path: Path, private: Path) -> None:
    log = tmp_path / "pid"
    check = f"import os, time\nopen({str(log)!r}, 'w').write(str(os.getpid()))\ntime.sleep(600)\n"
    team = Team(tmp_path / "work", {"check.py": check})
    team.branch(A, {"a.py": "A = 1\n"})
    team.branch(B, {"b.py": "B = 1\n"})
    argv = [
        PYTHON, "-m", "gitflowguard", "radar", "--target", "develop", "--run", f"{PYTHON} check.py",
        "--output-format", "json",
    ]  # fmt: skip
    with subprocess.Popen(argv, cwd=team.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        end = time.monotonic() + 120
        while not (log.exists() and log.read_text()):
            assert time.monotonic() < end and process.poll() is None
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=120)
    assert process.returncode == 130
    assert err.strip() == b"gitflowguard: interrupted; nothing was changed"
    assert not lives(int(log.read_text()))
    assert list(private.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "ends"), [(signal.SIGINT, KeyboardInterrupt), (signal.SIGTERM, SystemExit)]
)
def test_a_signal_while_the_command_starts_leaves_nothing_running(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals, ends: type[BaseException]
) -> None:
    """It comes when the program runs already, and before the caller knows its number."""
    started: list[int] = []

    class Popen(subprocess.Popen[bytes]):
        """Is interrupted at the end of its start."""

        def __init__(self, *words: Any, **more: Any) -> None:
            super().__init__(*words, **more)
            started.append(self.pid)
            os.kill(os.getpid(), number)
            time.sleep(0)  # Python sees to signals between two steps

    monkeypatch.setattr(subprocess, "Popen", Popen)
    before = signal.signal(number, signal.SIG_DFL)
    try:
        with interruptible():
            answers = signal.getsignal(number)
            with pytest.raises(ends):
                run_apart(str(tmp_path), (PYTHON, "-c", "import time; time.sleep(600)"), os.environ, 600)
            assert signal.getsignal(number) is answers
    finally:
        signal.signal(number, before)
    assert started and not lives(started[0])


@pytest.mark.parametrize("run", ["'", "  "])
def test_words_that_are_no_command_are_a_mistake_of_usage(tmp_path: Path, run: str) -> None:
    team = Team(tmp_path, {"check.py": CHECK})
    argv = [PYTHON, "-m", "gitflowguard", "radar", "--run", run]
    done = subprocess.run(argv, cwd=team.root, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "--run" in done.stderr


def test_only_the_end_of_long_output_is_kept(tmp_path: Path) -> None:
    done = run_apart(str(tmp_path), (PYTHON, "-c", "print('x' * 100000); print('end')"), os.environ, 60, 100)
    assert done is not None
    assert (done.code, len(done.out), done.out[-4:]) == (0, 100, b"end\n")


def test_a_program_that_closes_its_output_is_waited_for(tmp_path: Path) -> None:
    code = "import os, time; os.close(1); os.close(2); time.sleep(0.3); os._exit(7)"
    done = run_apart(str(tmp_path), (PYTHON, "-c", code), os.environ, 60)
    assert done is not None and done.code == 7


def test_a_child_that_holds_the_output_open_does_not_keep_us(tmp_path: Path) -> None:
    code = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])"
    begin = time.monotonic()
    done = run_apart(str(tmp_path), (PYTHON, "-c", code), os.environ, 60)
    assert done is not None and done.code == 0
    assert time.monotonic() - begin < 300


def test_a_program_that_is_killed_says_by_what(tmp_path: Path) -> None:
    done = run_apart(str(tmp_path), (PYTHON, "-c", "import os; os.kill(os.getpid(), 15)"), os.environ, 60)
    assert done is not None and done.code == -15


def test_a_directory_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(ProcessError, match="could not be started"):
        run_apart(str(tmp_path / "none"), (PYTHON, "-c", ""), os.environ, 60)


def test_it_never_runs_unless_asked(tmp_path: Path) -> None:
    team = Team(tmp_path / "work", {"check.py": f"open({str(tmp_path / 'ran')!r}, 'w')\n"})
    team.branch(A, {"a.py": "A = 1\n"})
    team.branch(B, {"b.py": "B = 1\n"})
    question = RadarRequest(RadarSelection("develop"), semantic=True)
    assert radar(question, team.clock, str(team.root)).radar.broken == ()
    assert not (tmp_path / "ran").exists()


def test_an_ignored_signal_stays_ignored_while_others_wait() -> None:
    """A program that is started meanwhile inherits it, as under nohup."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with undisturbed():
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
            assert signal.getsignal(signal.SIGTERM) not in (signal.SIG_DFL, signal.SIG_IGN)
    finally:
        signal.signal(signal.SIGHUP, before)
