"""Who made a commit, as git stores it: what the rules on authors and committers read.

git stores a name and an address twice (git-commit-tree(1)): of the author, who wrote the change, and of the committer,
who made the commit. They differ after `--author`, `am`, a rebase or a cherry-pick of another's commit, an amend, and
where a forge makes the commit.
"""

from __future__ import annotations

from gitflowguard.model.record import Record

# Commits that GitHub makes for somebody, in the browser and for pull requests (docs.github.com, "About commit
# signature verification"), and its Apps: no login of a person holds a bracket.
_FORGE = "noreply@github.com"
_ROBOT = "[bot]@users.noreply.github.com"
# RFC 2606 and RFC 6761 keep these for examples and tests; RFC 6762, RFC 8375 and ICANN (2024) keep the others, and
# git itself makes up the last one (ident.c), for names inside of one computer or network.
_EXAMPLES = ("example", "example.com", "example.net", "example.org", "invalid", "test")
_INSIDE = (
    "localhost", "localdomain", "local", "internal", "internal.cloudapp.net", "home.arpa", "lan", "home", "(none)",
)  # fmt: skip
_SAMPLE_NAMES = (
    "your name",
    "first last",
    "firstname lastname",
    "unknown",
    "undefined",
    "none",
    "null",
    "(none)",
)
_SAMPLE_LOCALS = ("you", "your.email", "your_email", "youremail", "your-email", "email", "name", "user.name")


class Identity(Record):
    """One of the two, without the date."""

    name: str
    email: str

    def shown(self) -> str:
        """As git writes it."""
        return f"{self.name} <{self.email}>"


class EarlierAuthors:
    """A port: who made the newest commits of a history. repo.authorship asks git for them, which takes a process."""

    def newest(self) -> tuple[Identity, ...]:
        """Newest first, each once."""
        raise NotImplementedError


class Authorship(Record):
    """The author and the committer of commits on a branch, made or about to be made.

    about: the branch. author, committer: as git stores them, or will.
    shas: the commits that have just these two, newest first; () for the one that is about to be made.
    base: what the oldest of them lies on, "" for a root commit.
    mine: whom git would name as the committer of a commit that you make now.
    amends: whether the commit that is about to be made has another author, as an amend keeps it.
    fixed: variables of the environment that name the committer, so that no setting counts.
    earlier: of this history; None where nobody can be asked.
    """

    about: str
    author: Identity
    committer: Identity
    mine: Identity
    shas: tuple[str, ...] = ()
    base: str = ""
    amends: bool = False
    fixed: tuple[str, ...] = ()
    earlier: EarlierAuthors | None = None


def read(line: str) -> Identity:
    """The identity in ``Name <address> 1700000000 +0100`` (git-var(1)); the date may be missing."""
    name, _, rest = line.partition("<")
    return Identity(name.strip(), rest.rpartition(">")[0])


def misshapen(who: Identity, addresses: tuple[str, ...]) -> str:
    """What is wrong with a name and an address, "" if nothing is. addresses: those that the policy allows by name."""
    local, _, domain = who.email.rpartition("@")
    low = domain.lower()
    if not who.name.strip():
        return "has no name"
    if who.name.strip().lower() in _SAMPLE_NAMES:
        return f"has the placeholder '{who.name}' for a name"
    if not who.email:
        return "has no e-mail address"
    if not local or not domain or "@" in local or any(x.isspace() or not x.isprintable() for x in who.email):
        return f"has '{who.email}' for an e-mail address"
    if is_sample(who.email) or (_ends(low, _EXAMPLES) and not fits(who.email, addresses)):
        return f"has the placeholder '{who.email}' for an e-mail address"
    if ("." not in domain or _ends(low, _INSIDE)) and not fits(who.email, addresses):
        return f"has the e-mail address '{who.email}', which exists on one computer or network only"
    return ""


def _ends(domain: str, tops: tuple[str, ...]) -> bool:
    return domain.endswith(tuple(f".{top}" for top in tops)) or domain in tops


def is_sample(email: str) -> bool:
    """Whether the address was never filled in."""
    return email.lower().rpartition("@")[0] in _SAMPLE_LOCALS


def fits(email: str, addresses: tuple[str, ...]) -> bool:
    """Whether an address is one of these: ``*@example.org``, a whole address, or a domain; the case doesn't count."""
    local, _, domain = email.lower().rpartition("@")
    if is_sample(email):
        return False
    return any(
        _matches(one.lower().split("*"), f"{local}@{domain}" if "@" in one else domain) for one in addresses
    )


def _matches(parts: list[str], text: str) -> bool:
    """Whether a text has these parts, in this order and without overlap; the first and the last stand at its ends."""
    if len(parts) == 1:
        return parts[0] == text
    first, *middle, last = parts
    if not text.startswith(first) or not text.endswith(last) or len(text) < len(first) + len(last):
        return False
    at, end = len(first), len(text) - len(last)
    for part in middle:
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def by_forge(who: Identity) -> bool:
    """Whether a forge makes commits under this name, its own or one of its robots'."""
    return who.email == _FORGE or who.email.endswith(_ROBOT)
