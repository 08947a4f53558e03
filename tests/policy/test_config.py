"""`config show`, `schema` and `validate`, and the schema that is committed."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from gitflowguard.app.policy import config
from gitflowguard.cli.main import main
from gitflowguard.model.adoptionfiles import POLICY_YAML
from gitflowguard.policy.parse import preset
from tests.budget import examples
from tests.docs.pages import codes, manuals
from tests.policy.helpers import read
from tests.policy.test_parse import WHOLE

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "src" / "gitflowguard" / "gitflowguard.schema.json"


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository, and we stand in it."""
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_show_prints_a_policy_that_means_the_same(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """So it can be kept as a file."""
    (repo / ".gitflowguard.yaml").write_text(WHOLE)
    assert main(["config", "show"]) == 0
    assert read(capsys.readouterr().out).flow == read(WHOLE).flow


def test_show_origin_names_the_line_or_the_preset(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each value has one, and the text is still a policy."""
    (repo / ".gitflowguard.yaml").write_text(
        "kinds:\n  develop: {name: dev}\ntag-prefix: v\nrules: {GFG106: error}\n"
    )
    assert main(["config", "show", "--origin"]) == 0
    out = capsys.readouterr().out
    told = {tuple(part.strip() for part in line.split("  # ")) for line in out.splitlines() if "  # " in line}
    assert ("name: dev", ".gitflowguard.yaml:2") in told
    assert ("name: main", "preset gitflow") in told
    assert ('tag: "v{version}"', ".gitflowguard.yaml:3") in told
    assert ("stacked-branch: error", ".gitflowguard.yaml:4") in told
    assert read(out).flow.integration == "dev"


def test_show_works_from_a_subdirectory(
    repo: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The policy is the work tree's, wherever one stands."""
    (repo / ".gitflowguard.yaml").write_text("stale-days: 7\n")
    (repo / "sub").mkdir()
    monkeypatch.chdir(repo / "sub")
    assert main(["config", "show"]) == 0
    assert "stale-days: 7" in capsys.readouterr().out


def test_show_without_a_file_says_so_and_shows_the_preset(
    repo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the hooks assume."""
    assert main(["config", "show"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("# there is no policy file")
    assert read(out).flow == preset().flow


@pytest.mark.parametrize(
    "name", [".gitflowguard.yml", "gitflowguard.yaml", ".GitFlowGuard.YAML", ".gitflowguard"]
)
def test_a_policy_under_another_name_is_named_and_the_command_puts_it_in_force(
    repo: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """Also below the top; `init` doesn't write a second one beside it."""
    (repo / name).write_text("stale-days: 7\n")
    (repo / "sub").mkdir()
    monkeypatch.chdir(repo / "sub")
    assert main(["config", "validate"]) == 0
    says, _, rest = capsys.readouterr().out.partition(": mv ")
    assert says == f"there is no policy file: {name} isn't read; name it .gitflowguard.yaml"
    assert main(["init", "--yes"]) == 2 and not (repo / ".gitflowguard.yaml").exists()
    assert f"{name} isn't read" in capsys.readouterr().err
    subprocess.run(["sh", "-e", "-c", "mv " + rest.partition(";")[0]], check=True)
    assert main(["config", "validate"]) == 0
    assert capsys.readouterr().out == ".gitflowguard.yaml is a valid policy\n"


def test_a_policy_in_toml_of_its_own_isnt_read(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It can't be had by another name: TOML is read from pyproject.toml. Other files are nobody's policy."""
    for name in ("gitflowguard.md", "gitflowguard.yaml.bak"):
        (repo / name).write_text("")
    (repo / "gitflowguard").mkdir()
    assert main(["config", "validate"]) == 0
    assert capsys.readouterr().out == "there is no policy file; the preset gitflow is assumed\n"
    (repo / "gitflowguard.toml").write_text("stale-days = 7\n")
    assert main(["config", "validate"]) == 0
    assert "gitflowguard.toml isn't read; the policy is .gitflowguard.yaml, or" in capsys.readouterr().out


def test_show_and_validate_tell_a_broken_policy_with_exit_2(
    repo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every problem on stderr, nothing on stdout."""
    (repo / ".gitflowguard.yaml").write_text("presett: ml\nstale-days: 0\n")
    for words in (["show"], ["validate"]):
        assert main(["config", *words]) == 2
        said = capsys.readouterr()
        assert said.out == ""
        assert ".gitflowguard.yaml:1:1:" in said.err and ".gitflowguard.yaml:2:13:" in said.err


def test_validate_prints_each_problem_as_a_link_at_the_start_of_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Editors and terminals understand file:line:column there."""
    file = tmp_path / "policy.yaml"
    file.write_text("presett: ml\nstale-days: 0\n")
    assert main(["config", "validate", str(file)]) == 2
    assert [line.split(": ")[0] for line in capsys.readouterr().err.splitlines()] == [
        f"{file}:1:1",
        f"{file}:2:13",
    ]


@pytest.mark.parametrize(
    ("name", "text"), [("a.yaml", "preset: ml\n"), ("b.toml", "[tool.gitflowguard]\npreset='ml'\n")]
)
def test_validate_a_good_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, text: str
) -> None:
    """It may have any name, and there need not be a repository."""
    (tmp_path / name).write_text(text)
    assert main(["config", "validate", str(tmp_path / name)]) == 0
    assert capsys.readouterr().out == f"{tmp_path / name} is a valid policy\n"


def test_validate_a_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 2, one line."""
    assert main(["config", "validate", str(tmp_path / "x.yaml")]) == 2
    assert capsys.readouterr().err == f"{tmp_path / 'x.yaml'}: there is no such file\n"


def test_validate_a_repository_without_a_policy(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is wrong with that."""
    assert main(["config", "validate"]) == 0
    assert "preset gitflow is assumed" in capsys.readouterr().out


def test_outside_of_a_repository_is_could_not_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 3, not a preset that holds nowhere."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert main(["config", "show"]) == 3
    assert "not inside a Git repository" in capsys.readouterr().err


def test_the_schema_is_printed_and_is_the_committed_one(capsys: pytest.CaptureFixture[str]) -> None:
    """`python tools/schema.py` writes it."""
    assert main(["config", "schema"]) == 0
    assert capsys.readouterr().out == SCHEMA.read_text(encoding="utf-8")


def objects(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Its definitions of objects: all but the two that say what a name or a value may be."""
    found = {name: one for name, one in schema["definitions"].items() if one.get("type") == "object"}
    assert set(schema["definitions"]) - set(found) == {"RuleName", "KnownTool"}
    return list(found.values())


def test_the_schema_is_sound_and_agrees_with_the_reader() -> None:
    """An editor underlines what the reader refuses, and nothing else."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    valid = jsonschema.Draft7Validator(schema).is_valid
    assert valid({"kinds": {"hotfix": None, "release": {"tag": False}}, "rules": {"GFG106": "error"}})
    for bad in (
        {"kinds": {"hotfix": True}},
        {"kinds": {"release": {"tag": True}}},
        {"rules": {"stacked": "error"}},
        {"kinds": {"bot": {"rules": {"x": "error"}}}},
        {"requires": "1"},
    ):
        assert not valid(bad)
    for properties in (schema["properties"], *(one["properties"] for one in objects(schema))):
        assert all(value.get("description") for value in properties.values())


# Keyword of draft-07 -> the type that has to stand beside it or around it (ajv.js.org/strict-mode.html, strictTypes).
TYPED = {
    **dict.fromkeys(
        ("properties", "patternProperties", "additionalProperties", "propertyNames", "required"), "object"
    ),
    **dict.fromkeys(("items", "minItems"), "array"),
    **dict.fromkeys(("minimum", "maximum"), "number"),
    **dict.fromkeys(("minLength", "maxLength", "pattern"), "string"),
}
PLAIN = {*"$schema $id $ref title description default type enum const definitions allOf anyOf not".split()}


def loose(node: Any, known: str, path: str) -> Iterator[str]:
    """What a strict reader of draft-07 rejects in a schema. known: the type that holds around the node."""
    kind = node.get("type", known)
    if not isinstance(kind, str):
        yield f"{path}: several types"
    if "$ref" in node and len(node) > 1:
        yield f"{path}: {sorted(node)} beside $ref is ignored"
    for name, value in node.items():
        if name not in TYPED and name not in PLAIN:
            yield f"{path}: unknown keyword {name}"
        wanted = TYPED.get(name, kind)
        if kind != wanted and (kind, wanted) != ("integer", "number"):
            yield f"{path}: {name} without its type"
        if name == "required" and not set(value) <= set(node.get("properties", {})):
            yield f"{path}: required keys that aren't described"
        inner = value if name in ("properties", "patternProperties", "definitions") else {}
        for key, one in inner.items():
            yield from () if isinstance(one, bool) else loose(one, "", f"{path}.{key}")
        if name in ("items", "propertyNames", "additionalProperties") and isinstance(value, dict):
            yield from loose(value, "string" if name == "propertyNames" else "", f"{path}.{name}")
        for one in value if name in ("allOf", "anyOf") else [value] if name == "not" else ():
            yield from loose(one, kind, f"{path}.{name}")


def test_the_schema_is_as_schemastore_asks() -> None:
    """draft-07 with an address, strict; every object is closed or says what else it takes."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert schema["$id"].endswith("/" + SCHEMA.relative_to(ROOT).as_posix())
    assert not list(loose(schema, "", "$"))
    assert "additionalProperties" in schema
    assert all("additionalProperties" in one for one in objects(schema))
    assert not re.search("^(a|an|the) |[.:]$", schema["title"], re.I)


def test_a_schema_that_a_strict_reader_rejects_is_found() -> None:
    """The search itself works."""
    bad: dict[str, Any] = {
        "$defs": {},
        "properties": {"a": {"$ref": "#/x", "default": 1}, "b": {"type": ["string", "null"]}},
        "required": ["c"],
    }
    found = " ".join(loose(bad, "", "$"))
    assert all(
        word in found
        for word in ("$defs", "beside $ref", "several types", "properties without", "aren't described")
    )


def test_the_entry_for_the_catalog() -> None:
    """The words that SchemaStore's own lint takes, the file that the reader reads, and the schema's address."""
    entry = json.loads((ROOT / "docs/reference/schemastore.json").read_text("utf-8"))
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert list(entry) == ["name", "description", "fileMatch", "url"] and entry["url"] == schema["$id"]
    assert entry["fileMatch"] == [POLICY_YAML]
    for word in (entry["name"], entry["description"]):
        assert "schema" not in word.lower() and not re.search(r"^[,. \t-]|[,. \t-]$", word)


def test_every_policy_on_a_page_passes_the_schema() -> None:
    """What people copy from the documentation is never underlined in their editor."""
    valid = jsonschema.Draft7Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    shown = [code for page in manuals() for code in codes(page) if code.info == "yaml policy"]
    assert len(shown) > 10
    for code in shown:
        assert not [error.message for error in valid.iter_errors(yaml.safe_load(code.text) or {})], code.text


def test_the_generator_finds_a_difference(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--check` exits 1, writing mends it."""
    spec = importlib.util.spec_from_file_location("schema_tool", ROOT / "tools" / "schema.py")
    assert spec and spec.loader
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    target = tmp_path / "x.json"
    assert tool.main(["--check"], target) == 1
    assert "run: python tools/schema.py" in capsys.readouterr().err
    assert tool.main([], target) == 0
    assert tool.main(["--check"], target) == 0
    assert tool.main(["--check"]) == 0


_SLUG = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=6)
_SEVERITY = st.sampled_from(["error", "warning", "ignore"])


@settings(deadline=None, max_examples=examples(100, quick=8))
@given(
    st.sampled_from(["gitflow", "ml"]),
    st.fixed_dictionaries(
        {},
        optional={
            "main": st.builds(lambda x: {"name": "m-" + x}, _SLUG),
            "develop": st.none() | st.builds(lambda x: {"name": "0" + x}, _SLUG),
            "hotfix": st.sampled_from(
                [None, False, {"parallel": False, "rules": {"stale-branch": "ignore"}}]
            ),
            "release": st.sampled_from([{"tag": None}, {"tag": "v{version}"}, {"name": "r-{version}"}]),
            "own": st.builds(lambda x: {"names": [f"own/{x}/é-{{slug}}", "own-*"]}, _SLUG),
        },
    ),
    st.dictionaries(
        st.sampled_from(["stacked-branch", "wrong-origin", "GFG107", "malformed-message"]), _SEVERITY
    ),
    st.fixed_dictionaries({"ticket": st.booleans(), "max-subject": st.integers(0, 99)}),
)
def test_whatever_is_shown_means_what_was_read(
    preset_name: str, kinds: dict[str, object], rules: dict[str, str], message: dict[str, object]
) -> None:
    """Show and read are each other's inverse."""
    text = json.dumps(
        {"preset": preset_name, "kinds": kinds, "rules": rules, "message": message}, ensure_ascii=False
    )
    policy = read(text)
    assert read(config.shown(policy, False)).flow == policy.flow
    assert read(config.shown(policy, True)).flow == policy.flow


def test_a_long_list_pushes_no_source_out_of_sight() -> None:
    """The preset ml has a line of 400 letters; with sources the file is still a policy, and the lines are short."""
    names = {"names": ["own/a/é-{slug}", "own-*"]}
    policy = read(json.dumps({"preset": "ml", "kinds": {"main": {"name": "m-a"}, "own": names}}))
    bare, text = config.shown(policy, False), config.shown(policy, True)
    assert read(text).flow == policy.flow  # which is refused above 64 kB
    rows = zip(bare.splitlines(), text.splitlines(), strict=True)
    assert all(row.startswith(line) and len(row) <= max(len(line), 100) + 50 for line, row in rows)
