"""The same verdict at commit, push, pull request and after a push, by real git and real hooks."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests import basis, oracle
from tests.artefacts.craft import BAD, GOOD, archive, call, whole
from tests.e2e.world import Ran, World, handle, make

POLICY = "preset: ml\ntools: {flake8: false}\nartefacts: {allow: [features.Scaler]}\n"
OWN = whole(call("features", "Scaler"))
OTHER = whole(call("features", "Other"))


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A team that has adopted the preset `ml`; develop and main hold the policy, on origin too."""
    basis.copied(("ranges",), tmp_path, _adopted)
    return handle(tmp_path, "native")


def _adopted(root: Path) -> None:
    world = make(root, "native")
    world.policy(POLICY)
    world.do("add", ".gitflowguard.yaml")
    world.do("commit", "-m", "Adopt gitflowguard")
    world.do("push", "-q", "origin", "develop", "develop:main")
    world.do("fetch", "-q")
    world.do("branch", "-f", "main", "origin/main")
    world.do("switch", "-c", "feature/model")


def put(world: World, path: str, data: bytes) -> None:
    file = world.work / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    world.do("add", "--", path)


def guard(world: World, *words: str, **env: str) -> Ran:
    """Runs gitflowguard in the work tree."""
    return world.guard(*words, cwd=None, stdin="", **env)


def pull(world: World, base: str = "develop") -> Ran:
    head = world.do("branch", "--show-current")
    return guard(
        world, "pr", "check", "--head", head, "--base", base, "--no-radar", "--no-quality", "--ci", "none"
    )


def commit(world: World, message: str = "Work", date: str = "") -> str:
    world.do("commit", "-m", message)
    return world.head()


def pushed(world: World, before: str, after: str, branch: str = "main", **more: object) -> Ran:
    event = world.root / "event.json"
    event.write_text(json.dumps({"ref": f"refs/heads/{branch}", "before": before, "after": after, **more}))
    return guard(world, "check", "--event", str(event))


def test_a_commit_with_an_unsafe_file_is_blocked_and_the_printed_command_takes_it_out(world: World) -> None:
    """The tree is dirty, and nothing of it is lost."""
    put(world, "models/w.csv", BAD)
    put(world, "ok.txt", b"fine\n")
    (world.work / "README.md").write_text("an edit of mine\n")
    (world.work / "models" / "w.csv").write_bytes(BAD + b"more")
    told = world.git("commit", "-m", "Add the model")
    assert told.code == 1 and "imports builtins.exec (byte 18)" in told.text
    line = next(line for line in told.text.splitlines() if "git restore --staged" in line)
    assert world.run(*line.partition("help:")[2].split()).code == 0
    assert (world.work / "models" / "w.csv").read_bytes() == BAD + b"more"
    assert (world.work / "README.md").read_text() == "an edit of mine\n"
    assert world.git("commit", "-m", "Add the rest").code == 0
    assert world.do("show", "--name-only", "--format=", "HEAD") == "ok.txt"


def test_what_cannot_be_read_blocks_with_its_own_code_and_can_be_excused(world: World) -> None:
    put(world, "model.pkl", GOOD[:-3])
    told = guard(world, "check")
    assert told.code == 3 and "the pickle is cut off" in told.text
    blocked = world.git("commit", "-m", "Add the model")
    assert blocked.code == 1 and 'GITFLOWGUARD_SKIP="opaque-artefact: why"' in blocked.text
    assert world.git("commit", "-m", "Add it", GITFLOWGUARD_SKIP="opaque-artefact: a broken sample").code == 0


def test_a_file_that_was_added_and_removed_again_is_judged_everywhere(world: World) -> None:
    """A merge would keep it for ever: push, check and the pull request say which commit brought it."""
    put(world, "weights.bin", b"\0" * 3_000_000)
    put(world, "w.dat", BAD)
    first = commit(world, "Add weights")
    world.do("rm", "-q", "weights.bin", "w.dat")
    commit(world, "Remove them")
    for told in (pull(world), world.git("push", "origin", "feature/model"), guard(world, "check")):
        assert told.code == 1, told.text
        assert f"(added in {first[:7]}, removed later but still in the history)" in told.text
        assert "imports builtins.exec" in told.text and "2.9 MB" in told.text
    world.do("reset", "-q", "--soft", "develop")
    assert pull(world).code == 0


