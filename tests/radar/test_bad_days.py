"""Bad days of the radar: each ends in its exit class with one clear line, and nothing is lost."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import oracle
from tests.budget import sampled, spread
from tests.conftest import executable
from tests.e2e.world import BIN, Ran, World
from tests.safety.test_markers import hostile  # noqa: F401  (a fixture)

# A program of its own, for what is ended or watched from outside; all other runs are in this process (World.guard).
RADAR = (sys.executable, "-m", "gitflowguard", "radar")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """develop, and two branches that conflict with each other; a third that conflicts with develop."""
    world = World(
        tmp_path,
        "native",
        {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "TMPDIR": str(tmp_path / "tmp")},
    )
    world.work.mkdir()
    (tmp_path / "tmp").mkdir()
    world.do("init", "-q", "-b", "main")
    filled(world)
    return world


def filled(world: World) -> None:
    """The branches of the world, in whatever repository it stands."""
    world.write("code.py", "".join(f"line {n}\n" for n in range(20)))
    world.do("commit", "-m", "First")
    world.do("branch", "develop")
    for name, line, word in (("feature/a", 3, "a"), ("feature/b", 3, "b"), ("feature/stale", 15, "s")):
        world.do("switch", "-q", "-c", name, "main")
        edited(world, line, word)
    world.do("switch", "-q", "develop")
    edited(world, 15, "develop")


def edited(world: World, line: int, word: str) -> None:
    text = (world.work / "code.py").read_text().splitlines()
    text[line] = word
    world.write("code.py", "\n".join(text) + "\n")
    world.do("commit", "-m", f"Line {line} is {word}")


def look(
    world: World, *words: str, cwd: Path | None = None, **env: str
) -> tuple[Ran, dict[str, str], set[tuple[str, str]]]:
    """(what came of it, branch -> state, pairs) of `radar --output-format json`."""
    ran = world.guard("radar", "--output-format", "json", *words, cwd=cwd, **env)
    assert "Traceback" not in ran.text, ran.text
    if ran.code not in (0, 1, 3) or not ran.text.startswith("{"):
        return ran, {}, set()
    told = json.loads(ran.text)
    states = {
        one["branch"]: one["state"] if isinstance(one["state"], str) else "untold" for one in told["branches"]
    }
    return ran, states, {(one["first"], one["second"]) for one in told["pairs"]}


AS_ALWAYS = {"feature/a": "clean", "feature/b": "clean", "feature/stale": "stale"}


def as_always(world: World, cwd: Path | None = None, **env: str) -> None:
    """Foreseen conflicts are warnings, which do not fail."""
    ran, states, pairs = look(world, "--target", "develop", cwd=cwd, **env)
    assert ran.code == 0, ran.text
    assert {name: states[name] for name in AS_ALWAYS} == AS_ALWAYS
    assert {frozenset(pair) for pair in pairs} == {frozenset(("feature/a", "feature/b"))}


def fingerprint(folder: Path) -> dict[str, str]:
    """Every file but our own folder in .git."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if name.parts[:2] != (".git", "gitflowguard") and path.is_file():
            found[str(name)] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def left_over(world: World) -> list[str]:
    return os.listdir(world.root / "tmp")


def one_line(ran: Ran, code: int, *words: str) -> None:
    """Exit class, and one line that says it."""
    assert ran.code == code, ran.text
    lines = [line for line in ran.text.splitlines() if line.strip()]
    assert len(lines) == 1, ran.text
    assert not [word for word in words if word not in lines[0]], ran.text


def test_an_ordinary_day(world: World) -> None:
    before = fingerprint(world.work)
    as_always(world)
    assert fingerprint(world.work) == before
    assert not left_over(world)


def test_no_develop_and_no_main(world: World) -> None:
    world.do("remote", "add", "origin", str(world.root))
    world.do("switch", "-q", "feature/a")
    world.do("branch", "-D", "main", "develop")
    ran, _, _ = look(world)
    one_line(ran, 3, "develop", "main", "git fetch origin")


