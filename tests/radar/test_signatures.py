"""Calls that cannot work and names that are gone, told from texts alone; how calls bind is held against Python."""

from __future__ import annotations

import ast
from textwrap import dedent
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitflowguard.radar.meeting import Brought, changed, heads, meet, module_name
from gitflowguard.radar.pymodule import Module, parse, words
from gitflowguard.radar.signatures import faults, misfit, shape
from gitflowguard.radar.vocabulary import Vocabulary, packed
from tests.budget import examples


class Texts(NamedTuple):
    """A tree of these texts."""

    texts: dict[str, str]

    def has(self, path: str) -> bool:
        return path in self.texts

    def module(self, path: str) -> Module | None:
        return parse(path, dedent(self.texts[path]).encode())


def said(path: str, **files: str) -> list[str]:
    """What is said of a file among others; `a__b` stands for a/b.py."""
    texts = {
        name.replace("__", "/").replace("/init", "/__init__") + ".py": text for name, text in files.items()
    }

    version = Texts(texts)
    return [fault.says for fault in sorted(faults(version, path)) if "import" not in fault.says.split(":")[0]]


def missing(path: str, **files: str) -> list[str]:
    """What is said of a file's imports."""
    texts = {
        name.replace("__", "/").replace("/init", "/__init__") + ".py": text for name, text in files.items()
    }
    version = Texts(texts)
    return [fault.says for fault in sorted(faults(version, path)) if "import" in fault.says.split(":")[0]]


F = "def f(x):\n    pass\n"
TOO_MANY = "f(1, 2): f() takes 1 argument by place, and gets 2"


@pytest.mark.parametrize(
    "text",
    [
        F + "f(1, 2)",
        "async " + F + "f(1, 2)",
        F + "def g():\n    return [f(1, 2) for i in range(3)]",
        "@cache\n" + F + "f(1, 2)",
        "@functools.lru_cache(maxsize=None)\n" + F + "f(1, 2)",
        F + "class C:\n    def f(self, y):\n        f(1, 2)",
    ],
)
def test_a_function_of_the_same_file(text: str) -> None:
    assert said("m.py", m=text) == [TOO_MANY]


@pytest.mark.parametrize(
    "text",
    [
        F + "f = g\nf(1, 2)",
        F + "def g(f):\n    f(1, 2)",
        F + "def g():\n    f = 1\n    f(1, 2)",
        F + "def g():\n    global f\n    f(1, 2)",
        F + "for f in x:\n    f(1, 2)",
        F + "with x as f:\n    f(1, 2)",
        F + "try:\n    pass\nexcept E as f:\n    f(1, 2)",
        F + "match x:\n    case [*f]:\n        f(1, 2)",
        F + "match x:\n    case {'a': 1, **f}:\n        f(1, 2)",
        F + "match x:\n    case f:\n        f(1, 2)",
        F + "g = lambda f: f(1, 2)",
        F + "[f(1, 2) for f in x]",
        F + "import f\nf(1, 2)",
        F + "del f\nf(1, 2)",
        F + F + "f(1, 2)",
        "if x:\n    def f(y):\n        pass\nf(1, 2)",
        "@other\n" + F + "f(1, 2)",
        "@a[0]\n" + F + "f(1, 2)",
        "from os import *\n" + F + "f(1, 2)",
        F + "exec('f = 1')\nf(1, 2)",
        "def __getattr__(name):\n    pass\n" + F + "f(1, 2)",
        "f = g()\nf(1, 2)",
        "f(1, 2)",
        "f = g = h\nf(1, 2)",
        "f, g = h\nf(1, 2)",
        "(lambda x: x)(1, 2)",
        "g().h.f(1, 2)",
        "def f(x:\n",
    ],
)
def test_a_name_that_may_mean_something_else(text: str) -> None:
    assert said("m.py", m=text) == []


@pytest.mark.parametrize(
    "use",
    [
        "from core import f\nf(1, 2)",
        "from core import f as g\ng(1, 2)",
        "import core\ncore.f(1, 2)",
        "import core as c\nc.f(1, 2)",
        "def a():\n    from core import f\n    f(1, 2)\ndef b():\n    from core import f\n",
    ],
)
def test_a_function_of_another_file(use: str) -> None:
    (text,) = said("use.py", use=use, core=F)
    assert text.endswith("f() (core.py) takes 1 argument by place, and gets 2")


