"""The words that a user reads: plain American English, short sentences, none of the words that read twice.

Nothing is listed by hand. The strings are all literals of the package that hold more than one word, the help of every
command, the manual of every rule and the templates; the pages are all that a person reads.
"""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.docs.pages import ROOT, manuals, name_of
from tools.touched import statements

SOURCE = ROOT / "src/gitflowguard"
# (what must not stand there, what to write instead)
BANNED = (
    (r"(?<!there )\b(?:is|are) no (?!longer\b|more\b)", "isn't a …, doesn't match …"),
    (r"\bof no kind\b", "matches no branch type"),
    (r"\bcannot be told\b|\bnot be told\b", "can't determine"),
    (r"\bcould not look\b|\bnot looked at\b", "couldn't check"),
    (r"\btold\b|\btells of\b", "reported, shown"),
    (r"\bmend(?:s|ed|ing)?\b", "fix"),
    (r"\bhinder", "block"),
    (r"\brefusals?\b|\brefuse[sd]?\b", "block"),
    (r"\bso many\b", "the N"),
    (r"\ball the same\b|\bby and by\b", "anyway, later"),
    (r"\bone another\b", "each other"),
    (r"\bcolours?\b", "color"),
    (r"\bpass(?:es)? (?:all this |it )?by\b|\bpass by\b", "bypass"),
)
# Words of others, what is typed, and a value of the policy.
QUOTED = (r"refuses the connection", r"refusing to", r"`[^`]*`", r"keep-output: refuse")
MOST_WORDS = 45  # of a sentence in a message; a person reads it in a terminal
MOST_HELP = 75  # letters of a command's line in the list of commands


class Said(NamedTuple):
    """A string of the source. where: file and line."""

    where: str
    text: str


def _documented(tree: ast.Module) -> dict[int, ast.AST]:
    """id of a docstring's node -> what it documents."""
    found: dict[int, ast.AST] = {}
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                found[id(first.value)] = node
    return found


def _is_shown(owner: ast.AST, path: Path) -> bool:
    """Whether a docstring is printed: a command's is its help, a rule's module is its manual."""
    if isinstance(owner, ast.Module):
        return "rules" in path.relative_to(SOURCE).parts and path.stem not in ("__init__", "registry")
    calls = (ast.unparse(one) for one in getattr(owner, "decorator_list", ()))
    return any(re.search(r"\b(?:command|group)\b", call) for call in calls)


def _text(node: ast.AST) -> str:
    """A literal, with … where a value is put in."""
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) if isinstance(part, ast.Constant) else "…" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


@functools.cache
def strings(path: Path) -> tuple[Said, ...]:
    """Every string of a module that may be printed. Read once: the whole package takes two seconds."""
    found = []
    tree = ast.parse(path.read_text("utf-8"))
    documented = _documented(tree)
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if not isinstance(node, (ast.Constant, ast.JoinedStr)) or id(node) in parts:
            continue
        owner = documented.get(id(node))
        text = _text(node)
        if len(re.findall(r"[A-Za-z]{2,}", text)) > 1 and (owner is None or _is_shown(owner, path)):
            found.append(Said(f"{path.relative_to(SOURCE)}:{node.lineno}", text))
    return tuple(found)


def every_string(holding: str = "") -> list[Said]:
    """Of the whole package, and of its templates and its schema.

    holding: a pattern that a module's text must hold, so that the others aren't parsed.
    """
    modules = [path for path in sorted(SOURCE.rglob("*.py")) if re.search(holding, path.read_text("utf-8"))]
    found = [said for path in modules for said in strings(path)]
    for path in sorted(SOURCE.rglob("*")):
        if path.suffix in (".html", ".js", ".json"):
            lines = enumerate(path.read_text("utf-8").splitlines(), 1)
            found += [
                Said(f"{path.relative_to(SOURCE)}:{number}", line)
                for number, line in lines
                if path.suffix != ".json" or '"description"' in line
            ]
    return found


@functools.cache
def _any_of(banned: tuple[tuple[str, str], ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern, _ in banned), re.I)


def faults(text: str, banned: tuple[tuple[str, str], ...] = BANNED) -> list[str]:
    """What must not stand there, with what to write instead."""
    flat = re.sub(r"\{\w+\}", "…", " ".join(text.split()))
    for quoted in QUOTED:
        flat = re.sub(quoted, "", flat)
    if not _any_of(banned).search(flat):  # one search of thousands of strings instead of thirteen
        return []
    return [
        f"{match.group()!r}: write {better}"
        for pattern, better in banned
        for match in re.finditer(pattern, flat, re.I)
    ]


