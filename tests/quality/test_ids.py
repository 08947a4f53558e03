"""The manifest's ids while git commits, by the real pre-commit and prek: the native hook's verdict, word for word."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import pytest
import yaml

from tests.budget import sampled
from tests.e2e.world import World
from tests.quality.test_commit import FINDING
from tests.quality.world import BOTH, BROKEN, DANGEROUS, GOOD, UGLY, UNUSED, guarded

MANIFEST = Path(__file__).parents[2] / ".pre-commit-hooks.yaml"
FRAMEWORKS = ["pre-commit", "prek"]
FAMILIES = ["format", "lint", "security"]
# One tool of each family, the quick ones.
POLICY = BOTH.replace("}", ", bandit: true}")


def framed(root: Path, framework: str, names: list[str], policy: str = POLICY) -> World:
    """A guarded repository in which only these ids of the manifest run."""
    world = guarded(root, policy=policy)
    for path in (world.work / ".git" / "hooks").iterdir():
        path.unlink()
    rows = {row["id"]: row for row in yaml.safe_load(MANIFEST.read_text())}
    hooks = [{**rows[f"gitflowguard-{name}"], "language": "system"} for name in names]
    for hook in hooks:
        hook.pop("additional_dependencies")  # what pre-commit would install lies in this environment already
    stages = ["pre-commit", "pre-merge-commit", "pre-push"]
    config = {"default_install_hook_types": stages, "repos": [{"repo": "local", "hooks": hooks}]}
    (world.work / ".pre-commit-config.yaml").write_text(json.dumps(config))
    (world.work / ".git" / "info" / "exclude").write_text(".pre-commit-config.yaml\n.gitflowguard.yaml\n")
    world.env["PRE_COMMIT_HOME"] = str(root / "pre-commit-home")
    world.env["PREK_HOME"] = str(root / "prek-home")
    done = world.run(framework, "install")
    assert done.code == 0, done.text
    return world


def put(world: World, path: str, data: str) -> None:
    """Writes a file of any name, and stages it."""
    (world.work / path).parent.mkdir(parents=True, exist_ok=True)
    (world.work / path).write_text(data)
    world.do("--literal-pathspecs", "add", "--", path)


def scenes(world: World) -> list[list[str]]:
    """Commits of many kinds, one after the other; the findings of each (empty where it was made)."""
    found = []

    def commit(*args: str) -> None:
        head = world.do("rev-parse", "HEAD")
        done = world.git("commit", "-q", "-m", "Work", *args)
        said = sorted({line.strip() for line in FINDING.findall(done.text)})
        assert (done.code != 0) is bool(said) is (world.do("rev-parse", "HEAD") == head), done.text
        found.append(said)

    put(world, "good.py", GOOD)
    put(world, "bad.py", UGLY + UNUSED + DANGEROUS)
    commit("--", "bad.py")
    commit("--", "good.py")
    commit()
    world.do("rm", "-q", "--cached", "bad.py")
    (world.work / "bad.py").unlink()
    # Staged good and unstaged bad, then the other way round.
    put(world, "half.py", GOOD)
    (world.work / "half.py").write_text(UGLY)
    (world.work / "untracked.py").write_text(BROKEN)
    commit()
    put(world, "half.py", UGLY + UNUSED)
    (world.work / "half.py").write_text(GOOD)
    commit()
    assert (world.work / "half.py").read_text() == GOOD
    put(world, "half.py", GOOD)
    # A rename, a link, a mode, names that are no words.
    world.do("mv", "good.py", "moved.py")
    (world.work / "link.py").symlink_to("untracked.py")
    world.do("add", "link.py")
    world.do("update-index", "--chmod=+x", "half.py")
    commit()
    for name in ("-x.py", ":y.py", "new\nline.py", "a b.py"):
        put(world, name, UGLY)
        commit()
        world.do("--literal-pathspecs", "rm", "-q", "--cached", "--", name)
        (world.work / name).unlink()
    # By git's own conversion: CRLF on the disk.
    world.do("config", "core.autocrlf", "true")
    (world.work / "ends.py").write_bytes(GOOD.replace("\n", "\r\n").encode())
    world.do("add", "ends.py")
    commit()
    return found


# A dozen commits each, and the native hook's beside them: 10 s of CPU.
@pytest.mark.parametrize(
    ("framework", "names"),
    [
        pytest.param("prek", ["quality"], marks=pytest.mark.slow),
        pytest.param("prek", FAMILIES, marks=pytest.mark.slow),
        pytest.param("pre-commit", ["quality"], marks=pytest.mark.slow),
        pytest.param("pre-commit", FAMILIES, marks=pytest.mark.slow),
    ],
    ids=["prek one", "prek three", "pre-commit one", "pre-commit three"],
)
def test_the_same_commits_as_by_the_native_hook(tmp_path: Path, framework: str, names: list[str]) -> None:
    """The same findings, and the same commits made.

    Slow: test_the_filters_of_the_framework_hold commits, merges and asks by each framework, and
    tests/quality/test_commit.py, test_every_way_says_the_same, compares the findings.
    """
    native = scenes(guarded(tmp_path / "native", policy=POLICY))
    assert [bool(said) for said in native] == [True, False, True, False, True, False, *[True] * 4, False]
    assert scenes(framed(tmp_path / "framed", framework, names)) == native


@pytest.mark.parametrize("framework", sampled(FRAMEWORKS, "prek"))
def test_a_file_that_is_only_announced(tmp_path: Path, framework: str) -> None:
    """Is not judged, and stays announced.

    pre-commit is slow: git itself has the mark, and tests/quality/test_states.py, an_announced_file, reads it.
    """
    world = framed(tmp_path, framework, ["quality"])
    (world.work / "later.py").write_text(UGLY)
    world.do("add", "-N", "later.py")
    put(world, "good.py", GOOD)
    done = world.git("commit", "-m", "Work")
    assert done.code == 0, done.text
    assert world.do("status", "--porcelain", "later.py").endswith("A later.py")
    assert (world.work / "later.py").read_text() == UGLY


@pytest.mark.parametrize("framework", sampled(FRAMEWORKS, "prek"))
def test_a_push(tmp_path: Path, framework: str) -> None:
    """What the frameworks give as its two ends.

    pre-commit is slow: both give the two ends in the same variables.
    """
    world = framed(tmp_path, framework, ["lint"])
    world.do("push", "-q", "origin", "feature/x")
    put(world, "bad.py", UNUSED)
    world.do("commit", "-q", "-m", "Hidden")
    done = world.git("push", "origin", "feature/x")
    assert done.code == 1 and "bad.py:1:8: ruff F401" in done.text, done.text


def excluding(world: World, more: str) -> None:
    """The framework's configuration with one more filter."""
    path = world.work / ".pre-commit-config.yaml"
    config = json.loads(path.read_text())
    key, _, value = more.partition(": ")
    for row in (
        (config, *config["repos"][0]["hooks"])[:1] if key == "exclude" else config["repos"][0]["hooks"]
    ):
        row[key] = json.loads(value)
    path.write_text(json.dumps(config))