def test_a_merge_that_brings_its_own_content_is_judged(world: World) -> None:
    """An evil merge: the file is in none of its parents."""
    world.commit("Mine", "mine.txt")
    world.do("switch", "-q", "-c", "feature/other", "develop")
    world.commit("Theirs", "theirs.txt")
    world.do("switch", "-q", "feature/model")
    world.do("merge", "-q", "--no-ff", "--no-commit", "feature/other")
    put(world, "hidden.bin", BAD)
    sha = commit(world, "Merge branch 'feature/other'")
    told = pull(world)
    assert told.code == 1 and f"(added in {sha[:7]})" in told.text and "hidden.bin" in told.text


def test_what_a_long_lived_branch_holds_already_is_left_alone(world: World) -> None:
    """Large files from before: neither a branch nor a back-merge is blamed for them."""
    world.do("switch", "-q", "develop")
    put(world, "old.bin", b"\0" * 3_000_000)
    commit(world, "Long ago")
    world.do("push", "-q", "origin", "develop")
    world.do("switch", "-q", "-C", "feature/model", "develop")
    world.commit("Work", "work.txt")
    assert pull(world).code == 0
    assert world.git("push", "origin", "feature/model").code == 0


def test_the_policy_allows_a_class_by_its_name_and_only_at_the_base(world: World) -> None:
    put(world, "own.pkl", OWN)
    assert world.git("commit", "-m", "Add our scaler").code == 0
    put(world, "other.pkl", OTHER)
    world.policy(POLICY.replace("features.Scaler", "features.**"))
    world.do("add", ".gitflowguard.yaml")
    commit(world, "Allow all of ours, myself")
    told = pull(world)
    assert told.code == 1 and "features.Other" in told.text and "features.Scaler" not in told.text


def test_an_exception_counts_once_the_base_holds_it(world: World) -> None:
    """By its bytes: another content under the same name is reported as before."""
    put(world, "models/other.pkl", OTHER)
    told = guard(world, "artefacts", "trust", "models/other.pkl", "--reason", "ours, run 42")
    assert told.code == 0 and "trusted models/other.pkl: unsafe-pickle" in told.text
    world.do("add", ".gitflowguard-artefacts")
    commit(world, "Trust our model")
    assert pull(world).code == 1, "its author can't trust it alone"
    world.do("switch", "-q", "develop")
    world.do("checkout", "feature/model", "--", ".gitflowguard-artefacts")
    commit(world, "Reviewed")
    world.do("push", "-q", "origin", "develop")
    world.do("switch", "-q", "feature/model")
    told = pull(world)
    assert "unsafe-pickle" not in told.text and "GFG811" not in told.text
    assert guard(world, "artefacts", "check", "models/other.pkl").code == 0
    put(world, "models/other.pkl", BAD)
    assert guard(world, "artefacts", "check").code == 1
    row = (world.work / ".gitflowguard-artefacts").read_text().splitlines()[-1].split("\t")
    assert row[1:] == ["unsafe-pickle", "Test Person", "models/other.pkl", "ours, run 42"]


def test_there_is_nothing_to_trust_in_a_plain_file(world: World) -> None:
    told = guard(world, "artefacts", "trust", "README.md")
    assert (told.code, told.text) == (0, "nothing to trust: no rule reports README.md\n")
    assert not (world.work / ".gitflowguard-artefacts").exists()


def test_the_command_judges_files_the_tree_and_ranges_where_the_policy_has_the_rules_off(
    world: World,
) -> None:
    """Somebody who asks gets an answer, under the preset `gitflow` as well."""
    world.policy("preset: gitflow\n")
    put(world, "a b/é.bin", BAD)
    assert guard(world, "check").code == 0
    assert guard(world, "artefacts", "check").code == 1
    assert guard(world, "artefacts", "check", "a b").code == 1
    assert guard(world, "artefacts", "check", "--all").code == 1
    assert guard(world, "artefacts", "check", "README.md").code == 0
    commit(world, "Add it")
    assert guard(world, "artefacts", "check").code == 0
    assert guard(world, "artefacts", "check", "--from", "develop").code == 1
    wrong = {
        ("--all", "README.md"): "exclude each other",
        ("--to", "HEAD"): "--to needs --from",
        ("no",): "no 'no'",
    }
    for words, says in wrong.items():
        told = guard(world, "artefacts", "check", *words)
        assert told.code in (2, 3) and says in told.text