def test_nothing_to_merge_into_and_no_remote_to_ask(world: World, tmp_path: Path) -> None:
    """No command is printed that can't work there."""
    world.do("init", "-q", str(tmp_path / "empty"))
    ran, _, _ = look(world, cwd=tmp_path / "empty")
    one_line(ran, 3, "there is no branch to merge into: the repository has no commit yet")
    world.do("switch", "-q", "feature/a")
    world.do("branch", "-D", "main", "develop")
    ran, _, _ = look(world)
    one_line(ran, 3, "neither develop nor main is here", "gitflowguard init --main NAME --develop NAME")
    assert "git fetch" not in ran.text


def test_a_clone_that_fetches_one_branch_says_so(world: World, tmp_path: Path) -> None:
    """And the commands that it prints bring the others."""
    url = f"file://{world.work}"
    for branch, code in (("main", 0), ("feature/a", 3)):
        clone = tmp_path / branch.replace("/", "-")
        world.do("clone", "-q", "--single-branch", "-b", branch, url, str(clone))
        said = world.guard("radar", cwd=clone)
        assert said.code == code, said.text
        cure = "git remote set-branches origin '*' && git fetch origin"
        assert cure in said.text
        done = world.run("sh", "-c", cure, cwd=clone)
        assert done.code == 0, done.text
        ran, states, _ = look(world, cwd=clone)
        assert "feature/b" in states and "set-branches" not in ran.text


@pytest.mark.parametrize("option", sampled(["--run-most", "--run-seconds"], "--run-most"))
def test_a_limit_of_nothing_is_a_mistake(option: str, world: World) -> None:
    """--run was forgotten, or mistyped: nothing would be tried, and the answer would look like a pass.

    --run-seconds is slow: both are read by one function.
    """
    ran = world.guard("radar", option, "3")
    assert ran.code == 2 and f"Error: {option} goes with --run" in ran.text
    assert world.guard("radar", option, "3", "--run", "true").code == 0


def test_only_develop_is_missing(world: World) -> None:
    """What goes to develop is judged on main, and that is said; the two that meet are told there."""
    world.do("switch", "-q", "feature/a")
    world.do("branch", "-D", "develop")
    ran, states, pairs = look(world)
    assert ran.code == 0, ran.text
    assert states and set(states.values()) == {"clean"}
    assert pairs
    said = world.guard("radar").text
    assert "there is no develop here, so what goes there was judged on main" in said
    assert "git merge main" in said


def test_a_target_that_is_not_there(world: World) -> None:
    one_line(look(world, "--target", "devlop")[0], 2, "no branch devlop", "did you mean develop?")
    one_line(look(world, "--target", "qqqq")[0], 3, "no branch qqqq", "git fetch origin qqqq")


def _orphan(world: World, name: str) -> None:
    world.do("switch", "-q", "--orphan", name)
    world.write("alien.txt", "from elsewhere\n")
    world.do("commit", "-m", "Out of nowhere")


@pytest.mark.parametrize("name", sampled(["gh-pages", "feature/alien"], "feature/alien"))
def test_unrelated_history_is_a_note_and_the_rest_goes_on(name: str, world: World) -> None:
    """A branch that nothing can be merged with is there for ever; the exit code is that of the others.

    A name that the policy does not know is slow: it differs in nothing but the name.
    """
    before = look(world, "--target", "develop")[0].code
    _orphan(world, name)
    ran, states, pairs = look(world, "--target", "develop")
    assert (ran.code, states, len(pairs)) == (before, AS_ALWAYS, 1)
    assert f"{name} shares no history with develop" in ran.text
    assert look(world, "--exit-zero")[0].code == 0


def test_only_unrelated_history_is_clean(world: World) -> None:
    """There is nothing to merge: no conflict, and nothing that could not be looked at."""
    _orphan(world, "gh-pages")
    ran, states, _ = look(world, "--target", "develop", "--branches", "gh-pages")
    assert ran.code == 0 and not states and "shares no history" in ran.text
    said = world.guard("status")
    assert said.code == 0 and "shares no history" not in said.text


