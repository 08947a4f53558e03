"""Splicing into `.pre-commit-config.yaml`: only insertions, the data as meant, and the way back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from gitflowguard.app.setup import precommit
from gitflowguard.app.setup.precommit import (
    PREFIX,
    STAGES,
    USUAL,
    splice,
    take_out,
    terms,
)
from gitflowguard.repo.files import SetupError
from tests import budget
from tests.install.place import Shell, picture, repository

# As people write it: indent 0, 2, 4; google's four-column dashes; flow lists; comments; line ends.
STYLES: dict[str, str] = {
    "indent 2": "repos:\n  - repo: https://a\n    rev: v1\n    hooks:\n      - id: x\n",
    "indent 0": "repos:\n- repo: https://a\n  rev: v1\n  hooks:\n  - id: x\n",
    "indent 4": "repos:\n    - repo: https://a\n      rev: v1\n      hooks:\n          - id: x\n",
    "wide dashes": "repos:\n-   repo: https://a\n    rev: v1\n    hooks:\n    -   id: x\n",
    "lone dashes": "repos:\n  -\n    repo: https://a\n    rev: v1\n    hooks:\n      -\n        id: x\n",
    "CRLF": "# top\r\nrepos:\r\n  - repo: https://a\r\n    rev: v1\r\n    hooks:\r\n      - id: x\r\n",
    "no newline at the end": "repos:\n- repo: https://a\n  rev: v1\n  hooks:\n  - id: x",
    "CRLF, no newline at the end": "repos:\r\n- repo: meta\r\n  hooks: []",
    "comments everywhere": "# a\n\nrepos:  # b\n\n  # c\n  - repo: meta  # d\n    # e\n"
    "    hooks:\n      # f\n      - id: x  # g\n# h\n",
    "flow repos": "repos: [{repo: meta, hooks: [{id: x}]}]  # c\n",
    "flow repos over lines": "repos: [\n  {repo: meta, hooks: [{id: x}]},\n]\n",
    "empty flow repos": "repos: []\n",
    "flow items": "repos:\n- {repo: meta, hooks: [{id: x}]}\n",
    "flow hooks": "repos:\n- repo: meta\n  hooks: [{id: x}]\n",
    "no repos yet": "exclude: ^x\n",
    "repos of nothing": "ci: {skip: [x]}\nrepos:\n",
    "repos of nothing, no newline": "repos:",
    "empty": "",
    "only a comment": "# nothing here\n",
    "JSON": '{"repos": [{"repo": "meta", "hooks": [{"id": "x"}]}]}\n',
    "JSON, empty": '{"repos": []}',
    "types in flow": "default_install_hook_types: [pre-commit, 'commit-msg']  # c\nrepos: []\n",
    "types in flow, empty": "default_install_hook_types: []\nrepos: []\n",
    "types in flow over lines": "default_install_hook_types: [\n  pre-commit,  # a\n  pre-push  # b\n]\nrepos: []\n",
    "types in flow, trailing comma": "default_install_hook_types: [pre-push,]\nrepos: []\n",
    "types in block": "default_install_hook_types:\n  - pre-commit\n  # a\n  - pre-push # b\n# c\nrepos: []\n",
    "types in block, indent 0": "repos: []\ndefault_install_hook_types:\n- pre-commit\n- post-merge",
    "all types": f"default_install_hook_types: [{', '.join(STAGES)}]\nrepos: []\n",
    "types last": "repos:\n- repo: meta\n  hooks: []\ndefault_install_hook_types: [post-merge]\n",
    "JSON with types": '{"default_install_hook_types": ["pre-push"], "repos": []}',
    "byte order mark": "\ufeffrepos: []\n",
    "document marks": "%YAML 1.1\n---\nrepos:\n- repo: meta\n  hooks: []\n...\n",
    "quoted keys": '"repos":\n  - "repo": meta\n    "hooks": []\n',
    "anchors": "x: &a ^y\nrepos:\n- repo: meta\n  hooks:\n  - id: x\n    files: *a\n",
    "words of YAML 1.1": "fail_fast: yes\nminimum_pre_commit_version: 3.2\nrepos:\n- repo: meta\n  hooks: []\n",
    "accents": "# é 日本 🎉\nexclude: 'é🎉'\nrepos:\n- repo: meta\n  hooks: []\n",
    "a block text before": "exclude: |\n  repos:\n    - x\nrepos:\n- repo: meta\n  hooks: []\n",
}


def _without(text: str, pieces: tuple[str, ...]) -> str:
    for piece in pieces:
        assert text.count(piece) == 1
        text = text.replace(piece, "")
    return text


# With the repository's entries all styles; with local ones, which are put at the same places, every third.
@pytest.mark.parametrize(
    ("name", "local"),
    [
        pytest.param(name, local, marks=pytest.mark.slow if local and at % 3 else ())
        for at, name in enumerate(STYLES)
        for local in (False, True)
    ],
)
def test_only_insertions_and_the_data_as_meant(name: str, local: bool) -> None:
    """Both readers find the old data plus ours; without our pieces it is the old text."""
    text = STYLES[name]
    done = splice(text, local)
    assert _without(done.text, done.inserted) == text
    for read in (yaml.safe_load, YAML(typ="safe", pure=True).load):
        old: Any = read(text.removeprefix("\ufeff")) or {}
        new: Any = read(done.text.removeprefix("\ufeff"))
        first, *others = new.pop("repos")
        had = old.pop("default_install_hook_types", [])
        stages = STAGES if "pre-push" in had else USUAL
        assert first == precommit.entry(local, stages) and others == (old.pop("repos", None) or [])
        types = new.pop("default_install_hook_types")
        assert types[: len(had)] == had and set(types) == {*had, *stages} and len(types) == len(set(types))
        assert new.pop("default_stages") == [*(had or ["pre-commit"]), "manual"]
        assert new == old


@pytest.mark.parametrize("name", budget.sampled(STYLES, every=3))
def test_a_second_splice_changes_nothing(name: str) -> None:
    """Our ids are there. Quick for every third style; that ours are found in each is quick above."""
    done = splice(STYLES[name])
    assert splice(done.text) == (done.text, (), ())
    assert len(precommit.ids_in(done.text)) == len(STAGES) - len(done.left)


@pytest.mark.parametrize("name", STYLES)
def test_our_lines_can_be_taken_out_of_an_edited_file(name: str) -> None:
    """The user's later comment stays."""
    done = splice(STYLES[name])
    assert take_out(done.text + "\n# later\n", done.inserted) == STYLES[name] + "\n# later\n"


