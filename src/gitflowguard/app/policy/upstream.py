"""Asks GitHub for the policy that another one extends: to lock it, and to say whether the lock is still what is there.

Only commands that ask GitHub come here. Hooks and checks read the lock.
"""

from __future__ import annotations

import os

from gitflowguard.app.policy.file import find
from gitflowguard.atomic import put
from gitflowguard.forge import errors
from gitflowguard.forge.errors import ForgeError
from gitflowguard.forge.port import FileForge
from gitflowguard.forge.token import PUBLIC
from gitflowguard.model.adoptionfiles import LOCK_FILE, POLICY_YAML
from gitflowguard.model.extends import PolicyExtends, PolicyLock, Upstream, joined, parted
from gitflowguard.model.finding import Unknown
from gitflowguard.model.guarded import LOCKED, Guarded
from gitflowguard.model.names import short
from gitflowguard.model.record import Record
from gitflowguard.policy.errors import refuse
from gitflowguard.policy.extends import digest, extends_of, write_lock
from gitflowguard.policy.limits import MAX_YAML
from gitflowguard.policy.news import news
from gitflowguard.policy.parse import base_of, known_rules, parse
from gitflowguard.quality.catalogue import NAMES as TOOLS
from gitflowguard.rules.registry import CODES, NAMES

WHERE = "https://github.com"


class Updated(Record):
    """What `config update` did. before: the lock that was there, None for none. written: whether the file changed."""

    lock: PolicyLock
    before: PolicyLock | None
    written: bool


def server_of(api: str) -> str:
    """The address of the server behind an API, such as ``https://github.com``: what is locked there is read there."""
    if api == PUBLIC:
        return WHERE
    root = api.removesuffix("/").removesuffix("/api/v3")
    host = root.partition("://")[2]
    return f"https://{host.removeprefix('api.')}" if host.endswith(".ghe.com") else root


def extended_by(top: str) -> PolicyExtends:
    """What the policy of a work tree extends; raises PolicyError where there is none, or it extends nothing."""
    source = find(top)
    if source is None:
        says = "there is no policy file here that could extend another one; to write one: gitflowguard init"
        raise refuse(POLICY_YAML, says)
    found = extends_of(*_parts(source.data, source.path))
    if found is None:
        raise refuse(
            source.path, "this policy extends nothing; extends: github:OWNER/REPO names a policy to extend"
        )
    return found


def _parts(data: bytes, path: str) -> tuple[bytes, str, bytes | None]:
    text, lock = parted(data)
    return text, path, lock


def newest(forge: FileForge, upstream: Upstream, server: str) -> PolicyLock:
    """A lock on what a branch or tag has now, once it is a policy. Raises ForgeError and PolicyError."""
    try:
        commit = forge.commit_id(upstream.repository, upstream.ref)
    except ForgeError as problem:
        raise _absent(problem, f"{upstream.text} is not there, or you may not see it") from None
    content = _content(forge, upstream, commit)
    lock = PolicyLock(upstream, server, commit, digest(content), content)
    base_of(lock, known_rules(NAMES, CODES), TOOLS)
    return lock


def _content(forge: FileForge, upstream: Upstream, commit: str) -> bytes:
    try:
        return forge.content_at(upstream.repository, commit, upstream.path, MAX_YAML).replace(b"\r\n", b"\n")
    except ForgeError as problem:
        where = f"{upstream.repository} has no {upstream.path} at {short(commit)}"
        raise _absent(problem, where) from None


def _absent(problem: ForgeError, says: str) -> ForgeError:
    """The error in the words of what was asked for, where GitHub has just answered that there is nothing."""
    # 422: "No commit found for SHA" (docs.github.com, "Get a commit").
    if problem.kind == errors.ABSENT or problem.status == 422:
        return ForgeError(problem.kind, says, problem.status)
    return problem


def update(forge: FileForge, top: str, found: PolicyExtends, server: str) -> Updated:
    """Locks the newest, once this repository's policy means something over it. Raises ForgeError, PolicyError, OSError.

    found: by `extended_by`. Nothing is written where the policy would not be valid.
    """
    source = find(top)
    lock = newest(forge, found.upstream, server)
    data = write_lock(lock.upstream, lock.server, lock.commit, lock.content)
    if source is not None:
        parse(joined(parted(source.data)[0], data), source.path, NAMES, CODES, tools=TOOLS)
    same = found.lock is not None and found.lock == lock
    if not same:
        put(os.path.join(top, LOCK_FILE), data)
    return Updated(lock, found.lock, not same)


def since(forge: FileForge, lock: PolicyLock, server: str) -> Guarded | None:
    """What became of a locked policy: two requests, three where its branch has moved. Raises nothing."""
    upstream = lock.upstream
    if lock.server != server:
        return _unknown(f"{upstream.text} is locked on {lock.server}, and {server} was asked")
    try:
        now = forge.commit_id(upstream.repository, upstream.ref)
        then = _content(forge, upstream, lock.commit)
        return news(lock, then, now, then if now == lock.commit else _content(forge, upstream, now))
    except ForgeError as problem:
        return _unknown(f"{upstream.text}: {problem}")


def _unknown(why: str) -> Guarded:
    return Guarded("the policy", LOCKED, unknown=Unknown(why))
