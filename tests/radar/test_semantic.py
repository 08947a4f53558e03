"""Merges that git makes without a conflict and that are broken for Python: by real git, and by flake8 itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.radar.team import Team, told

CORE = """\
    import os


    def load(path):
        return open(path).read()


    def one():
        return 1


    def two():
        return 2


    def three():
        return 3


    def four():
        return os.sep
    """
A, B = "feature/a", "feature/b"


def changed(text: str, *pairs: tuple[str, str]) -> str:
    """The text with something else in it; what is to go has to be there."""
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


def test_a_renamed_function_and_a_new_call_by_the_old_name(tmp_path: Path) -> None:
    team = Team(tmp_path, {"core.py": CORE})
    team.branch(A, {"core.py": changed(CORE, ("def load(", "def read("))})
    team.branch(B, {"core.py": changed(CORE, ("return os.sep", "return os.sep + load('x')"))})
    assert told(team.broken()) == [((A, B), "core.py", "F821", "undefined name 'load'")]


def test_it_is_told_on_the_target_too_when_one_has_landed(tmp_path: Path) -> None:
    team = Team(tmp_path, {"core.py": CORE})
    team.branch(B, {"core.py": changed(CORE, ("return os.sep", "return os.sep + load('x')"))})
    team.on("develop", {"core.py": changed(CORE, ("def load(", "def read("))})
    assert told(team.broken()) == [((B,), "core.py", "F821", "undefined name 'load'")]


def test_a_removed_import_that_the_other_uses(tmp_path: Path) -> None:
    team = Team(tmp_path, {"core.py": CORE})
    team.branch(A, {"core.py": changed(CORE, ("    import os\n", ""), ("os.sep", "'/'"))})
    team.branch(B, {"core.py": changed(CORE, ("return 2", "return os.getpid()"))})
    assert told(team.broken()) == [((A, B), "core.py", "F821", "undefined name 'os'")]


def test_syntax_that_a_union_merge_breaks(tmp_path: Path) -> None:
    """Both lines stay where each side opens another bracket."""
    text = "X = [\n" + "".join(f"    {number},\n" for number in range(9)) + "]\n"
    team = Team(tmp_path, {"core.py": text, ".gitattributes": "*.py merge=union\n"})
    team.branch(A, {"core.py": changed(text, ("[", "("), ("]", ")"))})
    team.branch(B, {"core.py": changed(text, ("[", "{"), ("]", "}"))})
    found = team.broken()
    assert [(one.branches, one.path, one.code) for one in found] == [((A, B), "core.py", "E999")]
    assert "SyntaxError" in found[0].says


def test_syntax_that_two_halves_break(tmp_path: Path) -> None:
    """One encloses lines in a string, the other puts such a string between them."""
    lines = [f"x{number} = {number}" for number in range(12)]
    both = {
        A: [*lines[:1], 'text = """', *lines[1:11], '"""', *lines[11:]],
        B: [*lines[:6], '"""a note"""', *lines[6:]],
    }
    team = Team(tmp_path, {"core.py": "\n".join(lines) + "\n"})
    for name, wanted in both.items():
        team.branch(name, {"core.py": "\n".join(wanted) + "\n"})
    assert [(one.branches, one.path, one.code) for one in team.broken()] == [((A, B), "core.py", "E999")]


def test_a_changed_signature_and_a_new_call_in_another_file(tmp_path: Path) -> None:
    team = Team(tmp_path, {"app/__init__.py": "", "app/core.py": CORE, "app/use.py": "X = 1\n"})
    team.branch(A, {"app/core.py": changed(CORE, ("def load(path)", "def load(path, mode)"))})
    team.branch(B, {"app/use.py": "from app.core import load\n\nX = load('a')\n"})
    says = "load('a'): load() (app/core.py) gets no mode"
    assert told(team.broken()) == [((A, B), "app/use.py", "changed-signature", says)]
    assert team.broken()[0].line == 3


@pytest.mark.parametrize(
    ("new", "call", "why"),
    [
        ("def load(name)", "load(path='a')", "has no parameter path"),
        ("def load()", "load('a')", "takes 0 arguments by place, and gets 1"),
        ("def load(*, path)", "load('a')", "takes 0 arguments by place, and gets 1"),
        ("def load(path, *, mode)", "load('a')", "gets no mode"),
    ],
)
def test_other_ways_to_change_a_signature(tmp_path: Path, new: str, call: str, why: str) -> None:
    team = Team(tmp_path, {"core.py": CORE, "use.py": "X = 1\n"})
    team.branch(A, {"core.py": changed(CORE, ("def load(path)", new), ("open(path)", "open('x')"))})
    team.branch(B, {"use.py": f"import core\n\nX = core.{call}\n"})
    says = f"core.{call}: load() (core.py) {why}"
    assert told(team.broken()) == [((A, B), "use.py", "changed-signature", says)]


@pytest.mark.parametrize(
    ("new", "call"),
    [
        ("def load(path, mode='r')", "load('a')"),
        ("def load(*paths)", "load('a')"),
        ("def load(path, **more)", "load('a')"),
        ("def load(path, mode)", "load(*[])"),
        ("def load(path, mode)", "load(**{})"),
    ],
)
def test_a_call_that_may_still_fit_is_no_finding(tmp_path: Path, new: str, call: str) -> None:
    team = Team(tmp_path, {"core.py": CORE, "use.py": "X = 1\n"})
    team.branch(A, {"core.py": changed(CORE, ("def load(path)", new), ("open(path)", "open('x')"))})
    team.branch(B, {"use.py": f"import core\n\nX = core.{call}\n"})
    assert team.broken() == ()


def test_a_function_that_is_gone_from_another_file(tmp_path: Path) -> None:
    team = Team(tmp_path, {"core.py": CORE, "use.py": "X = 1\n"})
    team.branch(A, {"core.py": changed(CORE, ("def load(", "def read("))})
    team.branch(B, {"use.py": "from core import load\n\nX = load('a')\n"})
    says = "from core import load: core.py has no load"
    assert told(team.broken()) == [((A, B), "use.py", "missing-name", says)]


def test_a_module_that_was_renamed(tmp_path: Path) -> None:
    team = Team(tmp_path, {"app/__init__.py": "", "app/core.py": CORE, "app/use.py": "X = 1\n"})
    team.branch(A, {"app/core.py": None, "app/kernel.py": CORE})
    team.branch(B, {"app/use.py": "from .core import load\n\nX = load('a')\n"})
    says = "from .core import load: there is no such module here"
    assert told(team.broken()) == [((A, B), "app/use.py", "missing-name", says)]


def test_a_method_and_an_object_of_its_class(tmp_path: Path) -> None:
    core = """\
        class Store:
            def __init__(self, root):
                self.root = root

            def load(self, path):
                return path


        STORE = Store("x")
        """
    team = Team(tmp_path, {"core.py": core, "use.py": "X = 1\n", "more.py": "Y = 1\n"})
    team.branch(A, {"core.py": changed(core, ("(self, path)", "(self, path, mode)"), ("(self, root)", "(self)"),
                                       ("= root", "= 1"), ('Store("x")', "Store()"))})  # fmt: skip
    team.branch(B, {"use.py": "from core import Store\n\nstore = Store('y')\nX = store.load('a')\n"})
    found = told(team.broken())
    assert found == [
        ((A, B), "use.py", "changed-signature",
         "Store('y'): Store() (core.py) takes 0 arguments by place, and gets 1"),
        ((A, B), "use.py", "changed-signature", "store.load('a'): Store.load() (core.py) gets no mode"),
    ]  # fmt: skip


def test_a_renamed_method_that_the_other_calls(tmp_path: Path) -> None:
    core = "class Store:\n" + "".join(f"    def m{n}(self):\n        return {n}\n\n" for n in range(6))
    team = Team(tmp_path, {"core.py": core})
    team.branch(A, {"core.py": changed(core, ("def m0", "def first"))})
    team.branch(B, {"core.py": changed(core, ("return 5", "return self.m0()"))})
    assert told(team.broken()) == [((A, B), "core.py", "missing-name", "self.m0: Store has no m0")]


def test_what_one_side_has_already_is_not_the_merges_fault(tmp_path: Path) -> None:
    wrong = changed(CORE, ("return 1", "return unknown"))
    team = Team(tmp_path, {"core.py": CORE})
    team.branch(A, {"core.py": wrong})
    team.branch(B, {"core.py": changed(CORE, ("return os.sep", "return os.sep + load(1, 2, 3)"))})
    assert team.broken() == ()


def test_what_the_target_has_already_is_not_the_merges_fault(tmp_path: Path) -> None:
    team = Team(tmp_path, {"core.py": changed(CORE, ("return 1", "return unknown"))})
    team.branch(A, {"core.py": changed(CORE, ("return 1", "return unknown"), ("return 3", "return 33"))})
    team.on("develop", {"core.py": changed(CORE, ("return 1", "return unknown"), ("os.sep", "os.pathsep"))})
    assert team.broken() == ()


def test_a_finding_that_moves_with_its_file_is_not_new(tmp_path: Path) -> None:
    """One renames the file, the other brings a finding: it is in the other's side, under the old name."""
    team = Team(tmp_path, {"core.py": CORE})
    team.branch(A, {"core.py": None, "kernel.py": changed(CORE, ("return 1", "return 11"))})
    team.branch(B, {"core.py": changed(CORE, ("return os.sep", "return os.sep + unknown"))})
    assert team.broken() == ()