@pytest.mark.parametrize(
    ("path", "use"),
    [
        ("app/use.py", "from app.core import f\nf(1, 2)"),
        ("app/use.py", "from .core import f\nf(1, 2)"),
        ("app/use.py", "from . import core\ncore.f(1, 2)"),
        ("app/use.py", "import app.core\napp.core.f(1, 2)"),
        ("app/use.py", "from app import f\nf(1, 2)"),
        ("app/sub/use.py", "from ..core import f\nf(1, 2)"),
        ("app/sub/use.py", "from .. import f\nf(1, 2)"),
        ("app/sub/use.py", "from app import core\ncore.f(1, 2)"),
        ("tests/use.py", "from app import core\ncore.f(1, 2)"),
    ],
)
def test_packages(path: str, use: str) -> None:
    files = {"app__init": "from .core import f\n", "app__sub__init": "", "app__core": F}
    files[path.removesuffix(".py").replace("/", "__")] = use
    (text,) = said(path, **files)
    assert text.endswith("f() (app/core.py) takes 1 argument by place, and gets 2")


def test_a_source_directory() -> None:
    (text,) = said(
        "tests/t.py", tests__t="from app.core import f\nf(1, 2)", src__app__init="", src__app__core=F
    )
    assert "(src/app/core.py)" in text


@pytest.mark.parametrize(
    "files",
    [
        # Two modules of that name; which one is meant depends on how the program is started.
        {"a__use": "import core\ncore.f(1, 2)", "a__core": F, "core": F},
        # A package's own directory is no place where imports begin.
        {"a__use": "import core\ncore.f(1, 2)", "a__core": F, "a__init": ""},
        # What the package calls core is not its module.
        {"a__use": "from b import core\ncore.f(1, 2)", "b__core": F, "b__init": "from .core import core\n"},
        {"a__use": "import core\ncore.f(1, 2)", "core": "from .x import *\n" + F},
        {"a__use": "from core import f\nf(1, 2)", "core": "from core import f\n"},
        {"a__use": "from core import f\nf(1, 2)", "core": "import f\n"},
        {"a__use": "import core\ncore(1, 2)\ncore.f", "core": "def f("},
        {"a__use": "import elsewhere\nelsewhere.f(1, 2)", "core": F},
    ],
)
def test_a_module_that_may_be_another_one(files: dict[str, str]) -> None:
    assert said("a/use.py", **files) == []


CLASS = """\
class C:
    def __init__(self, a):
        self.a = a

    def m(self, x):
        return self.a

    @staticmethod
    def s(x):
        pass

    @classmethod
    def k(cls, x):
        pass

    @property
    def p(self):
        return g
"""


@pytest.mark.parametrize(
    ("use", "why"),
    [
        ("C()", "C(): C() gets no a"),
        ("C(1).m()", "C(1).m(): C.m() gets no x"),
        ("c = C(1)\nc.m(1, 2)", "c.m(1, 2): C.m() takes 1 argument by place, and gets 2"),
        ("C.m(1)", "C.m(1): C.m() gets no x"),
        ("C.s()", "C.s(): C.s() gets no x"),
        ("C.k()", "C.k(): C.k() gets no x"),
        ("C(1).s(1, 2)", "C(1).s(1, 2): C.s() takes 1 argument by place, and gets 2"),
        ("C(1).k(1, 2)", "C(1).k(1, 2): C.k() takes 1 argument by place, and gets 2"),
        ("C(1).gone()", "C(1).gone: C has no gone"),
        ("C(1).gone", "C(1).gone: C has no gone"),
    ],
)
def test_methods(use: str, why: str) -> None:
    assert said("m.py", m=CLASS + use) == [why]
    assert said("n.py", m=CLASS, n="from m import C\n" + use) == [
        why.replace("C() ", "C() (m.py) ").replace("C.m() ", "C.m() (m.py) ")
        .replace("C.s() ", "C.s() (m.py) ").replace("C.k() ", "C.k() (m.py) ")
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        CLASS + "C(1).p(1)\nC(1).m(1)\nC.m(1, 2)\nC.s(1)\nC.k(1)\nC(1).a\nC(1).__dict__",
        CLASS.replace("class C", "class C(Base)") + "C()\nC(1).m()\nC(1).gone",
        CLASS.replace("class C", "class C(metaclass=M)") + "C()\nC(1).gone",
        "@dataclass\n" + CLASS + "C()\nC(1).gone",
        CLASS + "    def __new__(cls):\n        pass\nC()",
        CLASS + "    m = 1\nC(1).m()",
        CLASS + "    def m(self):\n        pass\nC(1).m()",
        CLASS + "    class gone:\n        pass\nC(1).gone()",
        CLASS + "    def __getattr__(self, name):\n        pass\nC(1).gone",
        CLASS + "class D:\n    def gone(self):\n        pass\nC(1).gone",
        CLASS + "c = C(1)\nc.gone = 1\nC(1).gone",
        CLASS + "setattr(C, 'gone', 1)\nC(1).gone",
        "class C:\n    pass\nC(1, 2)",
        "def g(self):\n    self.gone()",
    ],
)
def test_what_cannot_be_told_of_a_class(text: str) -> None:
    assert said("m.py", m=text) == []


