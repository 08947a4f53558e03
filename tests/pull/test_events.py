"""Every published payload that `pr check` may get, and those that the published ones lack."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from fakegithub import events
from fakegithub.fake import Fake
from tests.pull.scenes import FEATURE, build, check, event
from tests.scenario import Real

EXAMPLES = events.examples()
CLOSED = ("destroyed",)
Patch = pytest.MonkeyPatch
Said = pytest.CaptureFixture[str]


class World:
    """A repository with a feature, and the command on an event."""

    def __init__(self, folder: Path, patch: Patch, capsys: Said) -> None:
        self.folder = folder
        self.reader: Real = build(folder, FEATURE, patch)
        self.capsys = capsys

    def tip(self, branch: str) -> str:
        return self.reader.git("rev-parse", f"refs/heads/{branch}").strip()

    def judged(self, payload: Any) -> tuple[int, str]:
        """The exit code and all that was said."""
        self.capsys.readouterr()
        code = check("--event", event(self.folder, payload))
        said = self.capsys.readouterr()
        return code, said.out + said.err


@pytest.fixture
def world(tmp_path: Path, monkeypatch: Patch, capsys: Said) -> World:
    """The repository."""
    return World(tmp_path, monkeypatch, capsys)


def test_there_are_all_kinds() -> None:
    kinds = {name for name, _ in EXAMPLES}
    assert {"pull_request", "merge_group", "push", "pull_request_review"} <= kinds and len(EXAMPLES) >= 40
    actions = {payload.get("action") for name, payload in EXAMPLES if name == "pull_request"}
    assert {"opened", "synchronize", "reopened", "closed", "ready_for_review"} <= actions


def test_every_published_payload(world: World) -> None:
    """Their commits are in no clone of ours: that is said, with the command that fetches them, and is no pass."""
    for name, payload in EXAMPLES:
        code, said = world.judged(payload)
        where = (name, payload.get("action"), said)
        assert "Traceback" not in said, where
        if name == "push":
            assert (code, "a push isn't a pull request" in said) == (2, True), where
        elif payload.get("action") in CLOSED:
            assert (code, "nothing to check" in said) == (0, True), where
        else:
            assert (code, "git fetch" in said) == (3, True), where


def test_what_the_published_ones_lack(world: World, github: Fake) -> None:
    """Forks, deleted forks, changed bases and titles, queues, large ones; each is schema-valid."""
    github.org("acme")
    found = events.derived(github.repo("acme/web"))
    assert len(found) >= 11
    for name, payload in found.items():
        kind = (
            "merge_group"
            if "merge_group" in payload
            else "push" if "after" in payload and "ref" in payload else ""
        )
        complaints = events.complaints(kind or "pull_request", payload)
        # The one thing that GitHub's own description has wrong is the repository of a fork that was deleted.
        assert not complaints or name == "deleted fork", (name, complaints)
        code, said = world.judged(payload)
        assert code == (2 if name == "push" else 3) and "Traceback" not in said, (name, said)
        assert ("git fetch" in said) == (name != "push"), (name, said)


def real(world: World, payload: Any, head: str, base: str) -> Any:
    """A payload whose ends are branches of the world."""
    made = copy.deepcopy(payload)
    pull: Any = made["pull_request"]
    pull["state"] = "open"
    for end, name in (("head", head), ("base", base)):
        pull[end]["ref"], pull[end]["sha"] = name, world.tip(name)
    return made


def opened() -> Any:
    return next(
        payload for name, payload in EXAMPLES if name == "pull_request" and payload["action"] == "opened"
    )


@pytest.mark.parametrize(
    ("head", "base", "code"), [("feature/login", "develop", 0), ("feature/login", "main", 1)]
)
def test_a_published_payload_of_our_own_commits(world: World, head: str, base: str, code: int) -> None:
    assert world.judged(real(world, opened(), head, base))[0] == code


def test_a_retargeted_pull_request_is_judged_for_its_new_base(
    world: World,
) -> None:
    """Green into develop says nothing of main."""
    payload = real(world, opened(), "feature/login", "main")
    payload["action"] = "edited"
    payload["changes"] = {"base": {"ref": {"from": "develop"}, "sha": {"from": world.tip("develop")}}}
    code, said = world.judged(payload)
    assert code == 1 and "forbidden-pull" in said


def test_a_fork_that_is_gone_is_a_fork(world: World) -> None:
    payload = real(world, opened(), "develop", "main")
    payload["pull_request"]["head"]["ref"] = "release/9.9"
    payload["pull_request"]["head"]["repo"] = None
    code, said = world.judged(payload)
    assert code == 1 and "foreign-source" in said


def test_a_variable_passes_nothing(world: World, monkeypatch: Patch) -> None:
    monkeypatch.setenv("GITFLOWGUARD_SKIP", "forbidden-pull: in a hurry")
    code, said = world.judged(real(world, opened(), "feature/login", "main"))
    assert code == 1 and "GITFLOWGUARD_SKIP does not count here" in said
