"""One escaper for each surface. Every text of foreign origin goes through exactly one.

Foreign is whatever git or a person handed us: branch names, subjects, paths,
reasons. git accepts C1 controls, bidirectional overrides, zero-width letters,
tag characters and invalid UTF-8 in a branch name, and also ESC and newlines in
a subject or a path, so all of these are met in practice.

What must not be printed is shown instead: ``\\x1b`` for a control character,
``\\xff`` for a byte that is not UTF-8, ``\\u202e`` for anything else.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

# Drawn as nothing, although Unicode counts them as letters, marks or symbols, so that str.isprintable() lets them
# through (docs.python.org, "str.isprintable"): joiners, fillers, variation selectors, the blank Braille pattern.
_UNSEEN = (
    (0x034F, 0x034F),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x2800, 0x2800),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFFA0, 0xFFA0),
    (0xE0100, 0xE01EF),
)
_URI_SAFE = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/")
_BEFORE = '("'
_AFTER = ',.;:!?)"'


class Escaped(str):
    """A text that a renderer has escaped for its surface already: styled text, JSON, SARIF, JUnit, Markdown, HTML.

    `output.write` takes it as it is, and escapes every other.
    """

    __slots__ = ()


def terminal(text: str) -> str:
    """One line for a person at a terminal or for a log; never more than one.

    A line that begins with ``::`` is a command to GitHub's runner, spaces before it
    or not, so the first colon of such a line is shown by its code.
    """
    if text.isascii() and text.isprintable() and "##" not in text and not text.lstrip().startswith("::"):
        return text
    shown = _visible(text)
    bare = shown.lstrip(" ")
    return shown[: len(shown) - len(bare)] + "\\x3a" + bare[1:] if bare.startswith("::") else shown


def workflow_data(text: str) -> str:
    """One line of the message of a workflow command; join several with ``%0A``.

    The runner decodes ``%25``, ``%0D`` and ``%0A`` (docs.github.com, "Workflow
    commands"); a newline of foreign origin is shown, not kept.
    """
    return terminal(text).replace("%", "%25")


def workflow_property(text: str) -> str:
    """A value between the commas of a workflow command, such as its file or title."""
    return workflow_data(text).replace(":", "%3A").replace(",", "%2C")


def markdown(text: str) -> str:
    """A sentence: plain words stay prose, all else stands in code spans.

    Inside a code span GitHub makes no link, mention, image or HTML.
    """
    return _sentence(text, code_span)


def code_span(text: str) -> str:
    """The whole text as one code span, with a fence longer than any in it.

    A pipe is written ``\\|``, as a table needs it.
    """
    shown = _visible(text).replace("|", "\\|") or " "
    fence = "`" * (_longest_run(shown) + 1)
    edges = shown[0] + shown[-1]
    # CommonMark 6.1 takes one space off both ends, unless there is nothing but spaces.
    pad = " " if "`" in edges or (edges == "  " and shown.strip(" ")) else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def code_block(lines: tuple[str, ...], indent: str = "", language: str = "sh") -> str:
    """A fenced block, by default of shell commands, one a line; no newline at the end."""
    shown = [_visible(line) for line in lines]
    fence = "`" * max(3, *(_longest_run(line) + 1 for line in shown))
    return "\n".join(indent + line for line in (fence + language, *shown, fence))


def xml(text: str) -> str:
    """Character data or a quoted attribute of XML 1.0.

    What that forbids (section 2.2: most controls, surrogates, U+FFFE) is shown.
    """
    shown = _visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return shown.replace('"', "&quot;").replace("'", "&apos;")


def html(text: str) -> str:
    """A sentence inside a piece of HTML within Markdown: plain words stay prose, all else is ``<code>``.

    GitHub makes no link or mention inside ``<code>``. A pipe is written by its code, because the piece may stand
    in a table.
    """
    return _sentence(text, _html_code)


def legible(text: str) -> str:
    """Every letter that shows and the code of every other, for a surface that escapes by itself (Jinja2).

    No runner reads a page, so two number signs stay what they are in a listing of code.
    """
    return text if text.isascii() and text.isprintable() else _letters(text)


def json_text(text: str) -> str:
    """A JSON string's value: as it is, but for surrogates, which no reader would take."""
    return "".join(_form(letter) if "\ud800" <= letter <= "\udfff" else letter for letter in text)


def sarif_text(text: str) -> str:
    """One line of a SARIF message; brackets would be a link there (2.1.0, 3.11.6).

    Braces stay: 3.11.5 would have them doubled, but readers look for placeholders only
    beside ``arguments``, which we never give, and ``main@{1}`` must stay a command.
    """
    return _visible(text).replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def uri(path: str) -> str:
    """A path of the repository as a relative URI reference (RFC 3986), by the bytes that git gave."""
    by_letter = (
        x.encode("utf-8", "surrogateescape" if "\udc80" <= x <= "\udcff" else "surrogatepass") for x in path
    )
    return "".join(chr(byte) if byte in _URI_SAFE else f"%{byte:02X}" for byte in b"".join(by_letter))


def _visible(text: str) -> str:
    """Every letter that shows, and the code of every other.

    ``##[`` and ``##vso[`` anywhere in a line are commands to the runners of GitHub
    and Azure, so two number signs never stand together.
    """
    return legible(text).replace("##", "#\\x23")


def _letters(text: str) -> str:
    """Letter by letter."""
    return "".join(letter if _shows(letter) else _form(letter) for letter in text)


def _shows(letter: str) -> bool:
    """Whether the letter leaves a mark of its own (str.isprintable: not Cc, Cf, Cs, Co, Cn, Zl, Zp, Zs)."""
    if not letter.isprintable():
        return False
    code = ord(letter)
    return code < 0x80 or not any(low <= code <= high for low, high in _UNSEEN)


def _form(letter: str) -> str:
    """The code of a letter. Two digits are an ASCII control or a byte that is not UTF-8."""
    code = ord(letter)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _html_code(text: str) -> str:
    return f"<code>{xml(text).replace('|', '&#124;')}</code>"


def _sentence(text: str, span: Callable[[str], str]) -> str:
    """Plain words as they are, the others through ``span``, several in a row through one."""
    out: list[str] = []
    code: list[str] = []
    for word in _visible(text).split():
        before, core, after = _peel(word)
        if _is_plain(core, after):
            out += _flush(code, span)
            out.append(word)
            continue
        if before:
            out += _flush(code, span)
        code.append(core)
        if before or after:
            out.append(before + span(" ".join(code)) + after)
            code = []
    return " ".join(out + _flush(code, span))


def _flush(code: list[str], span: Callable[[str], str]) -> list[str]:
    """The words gathered so far as one span, if there are any; empties the list."""
    words, code[:] = " ".join(code), []
    return [span(words)] if words else []


def _peel(word: str) -> tuple[str, str, str]:
    """(brackets and quotes before, the word, punctuation after); the word is never empty."""
    core = word.lstrip(_BEFORE)
    before = word[: len(word) - len(core)]
    bare = core.rstrip(_AFTER)
    return (before, bare, core[len(bare) :]) if bare else ("", word, "")


def _is_plain(word: str, after: str) -> bool:
    """Whether Markdown and GitHub read the word as nothing but a word.

    Not so: a number with a point (a list), seven letters from a to f (a commit).
    """
    if word.isascii() and word.isdigit():
        return len(word) < 7 and after[:1] not in (".", ")")
    if not (word[0].isalpha() and word[-1].isalpha() and all(x.isalpha() or x in "-'" for x in word)):
        return False
    return len(word) < 7 or not all(x in "abcdef" for x in word.lower())


def _longest_run(text: str) -> int:
    """How many backticks stand together at most."""
    longest = run = 0
    for letter in text:
        run = run + 1 if letter == "`" else 0
        longest = max(longest, run)
    return longest
