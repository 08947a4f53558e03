"""Tools, how they are run, and how much of their findings a kind of branch has to pass."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from gitflowguard.model.check import BARS, FAMILIES, FULL, WARN, Quality, Tool
from gitflowguard.policy.form import schema
from gitflowguard.policy.origins import show
from gitflowguard.policy.presets import PRESETS, kinds_of, preset_flow, tools_of
from gitflowguard.quality.catalogue import NAMES
from tests.policy.helpers import compiled, flow, only, problems, read
from tests.policy.test_parse import WHOLE

SCHEMA = Path(__file__).resolve().parents[2] / "src" / "gitflowguard" / "gitflowguard.schema.json"
ML = Tool("flake8", ("--max-complexity=10", "--max-line-length=127", "--extend-ignore=E203,E701"))


def test_every_key_of_a_tool_arrives_in_the_flow() -> None:
    """In the order of the file, lists as tuples."""
    assert flow(WHOLE).tools == (
        Tool("black"),
        Tool("flake8", ("--max-line-length=127",), ("*.py",), ("vendor/**",), ("E9",), plugins=True),
        Tool("sqlfluff", files=("*.sql",), run=("sqlfluff", "lint"), reads="sarif", family="security"),
    )


def test_how_the_tools_are_run_arrives_in_the_flow() -> None:
    """Every key of quality; what is left out is as without the mapping."""
    assert flow(WHOLE).quality == Quality(
        stages=("pre-push",), new_only=True, suppressions="refuse", seconds=5, megabytes=512, file_kb=64
    )
    assert flow("preset: gitflow").quality == flow("quality: {seconds: 30}").quality == Quality()


def test_a_hook_that_is_named_twice_counts_once_and_none_may_be_named() -> None:
    """The empty list leaves the tools to the command line."""
    assert flow("quality: {stages: [pre-push, pre-commit, pre-push]}").quality.stages == (
        "pre-push",
        "pre-commit",
    )
    assert flow("quality: {stages: []}").quality.stages == ()


@pytest.mark.parametrize("name", NAMES)
def test_each_known_tool_needs_only_its_name(name: str) -> None:
    """True and an empty mapping mean the same."""
    assert flow(f"tools: {{{name}: true}}").tools == flow(f"tools: {{{name}: {{}}}}").tools == (Tool(name),)


@pytest.mark.parametrize("bar", BARS)
def test_each_kind_may_have_its_own_bar(bar: str) -> None:
    """And only that kind; a kind of one's own too."""
    got = flow(f'kinds: {{feature: {{quality: {bar}}}, own: {{name: "own/{{slug}}", quality: {bar}}}}}')
    assert (got.bar("feature/x"), got.bar("own/x")) == (bar, bar)
    assert {kind.quality for kind in got.kinds if kind.id not in ("feature", "own", "pages")} == {FULL}


def test_a_family_of_the_model_may_be_named() -> None:
    """For known tools and others."""
    for family in FAMILIES:
        tools = flow(f"tools: {{ruff: {{family: {family}}}, x: {{run: [x], family: {family}}}}}").tools
        assert [tool.family for tool in tools] == [family, family]