def test_a_known_content_is_not_read_again(world: World) -> None:
    """What is plain is kept as passed; under another policy it is read anew."""
    put(world, "notes.txt", b"x" * 2000)

    def asked() -> None:
        guard(world, "artefacts", "check", "--all")

    asked()
    folder = world.work / ".git" / "gitflowguard" / "passed"
    before = {path.name: path.stat().st_size for path in folder.iterdir()}
    asked()
    assert {path.name: path.stat().st_size for path in folder.iterdir()} == before
    world.policy(POLICY.replace("features.Scaler", "features.Other"))
    asked()
    assert len(list(folder.iterdir())) > len(before)


def test_a_plain_commit_is_not_compared_again(world: World, argv_oracle: Path) -> None:
    """Git lists the range and nothing else; a commit that brought something to report is asked every time."""
    for number in range(3):
        put(world, f"notes{number}.txt", b"x" * (number + 1))
        commit(world)
    ranged = ("artefacts", "check", "--from", "develop")
    assert guard(world, *ranged).text == "All clear: 3 checks.\n"
    put(world, "w.bin", BAD)
    bad = commit(world, "Add weights")
    world.do("rm", "-q", "w.bin")
    commit(world, "Remove them")
    first = guard(world, *ranged)
    argv_oracle.unlink()
    again = guard(world, *ranged)
    assert (
        first.code == 1 and again.text == first.text and f"(added in {bad[:7]}, removed later" in first.text
    )
    asked = [argv for argv in oracle.calls(argv_oracle) if "diff-tree" in argv]
    assert len(asked) == 1, "one commit has something to report"
    world.do("reset", "-q", "--hard", "HEAD~2")
    argv_oracle.unlink()
    assert guard(world, *ranged).text == "All clear: 3 checks.\n"
    assert not [argv for argv in oracle.calls(argv_oracle) if "diff-tree" in argv or "cat-file" in argv]


def test_a_content_of_two_commits_is_reported_once_and_both_are_asked_again(world: World) -> None:
    """Added, removed, added again: the oldest commit is named, and it isn't called gone."""
    put(world, "w.bin", BAD)
    first = commit(world, "Add weights")
    world.do("rm", "-q", "w.bin")
    commit(world, "Remove them")
    put(world, "w.bin", BAD)
    commit(world, "Add them again")
    for _ in range(2):
        told = guard(world, "artefacts", "check", "--from", "develop")
        assert told.code == 1 and told.text.count("GFG811") == 1
        assert f"(added in {first[:7]})" in told.text


def test_a_pointer_whose_content_is_nowhere_is_reported_at_the_push(world: World) -> None:
    """origin is a directory here, so it can be looked into."""
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"a" * 64 + b"\nsize 123456\n"
    put(world, "model.pkl", pointer)
    assert world.git("commit", "-m", "Add a pointer").code == 0
    told = world.git("push", "origin", "feature/model")
    assert told.code == 1 and "has no content behind it" in told.text
    assert pull(world).code == 0, "nothing is known of it there"
    object_ = world.origin / "lfs" / "objects" / "aa" / "aa" / ("a" * 64)
    object_.parent.mkdir(parents=True)
    object_.write_bytes(b"x")
    assert world.git("push", "origin", "feature/model").code == 0


