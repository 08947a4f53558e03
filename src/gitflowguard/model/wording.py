"""What the rules on commit messages share: which text they judge, its sentences, and the ways to repair it."""

from __future__ import annotations

from gitflowguard.model.finding import Unknown
from gitflowguard.model.gitwords import by_git, merges, typed
from gitflowguard.model.message import trailers_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.facts import Commit

# Verbs that subjects begin with. Only their own forms are taken for another mood, so no noun is ("String", "Bus").
VERBS = frozenset(
    "accept add adjust adopt allow apply avoid bump change check clarify clean clear close configure convert correct "
    "create declare define delete deprecate describe detect disable document drop enable enforce ensure extend "
    "extract fix format handle hide ignore implement improve include increase initialize inline insert install "
    "integrate introduce limit load log make merge migrate modify move normalize optimize pass pin prevent print "
    "protect provide raise read reduce refactor refine reformat remove rename reorder replace report require reset "
    "resolve restore restrict return revert rework rewrite run set simplify skip sort speed split start stop store "
    "support switch test trim turn tweak unify update upgrade use validate verify wrap write".split()
)
_IRREGULAR = {
    "made": "make",
    "ran": "run",
    "wrote": "write",
    "rewrote": "rewrite",
    "reset": "reset",
    "hid": "hide",
}
# Assistants by what they, or the tools around them, write into a message: in an author's address or name.
ASSISTANTS = (
    "noreply@anthropic.com", "copilot@github.com", "+copilot@users.noreply.github.com", "cursoragent@cursor.com",
    "noreply@openai.com", "aider@aider.chat", "(aider)", "devin-ai-integration[bot]", "openhands@all-hands.dev",
    "google-labs-jules[bot]", "gemini-cli", "amazonq", "codex@openai.com", "windsurf",
)  # fmt: skip
_AUTHORS = ("co-authored-by", "signed-off-by", "author")
DISCLOSES = ("assisted-by", "generated-by")


def judged(commit: Commit) -> str | Unknown:
    """The message that rules judge, "" where none is asked for.

    Merges, reverts, commits that git folds away, what arrives through a merge and what brings the policy in are free.
    """
    if commit.operation in ("merge", "merged", "revert"):
        return ""
    if isinstance(commit.message, Unknown):
        return commit.message
    text = commit.message.strip()
    subject = text.partition("\n")[0]
    free = by_git(subject) or (not commit.sha and merges(subject))
    return "" if free or commit.adopts else text


def parts_of(subject: str) -> tuple[str, str]:
    """(``feat(api)!: ``, the text behind it); the first is "" in a plain subject."""
    if not typed(subject):
        return "", subject
    head, colon, text = subject.partition(": ")
    return head + colon, text


def imperative(word: str) -> str:
    """The imperative of a verb in another form ("Added", "fixes", "Removing"), "" if the word isn't one of these."""
    low = word.lower()
    found = _IRREGULAR.get(low, "") if low not in VERBS else ""
    for end in ("ing", "ied", "ies", "ed", "es", "s"):
        stem = low.removesuffix(end)
        if found or stem == low or low in VERBS:
            continue
        shapes = [stem + "y"] if end[0] == "i" and end != "ing" else [stem, stem + "e"]
        shapes += [stem[:-1]] if end in ("ing", "ed") and stem[-1:] == stem[-2:-1] else []
        found = next((shape for shape in shapes if shape in VERBS), "")
    return found.capitalize() if found and word[:1].isupper() else found


def assistant(text: str) -> str:
    """The line of a message that names an assistant as an author, "" if there is none."""
    for line in text.split("\n"):
        low = line.lower()
        key = low.partition(":")[0].strip()
        if key in _AUTHORS and any(sign in low for sign in ASSISTANTS):
            return line.strip()
        if low.lstrip("\U0001f916 ").startswith("generated with ["):
            return line.strip()
    return ""


def discloses(text: str) -> str:
    """The trailer that says that an assistant helped, "" if there is none."""
    return next(
        (f"{key}: {value}" for key, value in trailers_of(text) if key.lower() in DISCLOSES and value), ""
    )


def repaired(text: str, fixes: tuple[str, ...]) -> str:
    """A stored message with its mechanical slips repaired.

    fixes: ``spaces`` (runs of spaces in the subject, no blank line behind it), ``period`` (one at the subject's
    end), ``case`` (of a conventional type).
    """
    subject, _, rest = text.partition("\n")
    if by_git(subject) or merges(subject):
        return text
    if "spaces" in fixes:
        subject = " ".join(subject.split())
        rest = "\n" + rest if rest.strip() and not rest.startswith("\n") else rest
    if "period" in fixes and subject.endswith(".") and not subject.endswith(".."):
        subject = subject[:-1]
    kind = typed(subject)
    if "case" in fixes and kind:
        subject = kind.lower() + subject[len(kind) :]
    return f"{subject}\n{rest}" if "\n" in text or rest else subject