class TestPresets:
    """What holds where the file says nothing."""

    def test_gitflow_has_no_tools_and_everything_counts(self) -> None:
        """On every kind, also an unknown one; a published site is nobody's source."""
        got = flow("preset: gitflow")
        assert got.tools == () and {kind.quality for kind in got.kinds if kind.id != "pages"} == {FULL}
        assert got.bar("gh-pages") == "none"
        assert got.bar("no-such/kind") == FULL

    def test_ml_has_the_two_stages_of_its_source(self) -> None:
        """One run that must pass; the second only warns where work is under way."""
        got = flow("preset: ml")
        assert got.tools == (ML,)
        mild = {kind.id for kind in got.kinds if kind.quality == WARN}
        assert mild == {"develop", "feature", "bugfix", "bot", "experiment", "revert", "patch"}
        assert {kind.quality for kind in got.kinds if kind.id not in mild and kind.id != "pages"} == {FULL}

    def test_the_tools_of_the_presets_are_known(self) -> None:
        """Each can be said in a file too."""
        assert {tool.name for preset in PRESETS for tool in tools_of(preset)} <= set(NAMES)

    def test_a_kind_of_ones_own_is_full_in_ml_too(self) -> None:
        """Nobody said that it is milder."""
        assert flow('preset: ml\nkinds: {own: {name: "own/{slug}"}}').bar("own/x") == FULL

    @pytest.mark.parametrize(
        ("own", "tool"),
        [
            ("true", ML),
            ("{}", ML),
            ("{exclude: [docs/*]}", ML._replace(exclude=("docs/*",))),
            ("{args: [--max-line-length=99]}", Tool("flake8", ("--max-line-length=99",))),
            ("{args: []}", Tool("flake8")),
        ],
    )
    def test_a_file_may_say_more_of_a_presets_tool(self, own: str, tool: Tool) -> None:
        """What it leaves out stays."""
        assert flow(f"preset: ml\ntools: {{black: true, flake8: {own}}}").tools == (tool, Tool("black"))

    @pytest.mark.parametrize("word", ["false", "null"])
    def test_a_presets_tool_may_be_dropped(self, word: str) -> None:
        """TOML has no null, so false will do."""
        assert flow(f"preset: ml\ntools: {{flake8: {word}}}").tools == ()

    def test_without_develop_the_bars_stay(self) -> None:
        """preset_flow and the file agree."""
        assert flow("preset: ml\nkinds: {develop: false}") == preset_flow("ml", "main", None)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "tools: {blak: true}",
            '1:9: there is no tool "blak"; did you mean "black"? '
            "A program of your own needs run: [program, option]",
        ),
        (
            "tools: {Black: {}}",
            '1:9: there is no tool "Black"; did you mean "black"? '
            "A program of your own needs run: [program, option]",
        ),
        (
            "tools: {eslint: {reads: lines}}",
            f'1:9: there is no tool "eslint"; known by name are {", ".join(NAMES[:-1])} and {NAMES[-1]}, '
            "and a program of your own needs run: [program, option]",
        ),
        (
            "tools: {black: {run: [black]}}",
            "1:17: tools.black: black is known by name; call your own program something else",
        ),
        (
            "tools: {black: {reads: sarif}}",
            "1:17: tools.black: reads is for a program of your own; what black prints is known",
        ),
        (
            "tools: {sql: {run: [sql], plugins: true}}",
            "1:27: tools.sql: plugins is for a tool that is known by name; your own program loads what it likes",
        ),
        (
            "tools: {SQL: {run: [sql]}}",
            '1:9: a tool is called by a lower-case word such as yamllint, not "SQL"',
        ),
        ("tools: {'': {run: [x]}}", '1:9: a tool is called by a lower-case word such as yamllint, not ""'),
        (
            "tools: {a/../b: {run: [x]}}",
            '1:9: a tool is called by a lower-case word such as yamllint, not "a/../b"',
        ),
        (
            "tools: {black: false}",
            '1:9: there is no tool "black" to do without; the preset gitflow has none',
        ),
        (
            "preset: ml\ntools: {black: null}",
            '2:9: there is no tool "black" to do without; the preset ml has flake8',
        ),
        (
            "preset: ml\ntools: {flak8: false}",
            '2:9: there is no tool "flak8" to do without; did you mean "flake8"?',
        ),
        ("tools: {sql: {run: []}}", "1:20: tools.sql.run must not be an empty list"),
        ("tools: {sql: {run: ['']}}", "1:21: tools.sql.run must not be empty"),
        ("tools: {sql: {run: sqlfluff lint}}", '1:20: tools.sql.run must be a list, not "sqlfluff lint"'),
        (
            "tools: {sql: {run: [sqlfluff lint]}}",
            '1:21: tools.sql.run: "sqlfluff lint" is one word here; no shell reads it, so write [program, option]',
        ),
        (
            "tools: {sql: {run: [' sql']}}",
            '1:21: tools.sql.run: " sql" is one word here; no shell reads it, so write [program, option]',
        ),
        (
            "tools: {sql: {run: [--config]}}",
            '1:21: tools.sql.run: the first word is the program, not an option such as "--config"',
        ),
        (
            "tools: {black: {args: [--fast, --]}}",
            "1:32: tools.black.args: leave -- out; the files are put behind the options as each tool wants it",
        ),
        (
            'tools: {black: {args: ["--x\\0"]}}',
            '1:24: tools.black.args: "--x\\x00" contains an invisible character',
        ),
        (
            'tools: {flake8: {hard: ["E9\\n"]}}',
            '1:25: tools.flake8.hard: "E9\\n" contains an invisible character',
        ),
        ("tools: {flake8: {hard: []}}", "1:24: tools.flake8.hard must not be an empty list"),
        ("tools: {black: {files: []}}", "1:24: tools.black.files must not be an empty list"),
        ("tools: {black: {files: '*.py'}}", '1:24: tools.black.files must be a list, not "*.py"'),
        (
            "tools: {black: {exclude: [7]}}",
            "1:27: tools.black.exclude must be text, not 7; put text in quotes",
        ),
        (
            "tools: {black: yes}",
            "1:16: yes means different things to different readers; write true, false or null, "
            'or write "yes" in quotes if it is text',
        ),
        (
            "tools: {black: no}",
            "1:16: no means different things to different readers; write true, false or null, "
            'or write "no" in quotes if it is text',
        ),
        (
            "tools: {black: 'yes'}",
            '1:16: tools.black must be true or false, a mapping (keys and values) or null, not "yes"',
        ),
        (
            "tools: {black: [flake8]}",
            "1:16: tools.black must be true or false, a mapping (keys and values) or null, not a list",
        ),
        ("tools: [black]", "1:8: tools must be a mapping (keys and values), not a list"),
        ("tools: true", "1:8: tools must be a mapping (keys and values), not true"),
        (
            "tools: {flake8: {max-line-length: 127}}",
            '1:18: unknown key "max-line-length" in tools.flake8; '
            "the keys are args, files, exclude, hard, run, reads, family, plugins, version, package and with",
        ),
        (
            "tools: {black: {black: {args: []}}}",
            '1:17: unknown key "black" in tools.black; '
            "the keys are args, files, exclude, hard, run, reads, family, plugins, version, package and with",
        ),
        (
            'tools: {isort: {version: ">=5"}}',
            '1:26: tools.isort.version: ">=5" isn\'t an exact version such as 6.0.1',
        ),
        (
            'tools: {isort: {version: "6 --index-url https://x"}}',
            '1:26: tools.isort.version: "6 --index-url https://x" isn\'t an exact version such as 6.0.1',
        ),
        (
            "tools: {sql: {run: [sql], version: '1.0'}}",
            "1:27: tools.sql: version is for a tool that is known by name; write package: NAME==VERSION",
        ),
        (
            "tools: {sql: {run: [sql], package: sqlfluff}}",
            '1:36: tools.sql.package: "sqlfluff" isn\'t a package with its exact version, such as codespell==2.4.1',
        ),
        (
            "tools: {mypy: {package: mypy==1.0}}",
            '1:16: tools.mypy: package is for a program of your own; for mypy, write version: "1.2.3"',
        ),
        (
            "tools: {mypy: {with: ['-r x==1']}}",
            '1:23: tools.mypy.with: "-r x==1" isn\'t a package with its exact version, such as codespell==2.4.1',
        ),
        (
            "tools: {ruff: {version: '0.9.1'}, ruff-format: {version: '0.9.2'}}",
            "1:58: tools.ruff-format.version: ruff-format is the program ruff, which has version 0.9.1 here",
        ),
        (
            "tools: {sql: {command: [sql]}}",
            '1:15: unknown key "command" in tools.sql; did you mean "run"?',
        ),
        (
            "tools: {flake8: {ignore: [x]}}",
            '1:18: unknown key "ignore" in tools.flake8; did you mean "exclude"?',
        ),
        (
            "tools: {sql: {run: [sql], reads: json}}",
            '1:34: tools.sql.reads must be lines or sarif, not "json"',
        ),
        (
            "tools: {sql: {run: [sql], family: linter}}",
            '1:35: tools.sql.family must be format, lint or security, not "linter"; did you mean "lint"?',
        ),
        ("tools: {ruff: {plugins: 1}}", "1:25: tools.ruff.plugins must be true or false, not 1"),
        ("linters: {black: true}", '1:1: unknown key "linters"; did you mean "tools"?'),
        ("quality: full", '1:10: quality must be a mapping (keys and values), not "full"'),
        ("quality: {new_only: true}", '1:11: unknown key "new_only" in quality; did you mean "new-only"?'),
        ("quality: {timeout: 5}", '1:11: unknown key "timeout" in quality; did you mean "seconds"?'),
        ("quality: {new-only: 1}", "1:21: quality.new-only must be true or false, not 1"),
        (
            "quality: {stages: [commit-msg]}",
            '1:20: quality.stages must be pre-commit, pre-merge-commit or pre-push, not "commit-msg"',
        ),
        ("quality: {stages: pre-push}", '1:19: quality.stages must be a list, not "pre-push"'),
        (
            "quality: {suppressions: ignore}",
            '1:25: quality.suppressions must be count or refuse, not "ignore"',
        ),
        ("quality: {seconds: 0}", "1:20: quality.seconds must be at least 1, not 0"),
        ("quality: {seconds: 3601}", "1:20: quality.seconds must be at most 3600, not 3601"),
        ("quality: {megabytes: 1}", "1:22: quality.megabytes must be at least 64, not 1"),
        ("quality: {file-kb: 0}", "1:20: quality.file-kb must be at least 1, not 0"),
        ("quality: {file-kb: '9'}", '1:20: quality.file-kb must be a whole number, not "9"'),
        (
            "kinds: {feature: {quality: warning}}",
            '1:28: kinds.feature.quality must be full, hard, none or warn, not "warning"; did you mean "warn"?',
        ),
        (
            "kinds: {feature: {quality: false}}",
            '1:28: kinds.feature.quality must be full, hard, none or warn, not false; did you mean "none"?',
        ),
        (
            "kinds: {feature: {quality: true}}",
            '1:28: kinds.feature.quality must be full, hard, none or warn, not true; did you mean "full"?',
        ),
        (
            "kinds: {feature: {quality: {hard: true}}}",
            "1:28: kinds.feature.quality must be full, hard, none or warn, not a mapping",
        ),
    ],
)
def test_a_mistake_is_one_line_with_its_place_and_a_cure(text: str, line: str) -> None:
    """What, where, why, did you mean."""
    assert only(text) == line


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("/etc/passwd", "starts at the file system's root"),
        ("C:/x/*.py", "starts at the file system's root"),
        ("src\\*.py", "paths have / here"),
        ("../other/*.py", "never leaves the repository"),
        ("a/../../b", "never leaves the repository"),
        ("..", "never leaves the repository"),
        ("vendor/", 'write "vendor/**"'),
        ("./x.py", "holds an empty part or a dot"),
        ("a//b", "holds an empty part or a dot"),
        (".", "holds an empty part or a dot"),
        ("!*.py", "stands in exclude"),
        ("*.py[io]", "holds [, which stands for itself"),
        ("?.py", "holds ?, which stands for itself"),
        ("*.{py,pyi}", "write two patterns"),
    ],
)
@pytest.mark.parametrize("key", ["files", "exclude"])
def test_a_pattern_that_could_mean_no_path_is_refused(key: str, pattern: str, words: str) -> None:
    """A file that nobody looks at by a slip of the pen would pass in silence."""
    said = only(f"tools: {{black: {{{key}: [a.py, {json.dumps(pattern)}]}}}}")
    assert said.startswith(f"1:{26 + len(key)}: tools.black.{key}: ")
    assert words in said