def test_a_caller_that_both_sides_mended_is_fine(tmp_path: Path) -> None:
    team = Team(tmp_path, {"core.py": CORE, "use.py": "import core\n\nX = core.load('a')\nY = 1\nZ = 1\n"})
    team.branch(A, {
        "core.py": changed(CORE, ("def load(path)", "def load(path, mode)")),
        "use.py": "import core\n\nX = core.load('a', 'r')\nY = 1\nZ = 1\n",
    })  # fmt: skip
    team.branch(B, {"use.py": "import core\n\nX = core.load('a')\nY = 1\nZ = 2\n"})
    assert team.broken() == ()


def test_branches_with_nothing_in_common_are_not_looked_at(tmp_path: Path) -> None:
    team = Team(tmp_path, {"core.py": CORE, "use.py": "X = 1\n", "other.py": "Y = 1\n"})
    team.branch(A, {"use.py": "X = 2\n"})
    team.branch(B, {"other.py": "Y = 2\n"})
    team.branch("feature/c", {"README.md": "load\n"})
    seen = team.radar(semantic=True)
    assert seen.broken == ()
    assert seen.notes == ("no merge on develop needed a look for broken Python",)


def test_without_being_asked_nothing_is_looked_at(tmp_path: Path) -> None:
    team = Team(tmp_path, {"core.py": CORE})
    team.branch(A, {"core.py": changed(CORE, ("def load(", "def read("))})
    team.branch(B, {"core.py": changed(CORE, ("return os.sep", "return os.sep + load('x')"))})
    seen = team.radar()
    assert (seen.broken, seen.notes) == ((), ())


