"""What the rules on authors and committers share: whose name is wrong, and the commands that renew it."""

from __future__ import annotations

from gitflowguard.model.authorship import Identity
from gitflowguard.model.names import plural, shell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gitflowguard.model.authorship import Authorship
    from gitflowguard.model.facts import View
    from gitflowguard.model.finding import Argv

AUTHOR, COMMITTER = "author", "committer"


def wrong(made: Authorship, fault: Callable[[Identity], str]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(who it is, what is wrong, roles) of the author and the committer; once where both are the same."""
    author, committer = fault(made.author), fault(made.committer)
    same = made.author == made.committer
    many = f" of {plural(len(made.shas), 'commit')}" if len(made.shas) > 1 else ""
    if author:
        roles = (AUTHOR, COMMITTER) if same else (AUTHOR,)
        yield f"the {' and '.join(roles)} {made.author.shown()}{many}", author, roles
    if committer and not same:
        yield f"the committer {made.committer.shown()}{many}", committer, (COMMITTER,)


def renewed(
    view: View, made: Authorship, roles: tuple[str, ...], fault: Callable[[Identity], str]
) -> tuple[Argv, ...]:
    """Commands after which git names you as you should be named: for what comes, and in the commits that are made.

    roles: who of the commits is to be renewed. Empty where another person is the author: that would take the credit.
    fault: what is wrong with an identity, "" if nothing is.
    """
    if AUTHOR in roles and not _is_yours(made):
        return ()
    settings = _settings(made, view.flow.identity.emails, fault) if fault(made.mine) else ()
    reset = ("--reset-author",) if AUTHOR in roles else ()
    amend = ("git", "commit", "--amend", *reset, "--no-edit")
    if not made.shas:
        return (*settings, amend) if made.amends and reset else settings
    tip = view.refs.heads.get(made.about, "")
    if not tip:
        return settings
    switch: tuple[Argv, ...] = () if view.refs.head == made.about else (("git", "switch", made.about),)
    if made.shas == (tip,):
        return (*settings, *switch, amend)
    return (*settings, *switch, _each(made, roles, amend))


def _is_yours(made: Authorship) -> bool:
    """Whether the author is the one who commits, or nobody: a name that the computer made of a login."""
    author = made.author
    login = author.name == author.email.partition("@")[0]
    return login or author.name in ("", made.mine.name) or author == made.committer


def _each(made: Authorship, roles: tuple[str, ...], amend: Argv) -> Argv:
    """A rebase that amends those commits that have the identity, and no others."""
    form, who = ("%an <%ae>", made.author) if AUTHOR in roles else ("%cn <%ce>", made.committer)
    test = f'[ "$(git log -1 --format="{form}")" != {shell((who.shown(),))} ] || {shell(amend)}'
    start = (made.base,) if made.base else ("--root",)
    return ("git", "rebase", "--rebase-merges", "--update-refs", "--exec", test, *start)


def _settings(
    made: Authorship, addresses: tuple[str, ...], fault: Callable[[Identity], str]
) -> tuple[Argv, ...]:
    """Sets the name and address of this clone: as you had them in the history, else with a place to fill in."""
    mine = made.mine
    if made.fixed:
        return (("unset", *made.fixed),)
    earlier = made.earlier.newest() if made.earlier is not None else ()
    had = next((one for one in earlier if one.name == mine.name and not fault(one)), None)
    if had is not None:
        return (("git", "config", "user.email", had.email),)
    if not fault(Identity("A. Person", mine.email)):
        return (("git", "config", "user.name", "Your Name"),)
    domains = [one.rpartition("@")[2].removeprefix("*.") for one in addresses]
    domain = next((one for one in domains if "*" not in one), "your.domain")
    return (("git", "config", "user.email", f"you@{domain}"),)