@pytest.mark.parametrize("pattern", ["*", "**", "*.py", "src/**/*.py", "{{cookiecutter.name}}/**", "..a/b"])
def test_other_patterns_stand(pattern: str) -> None:
    """Also names that only look odd."""
    assert flow(f"tools: {{black: {{files: ['{pattern}']}}}}").tools[0].files == (pattern,)


def test_every_mistake_about_tools_is_told_at_once() -> None:
    """With their places, in the order of the file, and nothing that only follows from another."""
    text = """\
tools:
  blak: true
  flake8: {files: [/x], exclude: [a/], hard: 5}
  sql: {run: 5, files: [..]}
  own: {run: [-x, --]}
quality: {seconds: soon, stages: [pre-psh]}
kinds: {feature: {quality: most}}
"""
    found = [(problem.line, problem.column) for problem in problems(text)]
    assert found == [
        (2, 3),
        (3, 20),
        (3, 35),
        (3, 46),
        (4, 14),
        (4, 25),
        (5, 15),
        (5, 19),
        (6, 20),
        (6, 35),
        (7, 28),
    ]


def test_more_words_about_tools_than_any_policy_needs_are_one_problem() -> None:
    """Each pattern is compared with each path."""
    words = ", ".join(f"a{index}" for index in range(400))
    assert only(f"tools: {{black: {{exclude: [{words}]}}}}").startswith("1:1: there are more values here")


