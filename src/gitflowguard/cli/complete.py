"""What a shell offers behind an option: rules, kinds, branches, remotes, revisions, commands.

A name comes from whoever could push it, and a shell would run what some names hold. So only names that mean
themselves in every shell are offered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gitflowguard.model.names import shell
from gitflowguard.process import ProcessError
from gitflowguard.repo.git import Git, GitError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from click.shell_completion import CompletionItem


def rules(ctx: click.Context, param: click.Parameter, begun: str) -> list[CompletionItem]:
    """Names and codes, each with what it is about."""
    from gitflowguard.app.policy.explain import own_table, table

    rows = (*table(), *own_table())
    found = [_item(row["name"], row["headline"]) for row in rows] + [
        _item(row["code"], row["name"]) for row in rows if row["code"] != row["name"]
    ]
    return [one for one in found if one.value.lower().startswith(begun.lower())]


def kinds(ctx: click.Context, param: click.Parameter, begun: str) -> list[CompletionItem]:
    """The policy's."""
    from gitflowguard.app.policy.config import policy_in_force
    from gitflowguard.policy.errors import PolicyError

    try:
        names = [kind.id for kind in policy_in_force().flow.kinds]
    except (PolicyError, GitError, ProcessError, OSError):
        return []
    return _fitting(names, begun)


def branches(ctx: click.Context, param: click.Parameter, begun: str) -> list[CompletionItem]:
    """Of this clone and of its remotes, without the remote's name."""
    local = _refs("refs/heads", 2)
    return _fitting((*local, *_refs("refs/remotes", 3)), begun)


def branch_list(ctx: click.Context, param: click.Parameter, begun: str) -> list[CompletionItem]:
    """``a,b,c``: the last of them."""
    head, comma, last = begun.rpartition(",")
    return [_item(f"{head}{comma}{one.value}") for one in branches(ctx, param, last)]


def revisions(ctx: click.Context, param: click.Parameter, begun: str) -> list[CompletionItem]:
    """Branches, branches of remotes with their remote, tags."""
    names = (*_refs("refs/heads", 2), *_refs("refs/remotes", 2), *_refs("refs/tags", 2), "HEAD")
    return _fitting(names, begun)


def remotes(ctx: click.Context, param: click.Parameter, begun: str) -> list[CompletionItem]:
    """Of this clone."""
    try:
        return _fitting(Git().lines("remote"), begun)
    except (GitError, ProcessError):
        return []


def commands(ctx: click.Context, param: click.Parameter, begun: str) -> list[CompletionItem]:
    """The next word of ``help protect plan``."""
    inner: click.Command = ctx.find_root().command
    for word in ctx.params.get(param.name or "") or ():
        found = inner.get_command(ctx, word) if isinstance(inner, click.Group) else None
        if found is None:
            return []
        inner = found
    return _fitting(inner.list_commands(ctx), begun) if isinstance(inner, click.Group) else []


def _refs(below: str, skip: int) -> list[str]:
    """The short names of refs. skip: how many parts of the full name to leave out."""
    try:
        return Git().lines("for-each-ref", f"--format=%(refname:lstrip={skip})", below)
    except (GitError, ProcessError):
        return []


def _fitting(names: Iterable[str], begun: str) -> list[CompletionItem]:
    plain = (name for name in dict.fromkeys(names) if name.isprintable() and shell((name,)) == name)
    return [_item(name) for name in plain if name.startswith(begun)]


def _item(name: str, about: str = "") -> CompletionItem:
    from click.shell_completion import CompletionItem

    return CompletionItem(name, help=about or None)