@pytest.mark.parametrize(
    ("words", "meant"),
    sampled(
        [
            (("--branches", "faeture/*"), "did you mean feature/*?"),
            (("--branches", "feature/a,featrue/*"), "did you mean feature/*?"),
            (("--branches", "feature/stael"), "did you mean feature/stale?"),
            (("--branches", "zzz*"), "no branch matches 'zzz*'"),
            (("--order", "feature/a,feature/stael"), "did you mean feature/stale?"),
            (("--order", "x"), "--order: there is no branch x"),
        ],
        0,
        2,
        3,
        5,
    ),
)
def test_a_mistyped_name_never_looks_like_a_yes(words: tuple[str, ...], meant: str, world: World) -> None:
    """Two are slow: the same mistakes beside a name that is right."""
    one_line(look(world, *words)[0], 2, meant)


def test_a_pattern_that_nothing_matches_today_is_said(world: World) -> None:
    """No release is open: a job that asks for releases every night is right, and is told that it saw none."""
    ran, states, _ = look(world, "--branches", "release/*")
    assert ran.code == 0 and not states and "no branch matches 'release/*'" in ran.text
    ran, _, _ = look(world, "--order", "develop,feature/a")
    assert ran.code in (0, 1) and "develop isn't among the branches that were looked at" in ran.text


def test_what_the_policy_leaves_out(world: World) -> None:
    """Everywhere, and a note says so; a branch that is asked for by its whole name is looked at."""
    world.policy("radar:\n  exclude: ['feature/st*', 'archive/*', develop]\n")
    ran, states, _ = look(world, "--target", "develop")
    assert set(states) == {"feature/a", "feature/b"}
    assert "1 branch is left out by radar.exclude in the policy: feature/stale" in ran.text
    ran, states, _ = look(world, "--target", "develop", "--branches", "feature/a")
    assert "left out" not in ran.text
    _, both, _ = look(world, "--target", "develop", "--branches", "feature/a", "--branches", "feature/stale")
    _, states, _ = look(world, "--target", "develop", "--branches", "feature/a, feature/stale")
    assert both == states  # given again, it doesn't take the place of the first
    assert states == {"feature/a": "clean", "feature/stale": "stale"}
    said = world.guard("status").text
    rows = {line.split()[0]: line for line in said.splitlines() if line.strip().startswith("feature/")}
    assert "with develop" not in rows["feature/stale"]


def test_a_robots_branch_is_judged_on_the_line_that_it_was_cut_from(world: World) -> None:
    """It may go to main or develop, and goes back; only where both lines hold its start is it judged on both."""
    for name, start in (("renovate/dev", "develop"), ("renovate/both", "main")):
        world.do("switch", "-q", "-c", name, start)
        world.write(f"{name}.txt", "newer\n")
        world.do("commit", "-m", "Newer")
    world.do("switch", "-q", "main")
    world.write("main.txt", "only here\n")
    world.do("commit", "-m", "Only on main")
    world.do("switch", "-q", "-c", "renovate/main")
    world.write("renovate.txt", "newer\n")
    world.do("commit", "-m", "Newer on main")
    ran = world.guard("radar", "--output-format", "json", "--branches", "renovate/*")
    judged = {(one["branch"], one["target"]) for one in json.loads(ran.text)["branches"]}
    assert judged == {
        ("renovate/dev", "develop"),
        ("renovate/both", "main"),
        ("renovate/both", "develop"),
        ("renovate/main", "main"),
    }


def test_copies_of_pull_requests_are_nobodys_branches(world: World) -> None:
    """Neither looked at nor advised; a pattern that asks for them gets them."""
    for ref in (
        "refs/heads/PR-7",
        "refs/remotes/origin/pr/8",
        "refs/remotes/origin/gh-readonly-queue/develop/pr-9-1",
    ):
        world.do("update-ref", ref, "feature/a")
    ran, states, _ = look(world, "--target", "develop")
    assert states == AS_ALWAYS and "PR-7" not in ran.text and "readonly" not in ran.text
    assert set(look(world, "--target", "develop", "--branches", "refs/remotes/origin/pr/*")[1]) == {"pr/8"}
    said = world.guard("status").text
    assert "feature/a" in said and "PR-7" not in said and "pr/8" not in said