def test_toml_says_the_same() -> None:
    """A table a tool."""
    text = (
        '[tool.gitflowguard]\npreset = "ml"\n[tool.gitflowguard.tools]\nblack = true\nflake8 = false\n'
        '[tool.gitflowguard.tools.sql]\nrun = ["sql", "lint"]\n[tool.gitflowguard.quality]\nnew-only = true\n'
    )
    got = read(text, "pyproject.toml").flow
    assert got.tools == (Tool("black"), Tool("sql", run=("sql", "lint"))) and got.quality.new_only
    assert only(text.replace("black", "blak"), "pyproject.toml").startswith('4:1: there is no tool "blak"')


@pytest.mark.parametrize(
    "text",
    [
        WHOLE,
        "preset: ml",
        "preset: ml\ntools: {flake8: null, black: true}",
        "preset: ml\ntools: {flake8: {args: [], hard: ['']}}",
        "preset: ml\ntools: {flake8: {plugins: true, files: ['**']}}\nkinds: {main: {quality: hard}}",
        "tools: {x1: {run: [./x, 'a b']}, black: {args: []}}\nquality: {stages: []}",
        "tools: {x1: {run: [x], package: 'a[b,c]==1.0'}, mypy: {version: '1.0', with: [types-x==1.2.post1]}}",
    ],
)
def test_what_is_shown_and_what_is_compiled_mean_the_same(text: str) -> None:
    """The round trips of `config show` and of the hooks' compiled policy."""
    before = read(text)
    assert read(show(before.origins)).flow == before.flow
    assert read(show(before.origins, with_origin=True)).flow == before.flow
    after = compiled(before.flow)
    assert after == before.flow and repr(after) == repr(before.flow)


