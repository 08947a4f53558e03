"""What the rules on messages share, how a tool's words become a finding, and what is hidden in an address."""

from __future__ import annotations

import pytest

from gitflowguard.model.check import Check
from gitflowguard.model.credentials import anonymous, without_credentials
from gitflowguard.model.facts import Commit
from gitflowguard.model.finding import Unknown
from gitflowguard.model.gitwords import by_git, merges, typed
from gitflowguard.model.message import (
    Cleanup,
    mode_of,
    sign_of,
    stored,
    template_sign,
    trailer_lines,
    with_trailers,
    without_trailers,
)
from gitflowguard.model.remark import LONGEST, sentence
from gitflowguard.model.wording import (
    assistant,
    discloses,
    imperative,
    judged,
    parts_of,
    repaired,
)

CUT = "# ------------------------ >8 ------------------------\n"


@pytest.mark.parametrize(
    ("commit", "text"),
    [
        (Commit("f", message="  Add it\n"), "Add it"),
        (Commit("f", message="Add it", operation="merge"), ""),
        (Commit("f", message="Add it", operation="merged"), ""),
        (Commit("f", message="Add it", adopts=True), ""),
        (Commit("f", message='Revert "Add it"'), ""),
        (Commit("f", message="fixup! Add it"), ""),
        (Commit("f", message="Merge branch 'x'"), ""),
        (Commit("f", sha="1", message="Merge branch 'x'"), "Merge branch 'x'"),
        (Commit("f", message=Unknown("not written yet")), Unknown("not written yet")),
    ],
)
def test_the_message_that_is_judged(commit: Commit, text: object) -> None:
    """git's own messages are free; a merge's words on a commit with one parent are its author's."""
    assert judged(commit) == text


@pytest.mark.parametrize(
    ("subject", "git"),
    [
        ('Revert "Add it"', True),
        ('Reapply "Add it"', True),
        ("Revert the login", False),
        ('Revert ""', False),
        ("squash! Add it", True),
        ("Add it", False),
    ],
)
def test_subjects_that_git_writes(subject: str, git: bool) -> None:
    assert by_git(subject) is git
    assert merges("Merge pull request #1 from x") and not merges("Merge the lists")


@pytest.mark.parametrize(
    ("subject", "kind", "parts"),
    [
        ("feat(api)!: add it", "feat", ("feat(api)!: ", "add it")),
        ("fix: it", "fix", ("fix: ", "it")),
        ("fix(): it", "", ("", "fix(): it")),
        ("fix:", "", ("", "fix:")),
        ("a b: c", "", ("", "a b: c")),
    ],
)
def test_the_parts_of_a_subject(subject: str, kind: str, parts: tuple[str, str]) -> None:
    assert typed(subject) == kind and parts_of(subject) == parts


@pytest.mark.parametrize(
    ("word", "verb"),
    [
        ("Added", "Add"),
        ("fixes", "fix"),
        ("Removing", "Remove"),
        ("stopped", "stop"),
        ("running", "run"),
        ("applies", "apply"),
        ("copied", ""),
        ("unified", "unify"),
        ("Wrote", "Write"),
        ("add", ""),
        ("String", ""),
        ("bus", ""),
        ("login", ""),
    ],
)
def test_verbs_in_another_form(word: str, verb: str) -> None:
    """Only a form of a verb that subjects begin with; a noun that ends the same way stays."""
    assert imperative(word) == verb


def test_assistants_and_what_discloses_them() -> None:
    """An author's line or the mark of a tool counts; a line that only mentions one doesn't."""
    author = "Co-authored-by: Bot <noreply@openai.com>"
    assert assistant(f"Add it\n\n{author}") == author
    assert assistant("Add it\n\n\U0001f916 Generated with [Tool](x)") == "\U0001f916 Generated with [Tool](x)"
    assert assistant("Add it\n\nReviewed-by: Bot <noreply@openai.com>\nCo-authored-by: A <a@b.c>") == ""
    assert discloses("Add it\n\nAssisted-by: a tool\n") == "Assisted-by: a tool"
    assert discloses("Add it\n\nKey: value\n") == ""


ALL = ("spaces", "period", "case")


@pytest.mark.parametrize(
    ("text", "fixes", "right"),
    [
        ("Add  the   login\nwhy", ALL, "Add the login\n\nwhy"),
        ("Add it\n\nwhy", ALL, "Add it\n\nwhy"),
        ("Add it\n", ALL, "Add it\n"),
        ("Add it.", ALL, "Add it"),
        ("Add it...", ALL, "Add it..."),
        ("FEAT(api): Add it", ALL, "feat(api): Add it"),
        ("FEAT: Add  it.", (), "FEAT: Add  it."),
        ("Add it", ("case",), "Add it"),
        ("Merge branch 'x'  .", ALL, "Merge branch 'x'  ."),
        ('Revert "Add  it."', ALL, 'Revert "Add  it."'),
    ],
)
def test_mechanical_slips_are_repaired(text: str, fixes: tuple[str, ...], right: str) -> None:
    """Each only where the policy asks for it; what git wrote stays as it is, and a second time changes nothing."""
    assert repaired(text, fixes) == right and repaired(right, fixes) == right