def test_a_shallow_clone_says_so_where_it_decides(world: World) -> None:
    """Cut above the merge base: can't determine. Cut below all merge bases: told as ever."""
    world.do("switch", "-q", "develop")
    for name, depth, told in (("deep", "3", True), ("shallow", "1", False)):
        clone = world.root / name
        world.run(
            "git", "clone", "-q", f"--depth={depth}", "--no-single-branch", world.work.as_uri(), str(clone)
        )
        world.run("git", "-C", str(clone), "switch", "-q", "develop")
        ran, states, pairs = look(world, "--target", "develop", cwd=clone)
        if told:
            assert (
                ran.code == 1
                and states == AS_ALWAYS | {"main": states.get("main", "")}
                or states == AS_ALWAYS
            )
            assert len(pairs) == 1
        else:
            assert ran.code == 3 and set(states.values()) == {"untold"}, ran.text
            assert "--unshallow" in ran.text


def test_a_partial_clone_fetches_nothing(world: World) -> None:
    """A missing file is "can't determine", and the program that would fetch it does not start."""
    world.run("git", "-C", str(world.work), "config", "uploadpack.allowFilter", "true")
    clone, mark = world.root / "partial", world.root / "mark"
    world.run("git", "clone", "-q", "--filter=blob:none", "--no-checkout", world.work.as_uri(), str(clone))
    evil = executable(world.root / "evil.sh", f"#!/bin/sh\ntouch '{mark}'\nexit 1\n")
    for key, value in {"core.sshCommand": str(evil), "remote.origin.url": "ssh://example.invalid/x"}.items():
        world.run("git", "-C", str(clone), "config", key, value)
    world.run("git", "-C", str(clone), "update-ref", "refs/heads/develop", "refs/remotes/origin/develop")
    before = fingerprint(clone)
    ran, states, _ = look(world, "--target", "develop", cwd=clone)
    assert ran.code == 3, ran.text
    assert set(states.values()) <= {"untold"}
    assert not mark.exists()
    assert fingerprint(clone) == before


def test_a_branch_that_vanishes_midway(world: World) -> None:
    """Its commit is gone before it is looked at, as after a gc: that one can't determine, the rest can."""
    tip = world.do("rev-parse", "feature/b")
    (world.work / ".git" / "objects" / tip[:2] / tip[2:]).unlink()
    ran = world.guard("radar", "--target", "develop")
    assert ran.code in (1, 3) and "Traceback" not in ran.text
    assert "conflict" not in "".join(line for line in ran.text.splitlines() if "feature/b" in line)