def test_a_method_of_the_class_itself() -> None:
    text = "class C(object):\n    def m(self, x):\n        self.m()\n        self.gone()\n"
    assert said("m.py", m=text) == ["self.m(): C.m() gets no x", "self.gone: C has no gone"]


def test_attributes_of_modules() -> None:
    files = {"core": "X = 1\n", "p__init": "Y = 1\n", "p__sub": "", "p__sup__init": ""}
    use = "import core\nimport p\ncore.X\ncore.gone\ncore.__name__\np.sub\np.sup\np.Y\np.gone\n"
    assert said("use.py", use=use, **files) == [
        "core.gone: core.py has no gone",
        "p.gone: p/__init__.py has no gone",
    ]


@pytest.mark.parametrize(
    ("use", "why"),
    [
        ("from core import gone", ["from core import gone: core.py has no gone"]),
        ("from core import X, gone", ["from core import gone: core.py has no gone"]),
        ("from p import gone", ["from p import gone: p/__init__.py has no gone"]),
        ("from p import sub", []),
        ("from p.sub import *", []),
        ("from core import __file__", []),
        ("import core, p.sub", []),
        ("import gone", ["import gone: there is no such module here"]),
        ("from gone import x", ["from gone import x: there is no such module here"]),
        ("from . import gone", ["from . import gone: there is no such module here"]),
        ("from . import core", []),
        ("from star import gone", []),
        ("from wrong import gone", []),
        ("try:\n    import gone\nexcept ImportError:\n    from gone import x", []),
    ],
)
def test_imports(use: str, why: list[str]) -> None:
    files = {"core": "X = 1\n", "p__init": "", "p__sub": "", "star": "from os import *\n", "wrong": "def f("}
    assert missing("use.py", use=use, **files) == why


def test_long_words_are_cut() -> None:
    (text,) = said("m.py", m=F + f"f(1, {'x' * 200})")
    assert text.startswith("f(1, xxx") and "x…: f() takes" in text and len(text) < 130


def test_words_that_are_nested_too_deeply_are_not_repeated() -> None:
    deep = "+".join(["1"] * 1500)
    assert said("m.py", m=F + f"f(1, {deep})") == ["a long expression: " + TOO_MANY.partition(": ")[2]]
    assert heads(f"def f(x={deep}):\n    pass\n".encode()) is None


NAMES = ("a", "b", "c", "d")


@st.composite
def signatures(draw: st.DrawFn) -> str:
    """The parameters of a function, as written."""
    names = draw(st.permutations(NAMES))[: draw(st.integers(0, 4))]
    only, place = sorted((draw(st.integers(0, len(names))), draw(st.integers(0, len(names)))))
    plain = draw(st.integers(0, place))
    words = [name if number < plain else f"{name}=0" for number, name in enumerate(names[:place])]
    if only:
        words.insert(only, "/")
    star, rest = draw(st.booleans()), names[place:]
    if star or rest:
        words.append("*more" if star else "*")
    words += [draw(st.sampled_from((name, f"{name}=0"))) for name in rest]
    return ", ".join(words + (["**others"] if draw(st.booleans()) else []))


@st.composite
def arguments(draw: st.DrawFn) -> str:
    """What a call gives, as written."""
    given_names = draw(st.lists(st.sampled_from((*NAMES, "z")), unique=True, max_size=3))
    return ", ".join([*("0" for _ in range(draw(st.integers(0, 4)))), *(f"{name}=0" for name in given_names)])


@settings(max_examples=examples(400), deadline=None)
@given(signatures(), arguments(), st.booleans())
def test_what_fits_is_what_python_binds(takes: str, gives: str, bound: bool) -> None:
    takes = f"self, /, {takes}" if bound and "/" not in takes else f"self, {takes}" if bound else takes
    function = ast.parse(f"def f({takes}): pass").body[0]
    call = ast.parse(f"f({gives})", mode="eval").body
    assert isinstance(function, ast.FunctionDef) and isinstance(call, ast.Call)
    space: dict[str, object] = {}
    exec(f"def f({takes}): pass", space)  # nosec B102
    try:
        eval(f"f({'0, ' if bound else ''}{gives})", space)  # nosec B307
        fits = True
    except TypeError:
        fits = False
    assert (misfit(shape(function), call, bound) == "") is fits


