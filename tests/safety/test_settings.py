"""Settings of git that change what git says change no verdict; and git's own reason is what a person reads."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gitflowguard import hookfront
from gitflowguard.cli.main import main
from gitflowguard.repo.git import reason
from tests import budget
from tests.e2e.world import World, make

pytestmark = pytest.mark.hostile("ways past `pr check`")

# git-config(1): what concerns reading, showing and comparing, each with a value that is far from the usual one.
SETTINGS = (
    "i18n.logOutputEncoding=UTF-16", "i18n.logOutputEncoding=latin1", "i18n.commitEncoding=latin1",
    "core.bigFileThreshold=1", "core.attributesFile=ATTRIBUTES", "core.quotePath=true", "core.abbrev=4",
    "core.commentChar=;", "core.ignoreCase=true", "core.precomposeUnicode=true", "core.useReplaceRefs=false",
    "core.notesRef=refs/notes/x",
    "core.autocrlf=true", "core.eol=crlf", "core.whitespace=cr-at-eol", "core.pager=false",
    "core.commitGraph=false", "core.multiPackIndex=false",
    "core.logAllRefUpdates=always", "core.sparseCheckout=true",
    "core.warnAmbiguousRefs=true", "core.symlinks=false", "core.fileMode=false", "core.trustctime=false",
    "color.ui=always", "color.diff=always", "color.branch=always", "column.ui=always", "pager.log=true",
    "log.showSignature=true", "log.showRoot=false", "log.decorate=full", "log.follow=true", "log.date=relative",
    "log.mailmap=true", "log.diffMerges=off", "log.excludeDecoration=refs/*", "log.abbrevCommit=true",
    "log.initialDecorationSet=all", "log.graphColors=red",
    "format.pretty=oneline", "format.encodeEmailHeaders=false",
    "diff.noprefix=true", "diff.mnemonicPrefix=true", "diff.renames=copies", "diff.renameLimit=1",
    "diff.algorithm=histogram", "diff.context=9", "diff.interHunkContext=9", "diff.ignoreSubmodules=all",
    "diff.orderFile=ATTRIBUTES", "diff.relative=true",
    "diff.external=false", "diff.wordRegex=.", "diff.colorMoved=zebra",
    "diff.indentHeuristic=false", "diff.submodule=log", "diff.suppressBlankEmpty=true", "diff.statGraphWidth=1",
    "diff.wsErrorHighlight=all", "diff.trustExitCode=true",
    "merge.default=union", "merge.renames=false", "merge.conflictStyle=diff3", "merge.renormalize=true",
    "merge.directoryRenames=true", "merge.ff=only",
    "pull.rebase=true", "push.default=nothing", "grep.patternType=perl",
    "branch.sort=-committerdate", "tag.sort=-version:refname",
    "versionsort.suffix=-rc", "advice.graftFileDeprecated=true",
    "transfer.hideRefs=refs/heads", "uploadpack.hideRefs=refs/heads",
    "submodule.recurse=true", "status.renames=false",
    "index.sparse=true", "index.skipHash=true", "feature.experimental=true", "feature.manyFiles=true",
    "notes.displayRef=refs/notes/*", "mailmap.file=ATTRIBUTES", "trailer.separators=%", "rerere.enabled=true",
    "url.https://x/.insteadOf=https://y/", "gc.auto=0", "fsck.skipList=/dev/null", "safe.bareRepository=explicit",
)  # fmt: skip
# How many runs they are spread over.
BUNCHES = 9
VARIABLES = (
    ("GIT_DIFF_OPTS", "--unified=9"), ("GIT_LITERAL_PATHSPECS", "1"), ("GIT_ICASE_PATHSPECS", "1"),
    ("GIT_NOGLOB_PATHSPECS", "1"), ("GIT_ATTR_SOURCE", "HEAD"),
    ("GIT_CONFIG_PARAMETERS", "'i18n.logoutputencoding'='UTF-16'"),
    ("LC_ALL", "de_DE.UTF-8"), ("LANGUAGE", "de"), ("COLUMNS", "10"), ("TZ", "Asia/Tokyo"),
)  # fmt: skip
POLICY = (
    "preset: gitflow\nmessage: {style: conventional}\nrules: {malformed-message: error}\n"
    "tools: {flake8: true}\nquality: {new-only: true}\n"
)
JUDGES = (
    (("pr", "check", "--head", "feature/ä", "--base", "develop", "--output-format", "json"), {"GFG203", "GFG802"}),
    (("hook",), {"GFG102", "GFG802"}),
)  # fmt: skip


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A branch with a bad message and a bad line, and another bad line that is staged."""
    world = make(tmp_path_factory.mktemp("settings"), "native")
    world.policy(POLICY)
    world.do("switch", "-q", "main")
    world.do("add", "-f", ".gitflowguard.yaml")
    world.do("commit", "-q", "-m", "feat: policy")
    world.do("push", "-q", "origin", "main")
    world.do("switch", "-q", "develop")
    world.do("reset", "-q", "--hard", "main")
    world.write("old.py", "import os\nX = 1\nY = 2\n")
    world.do("commit", "-q", "-m", "feat: old")
    world.do("push", "-q", "-f", "origin", "develop")
    world.do("switch", "-q", "-c", "feature/ä")
    world.write("old.py", "import os\nX = 1\nY = undefined_ä\n")
    world.do("commit", "-q", "-m", "Schlechte Nachricht: ä")
    world.do("push", "-q", "origin", "feature/ä")
    world.write("old.py", "import os\nX = 1\nY = undefined_o\n")
    (world.work / "ATTRIBUTES").write_text("* binary\n* -diff\n")
    world.do("fetch", "-q")
    return world


