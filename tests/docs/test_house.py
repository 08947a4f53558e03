"""The words of the code: one name for one thing, records that say which value is which, terms that exist."""

from __future__ import annotations

import ast
import functools
import importlib
import io
import re
import tokenize
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import grimp

from gitflowguard.app.ci.files import FORMS
from gitflowguard.cachefile import CacheFiles
from gitflowguard.hook.ci import SERVICES
from gitflowguard.model.adoptionfiles import BASELINE_FILE, LOCK_FILE, POLICY_YAML, TRUST_FILE
from gitflowguard.model.record import Record
from gitflowguard.rules import registry

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src/gitflowguard"
# Up to here the order of a record's values is read at a glance.
MOST_BY_PLACE = 5


IDIOM = "TYPE_CHECKING = False\n"
# Where a hook can come: there `TYPE_CHECKING = False` takes the place of an import of typing, which costs a hook 11 ms.
# Contract (g) in pyproject.toml holds the other half: nothing that a hook reaches imports typing.
LIGHT = (
    *("__init__.py", "hookmain.py", "hookfront.py", "engine.py", "output.py", "atomic.py", "process.py"),
    *(
        "cachefile.py",
        "installation.py",
        "model/",
        "rules/",
        "policy/",
        "hook/",
        "repo/",
        "radar/",
        "quality/",
        "artefacts/",
    ),
    *("tooling/", "app/hooks/", "app/quality/", "app/radar/", "app/artefacts/", "app/policy/", "app/own/"),
    # Of the reports the text, and what it is made of; the radar's as well.
    *("report/radar/text.py", "report/radar/words.py"),
    # What an editor starts before each edit.
    *("cli/radarcheck.py", "report/radar/edits.py"),
    *(
        f"report/{name}.py"
        for name in ("about", "colour", "data", "escape", "formats", "paint", "text", "textlist", "words")
    ),
)


# Records with a function for a value: rows of a table, whose functions are those of a module and know nothing else.
# What asks git, or tells somebody, is a port: a class, or a Protocol where more than one answers. A rule of a
# repository's own has one for its check (rules.own.OwnCheck).
ROWS: dict[str, tuple[Record, ...]] = {
    "Rule.check": registry.load(),
    "CiForm.text": FORMS,
    "Service.read": SERVICES,
}


class Named(NamedTuple):
    """A class of ours. bases: as they are written. fields: (name, annotation) pairs."""

    module: str
    bases: tuple[str, ...]
    fields: tuple[tuple[str, str], ...]


class House(NamedTuple):
    """What these tests ask of all modules. calls: (what is called, where) of those with many values by place.
    functions: names for types of functions.
    """

    classes: dict[str, list[Named]]
    calls: list[tuple[str, str]]
    functions: set[str]


@functools.cache
def house() -> House:
    """The package, read once: it takes two seconds, and its trees would stay in memory."""
    found = House(defaultdict(list), [], {"Callable"})
    for path in SOURCE.rglob("*.py"):
        tree, module = ast.parse(path.read_text("utf-8")), str(path.relative_to(SOURCE))
        for node in _classes(tree):
            if module not in [one.module for one in found.classes[node.name]]:
                fields = tuple(
                    (ast.unparse(one.target), ast.unparse(one.annotation))
                    for one in node.body
                    if isinstance(one, ast.AnnAssign)
                )
                found.classes[node.name].append(Named(module, tuple(map(ast.unparse, node.bases)), fields))
        found.functions.update(
            ast.unparse(node.targets[0])
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and ast.unparse(node.value).startswith("Callable[")
        )
        found.calls.extend(
            (ast.unparse(node.func).rpartition(".")[2], f"{module}:{node.lineno}")
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and len(node.args) > MOST_BY_PLACE
            and not any(isinstance(arg, ast.Starred) for arg in node.args)
        )
    return found


def _classes(tree: ast.Module) -> list[ast.ClassDef]:
    """Those of a module itself, also under an `if`."""
    branches = [part for node in tree.body if isinstance(node, ast.If) for part in (*node.body, *node.orelse)]
    return [node for node in (*tree.body, *branches) if isinstance(node, ast.ClassDef)]


def test_a_class_name_means_one_thing() -> None:
    """In the whole package, so that a reader and a search find it."""
    assert not {name: all_ for name, all_ in house().classes.items() if len(all_) > 1}


def _records() -> dict[str, Named]:
    return {
        name: first
        for name, (first, *_) in house().classes.items()
        if any(base.endswith("Record") for base in first.bases)
    }


def test_no_value_holds_a_function_that_knows_more_than_its_module() -> None:
    """Two values that say the same are equal, and can be kept, compared and printed."""
    held = {
        f"{name}.{field}"
        for name, record in _records().items()
        for field, annotation in record.fields
        if house().functions & set(re.findall(r"\w+", annotation))
    }
    assert held == set(ROWS)
    for field, rows in ROWS.items():
        functions = [getattr(row, field.partition(".")[2]) for row in rows]
        assert functions and not [one for one in functions if one.__closure__ or one.__name__ == "<lambda>"]


