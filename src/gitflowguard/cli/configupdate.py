"""`gitflowguard config update`: asks GitHub for the policy that this one extends, and locks it."""

from __future__ import annotations

import sys

from gitflowguard.app.policy.upstream import extended_by, server_of, since, update
from gitflowguard.cli import exits
from gitflowguard.cli.console import write
from gitflowguard.cli.protect.options import Server, anonymous, api_of, connect, origin_host
from gitflowguard.forge.errors import CREDENTIALS, ForgeError
from gitflowguard.forge.port import FileForge
from gitflowguard.model.adoptionfiles import LOCK_FILE
from gitflowguard.model.names import short
from gitflowguard.repo.git import Git, GitError
from gitflowguard.repo.state import find_place
from gitflowguard.report.escape import terminal


def updated(api_url: str | None, token_stdin: bool) -> int:
    """Locks the newest. Raises PolicyError, ForgeError, GitError, OSError."""
    top = _top()
    found = extended_by(top)
    forge, server, unsigned = _forge(api_url, token_stdin)
    try:
        done = update(forge, top, found, server)
    except ForgeError as problem:
        raise ForgeError(problem.kind, f"{problem}{unsigned}", problem.status) from None
    now, text = short(done.lock.commit), done.lock.upstream.text
    if not done.written:
        write(terminal(f"{LOCK_FILE} is up to date: {text} is locked to {now}") + "\n", sys.stdout)
        return exits.CLEAN
    before = f" (before: {short(done.before.commit)})" if done.before is not None else ""
    same = done.before is not None and done.before.sha256 == done.lock.sha256
    what = "; its content is the same" if same else ""
    write(terminal(f"{LOCK_FILE}: {text} is locked to {now}{before}{what}") + "\n", sys.stdout)
    write(f"Commit {LOCK_FILE} together with the policy; the diff shows what changes here.\n", sys.stdout)
    return exits.CLEAN


def checked(api_url: str | None, token_stdin: bool) -> int:
    """Compares the lock with what is there. Raises PolicyError, GitError, ForgeError."""
    found = extended_by(_top())
    if found.lock is None:
        write(terminal(f"{found.problem}; to lock it: gitflowguard config update") + "\n", sys.stdout)
        return exits.VIOLATIONS
    forge, server, unsigned = _forge(api_url, token_stdin)
    news = since(forge, found.lock, server)
    if news is None:
        says = f"{found.lock.upstream.text} is locked to {short(found.lock.commit)}, and is the same now"
        write(terminal(says) + "\n", sys.stdout)
        return exits.CLEAN
    if news.unknown is not None:
        write(
            terminal(f"can't determine whether the policy has changed: {news.unknown.reason}{unsigned}")
            + "\n",
            sys.stdout,
        )
        return exits.BLIND
    write(terminal(news.says) + "\n  help: gitflowguard config update\n", sys.stdout)
    return exits.VIOLATIONS


def _top() -> str:
    """The work tree's root. Raises GitError."""
    place = find_place(Git())
    if not place.top:
        raise GitError("this repository is bare, so there isn't a policy file to lock")
    return place.top


def _forge(api_url: str | None, token_stdin: bool) -> tuple[FileForge, str, str]:
    """(who is asked, the address of the server, what a failure means where nobody is signed in: else "").

    A public policy is read without a token.
    """
    server = Server(None, api_url, token_stdin, None, None, None, False, True)
    api = api_of(server, origin_host())
    forge: FileForge
    try:
        forge = connect(server, api, many=False)
    except ForgeError as problem:
        if problem.kind != CREDENTIALS or token_stdin:
            raise
        forge = anonymous(server, api)
        return forge, server_of(api), f"; it was asked as anybody, because {problem}"
    return forge, server_of(api), ""
