"""What a policy extends, and what the lock beside it holds of that: the nouns, and the one form of each."""

from __future__ import annotations

from gitflowguard.model.adoptionfiles import POLICY_YAML
from gitflowguard.model.record import Record

KEY = "extends"
SCHEME = "github:"
FORM = f"{SCHEME}OWNER/REPO[@REF][:PATH]"
# Where an organization's policy lies unless the address says otherwise: where that repository's own policy lies.
USUAL_PATH = POLICY_YAML
_ENDS = (".yaml", ".yml")
_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
_BAD_IN_REF = frozenset("~^:?*[\\ ")
_LONGEST_OWNER, _LONGEST_NAME, _LONGEST_PATH = 39, 100, 255


class Upstream(Record):
    """A policy in another repository, as ``extends`` names it.

    repository: ``owner/name``. ref: a branch, a tag or a commit, "" for the default branch. path: of the file.
    """

    repository: str
    ref: str = ""
    path: str = USUAL_PATH

    @property
    def text(self) -> str:
        """``github:acme/policies@v2:gitflow.yaml``, in the shortest form that says it."""
        ref = f"@{self.ref}" if self.ref else ""
        return f"{SCHEME}{self.repository}{ref}{'' if self.path == USUAL_PATH else f':{self.path}'}"


class PolicyLock(Record):
    """What the lock file says. upstream: what was locked. server: such as ``https://github.com``.

    commit: the full id at which it was read. sha256: of the content, in hex, with bare line feeds. content: the
    organization's policy, word by word.
    """

    upstream: Upstream
    server: str
    commit: str
    sha256: str
    content: bytes


class PolicyExtends(Record):
    """What a policy extends. written: as the policy says it. lock: what it is locked to, None where it isn't.

    problem: why the lock can't be used, one clause; "" where it can.
    """

    written: str
    upstream: Upstream
    lock: PolicyLock | None
    problem: str = ""


# How the bytes of a policy that extends another one begin, with its lock behind them. Only what mentions the key is put
# together so, and whatever mentions it is: a file that itself begins like this is wrapped like any other.
_JOINED = b"\0gitflowguard extends\0"
_SIZE = 8


def joined(data: bytes, lock: bytes | None) -> bytes:
    """A policy's text and its lock as one: what it means follows from both, so both are the key of what is kept."""
    rest = b"" if lock is None else b"\0" + lock
    return _JOINED + len(data).to_bytes(_SIZE, "big") + data + rest


def parted(source: bytes) -> tuple[bytes, bytes | None]:
    """(the policy's text, the lock's, None where there is none): the way back, also from a text without a lock."""
    if not source.startswith(_JOINED):
        return source, None
    start = len(_JOINED) + _SIZE
    end = start + int.from_bytes(source[len(_JOINED) : start], "big")
    return source[start:end], source[end + 1 :] if len(source) > end else None


def upstream_of(text: str) -> Upstream | str:
    """The policy that ``extends`` names, or what is wrong with it, one clause for a message."""
    if not text.startswith(SCHEME):
        if text.startswith((".", "/")) or text.endswith(_ENDS):
            return f"a file of this repository can't be extended, write its keys here; the form is {FORM}"
        return f"the form is {FORM}"
    before, colon, path = text[len(SCHEME) :].partition(":")
    repository, at, ref = before.partition("@")
    owner, slash, name = repository.partition("/")
    if not slash or not _is_name(owner, _LONGEST_OWNER) or not _is_name(name, _LONGEST_NAME):
        return f"{SCHEME}OWNER/REPO names a repository; the form is {FORM}"
    if at and not _is_ref(ref):
        return "what stands behind the @ can't be a branch, a tag or a commit"
    if colon and not _is_path(path):
        return (
            f"what stands behind the second colon must be a path in {repository} that ends in .yaml or .yml"
        )
    return Upstream(repository, ref, path or USUAL_PATH)


def _is_name(text: str, longest: int) -> bool:
    return 0 < len(text) <= longest and set(text) <= _NAME and text not in (".", "..")


def _is_ref(text: str) -> bool:
    """Whether git takes it for a branch or a tag (git-check-ref-format(1)), or a commit's id."""
    steps = text.split("/")
    plain = all(letter.isprintable() and letter not in _BAD_IN_REF for letter in text)
    whole = all(
        step and not step.startswith((".", "-")) and not step.endswith((".", ".lock")) for step in steps
    )
    return plain and whole and ".." not in text and "@{" not in text and len(text) <= _LONGEST_PATH


def _is_path(text: str) -> bool:
    """Whether it is a file's path from the root of a repository, in a form that means one thing only."""
    steps = text.split("/")
    plain = all(letter.isprintable() and letter not in "\\?#%" for letter in text)
    whole = all(step not in ("", ".", "..") for step in steps)
    return plain and whole and text.endswith(_ENDS) and len(text) <= _LONGEST_PATH