def test_each_value_about_tools_has_its_origin() -> None:
    """The line where it is written, the line that it follows from, or the preset."""
    text = "preset: ml\ntools:\n  flake8:\n    hard: [E9]\n  sql:\n    run: [sql]\nquality:\n  seconds: 9\n"
    text += "kinds:\n  feature:\n    quality: hard\n"
    found = {key: (origin.value, origin.label) for key, origin in read(text).origins.items()}
    here = ".gitflowguard.yaml"
    assert found["tools.flake8.args"] == (ML.args, "preset ml")
    assert found["tools.flake8.hard"] == (("E9",), f"{here}:4")
    assert found["tools.sql.run"] == (("sql",), f"{here}:6")
    assert found["tools.sql.reads"] == ("lines", f"{here}:5")
    assert found["quality.seconds"] == (9, f"{here}:8")
    assert found["quality.file-kb"] == (1024, "preset ml")
    assert found["kinds.feature.quality"] == ("hard", f"{here}:11")
    assert found["kinds.bugfix.quality"] == ("warn", "preset ml")


def test_a_dropped_tool_is_shown_with_its_line() -> None:
    """As a dropped kind is."""
    origin = read("preset: ml\ntools:\n  flake8: false\n").origins["tools.flake8"]
    assert (origin.value, origin.line) == (None, 3)


def test_the_schema_knows_the_tools() -> None:
    """An editor underlines a wrong name, and a program where none is wanted."""
    valid = jsonschema.Draft7Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).is_valid
    good: tuple[Any, ...] = (
        {"black": True, "flake8": {"args": ["-v"], "plugins": False}, "mypy": None},
        {"sql": {"run": ["sql"], "reads": "sarif"}},
    )
    bad: tuple[Any, ...] = (
        {"blak": True},
        {"sql": {"reads": "lines"}},
        {"sql": {"run": []}},
        {"sql": {"run": ["x"], "plugins": True}},
        {"black": {"run": ["x"]}},
        {"black": {"reads": "lines"}},
        {"black": {"files": "*.py"}},
        {"black": "yes"},
    )
    assert all(valid({"tools": tools}) for tools in good)
    assert not any(valid({"tools": tools}) for tools in bad)
    assert valid({"quality": {"stages": ["pre-push"]}}) and not valid(
        {"quality": {"stages": ["post-commit"]}}
    )
    assert valid({"kinds": {"main": {"quality": "warn"}}}) and not valid(
        {"kinds": {"main": {"quality": "all"}}}
    )


def test_without_names_the_schema_takes_any_tool() -> None:
    """The reader asks it for types only."""
    assert jsonschema.Draft202012Validator(schema()).is_valid({"tools": {"anything": True}})


def test_all_kinds_of_all_presets_have_a_bar_that_exists() -> None:
    """Else a finding would be weighed by a word that nobody knows."""
    assert {kind.quality for preset in PRESETS for kind in kinds_of(preset)} <= set(BARS)
