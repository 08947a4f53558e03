"""[tool.gitflowguard] in pyproject.toml: the same meaning, the same errors, honest places."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitflowguard.policy.errors import PolicyError
from gitflowguard.policy.tomltext import read as read_toml
from tests.policy.helpers import flow, only, problems, read

FILE = "pyproject.toml"
HEAD = '[project]\nname = "x"\ndescription = """\n[tool.gitflowguard]\npreset = 1\n"""\n\n'


def test_the_table_means_what_the_yaml_means() -> None:
    """Tables, dotted keys and inline tables are all the same."""
    text = HEAD + """\
[tool.gitflowguard]
preset = "ml"
stale-days = 30
message.ticket = true

[tool.gitflowguard.kinds]
hotfix = false
develop = { name = "dev" }

[tool.gitflowguard.kinds.release]
tag = "v{version}"
"""
    same = """\
preset: ml
stale-days: 30
message: {ticket: true}
kinds: {hotfix: false, develop: {name: dev}, release: {tag: "v{version}"}}
"""
    assert read(text, FILE).flow == flow(same)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[tool.gitflowguard]\npresett = "ml"\n', "2:1"),
        ('[tool.gitflowguard]\n  preset = "mll"\n', "2:3"),
        ('[tool.gitflowguard.kinds.feature]\nparent = "develp"\n', "2:1"),
        ('[tool.gitflowguard.kinds.feature]\nfrom = "develop"\n', "2:1"),
        ('[tool.gitflowguard.kinds]\nfeature = { name = "feature/{slug}", prent = "develop" }\n', "2:38"),
        ('[tool.gitflowguard]\nkinds = { feature = { name = "name/x", parent = "x" } }\n', "2:40"),
        ('[tool.gitflowguard]\nkinds.feature.parent = "x"\n', "2:1"),
        ("[ tool . 'gitflowguard' . \"rules\" ]\n\"stale-brnch\" = 'error'\n", "2:1"),
        ('[tool.gitflowguard]\nkinds.feature = { rules.zzzz = "error" }\n', "2:1"),
        ("[tool.gitflowguard]\nticket = 1979-05-27\n", "2:1"),
        ("[tool.gitflowguard]\nstale-days = 1.5\n", "2:1"),
        ('[tool.gitflowguard.kinds.bot]\nnames = [\n  "a b",\n]\n', "2:1"),
        ("[tool.gitflowguard]\n[tool.gitflowguard.kinds.zzz]\nparallel = true\n", "2:1"),
        ("[tool.gitflowguard]\n", "1:1"),
        ('[tool]\ngitflowguard = { preset = "x" }\n', "2:18"),
    ],
)
def test_an_error_has_the_place_of_its_key_or_of_what_is_around_it(text: str, place: str) -> None:
    """tomllib tells no places; the scanner finds them behind other tables and strings."""
    lines = HEAD.count("\n")
    line, column = map(int, place.split(":"))
    found = problems(HEAD + text, FILE)
    assert [(p.line, p.column) for p in found] == [(lines + line, column)], found


def test_text_that_is_no_toml_is_refused_with_its_place() -> None:
    """tomllib's own place."""
    assert only("[tool.gitflowguard]\npreset = \n", FILE).startswith("2:10: this is not TOML: Invalid value")
    assert "not TOML" in only("[tool.gitflowguard", FILE)


@pytest.mark.parametrize("text", ["a = " + "[" * 5000, "a = " + "9" * 5000])
def test_what_breaks_the_reader_is_refused(text: str) -> None:
    """Deep nesting and endless numbers."""
    assert "this is not TOML" in only(text, FILE)


def test_a_table_of_thousands_of_values_is_refused() -> None:
    """A pyproject.toml may be large; our part of it may not."""
    text = "[tool.gitflowguard]\nx = [" + "1," * 5000 + "]\n"
    assert only(text, FILE) == "there are more values here than any policy needs"


@pytest.mark.parametrize("text", ["", "[tool.black]\n", "tool = 1\n", "[tool]\ngitflowguard = 1\n"])
def test_a_file_without_the_table_says_so(text: str) -> None:
    """It was named as a policy."""
    assert only(text, FILE) == "there is no table [tool.gitflowguard]"


def test_true_for_a_kind_or_tag_is_refused_as_in_yaml() -> None:
    """The same schema judges."""
    assert "must be text, false or null, not true" in only(
        "[tool.gitflowguard.kinds.release]\ntag = true\n", FILE
    )


@given(st.text(max_size=40) | st.text("[]{}=.'\"\n tolgifwuard#\t1", max_size=80))
def test_no_text_brings_another_error(text: str) -> None:
    """A document or a PolicyError, whatever is in the file."""
    source = ("[tool.gitflowguard]\npreset='ml'\n" + text).encode("utf-8", "surrogatepass")
    try:
        assert read_toml(source, FILE).data
    except PolicyError as error:
        assert error.problems