ROUND_TRIPS = ("indent 2", "CRLF", "byte order mark")


@pytest.mark.parametrize("name", budget.sampled(STYLES, *ROUND_TRIPS))
def test_init_and_uninstall_give_back_every_style(tmp_path: Path, guard: Shell, name: str) -> None:
    """Through the commands, byte for byte and with its mode.

    Quick for ROUND_TRIPS: what the commands add is the reading and writing of bytes. What is inserted into each style
    and taken out of it is proved above, in memory.
    """
    repo = repository(tmp_path / "r", "main", "develop")
    config = repo / precommit.FILE
    config.write_bytes(STYLES[name].encode())
    config.chmod(0o640)
    before = picture(repo)
    assert guard(repo, "init", "--yes").code == 0 and picture(repo)[precommit.FILE] == before[precommit.FILE]
    assert guard(repo, "init", "--yes", "--pre-commit").code == 0 and PREFIX.encode() in config.read_bytes()
    assert ("\r\n" in STYLES[name]) == (b"\r\n" in config.read_bytes())
    assert guard(repo, "init").out.endswith("No changes.\n")
    assert guard(repo, "uninstall", "--yes").code == 0 and picture(repo) == before


def test_the_line_ends_of_the_file_are_kept() -> None:
    """Every new line ends as the old ones do."""
    assert "\n" not in splice(STYLES["CRLF"]).text.replace("\r\n", "")