def test_the_repositorys_own_configuration_of_flake8_has_no_say(tmp_path: Path) -> None:
    config = "[flake8]\nextend-ignore = F821\n"
    team = Team(tmp_path, {"core.py": CORE, ".flake8": config, "setup.cfg": config})
    team.branch(A, {"core.py": changed(CORE, ("def load(", "def read("))})
    team.branch(B, {"core.py": changed(CORE, ("return os.sep", "return os.sep + load('x')"))})
    assert [one.code for one in team.broken()] == ["F821"]


def test_what_was_looked_at_is_said(tmp_path: Path) -> None:
    team = Team(tmp_path, {"core.py": CORE})
    team.branch(A, {"core.py": changed(CORE, ("return 1", "return 11"))})
    team.branch(B, {"core.py": changed(CORE, ("return 3", "return 33"))})
    notes = team.radar(semantic=True).notes
    assert len(notes) == 1
    assert notes[0].startswith("1 clean merge on develop looked at for broken Python, with flake8 ")


def test_a_file_that_is_too_large_is_said(tmp_path: Path) -> None:
    large = CORE + "    # " + "x" * (1 << 20) + "\n"
    team = Team(tmp_path, {"core.py": CORE})
    team.branch(A, {"core.py": changed(CORE, ("return 1", "return 11"))})
    team.branch(B, {"core.py": large})
    notes = team.radar(semantic=True).notes
    assert any(note.endswith("larger than 1024 kB and were not read") for note in notes)