def test_a_pointer_of_dvc_is_looked_up_in_a_remote_that_is_a_directory(world: World) -> None:
    """Its cache doesn't count: a push of git brings nothing to DVC's remote."""
    key = "ab" + "1" * 30
    put(world, ".dvc/config", b"[core]\n    remote = store\n['remote \"store\"']\n    url = ../../store\n")
    put(world, "data/train.csv.dvc", f"outs:\n- md5: {key}\n  size: 5\n  path: train.csv\n".encode())
    commit(world, "Add the pointer")
    push = ("push", "--dry-run", "origin", "feature/model")
    told = world.git(*push)
    assert told.code == 0 and "isn't in DVC's remote" not in told.text, "the remote can't be looked into"
    store = world.root / "store" / "files" / "md5" / "ab"
    store.mkdir(parents=True)
    told = world.git(*push)
    assert (
        told.code == 1 and f"{key[:12]}… isn't in DVC's remote store, and isn't in this clone's" in told.text
    )
    cache = world.work / ".dvc" / "cache" / "ab"
    cache.mkdir(parents=True)
    (cache / key[2:]).write_bytes(b"a,b\n")
    assert "is in this clone's cache only: dvc push" in world.git(*push).text
    (store / key[2:]).write_bytes(b"a,b\n")
    assert world.git(*push).code == 0


def test_an_old_model_is_a_warning_beside_its_lock_file(world: World) -> None:
    """The nearest folder with a pin counts."""
    data = (Path(__file__).parent / "files" / "forest.joblib").read_bytes()
    put(world, "requirements.txt", b"scikit-learn==1.9.1\n")
    put(world, "chapter/requirements.txt", b"scikit-learn==1.2.2  # old\n")
    put(world, "chapter/models/rfc.joblib", data)
    put(world, "models/rfc.joblib", data)
    told = guard(world, "check")
    assert told.code == 0
    assert told.text.count("GFG813") == 1 and "chapter/requirements.txt pins 1.2.2" in told.text


def test_a_secret_is_named_by_its_form_and_line_and_never_shown(world: World) -> None:
    key = "AKIA" + "QRSTUVWX23456722"
    put(world, "notebook.txt", f"# settings\nkey = '{key}'\n".encode())
    for words in (
        ("check",),
        ("artefacts", "check", "--output-format", "json"),
        ("artefacts", "check", "--output-format", "sarif"),
    ):
        told = guard(world, *words)
        assert told.code == 1 and "AWS access key" in told.text and key not in told.text


