"""A real repository seen through the fake: the same ids, the same answers as git's own."""

from __future__ import annotations

from pathlib import Path

from fakegithub.client import Client
from fakegithub.fake import Fake
from fakegithub.mirror import git, mirror


def test_a_real_repository_is_seen_as_it_is(github: Fake, tmp_path: Path) -> None:
    def run(*words: str) -> str:
        return git(tmp_path, *words).decode().strip()

    def write(name: str, text: str) -> None:
        (tmp_path / name).write_text(text)
        run("add", name)
        run("commit", "-qm", f"Write {name}\n\nWith a body.")

    run("init", "-q", "-b", "main")
    write(".gitflowguard.yaml", "version: 1\n")
    run("tag", "-am", "First", "v1.0")
    run("checkout", "-qb", "develop")
    write("a b.txt", "1\n")
    run("checkout", "-qb", "feature/1")
    write("c.txt", "1\n")
    run("checkout", "-q", "develop")
    write("d.txt", "1\n")
    run("checkout", "-q", "main")
    run("merge", "-q", "--no-ff", "-m", "Release", "develop")

    web = github.repo("acme/web", empty=True)
    mirror(web, tmp_path)
    web.pull("feature/1", "develop")
    client = Client(github, github.token("read"))

    def ask(path: str) -> object:
        return client.get(f"/repos/acme/web/{path}").body

    compared = client.get("/repos/acme/web/compare/develop...feature/1").body
    counted = run("rev-list", "--left-right", "--count", "develop...feature/1").split()
    assert [str(compared["behind_by"]), str(compared["ahead_by"])] == counted
    assert compared["merge_base_commit"]["sha"] == run("merge-base", "develop", "feature/1")
    tip = client.get("/repos/acme/web/commits/main").body
    assert [one["sha"] for one in tip["parents"]] == run("rev-parse", "main^1", "main^2").split()
    assert [one["filename"] for one in tip["files"]] == ["a b.txt", "d.txt"]
    assert web.resolve("v1.0") == run("rev-parse", "v1.0^{commit}")
    assert web.commits[web.refs["refs/heads/develop"]].message == "Write d.txt\n\nWith a body."
    file = client.get("/repos/acme/web/contents/.gitflowguard.yaml?ref=feature/1").body
    assert file["sha"] == run("rev-parse", "feature/1:.gitflowguard.yaml")
    assert isinstance(ask("pulls/1/files"), list)
    assert [one["filename"] for one in client.get("/repos/acme/web/pulls/1/files").body] == ["c.txt"]

    run("checkout", "-q", "feature/1")
    write("e.txt", "1\n")
    mirror(web, tmp_path)
    assert client.get("/repos/acme/web/pulls/1").body["head"]["sha"] == run("rev-parse", "feature/1")