def verdicts(capsys: pytest.CaptureFixture[str]) -> Iterator[tuple[int, str]]:
    """(exit code, report) of each judge."""
    for words, _ in JUDGES:
        capsys.readouterr()
        code = hookfront.main(["pre-commit"]) if words == ("hook",) else main(list(words))
        yield code, "".join(capsys.readouterr())


@pytest.mark.slow
def test_no_setting_changes_a_verdict(
    bad: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nor a word of what is said."""
    monkeypatch.chdir(bad.work)
    monkeypatch.setenv("GIT_INDEX_FILE", str(bad.work / ".git" / "index"))
    plain = list(verdicts(capsys))
    for (code, said), (_, codes) in zip(plain, JUDGES):
        assert code == 1 and all(one in said for one in codes) and "F401" not in said, said
    for start in range(BUNCHES):
        bunch = [setting.partition("=")[::2] for setting in SETTINGS[start::BUNCHES]]
        assert len({key for key, _ in bunch}) == len(bunch)
        for key, value in bunch:
            bad.do("config", key, str(bad.work / "ATTRIBUTES") if value == "ATTRIBUTES" else value)
        assert list(verdicts(capsys)) == plain, bunch
        for key, _ in bunch:
            bad.do("config", "--unset", key)


def test_no_variable_of_git_changes_a_verdict(
    bad: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also those that are settings in another form. `make test` sets all of them at once."""
    monkeypatch.chdir(bad.work)
    monkeypatch.setenv("GIT_INDEX_FILE", str(bad.work / ".git" / "index"))
    plain = list(verdicts(capsys))
    assert [code for code, _ in plain] == [1, 1]
    count = budget.examples(len(VARIABLES), quick=1)
    for bunch in (VARIABLES[number::count] for number in range(count)):
        with monkeypatch.context() as patch:
            for name, value in bunch:
                patch.setenv(name, value)
            assert list(verdicts(capsys)) == plain, bunch


def test_an_attribute_hides_no_conflict_marker(tmp_path: Path) -> None:
    """git's diff shows nothing of such a file, and a merge leaves markers in it nevertheless."""
    world = make(tmp_path, "native")
    world.policy("preset: gitflow\n")
    (world.work / ".git" / "info" / "attributes").write_text("* -diff\n")
    world.write("both.txt", "one\n")
    world.do("commit", "-q", "-m", "One")
    world.branch("feature/x")
    world.write("both.txt", "two\n")
    world.do("commit", "-q", "-m", "Two")
    world.do("switch", "-q", "develop")
    world.write("both.txt", "three\n")
    world.do("commit", "-q", "-m", "Three")
    world.do("switch", "-q", "feature/x")
    assert world.git("merge", "develop").code == 1
    world.do("add", "both.txt")
    done = world.git("commit", "--no-edit")
    assert done.code == 1 and "GFG202" in done.text, done.text


@pytest.mark.parametrize(
    ("err", "said"),
    [
        (
            "fatal: detected dubious ownership in repository at '/w'\nTo add an exception for this directory, call:\n\n"
            "\tgit config --global --add safe.directory /w\n",
            "fatal: detected dubious ownership in repository at '/w'; if you trust it: "
            "git config --global --add safe.directory /w",
        ),
        (
            "hint: Support for grafts\nhint: is old\nfatal: bad object HEAD\nhint: more\n",
            "fatal: bad object HEAD",
        ),
        ("error: one\nerror: two\n", "error: one"),
        ("warning: slow\nerror: one\nfatal: the end\n", "fatal: the end"),
        ("usage: git x\n", "usage: git x"),
        ("fatal: a\x1b]0;title\x07b\n", "fatal: a\\x1b]0;title\\x07b"),
        ("hint: only\n", ""),
        ("", ""),
    ],
)
def test_the_reason_of_git(err: str, said: str) -> None:
    """One line, by what it is and not by where it stands."""
    assert reason(err.encode()) == said


@pytest.mark.parametrize(
    "words",
    [
        "status", "check", "doctor", "init --yes", "init --dry-run", "uninstall --yes", "radar", "quality", "baseline",
        "pr check --head a --base b", "config show", "config tools --requirements --at HEAD", "protect plan",
        "hook pre-commit", "hook pre-push x y", "hook commit-msg x", "hook prepare-commit-msg x", "hook pre-rebase x",
    ],
)  # fmt: skip
def test_another_users_repository_is_named_with_the_way_out(
    words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Git's reason and its own command at every entry, in one line; the usual failure in a container."""
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    monkeypatch.chdir(tmp_path)
    # The variable of git's own test suite (git-compat-util.h, ensure_valid_ownership).
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
    first, *rest = words.split()
    code = hookfront.main(rest) if first == "hook" else main([first, *rest])
    said = "".join(capsys.readouterr()).strip()
    assert code == 3 and "detected dubious ownership" in said and "\n" not in said, said
    assert said.endswith(f"git config --global --add safe.directory {tmp_path}"), said
