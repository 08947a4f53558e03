"""`model start`, `record` and `verify` in real repositories."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from pathlib import Path

import pytest

from gitflowguard.cli.main import main
from tests.install.place import git
from tests.provenance.spam import POLICY, Team, merge, release, team


@pytest.fixture(name="spam")
def a_team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Team:
    """On main, right after the release was merged."""
    found = team(tmp_path)
    monkeypatch.chdir(found.top)
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    return found


def answer(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str]:
    """Runs a command; its exit code and all that it printed."""
    code = main([str(word) for word in words])
    said = capsys.readouterr()
    return code, said.out + said.err


def start(capsys: pytest.CaptureFixture[str], event: Path) -> tuple[int, str]:
    """`model start`."""
    return answer(capsys, "model", "start", "--event", event)


def recorded(capsys: pytest.CaptureFixture[str], spam: Team) -> Path:
    """Trains, and records; gives the record."""
    spam.train()
    code, said = answer(capsys, "model", "record")
    assert code == 0, said
    return spam.top / "models/spam.json.provenance.json"


class TestStart:
    """What starts a training is a legal merge into main that brings something to train on."""

    def test_a_legal_merge_starts(self, spam: Team, capsys: pytest.CaptureFixture[str]) -> None:
        code, said = start(capsys, spam.event())
        assert code == 0
        assert f"training starts from {spam.after[:7]}: 1 change (train.py)" in said

    def test_two_merges_in_one_push_start(self, spam: Team, capsys: pytest.CaptureFixture[str]) -> None:
        after = release(spam.top, "1.1.0", **{"b.py": "b"})
        assert start(capsys, spam.event(after=after))[0] == 0

    def test_a_direct_push_doesnt(self, spam: Team, capsys: pytest.CaptureFixture[str]) -> None:
        git(spam.top, "commit", "-q", "--allow-empty", "-m", "Quick fix")
        code, said = start(capsys, spam.event(before=spam.after, after=git(spam.top, "rev-parse", "HEAD")))
        assert code == 1 and "main didn't receive a legal merge" in said

    def test_a_feature_merged_to_main_doesnt(self, spam: Team, capsys: pytest.CaptureFixture[str]) -> None:
        git(spam.top, "switch", "-q", "-c", "feature/fast", "develop")
        (spam.top / "fast.py").write_text("x")
        git(spam.top, "add", ".")
        git(spam.top, "commit", "-q", "-m", "Fast")
        merge(spam.top, "feature/fast", "main")
        code, said = start(capsys, spam.event(before=spam.after, after=git(spam.top, "rev-parse", "HEAD")))
        assert code == 1 and "GFG301" in said

    def test_a_forced_push_doesnt(self, spam: Team, capsys: pytest.CaptureFixture[str]) -> None:
        assert start(capsys, spam.event(forced=True))[0] == 1

    def test_another_branch_or_a_tag_doesnt(self, spam: Team, capsys: pytest.CaptureFixture[str]) -> None:
        for ref, name in (("refs/heads/develop", "develop"), ("refs/tags/1.0.0", "refs/tags/1.0.0")):
            code, said = start(capsys, spam.event(ref=ref))
            assert code == 1 and f"this is a push to {name}, and training starts from main" in said

    def test_the_trainers_own_merge_doesnt(self, spam: Team, capsys: pytest.CaptureFixture[str]) -> None:
        """The model and its record come to main by a release like everything else; else there was no end."""
        recorded(capsys, spam)
        model = (spam.top / "models/spam.json").read_text()
        record = (spam.top / "models/spam.json.provenance.json").read_text()
        files = {"models/spam.json": model, "models/spam.json.provenance.json": record}
        git(spam.top, "clean", "-fdq")
        after = release(spam.top, "1.0.1", **files)
        code, said = start(capsys, spam.event(before=spam.after, after=after))
        assert code == 1 and "the merge brings nothing that a model is made from" in said
        # With a change of code beside it, there is something to train on.
        after = release(spam.top, "1.0.2", **{**files, "train.py": "# better"})
        assert start(capsys, spam.event(before=spam.after, after=after))[0] == 0

    def test_a_trainer_whose_policy_names_no_output_ends_too(
        self, spam: Team, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """The records themselves name the artefacts."""
        policy = POLICY.replace('"models/*.json", reports/metrics.json', "out/x.bin")
        before = release(spam.top, "1.0.1", **{".gitflowguard.yaml": policy})
        (spam.top / "spam.bin").write_text("x")
        assert main(["model", "record", "spam.bin"]) == 0
        files = {name: (spam.top / name).read_text() for name in ("spam.bin", "spam.bin.provenance.json")}
        git(spam.top, "clean", "-fdq")
        after = release(spam.top, "1.0.2", **files)
        assert start(capsys, spam.event(before=before, after=after))[0] == 1

    def test_a_branch_that_was_made_or_deleted_cant_be_judged(
        self, spam: Team, capsys: pytest.CaptureFixture[str]
    ) -> None:
        for key in ("before", "after"):
            assert start(capsys, spam.event(**{key: "0" * 40}))[0] == 3

    def test_a_shallow_clone_cant_judge(self, spam: Team, capsys: pytest.CaptureFixture[str]) -> None:
        shallow = spam.top.parent / "shallow"
        subprocess.run(("git", "clone", "-q", "--depth", "1", f"file://{spam.top}", str(shallow)), check=True)
        os.chdir(shallow)
        assert start(capsys, spam.event())[0] == 3

    @pytest.mark.parametrize(
        "text", ["", "[]", "{}", '{"pull_request": {"merged": true}, "action": "closed"}']
    )
    def test_the_event_of_a_pull_request_is_none(
        self, spam: Team, capsys: pytest.CaptureFixture[str], text: str
    ) -> None:
        """A closed pull request names the test merge, which is on no branch."""
        event = spam.event()
        event.write_text(text)
        assert start(capsys, event)[0] == 2


class TestVerify:
    """A model is what was trained from a merge into main, or it is reported."""

    def test_recorded_from_the_merge(self, spam: Team, capsys: pytest.CaptureFixture[str]) -> None:
        record = json.loads(recorded(capsys, spam).read_text())
        assert record["commit"] == spam.after and record["clean"] is True
        digest = hashlib.sha256((spam.top / "data/reviews.csv").read_bytes()).hexdigest()
        assert record["data"] == {"data/reviews.csv": digest}
        assert set(record["environment"]) == {"requirements.txt"}
        assert set(record["policy"]) == {".gitflowguard.yaml"}
        assert answer(capsys, "model", "verify")[0] == 0
        os.chdir(spam.top / "models")  # paths are those that a person types
        assert answer(capsys, "model", "verify", "spam.json")[0] == 0
        assert answer(capsys, "model", "verify", "spam.json.provenance.json")[0] == 0

    def test_the_same_training_twice_gives_the_same_record(
        self, spam: Team, capsys: pytest.CaptureFixture[str]
    ) -> None:
        first = recorded(capsys, spam).read_bytes()
        assert recorded(capsys, spam).read_bytes() == first

    @pytest.mark.parametrize("at", [0, 7, -1])
    def test_one_flipped_byte(self, spam: Team, capsys: pytest.CaptureFixture[str], at: int) -> None:
        recorded(capsys, spam)
        model = spam.top / "models/spam.json"
        data = bytearray(model.read_bytes())
        data[at] ^= 1
        model.write_bytes(data)
        code, said = answer(capsys, "model", "verify")
        assert code == 1 and "error[GFG010]" in said

    @pytest.mark.parametrize("change", ["tracked", "untracked", "staged"])
    def test_a_dirty_tree(self, spam: Team, capsys: pytest.CaptureFixture[str], change: str) -> None:
        name = "new.py" if change == "untracked" else "train.py"
        (spam.top / name).write_text("# other")
        if change == "staged":
            git(spam.top, "add", name)
        recorded(capsys, spam)
        code, said = answer(capsys, "model", "verify")
        assert code == 1 and "error[GFG009]" in said and name in said

    @pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
    def test_a_change_that_git_was_told_to_overlook(
        self, spam: Team, capsys: pytest.CaptureFixture[str], flag: str
    ) -> None:
        """git status says clean; so nobody can say."""
        (spam.top / "train.py").write_text("# other")
        git(spam.top, "update-index", flag, "train.py")
        assert git(spam.top, "status", "--porcelain") == ""
        recorded(capsys, spam)
        code, said = answer(capsys, "model", "verify")
        assert code == 1 and "doesn't say whether the work tree was clean" in said

    def test_other_data_than_the_commit_holds(self, spam: Team, capsys: pytest.CaptureFixture[str]) -> None:
        """A record that says clean, and whose digests say otherwise."""
        path = recorded(capsys, spam)
        path.write_text(
            path.read_text().replace(json.loads(path.read_text())["data"]["data/reviews.csv"], "0" * 64)
        )
        code, said = answer(capsys, "model", "verify")
        assert code == 1 and "other bytes of data/reviews.csv" in said

    @pytest.mark.parametrize("where", ["feature", "inside", "direct", "nowhere", "squash"])
    def test_a_commit_that_isnt_the_merge(
        self, spam: Team, capsys: pytest.CaptureFixture[str], where: str
    ) -> None:
        says = "a commit that main doesn't hold"
        if where == "feature":
            git(spam.top, "switch", "-q", "-c", "feature/x", "develop")
            git(spam.top, "commit", "-q", "--allow-empty", "-m", "x")
        elif where == "inside":
            git(spam.top, "switch", "-q", "--detach", "feature/for-1.0.0")
            says = "a commit of a branch that was merged into main, not the merge itself"
        elif where in ("direct", "squash"):
            git(spam.top, "commit", "-q", "--allow-empty", "-m", "x (#7)")
            says = "a commit on main that isn't a merge"
        path = recorded(capsys, spam)
        if where == "nowhere":
            path.write_text(path.read_text().replace(spam.after, "1" * 40))
        code, said = answer(capsys, "model", "verify")
        assert code == 1 and "error[GFG008]" in said and says in said

    def test_squashes_pass_where_the_team_squashes(
        self, spam: Team, capsys: pytest.CaptureFixture[str]
    ) -> None:
        policy = POLICY + "rules: {squashed-merge: ignore}\n"
        (spam.top / ".gitflowguard.yaml").write_text(policy)
        git(spam.top, "commit", "-qam", "Release 1.1 (#7)")
        recorded(capsys, spam)
        assert answer(capsys, "model", "verify")[0] == 0

    def test_no_record_and_a_record_of_another_file(
        self, spam: Team, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = recorded(capsys, spam)
        (spam.top / "models/ham.json").write_text("{}")
        code, said = answer(capsys, "model", "verify")
        assert code == 1 and "models/ham.json has no record" in said and said.count("error[") == 1
        (spam.top / "models/ham.json.provenance.json").write_bytes(path.read_bytes())
        code, said = answer(capsys, "model", "verify", "models/ham.json")
        assert code == 1 and "it is the record of something else than ham.json" in said

    def test_what_cant_be_determined(self, spam: Team, capsys: pytest.CaptureFixture[str]) -> None:
        """The artefact isn't here; this clone has no main; it is shallow."""
        recorded(capsys, spam)
        model = spam.top / "models/spam.json"
        text = model.read_text()
        model.unlink()
        assert answer(capsys, "model", "verify")[0] == 3
        model.write_text(text)
        git(spam.top, "switch", "-q", "--detach")
        git(spam.top, "branch", "-q", "-D", "main")
        code, said = answer(capsys, "model", "verify")
        assert code == 3 and "this clone has no main" in said

    def test_a_pointer_of_git_lfs_stands_for_its_content(
        self, spam: Team, capsys: pytest.CaptureFixture[str]
    ) -> None:
        recorded(capsys, spam)
        model = spam.top / "models/spam.json"
        digest = hashlib.sha256(model.read_bytes()).hexdigest()
        pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 26\n"
        model.write_text(pointer.format(digest))
        assert answer(capsys, "model", "verify")[0] == 0
        model.write_text(pointer.format("0" * 64))
        assert answer(capsys, "model", "verify")[0] == 1

    def test_no_filter_runs_and_a_file_behind_its_pointer_is_no_change(
        self, spam: Team, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """git could only compare it by running the filter that the repository's attributes name."""
        mark = spam.top.parent / "ran"
        real, other = b"weights" * 9, b"other" * 9
        pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 63\n"
        (spam.top / ".gitattributes").write_text("*.weights filter=lfs\n")
        (spam.top / "base.weights").write_text(pointer.format(hashlib.sha256(real).hexdigest()))
        git(spam.top, "add", ".gitattributes", "base.weights")
        git(spam.top, "commit", "-q", "-m", "Weights")
        for key in ("clean", "process"):
            git(spam.top, "config", f"filter.lfs.{key}", f"touch '{mark}'; cat")
        for data, clean in ((real, True), (other, False)):
            (spam.top / "base.weights").write_bytes(data)
            os.utime(spam.top / "base.weights", (1, 1))
            record = json.loads(recorded(capsys, spam).read_text())
            assert record["clean"] is clean, record
        assert not mark.exists()

    def test_a_directory_is_verified_file_by_file(
        self, spam: Team, capsys: pytest.CaptureFixture[str]
    ) -> None:
        folder = spam.top / "out"
        (folder / "deep").mkdir(parents=True)
        (folder / "a").write_text("a")
        (folder / "deep/b").write_text("b")
        assert answer(capsys, "model", "record", "out")[0] == 0
        assert answer(capsys, "model", "verify", "out")[0] == 0
        (folder / "deep/b").rename(folder / "deep/c")
        code, said = answer(capsys, "model", "verify", "out")
        assert code == 1 and "out/deep/b is in the record of out, and missing" in said
        assert "out/deep/c isn't in the record of out" in said

    def test_a_link_in_place_of_the_model(self, spam: Team, capsys: pytest.CaptureFixture[str]) -> None:
        """It could lead elsewhere a moment later."""
        recorded(capsys, spam)
        model = spam.top / "models/spam.json"
        model.rename(spam.top.parent / "elsewhere.json")
        model.symlink_to(spam.top.parent / "elsewhere.json")
        assert answer(capsys, "model", "verify")[0] == 3

    def test_nothing_to_verify_or_record_is_no_pass(
        self, spam: Team, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (spam.top / ".gitflowguard.yaml").write_text("preset: gitflow\n")
        assert answer(capsys, "model", "verify")[0] == 2
        assert answer(capsys, "model", "record")[0] == 2
        assert answer(capsys, "model", "verify", "../other.json")[0] == 2


class TestWhatLands:
    """A model that would land on main, or has landed there, is judged beside the record that comes with it."""

    def lands(
        self, spam: Team, capsys: pytest.CaptureFixture[str], record: str = "", branch: str = "hotfix/1.0.1"
    ) -> dict[str, tuple[int, str]]:
        """The trained model in a branch of its own: what `pr check` says of it, and `check --event` of its merge.

        record: the text of its record, "" for the one that was made, ``none`` for none.
        """
        path = spam.top / "models/spam.json.provenance.json"
        git(spam.top, "switch", "-q", "-c", branch, "main")
        if record:
            path.write_text(record)
        if record == "none":
            path.unlink()
        git(spam.top, "add", "-f", "models")
        git(spam.top, "commit", "-q", "-m", "The model of 1.0.0")
        options = ("--no-radar", "--no-quality", "--ci", "none")
        said = {"pull": answer(capsys, "pr", "check", "--head", branch, "--base", "main", *options)}
        merge(spam.top, branch, "main")
        event = spam.event(before=spam.after, after=git(spam.top, "rev-parse", "main"))
        return {**said, "event": answer(capsys, "check", "--event", event)}

    def test_what_was_trained_from_main_may_land(
        self, spam: Team, capsys: pytest.CaptureFixture[str]
    ) -> None:
        recorded(capsys, spam)
        for code, said in self.lands(spam, capsys).values():
            assert "GFG008" not in said and "GFG009" not in said and "GFG01" not in said
            assert code in (0, 3)  # who approved is not known here

    @pytest.mark.parametrize(
        ("what", "code", "says"),
        [
            ("none", "GFG011", "there is no models/spam.json.provenance.json"),
            ("broken", "GFG011", "it isn't JSON"),
            ("foreign", "GFG008", "a commit that main doesn't hold"),
            ("dirty", "GFG009", "models/spam.json was trained"),
            ("altered", "GFG010", "isn't what was recorded"),
        ],
    )
    def test_what_wasnt_may_not(
        self, spam: Team, capsys: pytest.CaptureFixture[str], what: str, code: str, says: str
    ) -> None:
        text = recorded(capsys, spam).read_text()
        record = {
            "none": "none",
            "broken": "{",
            "foreign": text.replace(spam.after, "1" * 40),
            "dirty": text.replace('"clean": true', '"clean": false'),
            "altered": text,
        }[what]
        if what == "altered":
            (spam.top / "models/spam.json").write_text("{}")
        for got, said in self.lands(spam, capsys, record).values():
            assert got == 1 and f"error[{code}]" in said and says in said, said

    def test_only_the_production_branch_asks(self, spam: Team, capsys: pytest.CaptureFixture[str]) -> None:
        """On develop a model is work in progress; and what the model gate reads is a report, on every branch."""
        recorded(capsys, spam)
        git(spam.top, "switch", "-q", "-c", "feature/model", "develop")
        git(spam.top, "add", "-f", "models/spam.json")
        git(spam.top, "commit", "-q", "-m", "A model without a record")
        options = ("--no-radar", "--no-quality", "--ci", "none")
        words = ("pr", "check", "--head", "feature/model", *options)
        assert "GFG011" not in answer(capsys, *words, "--base", "develop")[1]
        assert "GFG011" in answer(capsys, *words, "--base", "main")[1]

    def test_a_report_is_no_model_and_what_is_removed_needs_no_record(
        self, spam: Team, capsys: pytest.CaptureFixture[str]
    ) -> None:
        policy = POLICY + "model: {metrics: reports/metrics.json, gate: [{metric: f1, min: 0.1}]}\n"
        (spam.top / ".gitflowguard.yaml").write_text(policy)
        (spam.top / "models").mkdir()
        (spam.top / "models/old.json").write_text("{}")
        git(spam.top, "add", "-f", ".")
        git(spam.top, "commit", "-q", "-m", "As it was")
        git(spam.top, "switch", "-q", "-c", "hotfix/1.0.1")
        (spam.top / "reports").mkdir()
        (spam.top / "reports/metrics.json").write_text('{"f1": 0.9}')
        git(spam.top, "rm", "-q", "models/old.json")
        git(spam.top, "add", ".")
        git(spam.top, "commit", "-q", "-m", "Measure")
        words = ("pr", "check", "--head", "hotfix/1.0.1", "--base", "main", "--no-radar", "--no-quality")
        assert "GFG011" not in answer(capsys, *words, "--ci", "none")[1]

    def test_a_model_in_a_directory(self, spam: Team, capsys: pytest.CaptureFixture[str]) -> None:
        """Every file of it is compared, also where only one of them changed."""
        (spam.top / ".gitflowguard.yaml").write_text(POLICY.replace('"models/*.json"', "models/wine"))
        git(spam.top, "commit", "-q", "-am", "Another place")
        folder = spam.top / "models/wine"
        folder.mkdir(parents=True)
        (folder / "a").write_text("a")
        (folder / "b").write_text("b")
        assert answer(capsys, "model", "record", "models/wine")[0] == 0
        (folder / "b").write_text("c")
        said = self.lands(spam, capsys)["pull"][1]
        assert "models/wine/b isn't what was recorded" in said and "wine/a isn't" not in said