def test_a_record_of_many_fields_is_built_by_keywords() -> None:
    """Seventeen values in a row say nothing, and a new field in the middle would move them all."""
    records = _records()
    assert len(records) > 100
    assert not [where for called, where in house().calls if called in records]


def test_the_glossary_names_what_is_there_and_each_term_once() -> None:
    """docs/glossary.md: a class that it names exists, in the module that it names."""
    text = (ROOT / "docs/glossary.md").read_text("utf-8")
    rows = re.findall(r"^\| (.+?) \| (.+?) \|(?: (.+?) \|)?$", text, re.M)
    terms = [term for row in rows for term in re.split(r", (?=`)|, (?=\w)", row[0]) if term != "term"]
    assert len(terms) == len(set(terms)) > 50
    places = {name: one.module for name, all_ in house().classes.items() for one in all_}
    for term, _, where in rows:
        for name in re.findall(r"`([A-Z]\w+)`", term):
            assert name in places, name
            assert any(
                places[name] == one or places[name].startswith(one)
                for one in re.findall(r"`([\w/.]+)`", where)
            ), name


def test_the_glossary_has_every_class_of_the_model() -> None:
    """All packages use these, so whoever opens any module meets them."""
    text = (ROOT / "docs/glossary.md").read_text("utf-8")
    named = set(re.findall(r"`([A-Z]\w+)`", text))
    classes = {
        name for name, all_ in house().classes.items() for one in all_ if one.module.startswith("model/")
    }
    assert len(classes) > 80
    assert not {name for name in classes if not name.startswith("_")} - named


def test_the_light_idiom_lives_where_a_hook_can_come() -> None:
    """Elsewhere it is ordinary Python, with typing."""
    light = [
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if IDIOM in path.read_text("utf-8")
    ]
    assert len(light) > 100
    assert [path for path in light if not path.startswith(LIGHT)] == []


# The demo is a shell session: what is typed there stands as it is typed.
SPELLED_IN = ("model/adoptionfiles.py", "app/demo/")


def test_the_name_of_a_file_of_ours_is_spelled_once() -> None:
    """Where the policy lies, and what lies beside it, is one table (model.adoptionfiles)."""
    ours = {POLICY_YAML, LOCK_FILE, BASELINE_FILE, TRUST_FILE}
    spelled = [
        f"{place}:{node.lineno}"
        for path in sorted(SOURCE.rglob("*.py"))
        if not (place := path.relative_to(SOURCE).as_posix()).startswith(SPELLED_IN)
        and any(name in (text := path.read_text("utf-8")) for name in ours)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and node.value in ours
    ]
    assert not spelled


# For ourselves; for a user's work tree; and two that move a file that is there and write nothing.
RENAMES = {"atomic.py", "repo/files.py", "app/radar/kept.py", "repo/restore.py"}


def test_a_file_is_put_in_place_by_one_module() -> None:
    """atomic.put; in a work tree repo.files.put, which also waits for another run. The others move what is there."""
    found = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if re.search(
            r"\bos\.(?:replace|rename|link)\(|tempfile\.NamedTemporaryFile|\.rename\(",
            path.read_text("utf-8"),
        )
    }
    assert found == RENAMES


# Modules that put a file of ours in place by themselves; docs/architecture.md, "What is kept", says why of each.
PUTS = {
    *(
        "app/hooks/repeating.py",
        "app/policy/upstream.py",
        "app/protect/kept.py",
        "cachefile.py",
        "cli/output.py",
    ),
    *("repo/kept.py", "repo/read.py", "repo/unprotected.py", "tooling/store.py"),
}
# marshal beside the kept files: what goes from a process to its own child.
TO_A_CHILD = {"app/own/carry.py", "tooling/inspecting.py"}
# Modules that list a folder and remove files of it.
CLEARS = {
    "cachefile.py": "what makes room, for all kinds",
    "atomic.py": "what killed runs have left of one file",
    "repo/files.py": "likewise, in a work tree",
    "app/radar/kept.py": "packs and what points to them go together",
    "repo/later.py": "words of gits that have ended",
    "repo/kept.py": "lists git's refs, and removes its own four files",
    "repo/restore.py": "uninstall",
    "tooling/removal.py": "a whole directory",
    "tooling/stay.py": "sockets that nobody listens at",
    "tooling/tree.py": "private directories of killed runs",
}


