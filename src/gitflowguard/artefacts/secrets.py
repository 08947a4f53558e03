"""Secrets that can be known by their form: few exact patterns, with the checksum or the entropy that real ones have.

The value is matched and forgotten: only the form and the line leave this module. Sources of the forms:
docs.github.com, "Token formats" and github.blog/2021-04-05 (checksum), docs.aws.amazon.com "IAM identifiers",
docs.gitlab.com "Token prefixes", docs.npmjs.com, slack.com "Token types", RFC 7468 for keys.
"""

from __future__ import annotations

from math import log2
from zlib import crc32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_MOST = 50
# Bytes around a word in which its form is looked for; two windows overlap by the first number.
_BEFORE, _BEHIND = 100, 4000
# Patterns are compiled when their word is in the bytes: most contents need none, and `re` itself is imported late.
_ENV = (
    rb"(?im)^[ \t]*(?:export[ \t]+)?[A-Z0-9_]*"
    rb"(?:SECRET|TOKEN|PASSWORD|PASSWD|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY)[A-Z0-9_]*"
    rb"[ \t]*=[ \t]*[\"']?([^\s\"'#]{8,200})"
)
_HOLLOW = (
    rb"(?i)example|changeme|change_me|placeholder|your[-_]|xxxx|<|\$\{|\$\(|\*\*\*|dummy|todo|^test|\.\.\."
)


def entropy(value: bytes) -> float:
    """Bits a byte (Shannon)."""
    size = len(value)
    return -sum(n / size * log2(n / size) for n in (value.count(bytes((one,))) for one in set(value)))


def checked(value: bytes) -> bool:
    """Whether the last six letters are the checksum of those between the prefix and them (GitHub, npm)."""
    body, tail = value.rpartition(b"_")[2][:-6], value[-6:].decode("ascii", "replace")
    number = crc32(body)
    want = ""
    while number:
        number, digit = divmod(number, 62)
        want = _DIGITS[digit] + want
    return want.rjust(6, "0") == tail


def _mixed(least: float) -> Callable[[bytes], bool]:
    return lambda value: entropy(value) >= least


def _any(value: bytes) -> bool:
    return True


# (words of which one must be in the bytes, form, pattern whose group 1 is the value, whether a match is a real one)
_FORMS: tuple[tuple[tuple[bytes, ...], str, bytes, Callable[[bytes], bool]], ...] = (
    ((b"AKIA",), "AWS access key", rb"(?<![A-Za-z0-9/+])(AKIA[A-Z2-7]{16})(?![A-Za-z0-9])", _any),
    ((b"AKIA",), "AWS access key", rb"(?<![A-Za-z0-9/+])(AKIA[A-Z0-9]{16})(?![a-z])", _mixed(2.8)),
    (
        (b"ASIA",),
        "AWS temporary access key",
        rb"(?<![A-Za-z0-9/+])(ASIA[A-Z2-7]{16})(?![A-Za-z0-9])",
        _mixed(2.8),
    ),
    (
        (b"ws_secret_access_key",),
        "AWS secret key",
        rb"(?i)aws_secret_access_key[\"']?\s*[:=]\s*[\"']?([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])",
        _mixed(4.0),
    ),
    (
        (b"PRIVATE KEY-----",),
        "private key",
        rb"-----BEGIN (?:[A-Z]+ ){0,2}PRIVATE KEY-----(?:\s|\\[rn]|\"|,)+"
        rb"(?:[A-Za-z-]{1,30}: [^\n\\]{0,80}(?:\s|\\[rn]){1,4}){0,2}([A-Za-z0-9+/=]{32,})",
        _mixed(3.0),
    ),
    (
        (b"ghp_", b"gho_", b"ghu_", b"ghs_", b"ghr_"),
        "GitHub token",
        rb"(?<![A-Za-z0-9])(gh[pousr]_[A-Za-z0-9]{36})(?![A-Za-z0-9])",
        checked,
    ),
    (
        (b"github_pat_",),
        "GitHub token",
        rb"(github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59})(?![A-Za-z0-9])",
        _mixed(3.5),
    ),
    ((b"npm_",), "npm token", rb"(?<![A-Za-z0-9])(npm_[A-Za-z0-9]{36})(?![A-Za-z0-9])", checked),
    ((b"hf_",), "Hugging Face token", rb"(?<![A-Za-z0-9_])(hf_[A-Za-z]{34})(?![A-Za-z0-9])", _mixed(3.5)),
    ((b"glpat-",), "GitLab token", rb"(?<![A-Za-z0-9])(glpat-[A-Za-z0-9_-]{20,})", _mixed(3.2)),
    ((b"pypi-AgEIcHlwaS5vcmc",), "PyPI token", rb"(pypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,})", _any),
    ((b"xox",), "Slack token", rb"(?<![A-Za-z0-9])(xox[abprs]-[0-9]{8,}-[A-Za-z0-9-]{16,})", _mixed(3.0)),
    (
        (b"hooks.slack.com",),
        "Slack webhook",
        rb"hooks\.slack\.com/services/(T[A-Z0-9]{8,}/B[A-Z0-9]{8,}/[A-Za-z0-9]{24})",
        _mixed(3.5),
    ),
    ((b"_live_",), "Stripe key", rb"(?<![A-Za-z0-9])([sr]k_live_[A-Za-z0-9]{24,})", _mixed(3.2)),
    (
        (b"AIza",),
        "Google API key",
        rb"(?<![A-Za-z0-9_-])(AIza[A-Za-z0-9_-]{35})(?![A-Za-z0-9_-])",
        _mixed(3.5),
    ),
    (
        (b"T3BlbkFJ",),
        "OpenAI key",
        rb"(?<![A-Za-z0-9])(sk-[A-Za-z0-9_-]{16,}T3BlbkFJ[A-Za-z0-9_-]{16,})",
        _any,
    ),
    ((b"sk-ant-",), "Anthropic key", rb"(?<![A-Za-z0-9])(sk-ant-[a-z0-9]+-[A-Za-z0-9_-]{60,})", _mixed(3.5)),
    (
        (b"SG.",),
        "SendGrid key",
        rb"(?<![A-Za-z0-9])(SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43})(?![A-Za-z0-9_-])",
        _any,
    ),
    ((b"AccountKey=",), "Azure storage key", rb"AccountKey=([A-Za-z0-9+/]{86}==)", _mixed(4.5)),
)
# Words of forms that are one unbroken run of _RUN letters or more; and the words of the others, which are long.
_OUTSIDE = (b"ws_secret_access_key", b"PRIVATE KEY-----", b"hooks.slack.com", b"AccountKey=")
_WITHIN = tuple(dict.fromkeys(word for words, *_ in _FORMS for word in words if word not in _OUTSIDE))
_RUN = b"a" * 20
# Every byte that may be in such a run becomes an "a", any other one a blank.
_RUNS = bytes(97 if one < 128 and (chr(one).isalnum() or one in b"-_") else 32 for one in range(256))
# "SG." ends in a byte that is in no run. More runs than this are a file of data.
_LEAD, _MANY = 4, 200


