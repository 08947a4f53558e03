"""YAML's traps: each refused with one clear line at its place, after a bounded amount of work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gitflowguard.policy.errors import PolicyError
from gitflowguard.policy.limits import TOO_MANY
from gitflowguard.policy.yamltext import read
from tests.policy.helpers import FILE, flow, only, problems

BOMB = "a: &a [x,x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [*{chr(97 + i)},*{chr(97 + i)}]\n" for i in range(20)
)
MERGES = "a0: &a0 {k: v}\n" + "".join(f"a{i}: &a{i} {{<<: [*a{i - 1}, *a{i - 1}]}}\n" for i in range(1, 25))


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("kinds: &k {main: {name: main}}\n", "1:8", "remove the anchor"),
        ("kinds: {main: &m {name: main}, develop: *m}\n", "1:15", "remove the anchor"),
        ("preset: *x\n", "1:9", "aliases"),
        ("kinds:\n  <<: {main: null}\n", "2:3", "merge keys"),
        ("preset: !!str gitflow\n", "1:9", "remove the tag"),
        ("kinds: !!map {}\n", "1:8", "remove the tag"),
        ("preset: !x gitflow\n", "1:9", "remove the tag"),
        ("!!str preset: gitflow\n", "1:1", "remove the tag"),
        ("%YAML 1.1\n---\npreset: gitflow\n", "1:1", "% directives"),
        ("preset: gitflow\n---\npreset: ml\n", "2:1", "second document"),
        ("gitflow\n", "1:1", "a policy is a list of keys and values"),
        ("- preset\n", "1:1", "a policy is a list of keys and values"),
        ("kinds:\n\tmain: {name: x}\n", "2:1", "a tab"),
        ("preset:\tgitflow\n", "1:8", "a tab"),
        ("? [a]\n: b\n", "1:3", "a key must be plain text"),
        ("1: x\n", "1:1", 'a key must be text; write "1" in quotes'),
        ("preset: git: flow\n", "1:12", "a colon stands inside"),
        ("preset: **\n", "1:9", "starts with * needs quotes"),
        ("preset: &\n", "1:9", "starts with & needs quotes"),
        ("preset: @x\n", "1:9", "cannot start with this character"),
        ("preset: 'gitflow\n", "1:9", "quote is never closed"),
        ("kinds: [\n", "1:8", "bracket is never closed"),
        ("kinds: {a: feature/{slug}}\n", "1:20", "needs quotes"),
        ('preset: "\\q"\n', "1:11", "single quotes"),
        ("kinds:\n  a\n  b: c\n", "3:4", "a colon stands inside"),
        ("- a\nb: c\n", "2:1", "check the indentation"),
        ("preset:\n", "1:8", "there is no value here"),
        ("preset: ''\nrules:\n", "2:7", "there is no value here"),
    ],
)
def test_a_construct_that_could_be_misread_is_refused(text: str, place: str, words: str) -> None:
    """The first problem names the place and the cure."""
    first = problems(text)[0].text
    found = [p for p in problems(text) if f":{place}: " in p.text and words in p.text]
    assert found, first


@pytest.mark.parametrize(
    ("word", "words"),
    [
        *((word, "means different things") for word in "yes no on off y N Yes OFF True FALSE Null".split()),
        *(
            (word, "another number")
            for word in "010 0o10 0x10 0b11 1_0 1:30 190:20:30 1.10 1e5 .5 +1 .inf .NaN =".split()
        ),
        ("9" * 5000, "another number"),
        ("2020-01-01", "as a date"),
        ("2001-12-14t21:59:43.10-05:00", "as a date"),
    ],
)
def test_a_word_that_yaml_reads_in_two_ways_is_refused(word: str, words: str) -> None:
    """The line says how to write what was meant."""
    said = only(f"ticket: {word}\n")
    assert said.startswith("1:9: ")
    assert words in said
    assert "in quotes" in said


@pytest.mark.parametrize("word", ["yes", "010", "1:30", "2020-01-01", "1.10", "null", "5"])
def test_quotes_make_anything_text(word: str) -> None:
    """The reader takes it as the letters that it is."""
    assert read(f"ticket: '{word}'\n".encode(), FILE).data == {"ticket": word}


def test_plain_scalars_are_int_bool_null_and_text() -> None:
    """Nothing else exists."""
    text = b"a: 0\nb: -1\nc: true\nd: false\ne: null\nf: ~\ng: 1.2.3\nh: v1\ni: feature/{slug}\nj: |\n  x\n"
    assert read(text, FILE).data == {
        **{"a": 0, "b": -1, "c": True, "d": False, "e": None, "f": None},
        **{"g": "1.2.3", "h": "v1", "i": "feature/{slug}", "j": "x\n"},
    }


def test_a_duplicate_key_names_both_lines() -> None:
    """The last one must not win in silence."""
    said = only("kinds:\n  main: {name: main}\n  develop: {name: dev}\n  main: {name: trunk}\n")
    assert said == '4:3: the key "main" in kinds appears twice: on line 2 and on line 4'


def test_off_for_a_rule_suggests_ignore() -> None:
    """`off` is what other tools call it."""
    assert only("rules: {stale-branch: off}\n").endswith('did you mean "ignore"?')


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n", "null\n", "~\n"])
def test_an_empty_file_says_what_to_write(text: str) -> None:
    """Not a stack trace, and not a silent preset."""
    assert "preset" in problems(text)[-1].says or "no value" in problems(text)[-1].says


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"preset: git\0flow\n", "1:12: a NUL byte"),
        ("preset: gitflow\n".encode("utf-16"), "1:1: the file is saved as UTF-16"),
        (b"preset: x\nticket: \xff\n", "2:9: this is not UTF-8"),
        ("preset: git\u202eflow\n".encode(), "1:12: the invisible character U+202E"),
        ("a: b\n\u2028\n".encode(), "2:1: the invisible character U+2028"),
        (b"a: \x1b[31m\n", "1:4: the invisible character U+001B"),
        (b"a: b\r\nc: \x7f\n", "2:4: the invisible character U+007F"),
        (b"#" * 70_000, "larger than 64 kB"),
    ],
)
def test_bytes_that_are_no_plain_text_are_refused(data: bytes, words: str) -> None:
    """One line, with the place where the bytes are."""
    assert words in only(data)


def test_a_byte_order_mark_and_crlf_are_harmless() -> None:
    """Editors on Windows write both."""
    assert flow("\ufeffpreset: ml\r\nstale-days: 5\r\n").stale_days == 5


DEEP = "nested too deep"
KEY = "a key must be plain text"
# How many events of the text may be looked at. In figures, so that a cap that is raised is seen here.
SHALLOW = 16
MISTAKES = 100 + SHALLOW
ITEMS = 2000 + SHALLOW
PAIRS = 2 * 2000 + SHALLOW


@pytest.mark.parametrize(
    ("text", "most", "words"),
    [
        (BOMB, 200, "remove the anchor"),
        (MERGES, 300, "merge keys"),
        ("[" * 1000, SHALLOW, DEEP),
        ("{" * 1000, SHALLOW, KEY),
        ("a: " + "[" * 60_000, SHALLOW, DEEP),
        ("- " * 30_000, SHALLOW, DEEP),
        ("? " * 30_000, SHALLOW, KEY),
        ("".join(f"k{i}: 1\n" for i in range(7000)), PAIRS, TOO_MANY),
        ("kinds: [" + "yes," * 15_000 + "]\n", MISTAKES, "yes means different things"),
        ("kinds: {a: {names: [" + "'x'," * 3_000 + "]}}\n", ITEMS, TOO_MANY),
        ("rules: {" + "".join(f"r{i}: error, " for i in range(3500)) + "}\n", PAIRS, TOO_MANY),
        ("a: '" + "x" * 60_000 + "'\n", SHALLOW, "unknown key"),
        ("ticket: '" + "{" * 60_000 + "'\n", SHALLOW, "isn't matched"),
    ],
)
def test_a_hostile_file_is_refused_early(
    text: str, most: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading stops at the cap, not at the end of the text; in seconds: benchmarks/refs.py."""
    real, seen = yaml.parse, [0]

    def counted(*args: Any, **named: Any) -> Iterator[Any]:
        for event in real(*args, **named):
            seen[0] += 1
            yield event

    monkeypatch.setattr(yaml, "parse", counted)
    found = problems(text)
    assert 0 < seen[0] <= most
    assert 1 <= len(found) <= 250
    assert any(words in problem.text for problem in found)
    assert all("\n" not in problem.text and len(problem.text) < 400 for problem in found)


@given(st.text(max_size=60) | st.text("ab:{}[]-&*!|>'\"#%@`,? \n\t0.~<=", max_size=60))
def test_no_text_brings_another_error(text: str) -> None:
    """A document or a PolicyError, whatever is in the file."""
    try:
        document = read(text.encode("utf-8", "surrogatepass"), FILE)
    except PolicyError as error:
        assert error.problems
    else:
        assert isinstance(document.data, dict)
