"""Commands that several rules offer as a fix. Each is an argv; nothing here runs one."""

from __future__ import annotations

from gitflowguard.model.flow import ASIDE
from gitflowguard.model.suggest import work_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.facts import Commit, Refs, View
    from gitflowguard.model.finding import Argv


SITES = ("gh-pages", "pages")


def word(refs: Refs, branch: str) -> str:
    """The branch as git's commands read it without a doubt, whatever tags there are."""
    shown = refs.shown(branch)
    if shown.startswith("-") or (shown in refs.tags and branch in refs.heads):
        return f"refs/heads/{shown}"
    return shown


def rename(refs: Refs, old: str, new: str) -> tuple[Argv, ...]:
    """Renames a branch that is only here. Empty without a new name.

    Empty for one that is on a remote, too: GitHub closes a pull request whose branch is renamed (docs.github.com,
    "Renaming a branch"), and a site that is published from a branch would be gone.
    """
    if not new or old in SITES or any(name == old for _, name in refs.remotes):
        return ()
    if old in refs.heads or refs.head == old:
        return (("git", "branch", "-m", *(("--",) if old.startswith("-") else ()), old, new),)
    return ()


def rebase(view: View, onto: str, upstream: str, branch: str) -> tuple[Argv, ...]:
    """Moves what the branch has above ``upstream`` onto another base."""
    fetch = () if branch in view.refs.heads else (("git", "switch", branch),)
    return (*fetch, ("git", "rebase", "--autostash", "--onto", onto, upstream, branch))


def rewind(view: View, branch: str, base: str, tip: str = "") -> tuple[Argv, ...]:
    """Puts a local branch back to ``base``; what lies above ``tip`` is kept on a branch of its own.

    Empty where the branch is not here, stands there already, or the base is not known.
    """
    now = view.refs.heads.get(branch, "")
    if not now or now == base or not base:
        return ()
    keep: tuple[Argv, ...] = () if tip in ("", now) else (("git", "branch", work_name(view), branch),)
    return (*keep, ("git", "switch", branch), ("git", "reset", "--keep", base))


def merge_into(view: View, source: str, target: str) -> tuple[Argv, ...]:
    """Switches to the target and merges the source there."""
    return (("git", "switch", target), ("git", "merge", "--no-ff", word(view.refs, source)))


def pull(view: View, remote: str, branch: str) -> tuple[Argv, ...]:
    """Merges what the remote has of a branch into it, whatever pull.rebase and the work tree say."""
    switch: tuple[Argv, ...] = () if view.refs.head == branch else (("git", "switch", branch),)
    return (*switch, ("git", "pull", "--no-rebase", "--autostash", remote, branch))


def delete(refs: Refs, branch: str, settled: tuple[str, ...], whole: bool = True) -> tuple[Argv, ...]:
    """Deletes a branch whose work is in the settled branches, on the remotes first, then here.

    whole: whether they hold its commits; if not, `git branch -d` would not do it (git-branch(1)).
    """
    commands: list[Argv] = [
        ("git", "push", remote, "--delete", branch) for remote, name in refs.remotes if name == branch
    ]
    if branch in refs.heads:
        if refs.head not in settled and settled:
            commands.append(("git", "switch", settled[-1]))
        commands.append(("git", "branch", "-d" if whole else "-D", branch))
    return tuple(commands)


def into(view: View, kind_id: str) -> tuple[str, ...]:
    """The kinds of branch, as a person writes them, that may be merged into one of this kind.

    Without a robot's where its name alone isn't enough.
    """
    flow = view.flow
    target = flow.kind(kind_id)
    parents = target.parents if target and not target.protected else ()
    ways = (
        k
        for k in flow.kinds
        if k.id != kind_id
        and ((target and flow.joins(k, target)) if kind_id in k.targets else k.id in parents)
    )
    return tuple(k.label for k in ways if k.id not in ASIDE[1:])


def autosquash(view: View, branch: str, base: str) -> tuple[Argv, ...]:
    """Folds fixup!, squash! and amend! commits above ``base`` into their like, merges and branches included."""
    if branch not in view.refs.heads:
        return ()
    options = ("--interactive", "--autosquash", "--rebase-merges", "--update-refs")
    switch: tuple[Argv, ...] = () if view.refs.head == branch else (("git", "switch", branch),)
    return (*switch, ("git", "-c", "sequence.editor=:", "rebase", *options, base))


def reword(view: View, commit: Commit, message: str) -> tuple[Argv, ...]:
    """Gives a commit, made or about to be made, another message."""
    # A paragraph a word: a line break in a command cannot be pasted. Trailers need a line each.
    from gitflowguard.model.message import trailer_lines

    trailers = trailer_lines(message.encode("utf-8", "surrogateescape"))
    parts = [part for part in message.split("\n\n") if part.strip()]
    parts = parts[:-1] if trailers else parts
    text = tuple(word for part in parts for word in ("-m", " ".join(part.split())))
    text += tuple(
        word for line in trailers for word in ("--trailer", line.decode("utf-8", "surrogateescape"))
    )
    if not commit.sha:
        return (("git", "commit", *text),)
    switch: tuple[Argv, ...] = () if view.refs.head == commit.about else (("git", "switch", commit.about),)
    if view.refs.heads.get(commit.about) == commit.sha:
        return (*switch, ("git", "commit", "--amend", *text))
    # git-commit(1), --fixup=amend: what such a commit says replaces the message of the one it names.
    note = ("git", "commit", "--allow-empty", "-m", f"amend! {commit.sha}", *text)
    parent = commit.base or (commit.parents[0] if commit.parents else "--root")
    again = autosquash(view, commit.about, parent)
    return (*switch, note, again[-1]) if again else ()
