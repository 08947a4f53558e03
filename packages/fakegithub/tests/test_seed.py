"""A repository made from nothing, as a self-test makes one."""

from __future__ import annotations

import base64

from fakegithub.client import Client
from fakegithub.fake import Fake

PLACE = "/repos/ada/scratch"


def test_from_nothing_to_a_merged_pull_request(github: Fake) -> None:
    """Each answer is judged by the description; a second repository of the name is refused, and the first deleted."""
    ask = Client(github, github.token(None, user="ada")).ask
    made = ask("POST", "/user/repos", {"name": "scratch", "description": "mine"})
    assert (made.status, made.body["full_name"], made.body["description"]) == (201, "ada/scratch", "mine")
    assert ask("POST", "/user/repos", {"name": "scratch"}).status == 422
    assert ask("POST", f"{PLACE}/git/trees", {"tree": []}).status == 409
    text = base64.b64encode(b"# scratch\n").decode()
    first = ask("PUT", f"{PLACE}/contents/README.md", {"message": "Start", "content": text})
    assert first.status == 201
    tip, tree = first.body["commit"]["sha"], first.body["commit"]["tree"]["sha"]
    rows = [{"path": "a.txt", "mode": "100644", "type": "blob", "content": "a\n"}]
    new = ask("POST", f"{PLACE}/git/trees", {"base_tree": tree, "tree": rows})
    assert new.status == 201
    commit = ask("POST", f"{PLACE}/git/commits", {"message": "a", "tree": new.body["sha"], "parents": [tip]})
    assert commit.status == 201 and commit.body["parents"][0]["sha"] == tip
    assert (
        ask("POST", f"{PLACE}/git/commits", {"message": "a", "tree": tree, "parents": ["0" * 40]}).status
        == 422
    )
    assert (
        ask("POST", f"{PLACE}/git/refs", {"ref": "refs/heads/feature/a", "sha": commit.body["sha"]}).status
        == 201
    )
    pull = {"title": "a", "head": "feature/a", "base": "main"}
    assert ask("POST", f"{PLACE}/pulls", {**pull, "base": "nowhere"}).status == 422
    assert ask("POST", f"{PLACE}/pulls", {**pull, "head": "main"}).status == 422
    assert ask("POST", f"{PLACE}/pulls", pull).status == 201
    assert ask("POST", f"{PLACE}/pulls", pull).status == 422
    own = ask("POST", f"{PLACE}/pulls/1/reviews", {"event": "APPROVE"})
    assert own.status == 422
    assert (
        ask("POST", f"{PLACE}/pulls/1/reviews", {"event": "COMMENT", "body": "hm"}).body["state"]
        == "COMMENTED"
    )
    assert ask("PUT", f"{PLACE}/pulls/1/merge", {"merge_method": "merge"}).status == 200
    assert (
        ask("PUT", f"{PLACE}/contents/b.md", {"message": "b", "content": text, "branch": "no"}).status == 404
    )
    assert ask("DELETE", PLACE).status == 204 and ask("GET", PLACE).status == 404


def test_of_an_organisation(github: Fake) -> None:
    """Its owners make one, and members don't."""
    github.org("acme")
    owner = Client(github, github.token("admin"))
    assert owner.ask("POST", "/orgs/acme/repos", {"name": "scratch", "private": True}).status == 201
    member = Client(github, github.token("write"))
    assert member.ask("POST", "/orgs/acme/repos", {"name": "other"}).status == 403