def worth(path: str, data: bytes) -> bool:
    """Whether `find` can find anything: a search for a few words, and no pattern.

    Most of the words are three or four letters, and a search for each of them would read all of the bytes. So they are
    looked for in the long runs alone, which one translation shows.
    """
    if any(word in data for word in _OUTSIDE) or _environment(path):
        return True
    runs = data.translate(_RUNS)
    at = runs.find(_RUN)
    if at < 0:
        return False
    within = _long_runs(data, runs, at)
    return any(word in within for word in _WITHIN)


def _long_runs(data: bytes, runs: bytes, at: int) -> bytes:
    """The long runs with the bytes before them; all of the data where they are many."""
    parts = []
    while at >= 0:
        end = runs.find(b" ", at)
        end = len(runs) if end < 0 else end
        parts.append(data[max(0, at - _LEAD) : end])
        if len(parts) > _MANY:
            return data
        at = runs.find(_RUN, end)
    return b"\0".join(parts)


def find(path: str, data: bytes) -> tuple[tuple[str, int], ...]:
    """(form, line from 1) of each secret, in the order of the lines."""
    import re

    found: dict[tuple[str, int], None] = {}
    for words, form, pattern, real in _FORMS:
        for word in words:
            at = data.find(word)
            while at >= 0 and len(found) < _MOST:
                # A form is short; a search through all of a long file is not.
                start = max(0, at - _BEFORE)
                for match in re.finditer(pattern, data[start : at + _BEHIND]):
                    if real(match[1]):
                        line = data.count(b"\n", 0, start + match.start()) + 1
                        found[form, line] = None
                at = data.find(word, at + _BEHIND - _BEFORE)
    if _environment(path):
        found.update(dict.fromkeys(_assigned(data)))
    return tuple(sorted(found, key=lambda one: one[1])) if found else ()


def _environment(path: str) -> bool:
    """Whether a file holds settings of one machine (.env), and isn't the sample of one."""
    name = path.rpartition("/")[2].lower()
    if name != ".env" and not name.startswith(".env.") and not name.endswith(".env"):
        return False
    return not name.endswith((".example", ".sample", ".template", ".dist", ".tpl"))


def _assigned(data: bytes) -> Iterator[tuple[str, int]]:
    import re

    for match in re.finditer(_ENV, data):
        value = match[1]
        if not re.search(_HOLLOW, value) and entropy(value) >= 2.8:
            yield "value in an environment file", data.count(b"\n", 0, match.start(1)) + 1
