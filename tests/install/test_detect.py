"""What a repository says of itself: git-flow's settings, branches, tags."""

from __future__ import annotations

from pathlib import Path

import pytest

from gitflowguard.model.facts import Refs
from gitflowguard.policy.parse import parse
from gitflowguard.repo.detect import common_prefix, detect, find_develop, find_main
from gitflowguard.repo.git import Git
from gitflowguard.repo.gitflowkeys import AVH, NEXT, Keys, Topic, read_keys
from gitflowguard.rules.registry import CODES, NAMES
from tests.install.place import Shell, git, repository

AVH_CONFIG = """\
[gitflow "branch"]
\tmaster = production
\tdevelop = work
[gitflow "prefix"]
\tfeature = feat/
\tbugfix = bugfix/
\trelease = rel-
\thotfix = hotfix/
\tsupport = support/
\tversiontag = v
[gitflow "path"]
\thooks = /somewhere/.git/hooks
[gitflow "branch.feat/x"]
\tbase = work
[gitflow "branch.feat/with.dots"]
\tbase = work
"""
NEXT_CONFIG = """\
[gitflow]
\tversion = 1.0
\tinitialized = true
\torigin = upstream
[gitflow "branch.production"]
\ttype = base
\tupstreamStrategy = none
[gitflow "branch.work"]
\ttype = base
\tparent = production
\tautoUpdate = true
[gitflow "branch.feature"]
\ttype = topic
\tparent = work
\tprefix = feat/
[gitflow "branch.release"]
\ttype = topic
\tparent = production
\tstartPoint = work
\tprefix = release/
\ttag = true
\ttagprefix = v
[gitflow "branch.chore"]
\ttype = topic
\tparent = work
\tprefix = chore/
[gitflow "branch.feat/x"]
\tbase = work
"""


def _keys(folder: Path, config: str) -> Keys:
    repo = repository(folder, "production", "work")
    with (repo / ".git/config").open("a") as file:
        file.write(config)
    return read_keys(Git(str(repo)).config_all(r"^gitflow\."))


def test_avh_keys_are_read(tmp_path: Path) -> None:
    """Its nine, without taking a branch's base for a setting."""
    keys = _keys(tmp_path, AVH_CONFIG)
    assert (keys.program, keys.main, keys.develop, keys.tag_prefix) == (AVH, "production", "work", "v")
    assert Topic("feature", "feat/") in keys.topics and len(keys.topics) == 5


def test_next_keys_are_read(tmp_path: Path) -> None:
    """Types by `type`, notes by `base`; a base without a parent is production."""
    keys = _keys(tmp_path, NEXT_CONFIG)
    assert (keys.program, keys.main, keys.develop) == (NEXT, "production", "work")
    assert (keys.remote, keys.tag_prefix) == ("upstream", "v")
    assert keys.topics == (
        Topic("feature", "feat/", "work", "work"),
        Topic("release", "release/", "production", "work", True),
        Topic("chore", "chore/", "work", "work"),
    )


def test_next_wins_over_the_avh_settings_that_it_imported(tmp_path: Path) -> None:
    """Both in one file."""
    keys = _keys(tmp_path, AVH_CONFIG.replace("production", "old") + NEXT_CONFIG)
    assert (keys.program, keys.main) == (NEXT, "production")


def test_a_base_note_alone_is_no_setting() -> None:
    """What our own post-checkout writes does not look like a git-flow program."""
    assert read_keys([("gitflow.branch.feature/x.base", "develop")]) == Keys()


@pytest.mark.parametrize(("config", "chore"), [(AVH_CONFIG, False), (NEXT_CONFIG, True)])
def test_init_turns_the_settings_into_the_policy(
    tmp_path: Path, guard: Shell, config: str, chore: bool
) -> None:
    """Names, prefixes, tag prefix, and a kind of git-flow-next's own."""
    repo = repository(tmp_path / "r", "production", "work")
    with (repo / ".git/config").open("a") as file:
        file.write(config)
    assert guard(repo, "init", "--yes").code == 0
    flow = parse((repo / ".gitflowguard.yaml").read_bytes(), ".gitflowguard.yaml", NAMES, CODES).flow
    assert (flow.production, flow.integration, flow.tag_prefix) == ("production", "work", "v")
    kind = flow.kind_of("feat/x")
    assert kind is not None and kind.id == "feature" and flow.kind_of("feature/x") is None
    own = flow.kind_of("chore/x")
    assert (own is not None) == chore and (own is None or own.targets == ("develop",))
    assert guard(repo, "init").out.endswith("No changes.\n")