UNSAFE = (
    ("- a\n", "does not hold a mapping"),
    ("just text\n", "does not hold a mapping"),
    ("repos: null\n", "not a list"),
    ("repos: {}\n", "cannot add to safely"),
    ("repos: 3\n", "not a list"),
    ("repos: []\ndefault_install_hook_types: pre-push\n", "not a list"),
    ("x: &a [pre-commit]\ndefault_install_hook_types: *a\nrepos: []\n", "cannot add to safely"),
    ("? repos\n: - repo: meta\n    hooks: []\n", "cannot add to safely"),
    ("repos: []\n---\na: 1\n", ":2:1 isn't valid YAML"),
    ("repos: [\n", "isn't valid YAML"),
    ("a: *b\n", ":1:4 isn't valid YAML"),
    ("repos: []\nrepos: []\n", "isn't valid YAML"),
    ("{}\n", "it has no repos"),
    ("\0", "isn't valid YAML"),
    ("repos: " + "[" * 600 + "]" * 600 + "\n", "isn't valid YAML"),
    ("a: " + "{a: " * 600 + "}" * 600 + "\n", "isn't valid YAML"),
)


# Each sentence once, and the file that is nested too deep.
@pytest.mark.parametrize(("text", "says"), budget.sampled(UNSAFE, 0, 2, 6, 8, 9, 12, 14))
def test_what_cannot_be_added_to_safely_is_refused(
    tmp_path: Path, guard: Shell, text: str, says: str
) -> None:
    """Exit 2, one line, nothing written. What is refused in the words of another row is slow."""
    repo = repository(tmp_path / "r")
    (repo / precommit.FILE).write_text(text)
    before = picture(repo)
    ran = guard(repo, "init", "--yes", "--pre-commit")
    assert ran.code == 2 and says in ran.err and len(ran.err.splitlines()) == 1 and picture(repo) == before


def test_a_config_that_is_not_utf8_or_a_link_is_refused(tmp_path: Path, guard: Shell) -> None:
    """Neither can be edited in place."""
    repo = repository(tmp_path / "r")
    config = repo / precommit.FILE
    config.write_bytes(b"# \xff\nrepos: []\n")
    assert "is not UTF-8" in guard(repo, "init", "--yes", "--pre-commit").err
    config.unlink()
    config.symlink_to("elsewhere.yaml")
    ran = guard(repo, "init", "--yes", "--pre-commit")
    assert ran.code == 2 and "a symbolic link" in ran.err and not (repo / ".gitflowguard.yaml").exists()


def test_a_file_with_one_of_our_ids_is_the_teams(tmp_path: Path, guard: Shell) -> None:
    """They may have left hooks out on purpose."""
    repo = repository(tmp_path / "r")
    text = "repos:\n- repo: local\n  hooks:\n  - {id: gitflowguard-pre-push, name: x, language: system, entry: x}\n"
    (repo / precommit.FILE).write_text(text)
    assert guard(repo, "init", "--yes", "--pre-commit").code == 0
    assert (repo / precommit.FILE).read_text() == text


def test_pre_commit_writes_a_file_where_there_is_none(tmp_path: Path, guard: Shell) -> None:
    """Only when asked; both kinds of entry."""
    repo = repository(tmp_path / "r")
    assert guard(repo, "init", "--yes", "--pre-commit", "--pre-commit-repo", "local").code == 0
    data = yaml.safe_load((repo / precommit.FILE).read_text())
    assert [hook["entry"] for hook in data["repos"][0]["hooks"]] == [f"gitflowguard-hook {s}" for s in USUAL]
    guard(repo, "uninstall", "--yes")
    assert not (repo / precommit.FILE).exists()


