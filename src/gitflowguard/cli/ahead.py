"""What `gitflowguard quality` will ask git is asked before click is loaded: git works meanwhile."""

from __future__ import annotations

from gitflowguard.repo import contents
from gitflowguard.repo.git import REFS, Git, GitError


def begin(words: list[str]) -> Git:
    """A git that has begun with its answers. words: the command's; where they are wrong nothing will be asked."""
    git = Git()
    git.ahead("version")
    git.ahead(*REFS)
    if "--all" in words:
        try:
            contents.everything_ahead(git)
        except GitError:
            pass  # reported when it is asked
    return git