def test_a_full_disk(world: World) -> None:
    """Nothing larger than a few bytes can be written: one line, 3, nothing left."""

    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    before = fingerprint(world.work)
    done = subprocess.run(
        RADAR, cwd=world.work, env={**os.environ, **world.env, oracle.LOG: "", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True, text=True,
        preexec_fn=small, check=False,
    )  # fmt: skip
    assert done.returncode == 3, done
    assert "Traceback" not in done.stderr and len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert fingerprint(world.work) == before
    assert not left_over(world)


def test_a_read_only_repository(world: World) -> None:
    """All of .git without the right to write; told as ever. (Root may write everywhere: then nothing is proved.)"""
    if os.getuid() == 0:
        before = fingerprint(world.work)
        world.env["GIT_DIR_IS_READ_ONLY"] = "1"
        as_always(world)
        assert fingerprint(world.work) == before
        return
    paths = [world.work / ".git", *(world.work / ".git").rglob("*")]
    modes = {path: path.stat().st_mode for path in paths}
    try:
        for path in reversed(paths):
            path.chmod(modes[path] & ~(stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH))
        as_always(world)
    finally:
        for path in paths:
            path.chmod(modes[path])


@pytest.mark.parametrize(
    "signum", sampled([signal.SIGINT, signal.SIGTERM, signal.SIGKILL], 0, 2), ids=lambda s: s.name
)
def test_interrupted_runs_leave_nothing(world: World, signum: signal.Signals) -> None:
    """At several moments; after a kill that nobody can answer the next run removes what is old.

    SIGTERM is slow: it is answered as SIGINT is.
    """
    before = fingerprint(world.work)
    for delay in spread((0.05, 0.15, 0.25, 0.4), 2):
        child = subprocess.Popen(
            RADAR, cwd=world.work, env={**os.environ, **world.env}, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        time.sleep(delay)
        if signum == signal.SIGKILL:
            os.killpg(child.pid, signum)
        else:
            child.send_signal(signum)
        _, said = child.communicate(timeout=120)
        # Before our first line Python itself says that it was interrupted, and may end with 1.
        early = said.rstrip().endswith(b"KeyboardInterrupt")
        assert b"Traceback" not in said or early, said
        assert child.returncode in (0, -signum, 128 + signum, *((1,) if early else ())), (
            child.returncode,
            said,
        )
        if signum != signal.SIGKILL:
            assert not left_over(world), delay
    for name in left_over(world):
        os.utime(world.root / "tmp" / name, (0, 0))
    as_always(world)
    assert not left_over(world)
    assert fingerprint(world.work) == before


@pytest.mark.parametrize(
    "name", sampled(["we:rd", "new\nline", 'quo"te', "back\\slash:x", " space ", '"quoted:"'], 0, 1)
)
def test_paths_that_have_to_be_quoted(tmp_path: Path, name: str) -> None:
    """The object directory is named in a list that is separated by colons.

    The other names are slow: one function quotes them all.
    """
    world = World(tmp_path / name, "native", {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"})
    world.work.mkdir(parents=True)
    world.do("init", "-q", "-b", "main")
    filled(world)
    as_always(world)


def test_ids_of_64_digits(tmp_path: Path) -> None:
    world = World(tmp_path, "native", {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"})
    world.work.mkdir()
    world.do("init", "-q", "-b", "main", "--object-format=sha256")
    filled(world)
    as_always(world)


def test_borrowed_objects_linked_work_trees_and_bare(world: World) -> None:
    """Alternates of alternates, a linked work tree, a bare clone."""
    one, two, bare = (world.root / name for name in ("one", "two", "bare.git"))
    world.run("git", "clone", "-q", "--shared", str(world.work), str(one))
    world.run("git", "clone", "-q", "--shared", str(one), str(two))
    for name in ("feature/a", "feature/b", "feature/stale"):
        world.run("git", "-C", str(two), "fetch", "-q", str(world.work), f"{name}:{name}")
    as_always(world, cwd=two)
    world.run("git", "-C", str(world.work), "worktree", "add", "-q", str(world.root / "linked"), "feature/a")
    as_always(world, cwd=world.root / "linked")
    world.run("git", "clone", "-q", "--bare", str(world.work), str(bare))
    as_always(world, cwd=bare)


def test_inside_a_submodule(world: World, tmp_path: Path) -> None:
    outer = World(tmp_path / "outer", "native", world.env)
    outer.work.mkdir(parents=True)
    outer.do("init", "-q", "-b", "main")
    outer.do("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(world.work), "inner")
    inner = outer.work / "inner"
    for name in ("main", "feature/a", "feature/b", "feature/stale"):
        world.run("git", "-C", str(inner), "fetch", "-q", "origin", f"{name}:{name}")
    as_always(world, cwd=inner)


@pytest.mark.parametrize("count", sampled([(1_000,), (10_000,)], 0))
def test_many_refs(world: World, count: int) -> None:
    """The newest are looked at, that is said, and it does not take long."""
    tree, base = world.do("rev-parse", "develop^{tree}"), world.do("rev-parse", "develop")
    stream = "".join(
        f"commit refs/heads/feature/n{n:05}\ncommitter T <t@example.invalid> {1700000000 + n} +0000\ndata 0\n"
        f"from {base}\nM 100644 inline n{n}.txt\ndata 2\n{n % 10}\n\n"
        for n in range(count)
    )
    ran = world.run("git", "fast-import", "--quiet", stdin=stream)
    assert ran.code == 0 and tree, ran.text
    world.do("pack-refs", "--all")
    start = time.process_time(), os.times().children_user + os.times().children_system
    ran, states, _ = look(world, "--target", "develop", "--max", "50")
    spent = os.times().children_user + os.times().children_system - start[1]
    assert len(states) == 50 and f"of {count // 10}" in ran.text and "--max" in ran.text
    assert {name for name in states if name.startswith("feature/n")} <= {
        f"feature/n{n:05}" for n in range(count - 60, count)
    }
    assert spent < 20


def test_a_forged_graph_grafts_and_replaced_objects(world: World) -> None:
    """True history counts: a replaced tip, grafts and a broken commit-graph change nothing."""
    world.do("commit-graph", "write", "--reachable")
    graph = world.work / ".git" / "objects" / "info" / "commit-graph"
    graph.chmod(0o644)
    graph.write_bytes(graph.read_bytes()[:200] + b"\0" * 400)
    (world.work / ".git" / "info" / "grafts").write_text(world.do("rev-parse", "feature/a") + "\n")
    first, second = world.do("rev-parse", "feature/a"), world.do("rev-parse", "develop")
    replaced = world.work / ".git" / "refs" / "replace"
    replaced.mkdir()
    (replaced / first).write_text(second + "\n")
    as_always(world)


def test_an_old_git_is_named_with_the_version_that_is_needed(world: World) -> None:
    old = executable(
        world.root / "old" / "git",
        '#!/bin/sh\nfor word; do [ "$word" = version ] && { echo "git version 2.30.2"; exit 0; }; done\n'
        f'exec {os.environ["PATH"].split(os.pathsep)[0]}/git "$@"\n',
    )
    ran = world.guard("radar", PATH=f"{old.parent}{os.pathsep}{os.environ['PATH']}")
    one_line(ran, 3, "2.38")


def test_no_program_of_the_repository_runs(hostile: tuple[World, Path]) -> None:  # noqa: F811
    """Fourteen programs in its configuration and eight hooks, filters and drivers on every file."""
    world, marks = hostile
    world.do("switch", "-q", "-c", "feature/evil", "develop")
    world.do("-c", "filter.evil.clean=cat", "commit", "-q", "--allow-empty", "-m", "x")
    for mark in marks.iterdir():
        mark.unlink()
    before = fingerprint(world.work)
    for words in ((), ("--target", "develop"), ("--output-format", "html"), ("--no-cache",)):
        ran = world.guard("radar", *words)
        assert ran.code in (0, 1), ran.text
        assert "Traceback" not in ran.text
    assert [mark.name for mark in marks.iterdir()] == []
    assert fingerprint(world.work) == before


def tree_of(world: World, *rows: tuple[str, str, str]) -> str:
    """A tree as no git of today writes it: (mode, name, object) rows."""
    data = b"".join(f"{mode} {name}\0".encode() + bytes.fromhex(oid) for mode, name, oid in rows)
    words = ("git", "hash-object", "-t", "tree", "-w", "--literally", "--stdin")
    return (
        subprocess.run(words, cwd=world.work, input=data, capture_output=True, check=True)
        .stdout.decode()
        .strip()
    )


def test_a_targets_tree_that_leads_out_writes_nothing_outside(world: World, tmp_path: Path) -> None:
    words = ("git", "hash-object", "-w", "--stdin")
    done = subprocess.run(words, cwd=world.work, input=b"* merge=union\n", capture_output=True, check=True)
    tree = tree_of(world, ("100644", ".gitattributes", done.stdout.decode().strip()))
    tree = tree_of(world, ("40000", "escaped", tree))
    for _ in range(3):  # out of the work tree, out of ours, out of the directory for temporary things
        tree = tree_of(world, ("40000", "..", tree))
    code = world.do("rev-parse", "develop:code.py").strip()
    top = tree_of(world, ("40000", "..", tree), ("100644", "code.py", code))
    commit = world.do("commit-tree", top, "-p", "develop", "-m", "Lead out").strip()
    world.do("update-ref", "refs/heads/develop", commit)
    world.do("switch", "-q", "main")
    as_always(world)
    assert not [path for path in tmp_path.rglob("escaped")]