def _refs(*names: str, remotes: tuple[str, ...] = (), head: str = "") -> Refs:
    return Refs({name: "1" for name in names}, {("origin", name): "1" for name in remotes}, {}, head)


@pytest.mark.parametrize(
    ("refs", "keys", "default", "name"),
    [
        (_refs("main", "master"), Keys(), "", "main"),
        (_refs("main", "master"), Keys(AVH, "master"), "", "master"),
        (_refs("main"), Keys(AVH, "gone"), "", "main"),
        (_refs("main", "live"), Keys(), "live", "live"),
        (_refs("develop", remotes=("main", "develop")), Keys(), "develop", "main"),
        (_refs("trunk", "x"), Keys(), "", "trunk"),
        (_refs("odd"), Keys(), "", "odd"),
        (_refs("one", "two"), Keys(), "", ""),
        (_refs(head="unborn"), Keys(), "", "unborn"),
        (_refs("x", head="x", remotes=("production",)), Keys(), "", "production"),
    ],
)
def test_production_is_found(refs: Refs, keys: Keys, default: str, name: str) -> None:
    """Settings first, then origin's HEAD (unless it names an integration branch), then names, then the only one."""
    assert find_main(refs, keys, default, "origin").name == name


@pytest.mark.parametrize(
    ("names", "keys", "name"),
    [
        (("main", "develop", "dev"), Keys(), "develop"),
        (("main", "dev"), Keys(), "dev"),
        (("main", "development"), Keys(), "development"),
        (("main", "integration", "int"), Keys(), "int"),
        (("main", "develop", "work"), Keys(AVH, "main", "work"), "work"),
        (("main", "develop"), Keys(AVH, "main", "main"), "develop"),
        (("main", "x"), Keys(), ""),
    ],
)
def test_integration_is_found(names: tuple[str, ...], keys: Keys, name: str) -> None:
    """Settings first, then names, here or on the remote."""
    assert find_develop(_refs(*names), keys, "main", "origin").name == name
    assert find_develop(_refs("main", remotes=names), keys, "main", "origin").name == name


@pytest.mark.parametrize(
    ("tags", "prefix"),
    [
        ((), ""),
        (("1.2.3",), ""),
        (("v1.2.3", "v1.3", "1.0.0"), "v"),
        (("v1.0.0", "2.0.0"), ""),
        (("release-1.0.0", "nightly", "build7"), "release-"),
        (("v1.0rc1", "v1.0"), "v"),
    ],
)
def test_the_tag_prefix_is_that_of_most_version_tags(tags: tuple[str, ...], prefix: str) -> None:
    """Other tags do not count."""
    assert common_prefix({tag: "1" for tag in tags}) == prefix


def test_origins_default_branch_is_read_from_a_real_clone(tmp_path: Path) -> None:
    """refs/remotes/origin/HEAD, as clone sets it."""
    origin = repository(tmp_path / "origin", "live", "main", "develop")
    git(tmp_path, "clone", "-q", str(origin), "clone")
    asked = Git(str(tmp_path / "clone"))
    found = detect(asked, asked.place())
    assert (found.main.name, found.develop.name) == ("live", "develop")
    git(origin, "switch", "-q", "develop")
    git(tmp_path / "clone", "remote", "set-head", "origin", "--auto")
    assert detect(asked, asked.place()).main.name == "main"  # develop says nothing


@pytest.mark.parametrize(
    ("files", "names"),
    [
        ((), ()),
        ((".pre-commit-config.yaml",), ("pre-commit",)),
        (("prek.toml",), ("prek",)),
        ((".husky/pre-commit",), ("husky",)),
        (("lefthook.yml",), ("lefthook",)),
        ((".lefthook.toml", "prek.toml"), ("prek", "lefthook")),
    ],
)
def test_frameworks_are_known_by_their_files(
    tmp_path: Path, files: tuple[str, ...], names: tuple[str, ...]
) -> None:
    """In a fixed order."""
    repo = repository(tmp_path)
    for file in files:
        (repo / file).parent.mkdir(exist_ok=True)
        (repo / file).write_text("")
    asked = Git(str(repo))
    assert detect(asked, asked.place()).frameworks == names
