"""What git will store of a message file: cleanup mode, comment sign, scissors and trailers, as git reads them.

A commit-msg hook sees the file before git cleans it (githooks(5)). Sources: git-commit(1), --cleanup;
git-config(1), core.commentChar; git's own builtin/commit.c, sequencer.c (cleanup_message), wt-status.c
(wt_status_locate_end), trailer.c. Everything is bytes: git knows no encoding here.
"""

from __future__ import annotations

from gitflowguard.model.record import Record

# The four ways in which git cleans a message (sequencer.h, enum commit_msg_cleanup_mode).
STRIP, WHITESPACE, SCISSORS, VERBATIM = "strip", "whitespace", "scissors", "verbatim"
# What git takes for white space (git-compat-util.h, isspace): without vertical tab and form feed.
_SPACE = b" \t\n\r"
_CUT = b" ------------------------ >8 ------------------------\n"
# Where core.commentChar is "auto" (builtin/commit.c, adjust_comment_line_char).
_SIGNS = b"#;@!$%^&|:"
# git counts the lines behind these as trailers, whatever else stands beside them (trailer.c, git_generated_prefixes).
_GENERATED = (b"Signed-off-by: ", b"(cherry picked from commit ")
_TOKEN = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")


class Cleanup(Record):
    """How git will clean a message.

    mode: one of the four above. sign: what a comment line begins with.
    cut: whether everything from the scissors line on goes (scissors, and the diff of ``-v``).
    """

    mode: str = STRIP
    sign: bytes = b"#"
    cut: bool = False


def is_plain(raw: bytes) -> bool:
    """Whether git stores a message as it stands under every cleanup mode, so that no setting has to be asked for.

    Each line begins with a letter or digit and ends with no space, paragraphs are one empty line apart. Nobody's
    comment sign is a letter or a digit: git would drop half of the words that people write.
    """
    lines = raw.split(b"\n")
    if lines.pop() or not lines or not lines[0] or not lines[-1] or b"\n\n\n" in raw or b"\0" in raw:
        return False
    return all(line[:1].isalnum() and line == line.rstrip() for line in lines if line)


def mode_of(setting: str, edited: bool) -> str:
    """The mode that ``--cleanup`` or commit.cleanup means; "" is the default. git itself stops at an unknown word."""
    if setting in (WHITESPACE, STRIP, VERBATIM):
        return setting
    if setting == SCISSORS and edited:
        return SCISSORS
    return STRIP if edited and setting != SCISSORS else WHITESPACE


def sign_of(raw: bytes, setting: bytes, edited: bool, fresh: bool = False) -> bytes:
    """What a comment line begins with. setting: core.commentChar's value, b"" for none.

    ``auto`` is decided before the editor opens, by the message that was there. fresh: there was none. In the
    edited file the comment lines at its end show what git chose; where they are gone, the text that is left decides.
    """
    if setting.lower() != b"auto":
        return setting or b"#"
    shown = template_sign(raw) if edited else b""
    if shown or fresh or b"#" not in raw:
        return shown or b"#"
    begins = {line[:1] for line in raw.replace(b"\r", b"\n").split(b"\n")}
    return next((bytes((sign,)) for sign in _SIGNS if bytes((sign,)) not in begins), b"#")


def template_sign(raw: bytes) -> bytes:
    """The sign of the comment block that git writes for the editor, b"" if there is none.

    The block is three lines or more, and one of them is the sign alone. People write above it and below it.
    """
    found = sign = b""
    length, bare = 0, False
    for line in (*raw.split(b"\n"), b""):
        if not line or line[:1] != sign:
            found = sign if length > 2 and bare else found
            sign = line[:1] if line[:1] and line[:1] in _SIGNS else b""
            length, bare = 0, False
        if sign:
            length, bare = length + 1, bare or line.rstrip(b"\r") == sign
    return found


def stored(raw: bytes, how: Cleanup) -> bytes:
    """The message that git will store, as ``git log --format=%B`` shows it."""
    text = raw[: _end(raw, how)] if how.cut or how.mode == SCISSORS else raw
    if how.mode == VERBATIM:
        return text
    return _stripped(text, how.sign if how.mode == STRIP else b"")