def test_the_strings_are_found() -> None:
    """Messages, help, manuals and templates: the search reads all of them."""
    found = every_string()
    text = "\n".join(said.text for said in found)
    assert len(found) > 2500
    assert "only changes through merges" in text  # a finding, in pieces
    assert "Run the hooks' checks now." in text  # the help of a command
    assert "Why it matters" in text  # the manual of a rule
    assert "Severities by rule name or code" in text  # a field of the policy
    assert {said.where.partition(":")[0].rpartition(".")[2] for said in found} >= {"py", "json"}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("pipeline is no branch of ours", "is no"),
        ("there is no branch pipeline", ""),
        ("the token is no longer valid", ""),
        ("this cannot be\ntold here", "told"),
        ("To mend it: git pull", "mend"),
        ("GitHub refused the push", "refused"),
        ("recommended", ""),
    ],
)
def test_a_banned_word_is_found_also_over_a_line_break(text: str, fault: str) -> None:
    found = " ".join(faults(text))
    assert fault in found and bool(found) == bool(fault)


def test_no_string_holds_a_word_that_reads_twice() -> None:
    """In messages, help, manuals and templates."""
    found = [f"{said.where}: {fault}" for said in every_string() for fault in faults(said.text)]
    assert not found, "\n".join(found)


# In docstrings and comments GitHub may refuse something, and a field of ours goes by its name.
BANNED_INSIDE = tuple(row for row in BANNED if "refus" not in row[0])
FIELDS = r"\b(?:mend|told|colour)s?(?=:)|about\.colour|COLOURS"


# A literal in quotes, which may hold a #, or a comment. The module tokenize takes seconds for the whole package.
LITERAL_OR_COMMENT = re.compile(
    r'"""(?:[^\\]|\\.)*?"""'
    r"|'''(?:[^\\]|\\.)*?'''"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'(?:[^'\\\n]|\\.)*'"
    r"|(#[^\n]*)",
    re.DOTALL,
)


def remarks(path: Path) -> Iterator[Said]:
    """Every docstring and comment of a module."""
    text = path.read_text("utf-8")
    tree = ast.parse(text)
    for node in (tree, *statements(tree)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
            said = ast.get_docstring(node)
            if said:
                yield Said(f"{path.relative_to(SOURCE)}:{getattr(node, 'lineno', 1)}", said)
    for match in LITERAL_OR_COMMENT.finditer(text):
        if match[1]:
            yield Said(f"{path.relative_to(SOURCE)}:{text.count(chr(10), 0, match.start()) + 1}", match[1])


def test_a_comment_is_told_from_a_string(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever stands in which quotes."""
    monkeypatch.setitem(globals(), "SOURCE", tmp_path)
    path = tmp_path / "module.py"
    lines = (
        '"""Of # it."""', 'A = "é # no"  # one # two', "B = f'{A} # no' '# no'", "# three", 'C = """', "# no",
        '"""  # four', "D = (", r"    'it\'s # no'  # five", r'    r"\" # no"', ")",
    )  # fmt: skip
    path.write_text("\n".join(lines) + "\n", "utf-8")
    assert [said.text for said in remarks(path)] == ["Of # it.", "# one # two", "# three", "# four", "# five"]


def test_no_docstring_or_comment_holds_a_word_that_reads_twice() -> None:
    """Those who read the code read the same words as those who read its messages."""
    found = [
        f"{said.where}: {fault}"
        for path in sorted(SOURCE.rglob("*.py"))
        for said in remarks(path)
        for fault in faults(re.sub(FIELDS, "", said.text), BANNED_INSIDE)
    ]
    assert not found, "\n".join(found)


def test_a_sentence_is_short() -> None:
    """A message of several sentences is fine; a sentence that needs two readings is not."""
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        for said in strings(path):
            for sentence in re.split(r"[.;:?!](?:\s|$)|\n\s*\n|\n(?=\s*[-#\"'(]| {4})|\\n|,\n", said.text):
                words = re.findall(r"[A-Za-z][\w'-]*", sentence)
                prose = [word for word in words if word.islower()]
                if (
                    len(prose) > MOST_WORDS
                    and {"the", "a", "of"} & set(prose)
                    and len(prose) > len(words) * 0.8
                ):
                    found.append(f"{said.where}: {len(words)} words: {sentence[:120]}")
    assert not found, "\n".join(found)


def test_the_line_of_a_command_fits_beside_its_name() -> None:
    """In `gitflowguard --help`."""
    from gitflowguard.cli.main import COMMANDS

    assert not [says for _, says in COMMANDS if len(says) > MOST_HELP or not says.endswith(".")]


@pytest.mark.parametrize(
    "page", [pytest.param(page, id=name_of(page)) for page in manuals() if page.name != "CHANGELOG.md"]
)
def test_no_page_holds_a_word_that_reads_twice(page: Path) -> None:
    """Every page for users, generated ones too; the changelog is history."""
    found = []
    for number, paragraph in enumerate(re.split(r"\n\s*\n", page.read_text("utf-8")), 1):
        found += [f"paragraph {number}: {fault}: {paragraph[:80]!r}" for fault in faults(paragraph)]
    assert not found, "\n".join(found)