def test_our_ids_are_those_of_the_manifest() -> None:
    """What init writes must exist in .pre-commit-hooks.yaml, with the stage and arguments of the local form."""
    manifest = yaml.safe_load((Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text())
    published = {hook["id"]: hook for hook in manifest}
    for hook in precommit.entry(local=True, stages=STAGES)["hooks"]:
        for key in ("entry", "stages", "always_run", "pass_filenames"):
            # A framework's own environment holds `python`; on PATH there is the launcher, which starts the same.
            said = str(published[hook["id"]][key]).replace(
                "python -I -m gitflowguard.hookmain", "gitflowguard-hook"
            )
            assert said == str(hook[key])
    assert {hook["id"] for hook in precommit.entry(stages=STAGES)["hooks"]} == {
        name
        for name in published
        if name != "gitflowguard-manual" and "quality" not in published[name]["entry"]
    }


_WORD = st.text("abxyé-. #'", min_size=1, max_size=6)
_LEAF = st.one_of(_WORD, st.booleans(), st.integers(0, 9))
_REPO = st.fixed_dictionaries(
    {
        "repo": _WORD,
        "hooks": st.lists(st.dictionaries(st.sampled_from(["id", "args"]), _LEAF, max_size=2), max_size=2),
    }
)
_CONFIG = st.fixed_dictionaries(
    {"repos": st.lists(_REPO, max_size=3)},
    optional={
        "default_install_hook_types": st.lists(st.sampled_from([*STAGES, "post-merge"]), unique=True),
        "exclude": _WORD,
    },
)


@given(_CONFIG, st.sampled_from([None, False, True]), st.integers(2, 6), st.booleans())
def test_any_dumped_config_is_spliced_or_refused_never_spoilt(
    data: dict[str, Any], flow: bool | None, indent: int, crlf: bool
) -> None:
    """PyYAML's own forms: the result is exactly the data that is meant."""
    text = yaml.safe_dump(
        data, default_flow_style=flow, indent=indent, allow_unicode=True, sort_keys=False, width=40
    )
    text = text.replace("\n", "\r\n") if crlf else text
    try:
        done = splice(text)
    except SetupError:
        pytest.fail(f"refused: {text!r}")
    new = yaml.safe_load(done.text)
    ours = precommit.entry(stages=terms(data).stages)
    assert new["repos"] == [ours, *data["repos"]] and new.get("exclude") == data.get("exclude")
    assert take_out(done.text, done.inserted) == text


_HOOK = {"id": "x"}


@pytest.mark.parametrize(
    ("data", "installed", "left", "default"),
    [
        ({}, (), ("pre-push",), ("pre-commit", "manual")),
        ({"default_install_hook_types": ["pre-push"]}, (), (), ("pre-push", "manual")),
        (
            {},
            ("pre-commit", "pre-push", "post-merge"),
            (),
            ("pre-commit", "pre-push", "post-merge", "manual"),
        ),
        ({"default_stages": ["commit", "commit-msg"]}, (), ("commit-msg", "pre-push"), ()),
        ({"default_stages": ["merge-commit"]}, ("pre-merge-commit",), ("pre-push",), ()),
        ({}, (), ("commit-msg", "pre-push"), ("pre-commit", "manual")),
        ({}, ("commit-msg",), ("pre-push",), ("pre-commit", "commit-msg", "manual")),
        ({"default_stages": "x", "default_install_hook_types": 3}, (), ("pre-push",), ()),
    ],
)
def test_the_terms_under_which_no_other_hook_runs_more_often(
    data: dict[str, Any], installed: tuple[str, ...], left: tuple[str, ...], default: tuple[str, ...]
) -> None:
    """A type that would start a hook of the user's is left out; the default stages are what runs today."""
    own = {**_HOOK, "stages": ["commit-msg"]} if "commit-msg" in (*left, *installed) else _HOOK
    if "default_stages" in data:
        own = _HOOK
    found = terms({**data, "repos": [{"repo": "local", "hooks": [own]}]}, installed)
    assert tuple(stage for stage in STAGES if stage not in found.stages) == left and found.default == default