@pytest.mark.parametrize(
    ("takes", "gives", "why"),
    [
        ("a, b", "*x", ""),
        ("a, b", "**x", ""),
        ("a, *, b", "*x", ""),
        ("a", "*x, 1, 2", "takes 1 argument by place, and gets 2"),
        ("a", "*x, b=1", "has no parameter b"),
        ("a", "1, a=1", "gets a twice"),
        ("a, b, c", "1", "gets no b and no c"),
        ("a, /, **more", "a=1", "gets no a"),
    ],
)
def test_what_is_told_of_a_call(takes: str, gives: str, why: str) -> None:
    function, call = ast.parse(f"def f({takes}): pass").body[0], ast.parse(f"f({gives})", mode="eval").body
    assert isinstance(function, ast.FunctionDef) and isinstance(call, ast.Call)
    assert misfit(shape(function), call, False) == why


@pytest.mark.parametrize(
    "data", [b"def f(", b"\0", b"\xff\xfe", b"# coding: none-such\n", b"(" * 5000, b"-" * 99999]
)
def test_what_is_no_python_is_not_read(data: bytes) -> None:
    assert parse("m.py", data) is None


def test_a_doubtful_text_makes_no_noise(capfd: pytest.CaptureFixture[str]) -> None:
    assert parse("m.py", b"x = '\\d'\nassert (1, 2)\n") is not None
    assert capfd.readouterr() == ("", "")


def test_words_are_what_could_be_names() -> None:
    assert words("x = naïve.b1 + 23 # said _c".encode()) == {"x", "naïve", "b1", "said", "_c"}


@pytest.mark.parametrize(
    ("before", "after", "names"),
    [
        (F, F.replace("pass", "return 1"), set()),
        (F, F.replace("(x)", "(x, y)"), {"f"}),
        (F, "@cache\n" + F, {"f"}),
        (F, F.replace("f(", "g("), {"f"}),
        ("import os\n", "", {"os"}),
        ("X = 1\n", "X = 2\n", set()),
        ("X = 1\n", "X = 1\nY = 2\n", set()),
        (CLASS, CLASS.replace("m(self, x)", "m(self)"), {"m"}),
        (CLASS, CLASS.replace("__init__(self, a)", "__init__(self, b)"), {"C"}),
        (CLASS, CLASS.replace("class C", "class C(B)"), {"C"}),
        (CLASS, CLASS.replace("def m(", "def n("), {"m"}),
        (CLASS, CLASS + "    x = 1\n", set()),
        (None, F, set()),
        (F, None, {"f", "core"}),
        (F, "def f(", None),
        ("def f(", F, None),
    ],
)
def test_names_whose_meaning_changes_for_others(
    before: str | None, after: str | None, names: set[str] | None
) -> None:
    old, new = (heads(text.encode()) if text is not None else {} for text in (before, after))
    assert changed("a/core.py", old, new, after is None) == names


def test_the_word_by_which_a_file_is_imported() -> None:
    assert [module_name(path) for path in ("core.py", "a/core.py", "a/b/__init__.py")] == [
        "core",
        "core",
        "b",
    ]


def side(path: str, names: tuple[str, ...] | None = (), mentions: str = "") -> Brought:
    """A side that changed one file."""
    changed = None if names is None else ((path, frozenset(names)),)
    return Brought(frozenset({path}), changed, Vocabulary((packed(mentions.split()),)))


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        (side("a.py"), side("b.py"), False),
        (side("a.py"), side("a.py"), True),
        (side("a.py", ("f",)), side("b.py", (), "a f"), True),
        (side("p/a.py", ("f",)), side("b.py", (), "p f"), True),
        (side("q/p/a.py", ("f",)), side("b.py", (), "q f"), False),
        (side("a.py", ("f",)), side("b.py", (), "f"), False),
        (side("a.py", ("f",)), side("b.py", ("f",), "a g"), False),
        (side("a.py", None), side("b.py"), True),
        (side("a.py", None), Brought(), False),
    ],
)
def test_who_can_break_whom(one: Brought, other: Brought, together: bool) -> None:
    assert meet(one, other) is together
    assert meet(other, one) is together


@pytest.mark.parametrize(
    ("names", "lines"),
    [
        (None, [1, 2, 3, 4]),
        (frozenset({"f"}), [2, 4]),
        (frozenset({"g"}), [2, 3]),
        (frozenset({"core"}), [2]),
        (frozenset({"x"}), [1]),
        (frozenset(), []),
    ],
)
def test_only_what_has_to_do_with_some_names(names: frozenset[str] | None, lines: list[int]) -> None:
    texts = {
        "use.py": "import x\nfrom core import f as h, g as i, k\ni(1, 2)\nh(1, 2)\n",
        "core.py": F + F.replace("f(", "g("),
    }
    version = Texts(texts)
    assert sorted({fault.line for fault in faults(version, "use.py", names)}) == lines