class TestPushEvents:
    """`check --event`: 0 a legal merge, 1 anything else, 3 where it can't be determined."""

    def release(self, world: World) -> tuple[str, str]:
        """(main before, main after) of a release as Gitflow wants it."""
        world.do("switch", "-q", "-c", "release/1.0", "develop")
        world.commit("Version 1.0", "version.txt")
        world.do("push", "-q", "origin", "release/1.0")
        world.do("switch", "-q", "main")
        before = world.do("rev-parse", "HEAD")
        world.do("merge", "-q", "--no-ff", "--no-edit", "release/1.0")
        world.do("push", "-q", "origin", "main")
        return before, world.do("rev-parse", "HEAD")

    def test_a_release_is_legal(self, world: World) -> None:
        """Also once its branch was deleted, and in a checkout of CI without any branch of its own."""
        before, after = self.release(world)
        assert pushed(world, before, after).code == 0
        world.do("push", "-q", "origin", "--delete", "release/1.0")
        world.do("switch", "-q", "--detach", "origin/main")
        for branch in ("main", "release/1.0", "develop", "feature/model"):
            world.do("branch", "-q", "-D", branch)
        told = pushed(world, before, after)
        assert told.code == 0, told.text

    def test_a_merge_by_github_is_legal(self, world: World) -> None:
        before, _ = self.release(world)
        world.do("reset", "-q", "--hard", before)
        world.do("merge", "-q", "--no-ff", "-m", "Merge pull request #7 from acme/release/1.0", "release/1.0")
        assert pushed(world, before, world.do("rev-parse", "HEAD")).code == 0

    def test_a_direct_push_is_not(self, world: World) -> None:
        world.do("switch", "-q", "main")
        before = world.do("rev-parse", "HEAD")
        after = world.commit("Fix it quickly", "fix.txt")
        world.do("push", "-q", "origin", "main")
        told = pushed(world, before, after)
        assert told.code == 1 and "GFG201" in told.text

    def test_a_feature_in_main_is_not(self, world: World) -> None:
        world.commit("Work", "work.txt")
        world.do("switch", "-q", "main")
        before = world.do("rev-parse", "HEAD")
        world.do("merge", "-q", "--no-ff", "--no-edit", "feature/model")
        told = pushed(world, before, world.do("rev-parse", "HEAD"))
        assert told.code == 1 and "GFG301" in told.text

    def test_a_forced_push_is_not(self, world: World) -> None:
        before, after = self.release(world)
        assert pushed(world, after, before).code == 1
        assert pushed(world, before, after, forced=True).code == 1

    def test_a_legal_merge_that_brings_an_unsafe_file_is_not(self, world: World) -> None:
        """And neither is one that brought it and took it away again."""
        world.do("switch", "-q", "-c", "hotfix/1.0.1", "main")
        put(world, "w.bin", BAD)
        commit(world, "Add")
        world.do("rm", "-q", "w.bin")
        commit(world, "Remove")
        world.do("switch", "-q", "main")
        before = world.do("rev-parse", "HEAD")
        world.do("merge", "-q", "--no-ff", "--no-edit", "hotfix/1.0.1")
        told = pushed(world, before, world.do("rev-parse", "HEAD"))
        assert told.code == 1 and "GFG811" in told.text and "removed later" in told.text

    def test_nothing_new_is_no_merge(self, world: World) -> None:
        tip = world.do("rev-parse", "main")
        told = pushed(world, tip, tip)
        assert told.code == 1 and "main received no merge" in told.text

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            ({"before": "0" * 40}, "was created by this push"),
            ({"after": "0" * 40}, "was deleted"),
            ({"after": "1" * 40}, "lacks the commit"),
            ({"ref": "refs/tags/1.0"}, "isn't a branch"),
        ],
    )
    def test_what_cannot_be_judged_is_3(self, world: World, change: dict[str, str], says: str) -> None:
        tip = world.do("rev-parse", "main")
        event = world.root / "event.json"
        event.write_text(json.dumps({"ref": "refs/heads/main", "before": tip, "after": tip, **change}))
        told = guard(world, "check", "--event", str(event))
        assert told.code == 3 and says in told.text, told.text

    def test_a_shallow_clone_is_3(self, world: World) -> None:
        before, after = self.release(world)
        clone = world.root / "clone"
        subprocess.run(["git", "clone", "-q", "--depth=1", f"file://{world.origin}", str(clone)], check=True)
        event = world.root / "event.json"
        event.write_text(json.dumps({"ref": "refs/heads/main", "before": before, "after": after}))
        told = world.guard("check", "--event", str(event), cwd=clone)
        assert told.code == 3 and "git fetch --unshallow" in told.text
        assert world.run("git", "fetch", "-q", "--unshallow", cwd=clone).code == 0
        assert world.guard("check", "--event", str(event), cwd=clone).code == 0

    @pytest.mark.parametrize(
        "body", ["[]", "{", '{"ref": 1}', '{"ref": "refs/heads/a..b", "before": "", "after": ""}']
    )
    def test_what_is_no_event_is_usage(self, world: World, body: str) -> None:
        event = world.root / "event.json"
        event.write_text(body)
        assert guard(world, "check", "--event", str(event)).code == 2


def test_a_group_of_many_commits_keeps_its_order_and_its_oldest_commit(world: World) -> None:
    """The commit that brought a content is the first one that had it."""
    put(world, "a.bin", BAD)
    first = commit(world, "One")
    world.do("mv", "a.bin", "b.bin")
    second = commit(world, "Two")
    world.do("mv", "b.bin", "a.bin")
    commit(world, "Three")
    told = pull(world).text
    assert f"(added in {first[:7]})" in told and f"(added in {second[:7]}, removed later" in told
    assert told.count("GFG811") == 2


def test_archives_in_a_range_are_read_in_groups(world: World) -> None:
    """More than fits into one group of contents."""
    world.policy(POLICY.replace("artefacts: {", "artefacts: {size-kb: 90000, "))
    for number in range(5):
        put(world, f"part{number}.npz", archive({"a": bytes((number,)) * 6_000_000}))
    put(world, "bad.npz", archive({"a": BAD}))
    told = guard(world, "artefacts", "check")
    assert told.code == 1 and told.text.count("error[") == 1 and "bad.npz" in told.text