def with_trailers(raw: bytes, how: Cleanup, trailers: tuple[bytes, ...]) -> bytes:
    """The file with these trailer lines where git finds them: at the end of what it will store.

    A line that git would find already is not added again. In an empty message a first paragraph is left
    free for the subject, so that whoever writes above the trailers, or on the first line, writes a subject.
    """
    known = trailer_lines(stored(raw, how))
    new = tuple(line for line in trailers if line not in known)
    if not new:
        return raw
    end = _kept_end(raw, how)
    text, rest = raw[:end], raw[end:]
    body = b"\n".join(new) + b"\n"
    if not stored(text, how).strip(_SPACE):
        return b"\n\n" + body + (rest if rest[:1] in (b"", b"\n") else b"\n" + rest)
    text += b"" if text.endswith(b"\n") else b"\n"
    return text + (b"" if trailer_lines(stored(text, how)) else b"\n") + body + rest


def without_trailers(text: bytes, key: bytes) -> bytes:
    """A stored message without its lines ``key: …``."""
    return b"\n".join(line for line in text.split(b"\n") if not line.startswith(key + b": "))


def trailer_lines(text: bytes) -> tuple[bytes, ...]:
    """The trailers of a stored message, a line each with its continuations unfolded; () where git finds no block.

    trailer.c, find_trailer_block_start: the last paragraph, if it is not the first, and if all of it is trailers, or
    if git itself wrote one of them and at least a quarter are.
    """
    paragraphs = [part for part in _paragraphs(text) if part]
    if len(paragraphs) < 2:
        return ()
    found: list[bytes] = []
    other = 0
    for line in paragraphs[-1]:
        if line[:1] in (b" ", b"\t") and found:
            found[-1] += b" " + line.strip(_SPACE)
        elif line.startswith(_GENERATED) or _is_trailer(line):
            found.append(line.rstrip(_SPACE))
        else:
            other += 1
    generated = any(line.startswith(_GENERATED) for line in found)
    return tuple(found) if found and (not other or (generated and len(found) * 3 >= other)) else ()


def trailers_of(text: str) -> tuple[tuple[str, str], ...]:
    """(key, value) of each trailer of a stored message."""
    lines = trailer_lines(text.encode("utf-8", "surrogateescape"))
    pairs = (line.decode("utf-8", "surrogateescape").partition(":") for line in lines)
    return tuple((key.strip(), value.strip()) for key, colon, value in pairs if colon)


def _paragraphs(text: bytes) -> list[list[bytes]]:
    found: list[list[bytes]] = [[]]
    for line in text.split(b"\n"):
        if line.strip(_SPACE):
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return found


def _is_trailer(line: bytes) -> bool:
    """``Token: value``; white space may stand before the colon (trailer.c, find_separator)."""
    head, colon, _ = line.partition(b":")
    word = head.rstrip(b" \t")
    return bool(colon and word) and all(sign in _TOKEN for sign in word)


def _end(raw: bytes, how: Cleanup) -> int:
    """Where the scissors line begins, else the file's end."""
    cut = how.sign + _CUT
    if raw.startswith(cut):
        return 0
    at = raw.find(b"\n" + cut)
    return len(raw) if at < 0 else at + 1


def _kept_end(raw: bytes, how: Cleanup) -> int:
    """Where the last line ends that git will keep: comments, the scissors and blank lines follow."""
    limit = _end(raw, how) if how.cut or how.mode == SCISSORS else len(raw)
    end = at = 0
    for line in _lines(raw[:limit]):
        at += len(line)
        comment = how.mode == STRIP and line.startswith(how.sign)
        if line.strip(_SPACE) and not comment:
            end = at
    return end


def _lines(data: bytes) -> list[bytes]:
    """The lines with their ends, as git counts them: by LF alone."""
    return [line + b"\n" for line in data.split(b"\n")[:-1]] + ([data.rpartition(b"\n")[2]] if data else [])


def _stripped(text: bytes, sign: bytes) -> bytes:
    """As git-stripspace(1): no white space at the ends of lines, single blank lines, none at either end.

    sign: lines that begin with it go, b"" for none.
    """
    found: list[bytes] = []
    empty = False
    for line in text.split(b"\n"):
        if sign and line.startswith(sign):
            continue
        line = line.rstrip(_SPACE)
        if line:
            found += [b""] if empty and found else []
            found.append(line)
        empty = not line
    return b"\n".join(found) + b"\n" if found else b""
