"""Which repository an address leads to, and the remotes that lead there. Light: the hook of a push uses this."""

from __future__ import annotations

import os

from gitflowguard.model.credentials import anonymous

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.event import Event
    from gitflowguard.model.facts import Refs
    from gitflowguard.model.flow import Flow
    from gitflowguard.repo.git import Git

# What `gh repo fork` (cli.github.com/manual, "gh repo fork") and GitHub's pages call the repository that a fork was
# made of: the team's.
PARENT = "upstream"


def named(git: Git, event: Event) -> Event:
    """The event with the remote's name in place of its address, where a remote of this clone has that address.

    Addresses are compared without user and password, which differ from one push to the
    next in CI. Of two remotes with one address the first in git's own order counts.
    """
    if not {":", "/"} & set(event.remote):
        return event
    wanted = {event.remote, *event.args[:2]}
    for name, urls in addresses(git).items():
        if name == event.remote or any(anonymous(url) in wanted for url in urls):
            return event._replace(remote=name)
    return event


def at_home(git: Git, refs: Refs, flow: Flow, pushed: str = "") -> Refs:
    """The refs without the lines of repositories that surely are not the team's: those are strangers' branches.

    The team's is the policy's remote, and the one that `gh repo fork` calls upstream: a contributor's origin is
    a fork. So in a push to upstream, the lines of the policy's remote are a stranger's, if it is another repository.
    pushed: the remote that is pushed to, "" where nothing is pushed; its own lines are what the push changes.
    Addresses are read only where a remote beside these has a line at all.
    """
    sure = {pushed, PARENT} if pushed == PARENT else {pushed, PARENT, flow.remote}
    lines = {key for key in refs.remotes if key[0] not in sure and _line(flow, key[1])}
    others = {remote for remote, _ in lines}
    if not others:
        return refs
    known = addresses(git)
    home = [url for name in sure for url in known.get(name, ())]
    strange = {
        remote
        for remote in others
        if home
        and known.get(remote)
        and not any(alike(u, own, git.cwd) for u in known[remote] for own in home)
    }
    kept = {key: sha for key, sha in refs.remotes.items() if key[0] not in strange or key not in lines}
    return refs._replace(remotes=kept, lookup=None).indexed() if strange else refs


def _line(flow: Flow, name: str) -> bool:
    """Whether the name is a line's: long-lived, or of a kind that others are cut from."""
    kind = flow.kind_of(name)
    return kind is not None and (kind.protected or any(kind.id in other.parents for other in flow.kinds))


def leading_to(git: Git, address: str) -> tuple[str, ...]:
    """The remotes of this clone that may be the repository at an address, in git's own order."""
    if not {":", "/"} & set(address):
        return ()
    known = addresses(git).items()
    return tuple(name for name, urls in known if any(alike(url, address, git.cwd) for url in urls))


def addresses(git: Git) -> dict[str, tuple[str, ...]]:
    """Remote -> its addresses: as configured, and as git rewrites them (git-config(1), url.<base>.insteadOf)."""
    short: list[tuple[str, str]] = []
    urls: list[tuple[str, str]] = []
    for key, value in git.config_all(r"^(remote|url)\."):
        section, _, rest = key.partition(".")
        name, _, word = rest.rpartition(".")
        if section == "url" and word in ("insteadof", "pushinsteadof"):
            short.append((value, name))
        elif section == "remote" and word in ("url", "pushurl"):
            urls.append((name, value))
    short.sort(key=lambda pair: -len(pair[0]))
    found: dict[str, tuple[str, ...]] = {}
    for name, value in urls:
        rewritten = [long + value[len(word) :] for word, long in short if value.startswith(word)]
        found[name] = tuple(dict.fromkeys((*found.get(name, ()), value, *rewritten)))
    return found


def alike(one: str, other: str, cwd: str | None = None) -> bool:
    """Whether two addresses may lead to one repository: False only where they surely lead to two.

    One host has many names (an IP address, an alias of ssh, a proxy), so only the path
    counts: owner and repository. Two folders of this machine are compared as folders.
    cwd: where git runs; relative paths start there.
    """
    if "::" in one or "::" in other:
        return True  # a helper's own address (gitremote-helpers(7)); ext:: runs any command
    folders = tuple(_folder(url, cwd) for url in (one, other))
    if all(map(os.path.isdir, folders)):
        return _same(*map(_common, folders))
    left, right = (path_of(folder or url) for folder, url in zip(folders, (one, other)))
    size = min(len(left), len(right), 2)
    return left[len(left) - size :] == right[len(right) - size :]


def path_of(url: str) -> tuple[str, ...]:
    """The last two components of an address's path, owner and repository, as far as they tell it from another.

    Without ``.git``, in small letters; only the last one where the one before isn't the
    owner's name everywhere: a home directory (``~me``), Azure's ``_git``.
    """
    scheme, mark, rest = url.partition("://")
    rest = rest if mark else scheme
    if mark:
        rest = rest.partition("/")[2]
    elif ":" in rest.partition("/")[0]:
        rest = rest.partition(":")[2]
    rest = _decoded(rest.partition("?")[0].partition("#")[0]) if mark else rest
    words = os.path.normpath("/" + rest.replace("\\", "/").lower()).strip("/").split("/")
    words[-1] = words[-1].removesuffix(".git")
    words = [word for word in words if word]
    if words[-2:-1] and (words[-2] == "_git" or words[-2].startswith("~")):
        return tuple(words[-1:])
    return tuple(words[-2:])


def _decoded(path: str) -> str:
    """The path with ``%61`` as ``a``; urllib is too much for a hook."""
    head, *parts = path.split("%")
    for part in parts:
        digits = part[:2]
        plain = len(digits) == 2 and not digits.strip("0123456789abcdefABCDEF")
        head += chr(int(digits, 16)) + part[2:] if plain else "%" + part
    return head


def _folder(url: str, cwd: str | None) -> str:
    """The path of an address on this machine, "" for any other (git-fetch(1), "GIT URLS")."""
    if url.startswith("file://"):
        return _decoded("/" + url[7:].partition("/")[2])
    if "://" in url or ":" in url.partition("/")[0]:
        return ""
    return os.path.join(cwd or os.curdir, os.path.expanduser(url))


def _common(folder: str) -> str:
    """The folder of the repository itself: that of a work tree is its ``.git``, a linked one's lies elsewhere."""
    inner = os.path.join(folder, ".git")
    try:
        with open(inner, encoding="utf-8", errors="surrogateescape") as file:
            inner = os.path.join(folder, file.read().removeprefix("gitdir:").strip())
        with open(os.path.join(inner, "commondir"), encoding="utf-8", errors="surrogateescape") as file:
            inner = os.path.join(inner, file.read().strip())
    except OSError:
        pass
    return inner if os.path.isdir(inner) else folder


def _same(one: str, other: str) -> bool:
    try:
        return os.path.samefile(one, other)
    except OSError:
        return True
