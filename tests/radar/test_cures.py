"""Cures that are tried: one file an entry of a changelog, and lock files; what is said is done for real with git."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from gitflowguard.radar.changes import Edit
from gitflowguard.radar.fragments import FragmentTool, tool_of, without_entries
from gitflowguard.radar.natures import has_form, manifests, well_formed
from gitflowguard.radar.nouns import FRAGMENTS, REGENERATE, UNION, Cure, Knot
from gitflowguard.report.radar import words as radarwords
from gitflowguard.report.radar.json import document
from gitflowguard.report.radar.text import render
from tests import oracle
from tests.radar.samples import ABOUT
from tests.radar.team import Team

LIST = "# Changes\n\n## 1.0.0\n\n- start\n"
PROJECT = '[project]\nname = "x"\nversion = "1"\n\n[a]\nv = 1\n\n[b]\nv = 1\n\n[c]\nv = 1\n\n[d]\nv = 1\n'


def entry(number: int) -> str:
    return LIST.replace("\n\n## 1", f"\n\n- entry {number}\n\n## 1", 1)


def changelog(root: Path, files: dict[str, str], count: int = 3) -> Team:
    """Branches that each add an entry at the same place."""
    made = Team(root, {"CHANGELOG.md": LIST, **files})
    for number in range(count):
        made.branch(f"feature/n{number}", {"CHANGELOG.md": entry(number)})
    return made


def merges(made: Team, *names: str) -> bool:
    """Whether git merges the branches one after the other, on a commit apart from develop."""
    made.git("switch", "-q", "--detach", "develop")
    for name in names:
        done = subprocess.run(
            ["git", "merge", "-q", "--no-edit", name],
            cwd=made.root, env=oracle.unrecorded(), capture_output=True, check=False,
        )  # fmt: skip
        if done.returncode:
            made.git("merge", "--abort")
            return False
    return True


def test_entries_as_files_of_their_own_end_the_conflicts_as_git_says(tmp_path: Path) -> None:
    """The tool that the target has configured comes first, union second; then it is done by hand, and merged."""
    made = changelog(tmp_path / "team", {"pyproject.toml": '[tool.towncrier]\ndirectory = "news.d"\n'})
    seen = made.radar()
    (knot,) = seen.knots
    assert (knot.cure, knot.line, knot.untried) == (FRAGMENTS, "news.d", "towncrier create")
    assert (knot.cured, knot.conflicts, knot.trials) == (3, 3, 3)
    assert [(one.how, one.cured) for one in knot.also] == [(UNION, 3)]
    said = render(seen, ABOUT)
    assert (
        "3 → 0 conflicts (tried) with each entry as a file of its own in news.d/ (towncrier create)" in said
    )
    assert "or 3 → 0 conflicts (tried) with this line in the .gitattributes of develop: /CHANGELOG.md" in said
    assert not merges(made, "feature/n0", "feature/n1")
    for number in range(3):
        name = f"feature/n{number}"
        made.git("switch", "-q", name)
        made.commit({"CHANGELOG.md": LIST, f"news.d/{number}.md": f"- entry {number}\n"})
    assert merges(made, "feature/n0", "feature/n1", "feature/n2")


def test_without_a_tool_a_folder_is_the_second_best(tmp_path: Path) -> None:
    (knot,) = changelog(tmp_path / "team", {}).radar().knots
    assert (knot.cure, knot.also) == (UNION, (Cure(FRAGMENTS, "changes", 3, 3),))


def test_a_folder_that_the_target_has_is_used(tmp_path: Path) -> None:
    (knot,) = changelog(tmp_path / "team", {"newsfragments/.keep": ""}).radar().knots
    assert (knot.cure, knot.line, knot.untried) == (FRAGMENTS, "newsfragments", "")


def test_what_does_not_only_add_still_conflicts(tmp_path: Path) -> None:
    """Two of three branches rewrite the same line: their conflict is left, and so it is counted."""
    made = changelog(tmp_path / "team", {"newsfragments/.keep": ""}, 1)
    for number in (1, 2):
        text = entry(number).replace("## 1.0.0", f"## 1.0.{number}")
        made.branch(f"feature/n{number}", {"CHANGELOG.md": text})
    knot = made.radar().knots[0]
    assert (knot.cure, knot.conflicts, knot.cured) == (FRAGMENTS, 3, 2)
    assert "3 → 1 conflict (tried)" in radarwords.cure(knot)[0]
    for number in range(3):
        made.git("switch", "-q", f"feature/n{number}")
        text = LIST.replace("## 1.0.0", f"## 1.0.{number}")
        made.commit({"CHANGELOG.md": text, f"newsfragments/{number}": "x\n"})
    assert merges(made, "feature/n0", "feature/n1") and merges(made, "feature/n0", "feature/n2")
    assert not merges(made, "feature/n1", "feature/n2")


def test_a_target_that_got_an_entry_itself_keeps_it(tmp_path: Path) -> None:
    made = changelog(tmp_path / "team", {"newsfragments/.keep": ""})
    made.commit({"CHANGELOG.md": entry(9)})
    (knot,) = made.radar().knots
    assert (knot.cure, knot.conflicts, knot.cured) == (FRAGMENTS, 3, 3)
    again = made.radar()
    assert again.knots == (knot,) and again.merges == 0


def locks(root: Path, lock: str, manifest: str, text: str, branches: list[tuple[str, str]]) -> Team:
    """Branches that each write the lock file anew, and a part of the manifest: (old, new)."""
    made = Team(root, {lock: "made 0\n", manifest: text})
    for number, (old, new) in enumerate(branches):
        assert old in text
        made.branch(f"feature/n{number}", {lock: f"made {number + 1}\n", manifest: text.replace(old, new)})
    return made


def test_a_lock_file_ends_with_its_tool_where_the_manifest_merges(tmp_path: Path) -> None:
    """And done by hand: one side whole, and nothing else is left to resolve."""
    parts = [(f"[{name}]\nv = 1", f"[{name}]\nv = 2") for name in "abd"]
    made = locks(tmp_path / "team", "uv.lock", "pyproject.toml", PROJECT, parts)
    seen = made.radar()
    (knot,) = seen.knots
    assert (knot.cure, knot.line, knot.conflicts, knot.cured, knot.trials) == (REGENERATE, "uv lock", 3, 3, 3)
    assert (knot.manifest, knot.torn, knot.untried) == ("pyproject.toml", 0, "uv lock")
    said = render(seen, ABOUT)
    first = "3 → 0 conflicts (tried without uv.lock): whoever updates keeps one side of it whole and then completes it"
    assert f"{first}: uv lock" in said
    assert "pyproject.toml merges there, and the tool wasn't run" in said and "not tried" not in said
    made.git("switch", "-q", "--detach", "develop")
    made.git("merge", "-q", "--no-edit", "feature/n0")
    assert not merges_here(made, "feature/n1")
    assert made.git("diff", "--name-only", "--diff-filter=U") == "uv.lock"


def merges_here(made: Team, name: str) -> bool:
    done = subprocess.run(
        ["git", "merge", "-q", "--no-edit", name], cwd=made.root, env=oracle.unrecorded(), capture_output=True,
        check=False,
    )  # fmt: skip
    return not done.returncode


def test_a_manifest_that_conflicts_too_is_said(tmp_path: Path) -> None:
    parts = [("[a]\nv = 1", f"[a]\nv = {number + 2}") for number in range(3)]
    seen = locks(tmp_path / "team", "sub/Cargo.lock", "sub/Cargo.toml", PROJECT, parts).radar()
    knot = next(one for one in seen.knots if one.path == "sub/Cargo.lock")
    assert (knot.cure, knot.cured, knot.torn, knot.manifest) == (REGENERATE, 0, 3, "sub/Cargo.toml")
    assert radarwords.cure(knot) == (
        "in 3 of them, sub/Cargo.toml conflicts, too, or can't be read once it is merged: resolve that first, then "
        "complete the lock file: (cd sub && cargo update --workspace)",
    )


def test_a_manifest_that_no_tool_could_read_after_the_merge_is_said(tmp_path: Path) -> None:
    """Each adds the same key at another place: git merges the lines, and TOML allows no key twice."""
    parts = [
        ("\n\n[a]", "\nnew = 1\n\n[a]"),
        ("[project]", "[project]\nnew = 1"),
        ("[d]\nv = 1", "[d]\nv = 2"),
    ]
    made = locks(tmp_path / "team", "uv.lock", "pyproject.toml", PROJECT, parts)
    seen = made.radar()
    (knot,) = seen.knots
    assert (knot.conflicts, knot.cured, knot.torn) == (3, 2, 1)
    assert "3 → 1 conflict (tried without uv.lock)" in radarwords.cure(knot)[0]
    again = made.radar()
    assert again.knots == seen.knots and again.merges == 0


def test_a_manifest_of_another_form_and_none_are_not_read(tmp_path: Path) -> None:
    parts = [(f"gem '{name}'", f"gem '{name}', '1'") for name in "abc"]
    text = "gem 'a'\n\n\ngem 'b'\n\n\ngem 'c'\n"
    (knot,) = locks(tmp_path / "gems", "Gemfile.lock", "Gemfile", text, parts).radar().knots
    assert (knot.cured, knot.manifest, knot.torn) == (3, "Gemfile", 0)
    (knot,) = locks(tmp_path / "bare", "uv.lock", "notes", text, parts).radar().knots
    assert (knot.cured, knot.manifest) == (3, "")
    assert "The rest merges there" in radarwords.cure(knot)[1]


def test_the_targets_own_commits_count(tmp_path: Path) -> None:
    """Branches that conflict with the target itself."""
    parts = [(f"[{name}]\nv = 1", f"[{name}]\nv = 2") for name in "abd"]
    made = locks(tmp_path / "team", "uv.lock", "pyproject.toml", PROJECT, parts)
    made.commit({"uv.lock": "made 9\n", "pyproject.toml": PROJECT.replace("[c]\nv = 1", "[c]\nv = 2")})
    (knot,) = made.radar().knots
    assert (knot.conflicts, knot.cured, knot.torn) == (3, 3, 0)


@pytest.mark.parametrize(
    ("files", "wanted"),
    [
        ({}, ("changes", "", False)),
        ({"pyproject.toml": b"[tool.black]\n"}, ("changes", "", False)),
        ({"pyproject.toml": b"[[\n"}, ("changes", "", False)),
        ({"pyproject.toml": b"tool = 1\n"}, ("changes", "", False)),
        ({"pyproject.toml": b"[tool.towncrier]\n"}, ("newsfragments", "towncrier create", True)),
        (
            {"towncrier.toml": b'[tool.towncrier]\npackage = "a.b"\npackage_dir = "src"\n'},
            ("src/a/b/newsfragments", "towncrier create", True),
        ),
        (
            {"towncrier.toml": b'[tool.towncrier]\npackage = "a"\npackage_dir = "."\n'},
            ("a/newsfragments", "towncrier create", True),
        ),
        ({"pyproject.toml": b'[tool.towncrier]\ndirectory = "../up"\n'}, ("changes", "", False)),
        ({"pyproject.toml": b'[tool.towncrier]\ndirectory = "/up"\n'}, ("changes", "", False)),
        ({"pyproject.toml": b"[tool.scriv]\n"}, ("changelog.d", "scriv create", True)),
        ({"pyproject.toml": b'[tool.scriv]\nfragment_directory = "./n/"\n'}, ("n", "scriv create", True)),
        ({"changelog.d/scriv.ini": b"[scriv]\n"}, ("changelog.d", "scriv create", True)),
        (
            {"tox.ini": b"[x]\nfragment_directory = a\n[tool.scriv]\nfragment_directory = b\n"},
            ("b", "scriv create", True),
        ),
        ({"setup.cfg": b"[x]\n"}, ("changes", "", False)),
        ({".changie.yaml": b"changesDir: 'c' # where\nunreleasedDir: u\n"}, ("c/u", "changie new", True)),
        ({".changie.yml": b""}, (".changes/unreleased", "changie new", True)),
        ({".changeset/config.json": b"{}"}, (".changeset", "npx changeset add", True)),
        ({"reno.yaml": b"notesdir: n\n"}, ("n", "reno new SLUG", True)),
        ({"releasenotes/config.yaml": b"---\n"}, ("releasenotes/notes", "reno new SLUG", True)),
    ],
)  # fmt: skip
def test_the_tool_is_found_by_its_configuration(
    files: dict[str, bytes], wanted: tuple[str, str, bool]
) -> None:
    assert tuple(tool_of(files, "")) == wanted


def test_a_folder_alone_is_used_without_a_command() -> None:
    assert tool_of({"setup.cfg": b""}, "changelog.d") == FragmentTool("changelog.d", "", True)


@pytest.mark.parametrize(
    ("base", "new", "script", "left"),
    [
        (b"a\nb\n", b"a\nx\nb\n", (Edit((2, 1), (2, 2)),), (b"a\nb\n", b"x\n")),
        (b"a\nb", b"x\na\nb", (Edit((1, 0), (1, 1)),), (b"a\nb", b"x\n")),
        (
            b"a\nb\n",
            b"a\nc\nb2\nb3\n",
            (Edit((2, 1), (2, 2)), Edit((2, 2), (3, 4))),
            (b"a\nb2\nb3\n", b"c\n"),
        ),
        (b"a\nb\n", b"b\n", (Edit((1, 1), (1, 0)),), (b"b\n", b"")),
        (b"a\n", b"a\nx", (Edit((2, 1), (2, 2)),), (b"a\n", b"x")),
        (b"", b"x\n", (Edit((1, 0), (1, 1)),), (b"", b"x\n")),
    ],
)
def test_a_text_without_its_entries(
    base: bytes, new: bytes, script: tuple[Edit, ...], left: tuple[bytes, bytes]
) -> None:
    assert without_entries(base, new, script) == left


def test_manifests() -> None:
    assert manifests("a/pixi.lock") == ("a/pixi.toml", "a/pyproject.toml")
    assert manifests("packages.lock.json") == () and manifests("x.py") == ()
    assert has_form("a/Pipfile") and has_form("package.json") and not has_form("go.mod")
    assert well_formed("a/package.json", b'{"a": 1}') and not well_formed("package.json", b'{"a": 1,,}')
    assert well_formed("Cargo.toml", b"a = 1\n") and not well_formed("Cargo.toml", b"a = 1\na = 2\n")
    assert not well_formed("Cargo.toml", b"\xff")


def test_what_else_helps_and_what_is_torn_are_in_json() -> None:
    knot = Knot(
        target="develop", path="NEWS", branches=("a",), conflicts=500, cure=FRAGMENTS, line="n", cured=390, trials=400,
        also=(Cure(UNION, "/NEWS merge=union", 500, 500, ""),), manifest="m", torn=1,
    )  # fmt: skip
    from gitflowguard.radar.nouns import Radar

    (row,) = json.loads(json.dumps(document(Radar((), (), (), knots=(knot,)), ABOUT)["knots"]))
    assert (row["manifest"], row["torn"]) == ("m", 1)
    assert row["also"] == [
        {"cure": "union", "line": "/NEWS merge=union", "cured": 500, "trials": 500, "untried": None}
    ]
    assert radarwords.cure(knot)[0].startswith(
        "390 of 400 merges that were tried end cleanly with each entry"
    )