@pytest.mark.parametrize(
    ("setting", "edited", "mode"),
    [
        ("", True, "strip"),
        ("", False, "whitespace"),
        ("verbatim", True, "verbatim"),
        ("whitespace", True, "whitespace"),
        ("scissors", True, "scissors"),
        ("scissors", False, "whitespace"),
        ("default", True, "strip"),
    ],
)
def test_the_cleanup_mode(setting: str, edited: bool, mode: str) -> None:
    """git-commit(1), --cleanup: scissors without an editor are whitespace."""
    assert mode_of(setting, edited) == mode


@pytest.mark.parametrize(
    ("raw", "setting", "edited", "fresh", "sign"),
    [
        (b"x", b"", True, False, b"#"),
        (b"x", b";", True, False, b";"),
        (b"x\n; a\n;\n; b\n", b"auto", True, False, b";"),
        (b"x\n", b"auto", True, False, b"#"),
        (b"#1\n", b"auto", False, True, b"#"),
        (b"#1\n", b"AUTO", False, False, b";"),
        (b"#1\n;2\n", b"auto", False, False, b"@"),
    ],
)
def test_the_comment_sign(raw: bytes, setting: bytes, edited: bool, fresh: bool, sign: bytes) -> None:
    """core.commentChar: what the file shows of git's choice, else the first sign that no line begins with."""
    assert sign_of(raw, setting, edited, fresh) == sign


@pytest.mark.parametrize(
    ("raw", "sign"),
    [
        (b"x\n# a\n#\n# b\ny\n", b"#"),
        (b"# a\n# b\n", b""),
        (b"# a\n# b\n# c\n", b""),
        (b"", b""),
        (b"# a\n#\r\n# b\n; c\n", b"#"),
    ],
)
def test_the_block_that_git_writes(raw: bytes, sign: bytes) -> None:
    """Three lines or more, one of them the sign alone."""
    assert template_sign(raw) == sign


def test_what_git_stores() -> None:
    scissors = Cleanup("scissors")
    assert stored(f"S\n{CUT}diff".encode(), scissors) == b"S\n"
    assert stored(f"{CUT}diff".encode(), scissors) == b""
    assert stored(b"S\n# x\n", scissors) == b"S\n# x\n"
    assert stored(b"S\n# x  \n\n", Cleanup("verbatim")) == b"S\n# x  \n\n"


def test_trailers_go_where_git_finds_them() -> None:
    """Twice is once; a continuation belongs to the line above; one paragraph alone is a subject."""
    file = with_trailers(b"S\n", Cleanup(), (b"Skip: why",))
    assert with_trailers(file, Cleanup(), (b"Skip: why",)) == file
    assert trailer_lines(b"S\n\nKey: a\n  b\nOther: c\n") == (b"Key: a b", b"Other: c")
    assert trailer_lines(b"Key: a\n") == () and trailer_lines(b"S\n\n  indented\n") == ()
    assert trailer_lines(b"S\n\nSigned-off-by: U\ntext\n") == (b"Signed-off-by: U",)
    assert trailer_lines(b"S\n\nKey: a\ntext\n") == ()
    assert without_trailers(b"S\n\nKey: a\nOther: b", b"Key") == b"S\n\nOther: b"


@pytest.mark.parametrize(
    ("says", "code", "words"),
    [
        ("'os' imported but unused", "F401", "tool F401: 'os' imported but unused"),
        ("bad.", "", "tool: bad"),
        ("and so on...", "", "tool: and so on..."),
        ("would reformat", "", "tool would reformat"),
        ("  ", "E1", "tool E1 reports this file"),
        ("x" * (LONGEST + 1), "", "tool: " + "x" * (LONGEST - 1) + "…"),
    ],
)
def test_a_tools_own_words(says: str, code: str, words: str) -> None:
    assert sentence(Check(about="f", tool="tool", family="lint", code=code, says=says)) == words


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://u:p@host/r", "https://host/r"),
        ("https://host/r", "https://host/r"),
        ("ssh://git@host/r", "ssh://git@host/r"),
        ("ssh://git:p@host/r", "ssh://host/r"),
        ("helper::https://u:p@host/r", "helper::https://host/r"),
        ("one::two::https://u:p@host/r", "one::two::https://host/r"),
        ("https://u:p@[::1]:8080/r", "https://[::1]:8080/r"),
        ("https://u:p@host/a::b", "https://host/a::b"),
        ("u:p@host:a::b", "host:a::b"),
        ("::https://u:p@host/r", "::https://host/r"),
        ("git@host:r", "git@host:r"),
        ("u:p@host:r", "host:r"),
        ("origin", "origin"),
        ("../a@b/c", "../a@b/c"),
    ],
)
def test_an_address_lets_nobody_in(address: str, shown: str) -> None:
    assert anonymous(address) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("see https://u:p@host/r?a=1&access_token=x end", "see https://host/r?a=1&access_token=*** end"),
        ("https://host/r?key=1&amp;token=2&flag", "https://host/r?key=***&amp;token=***&flag"),
        ("u:p@host.org/r", "host.org/r"),
        ("from u:p@host.org:r and v:q@host.org/s", "from host.org:r and host.org/s"),
        ("mail a@b.c, please", "mail a@b.c, please"),
        ("a@b.org/x", "a@b.org/x"),
        ("a:b@c/d", "a:b@c/d"),
        ("x://host", "x://host"),
    ],
)
def test_a_text_lets_nobody_in(text: str, shown: str) -> None:
    assert without_credentials(text) == shown
