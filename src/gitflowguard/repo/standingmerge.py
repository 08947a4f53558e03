"""A `git merge-tree --stdin` that stays: merges of which each needs what the one before it made.

git before 2.49 says nothing of a merge until its output fills a buffer of stdio's, which is as large as a block of
the pipe (stat(2), st_blksize). So a conflict over a file with a name that long is asked for behind each question:
its answer, always the same, pushes ours out.
"""

from __future__ import annotations

from gitflowguard.process import Dialogue, ProcessError, can_peer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitflowguard.repo.scratch import Scratch

# What git says on stderr where an object isn't there, and goes on as if it were empty (tree.c).
UNREAD = b"ould not read "
_PATIENCE = 5.0  # seconds for the first answer; one that doesn't come then never comes


class StandingMerges:
    """One process for one work tree. None of what it makes is worth keeping (Scratch.env)."""

    def __init__(self, scratch: Scratch, folder: str) -> None:
        self._scratch, self._folder = scratch, folder
        self._talk: Dialogue | None = None
        self._push = self._answer = self._head = b""
        self._rest = b""  # what has come of the answer that pushes
        self._fit = can_peer()

    def merge(self, pairs: Sequence[tuple[str, str]], timeout: float) -> bytes | None:
        """git's answers; None where a git of its own has to be asked, because one of the merges may have failed."""
        if self._fit and self._talk is None:
            self._fit = self._begun()
        if not self._fit or self._talk is None:
            return None
        text = "".join(f"{one} {other}\n" for one, other in pairs).encode() + self._push
        behind = len(self._answer) - len(self._rest)
        said = self._talk.ask(text, lambda said: said.find(self._head, behind) >= 0, timeout)
        if said is None or UNREAD in self._talk.err or self._rest + said[:behind] != self._answer:
            self.end()
            self._fit = False
            return None
        at = said.index(self._head, behind)
        self._rest = said[at:]
        return said[behind:at]

    def _begun(self) -> bool:
        """Starts it, and hears the answer that pushes."""
        try:
            self._talk = Dialogue(
                self._scratch.argv(self._folder, "merge-tree", "--write-tree", "--stdin"), self._scratch.env
            )
        except ProcessError:
            return False
        self._push = self._conflict(self._talk.block).encode()
        said = self._talk.ask(self._push * 2, lambda said: bool(self._second(said)), _PATIENCE)
        if said is None:
            self.end()
            return False
        at = self._second(said)
        self._answer, self._rest = said[:at], said[at:]
        self._head = self._first(said)
        return True

    def _conflict(self, block: int) -> str:
        """A question whose answer is longer than a block: one side changed a file that the other deleted, which no
        attribute makes another thing of."""
        scratch, name = self._scratch, "x" * (block // 3)
        old, new = (scratch.blob(word) for word in (b"old\n", b"new\n"))
        root = scratch.commit(scratch.tree({name: ("100644", old)}))
        ours = scratch.commit(scratch.tree({name: ("100644", new)}), root)
        return f"{ours} {scratch.commit(scratch.tree({}), root)}\n"

    @staticmethod
    def _first(said: bytes | bytearray) -> bytes:
        """How an answer begins: status and tree."""
        return b"\0".join(said.split(b"\0", 2)[:2]) + b"\0"

    def _second(self, said: bytes | bytearray) -> int:
        """Where the second of two equal answers begins, 0 as long as it isn't there."""
        return max(0, said.find(self._first(said), 1)) if said.count(b"\0") > 2 else 0

    def end(self) -> None:
        """Lets it go."""
        if self._talk is not None:
            self._talk.end()
            self._talk = None
