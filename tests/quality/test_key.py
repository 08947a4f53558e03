"""The key of a pass: whatever decides a verdict is in it, and no two set-ups look alike."""

from __future__ import annotations

import itertools

import pytest

from gitflowguard.model.check import Tool
from gitflowguard.quality import key
from gitflowguard.quality.catalogue import known

Configs = tuple[tuple[str, str], ...]


def setup(
    tool: Tool = Tool("flake8"),
    mark: str = "flake8 7.1 3.11.7",
    configs: Configs = (),
    refuse: bool = False,
    extra: bytes = b"",
) -> bytes:
    """A set-up with one thing changed."""
    return key.setup(tool, known(tool), mark, configs, refuse, extra)


# Pairs beside each other say nearly the same: a word moved over a border, a list that swallows its neighbour.
DIFFERENT = [
    setup(),
    setup(Tool("black")),
    setup(Tool("flake8", args=("--a", "b"))),
    setup(Tool("flake8", args=("--ab",))),
    setup(Tool("flake8", args=("--a b",))),
    setup(Tool("flake8", args=("",))),
    setup(Tool("flake8", args=("", ""))),
    setup(Tool("own", run=("a", "b"))),
    setup(Tool("own", run=("a",), args=("b",))),
    setup(Tool("own", run=("a",)), configs=(("b", "c"),)),
    setup(Tool("own", run=("a", "b", "c"))),
    setup(Tool("own", run=("a", "b"), reads="sarif")),
    setup(Tool("flake8", hard=("E",))),
    setup(mark="flake8 7.1 3.11.8"),
    setup(configs=(("a", "b"),)),
    setup(configs=(("ab", ""),)),
    setup(configs=(("a", "b"), ("c", "d"))),
    setup(configs=(("c", "d"), ("a", "b"))),
    setup(refuse=True),
    setup(extra=b"refuse"),
    setup(extra=b"hard"),
    setup(extra=b"\0\0\0\0"),
    setup(configs=(("\udcff", "a"),)),
    setup(configs=(("\ud800", "a"),)),
]


def test_whatever_decides_is_in_it() -> None:
    """Each of these set-ups may end in another verdict, so all are different."""
    for (number, one), (other_number, other) in itertools.combinations(enumerate(DIFFERENT), 2):
        assert one != other, (number, other_number)


def test_no_set_up_is_the_beginning_of_another() -> None:
    """Nor can a longer one be continued from a shorter one."""
    for one, other in itertools.permutations(DIFFERENT, 2):
        assert not other.startswith(one)


def test_what_decides_nothing_is_not_in_it() -> None:
    """Which files are looked at and what the tool is for change no verdict on a file."""
    assert setup(Tool("flake8", files=("*.pyx",), exclude=("tests/**",))) == setup()
    assert setup(Tool("flake8", family="security")) == setup()


def test_the_adapters_and_our_version_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pass of older adapters, or of an older release of ours, is none."""
    before = setup()
    monkeypatch.setattr(key, "ADAPTERS", "another")
    assert setup() != before
    monkeypatch.undo()
    assert setup() == before
    monkeypatch.setattr(key, "__version__", "another")
    assert setup() != before


@pytest.mark.parametrize("tool", [Tool("flake8"), Tool("own", run=("npx", "eslint"))])
def test_no_mark_no_set_up(tool: Tool) -> None:
    """Where the version can't determine, nothing may be kept: the store takes b"" as that."""
    assert setup(tool, mark="") == b""


def test_plug_ins_of_the_repository_make_no_set_up() -> None:
    """Their code is none of the contents and configurations that the key knows."""
    assert setup(Tool("flake8", plugins=True)) == b""


def test_the_whole_path_counts() -> None:
    """per-file-ignores may name any directory."""
    row = known(Tool("flake8"))
    assert key.part(row, "a/b.py") == "a/b.py" != key.part(row, "b.py")


def test_together_knows_names_contents_and_borders_but_no_order() -> None:
    """For a tool that judges files together: moved letters and swapped contents are another set."""
    sets = [
        (),
        (("a", "1"),),
        (("a1", ""),),
        (("a", "1"), ("b", "2")),
        (("a", "2"), ("b", "1")),
        (("a", "1"), ("b", "2"), ("c", "3")),
        (("\udcff", "1"),),
    ]
    ids = [key.together(pairs) for pairs in sets]
    assert len(set(ids)) == len(sets)
    assert key.together((("b", "2"), ("a", "1"))) == key.together((("a", "1"), ("b", "2")))