def test_what_is_kept_is_kept_by_one_module() -> None:
    """gitflowguard.cachefile: head, check, put and room. Another store would bring its own again."""
    loads, puts, clears = set(), set(), set()
    for path in SOURCE.rglob("*.py"):
        place, text = path.relative_to(SOURCE).as_posix(), path.read_text("utf-8")
        names = {
            ast.unparse(node.func).rpartition(".")[2]
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.Call)
        }
        if re.search(r"^(?:import|from) (?:marshal|pickle|shelve|dbm)\b", text, re.M):
            loads.add(place)
        if re.search(r"from gitflowguard(?:\.atomic import|.* import atomic)", text):
            puts.add(place)
        if names & {"listdir", "scandir", "glob", "iterdir"} and names & {
            "unlink",
            "remove",
            "rmtree",
            "forget",
        }:
            clears.add(place)
    assert loads == {"cachefile.py", *TO_A_CHILD}
    assert puts == PUTS
    assert clears == set(CLEARS)


def test_the_table_of_what_is_kept_has_every_kind() -> None:
    """docs/architecture.md: form, module, names of files and bytes of each kind; and why others are kept otherwise."""
    section = (
        (ROOT / "docs/architecture.md").read_text("utf-8").split("### What is kept\n")[1].split("\n### ")[0]
    )
    shown = {
        form: (place, int(size) << 20, words)
        for form, place, words, size in re.findall(
            r"^\| `([\w-]+ \d+)` \| `([\w/.]+)` \| (.*) \| (\d+) MB \| .* \|$", section, re.M
        )
    }
    kinds = {}
    for path in SOURCE.rglob("*.py"):
        if "CacheFiles(" in (text := path.read_text("utf-8")):
            module = importlib.import_module(
                "gitflowguard." + path.relative_to(SOURCE).with_suffix("").as_posix().replace("/", ".")
            )
            found = [one for one in vars(module).values() if isinstance(one, CacheFiles)]
            assert len(found) == len(re.findall(r"= CacheFiles\(", text)), path
            kinds.update({one.form: (path.relative_to(SOURCE).as_posix(), one) for one in found})
    assert len(kinds) == len({form.split()[0] for form in kinds}) >= 5
    assert {form: row[:2] for form, row in shown.items()} == {
        form: (place, kind.most) for form, (place, kind) in kinds.items()
    }
    assert all(f"{kind.start}*" in shown[form][2] for form, (_, kind) in kinds.items() if kind.start)
    assert all(f"`{place}`" in section for place in PUTS - {"cachefile.py"})


# Words of a workshop, and participles that say nothing: what a function gives, and what a class is, has a field term.
WORKSHOP = re.compile(
    r"Bench|Shelf|Workshop|Sounding|Meeting|(?<!under)Stand(?!ing|ard)(?![a-z])|Table|Lane|Filler|Telling"
)
VARIABLES = {"bench", "sounding", "sounded"}
PARTICIPLES = {"told", "looked", "stands", "glanced"}


def test_names_are_those_of_the_field() -> None:
    """Classes and functions of ours; what a test calls its own is its own."""
    odd = [name for name in house().classes if WORKSHOP.search(name)]
    for path in sorted(SOURCE.rglob("*.py")):
        defined = re.findall(r"^ *def _*(\w+)\(", path.read_text("utf-8"), re.M)
        odd += [f"{path.relative_to(SOURCE)}: {name}" for name in defined if name in PARTICIPLES]
        names = {
            token.string for token in tokenize.generate_tokens(io.StringIO(path.read_text("utf-8")).readline)
        }
        odd += [f"{path.relative_to(SOURCE)}: {name}" for name in sorted(names & VARIABLES)]
    assert not odd


def test_pages_and_styles_are_files_that_editors_read() -> None:
    """Package data in `templates/`, never a string of Python."""
    held = [
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if re.search(r"<html|<!doctype|<style|<script", path.read_text("utf-8"), re.I)
    ]
    assert not held
    assert {path.suffix for path in SOURCE.rglob("templates/*")} >= {".j2", ".css", ".js", ".yml", ".sh"}


def test_no_imports_form_a_circle_not_even_those_for_types_alone() -> None:
    """Contract (j) leaves out what TYPE_CHECKING guards; a noun that two modules need stands below both there, too."""
    graph = grimp.build_graph("gitflowguard", exclude_type_checking_imports=False, cache_dir=None)
    left = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
    assert len(left) > 500
    while done := {name for name, imported in left.items() if not imported & left.keys()}:
        left = {name: imported for name, imported in left.items() if name not in done}
    assert sorted(left) == []


def test_the_reason_for_a_silenced_finding_stands_before_it() -> None:
    """bandit reads every word behind `# nosec` as the name of a test, and warns of each that is none."""
    lines = [
        f"{path.relative_to(ROOT)}:{number}"
        for folder in ("src", "tools", "benchmarks", "packages", "tests")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for number, line in enumerate(path.read_text("utf-8").split("\n"), 1)
        if re.search(r"# nosec(?! ?B\d{3}(?:,? B\d{3})*$)", line) and re.match(r"[^\"'`]*# nosec", line)
    ]
    assert not lines
