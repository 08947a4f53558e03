"""Reads ``extends`` and the lock beside the policy: which policy another one is built on, and what of it is here.

The lock is one committed file, `.gitflowguard.lock`. It holds the organization's policy itself under a head of four
lines, so whoever has the repository has all that its policy means: no hook and no check asks the network.

    # gitflowguard config update wrote this file; ...
    extends: github:acme/policies@v2
    server: https://github.com
    commit: <id>
    sha256: <of what follows>
    ---
    <the organization's policy, word by word>
"""

from __future__ import annotations

import hashlib

from gitflowguard.model.adoptionfiles import LOCK_FILE
from gitflowguard.model.extends import FORM, KEY, PolicyExtends, PolicyLock, Upstream, upstream_of
from gitflowguard.model.names import is_object_id
from gitflowguard.policy import tomltext, yamltext
from gitflowguard.policy.document import Document, PolicyFault
from gitflowguard.policy.errors import PolicyError
from gitflowguard.policy.limits import MAX_LOCK

_HEAD = f"# `gitflowguard config update` writes this file: the policy that {KEY} names, as it was at the commit.\n"
_FIELDS = (KEY, "server", "commit", "sha256")
_RULE = b"\n---\n"
UPDATE = "gitflowguard config update"


def extends_of(policy: bytes, path: str, lock: bytes | None) -> PolicyExtends | None:
    """Which policy this one extends, and what it is locked to; None where it extends none.

    policy: the file's bytes. path: its name, ``.gitflowguard.yaml`` or ``pyproject.toml``. lock: the bytes of
    `LOCK_FILE` beside it, None where there is none. Pure: it asks neither the disk nor the network, so it answers for
    any repository. Raises PolicyError where the policy can't be read, or names what can't be extended.
    """
    read = tomltext.read if path.endswith(".toml") else yamltext.read
    return extends_in(read(policy, path), lock)


def extends_in(document: Document, lock: bytes | None) -> PolicyExtends | None:
    """The same of a policy that was read. Raises PolicyError."""
    if KEY not in document.data:
        return None
    written = document.data[KEY]
    upstream = upstream_of(written) if isinstance(written, str) else f"the form is {FORM}"
    if isinstance(upstream, str):
        raise PolicyError((document.problem(PolicyFault((KEY,), f"{KEY}: {upstream}")),))
    if lock is None:
        return PolicyExtends(written, upstream, None, f"{written} isn't locked yet")
    found = read_lock(lock)
    if isinstance(found, str):
        return PolicyExtends(written, upstream, None, f"{LOCK_FILE} can't be used: {found}")
    if found.upstream != upstream:
        return PolicyExtends(
            written, upstream, None, f"{LOCK_FILE} holds {found.upstream.text}, not {written}"
        )
    return PolicyExtends(written, upstream, found)


def read_lock(data: bytes) -> PolicyLock | str:
    """What a lock file says, or what is wrong with it, one clause."""
    if len(data) > MAX_LOCK:
        return "it is larger than a policy may be"
    head, rule, content = data.replace(b"\r\n", b"\n").partition(_RULE)
    lines = [line for line in head.decode("utf-8", "replace").split("\n") if not line.startswith("#")]
    fields = dict(line.partition(": ")[::2] for line in lines)
    if not rule or len(lines) != len(_FIELDS) or tuple(fields) != _FIELDS:
        return "its first lines aren't those that were written"
    upstream = upstream_of(fields[KEY])
    if isinstance(upstream, str):
        return upstream
    if not is_object_id(fields["commit"]):
        return "its commit isn't a full id"
    if digest(content) != fields["sha256"]:
        return "the policy in it was changed by hand, or by a merge"
    return PolicyLock(upstream, fields["server"], fields["commit"], fields["sha256"], content)


def write_lock(upstream: Upstream, server: str, commit: str, content: bytes) -> bytes:
    """The lock file's bytes."""
    content = content.replace(b"\r\n", b"\n")
    values = (upstream.text, server, commit, digest(content))
    rows = "".join(f"{key}: {value}\n" for key, value in zip(_FIELDS, values))
    return (_HEAD + rows).encode("utf-8", "surrogateescape") + _RULE[1:] + content


def digest(content: bytes) -> str:
    """The SHA-256 of a policy's text, in hex. Line ends are those of git's own store, as a checkout may change them."""
    return hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest()