FILTERS = product(FRAMEWORKS, ['exclude: "^vendor/"', 'files: "^ok"'])


@pytest.mark.parametrize(("framework", "more"), sampled(FILTERS, 0, 3))
def test_the_filters_of_the_framework_hold(tmp_path: Path, framework: str, more: str) -> None:
    """At a commit, in a merge, in a range and by hand: what it leaves out isn't judged, and the rest is."""
    world = framed(tmp_path, framework, ["quality"])
    excluding(world, more)
    base = world.do("rev-parse", "HEAD")
    put(world, "vendor/v.py", UNUSED)
    put(world, "ok.py", GOOD)
    assert world.run(framework, "run").code == 0
    done = world.git("commit", "-q", "-m", "Work")
    assert done.code == 0, done.text
    done = world.run(framework, "run", "--from-ref", base, "--to-ref", "HEAD")
    assert done.code == 0, done.text
    world.do("switch", "-q", "-c", "feature/other", base)
    put(world, "ok2.py", GOOD)
    put(world, "vendor/w.py", UNUSED)
    world.do("commit", "-q", "-m", "Other")
    done = world.git("merge", "-q", "--no-ff", "-m", "Merge", "feature/x")
    assert done.code == 0, done.text
    put(world, "ok3.py", UNUSED)
    done = world.git("commit", "-q", "-m", "Bad")
    assert done.code == 1 and "ok3.py:1:8: ruff F401" in done.text and "vendor" not in done.text, done.text
