"""What the pages say is so: examples parse, links lead somewhere, commands and rules exist."""

from __future__ import annotations

import ast
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import click
import msgspec
import pytest
import yaml

from gitflowguard import __version__
from gitflowguard.app.setup import precommit
from gitflowguard.cli.main import COMMANDS, PROGRAM, build
from gitflowguard.model.moment import ALL_STAGES as STAGES
from gitflowguard.model.exits import MEANINGS
from gitflowguard.model.ownrule import is_own
from gitflowguard.policy.form import Form, KindForm, MessageForm, QualityForm, ToolForm
from gitflowguard.policy.parse import parse
from gitflowguard.policy.presets import PRESETS, preset_flow
from gitflowguard.quality.catalogue import NAMES as TOOLS
from gitflowguard.rules import registry
from tests.docs.pages import ROOT, Code, anchors, codes, links, manuals, name_of, pages
from tools import readme
from tools.model_pictures import drawn

README = ROOT / "README.md"
PAGES = [pytest.param(page, id=name_of(page)) for page in pages()]
MANUALS = [pytest.param(page, id=name_of(page)) for page in manuals()]
_CALL = re.compile(
    rf"(?:^|[\s$(]){PROGRAM}((?: [^\n|#&]+)?)|(?:^|[\s$(])git flowguard((?: [^\n|#&]+)?)", re.M
)
# Where a command may stand: in a block for a shell, a code span, a CI file, or in what the program printed.
_TYPED = ("", "sh", "console", "bash", "text", "yaml", "groovy", "markdown")
# What stands behind the fence of a policy.
POLICY_INFOS = ("yaml policy", "toml policy")


def _policies() -> list[Any]:
    """Each block that is marked as a policy."""
    found = []
    for page in manuals():
        if not any(info in page.read_text(encoding="utf-8") for info in POLICY_INFOS):
            continue  # each process that collects would take a second to read all pages
        for code in codes(page):
            if code.info in POLICY_INFOS:
                found.append(pytest.param(code, id=f"{name_of(page)}:{code.line}"))
    return found


POLICIES = _policies()


@pytest.mark.parametrize("code", POLICIES)
def test_every_policy_that_is_shown_is_valid(code: Code) -> None:
    """Each may be copied as it is."""
    name = "pyproject.toml" if code.info.startswith("toml") else ".gitflowguard.yaml"
    assert parse(code.text.encode(), name, registry.NAMES, registry.CODES, tools=TOOLS).flow.kinds


def test_policies_are_shown_at_all() -> None:
    """The README's and every recipe."""
    names = {str(param.id).partition(":")[0] for param in POLICIES}
    assert len(POLICIES) >= 12 and names >= {"README.md", "docs/policy.md"}


def test_the_preset_that_is_written_out_is_the_preset() -> None:
    """The last policy in docs/policy.md means the same as saying nothing."""
    last = [code for code in codes(ROOT / "docs/policy.md") if code.info == "yaml policy"][-1]
    assert parse(
        last.text.encode(), "x.yaml", registry.NAMES, registry.CODES, tools=TOOLS
    ).flow == preset_flow("gitflow")


@pytest.mark.parametrize("form", [Form, KindForm, MessageForm, QualityForm, ToolForm])
def test_every_key_of_the_policy_has_its_row(form: type[Any]) -> None:
    """And every preset is named."""
    rows = (ROOT / "docs/policy.md").read_text(encoding="utf-8")
    for field in msgspec.structs.fields(form):
        assert f"\n| `{field.encode_name}` |" in rows, f"docs/policy.md does not explain {field.encode_name}"
    assert all(f"`{preset}`" in rows for preset in PRESETS)


@pytest.mark.parametrize("page", PAGES)
def test_links_inside_the_repository_lead_somewhere(page: Path) -> None:
    """The file is there, and so is the heading."""
    for link, line in links(page):
        if link.startswith(("https://", "http://", "mailto:")):
            continue
        path, _, fragment = unquote(link).partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.is_relative_to(ROOT), f"{name_of(page)}:{line} leads out of the repository: {link}"
        assert target.exists(), f"{name_of(page)}:{line} leads nowhere: {link}"
        if fragment:
            assert fragment in anchors(target), f"{name_of(page)}:{line}: no heading for #{fragment}"


@pytest.mark.parametrize("page", MANUALS)
def test_commands_and_options_exist(page: Path) -> None:
    """Every `gitflowguard …` that a page tells people to type."""
    for code in codes(page):
        if code.info.partition(" ")[0] in _TYPED:
            for words in _calls(code.text):
                problem = _wrong(words)
                assert not problem, f"{name_of(page)}:{code.line}: {' '.join(words)}: {problem}"


def _calls(text: str) -> list[list[str]]:
    """The words behind each call of the program."""
    tails = [first or second for first, second in _CALL.findall(text.replace("\\\n", " "))]
    tails = [tail.partition(" >")[0] for tail in tails]
    found = [shlex.split(tail, comments=True) for tail in tails if tail.strip() and "<" not in tail]
    return [words for words in found if "[OPTIONS]" not in words]  # click's own line of usage


def _wrong(words: list[str]) -> str:
    """Why this cannot be typed, "" if it can."""
    command: click.Command = build()
    with click.Context(command, info_name=PROGRAM) as context:
        while isinstance(command, click.Group) and words and not words[0].startswith("-"):
            found = command.get_command(context, words[0])
            if found is None:
                return f"there is no command {words[0]}"
            command, words = found, words[1:]
        known = {option for param in command.get_params(context) for option in param.opts}
    if "--" in words:  # what follows is another program's
        words = words[: words.index("--")]
    for word in words:  # a single - is standard input
        if word.startswith("-") and word != "-" and word.partition("=")[0] not in known:
            return f"there is no option {word}"
    if command.name == "explain" and words and registry.find(words[0]) is None and not is_own(words[0]):
        return f"there is no rule {words[0]}"
    return _misused(command, words)


def _misused(command: click.Command, words: list[str]) -> str:
    """What the parser says of the values; "" where nothing is wrong, or where a placeholder is among them."""
    if re.search(r"[A-Z]{2,}|…", " ".join(words)):
        return ""
    try:
        command.make_context(command.name, list(words), resilient_parsing=not words)
    except click.UsageError as problem:
        said = problem.format_message()
        return "" if "does not exist" in said else said  # a file of the reader's
    except click.exceptions.Exit:  # --help
        pass
    return ""


def test_a_wrong_command_or_option_would_be_found() -> None:
    """The search itself works."""
    assert _calls("$ gitflowguard init --yes # now\ngit flowguard status") == [["init", "--yes"], ["status"]]
    assert not _wrong(["config", "show", "--origin"]) and not _wrong(["--version"])
    assert _calls("gitflowguard init \\\n    --yes") == [["init", "--yes"]]
    assert _wrong(["init", "--preset", "gitlfow"]) and _wrong(["pr", "check", "--head"])
    assert _wrong(["config", "sing"]) and _wrong(["init", "--force"]) and _wrong(["explain", "GFG999"])


@pytest.mark.parametrize("page", MANUALS)
def test_codes_rules_and_stages_exist(page: Path) -> None:
    """A code that is planned is not named; a hook that is called has that stage."""
    text = page.read_text(encoding="utf-8")
    strange = set(re.findall(r"\bGFG\d+\b", text)) - {*registry.CODES, *registry.RETIRED}
    assert not strange, f"{name_of(page)} names {sorted(strange)}"
    pages_of_rules = {target for target, _ in links(page) if re.search(r"rules/[a-z-]+\.md$", target)}
    named = {Path(target).stem for target in pages_of_rules}
    assert named <= set(registry.NAMES), f"{name_of(page)} links {sorted(named - set(registry.NAMES))}"
    for stage in re.findall(r"gitflowguard-hook ([a-z-]+)", text):
        assert stage in STAGES, f"{name_of(page)}: gitflowguard-hook {stage}"


def test_skips_that_are_shown_name_a_rule_and_a_reason() -> None:
    """GITFLOWGUARD_SKIP examples can be typed."""
    from gitflowguard.model.event import parse_skip

    shown = [
        text for page in manuals() for text in re.findall(r'GITFLOWGUARD_SKIP="([^"]*)"', page.read_text())
    ]
    real = [text for text in shown if not text.startswith("rule: ")]
    assert real and all(parse_skip(text, registry.NAMES, registry.CODES) for text in real)


def test_the_index_has_every_command_and_exit_code() -> None:
    """The table of commands in docs/README.md, and the list of exit codes."""
    text = (ROOT / "docs/README.md").read_text(encoding="utf-8")
    for name, _ in COMMANDS:
        assert f"| `{PROGRAM} {name}` |" in text
    for code, said in MEANINGS.items():
        assert re.search(rf"^- {code} {re.escape(said.split(';')[0])}", text, re.M), code


def test_the_manual_of_the_policy_names_every_tool() -> None:
    """In the order of the catalogue."""
    text = " ".join((ROOT / "docs/policy.md").read_text(encoding="utf-8").split())
    assert f"Known by name are {', '.join(TOOLS[:-1])} and {TOOLS[-1]}: " in text


def test_the_readme_is_read_in_a_minute() -> None:
    """Its length, and install before anything that explains."""
    text = README.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 150
    assert re.findall(r"^## (.+)$", text, re.M)[:3] == ["Install", "Sixty seconds", "Three ways in"]


def test_the_readmes_table_of_speed_is_the_benchmarks() -> None:
    """docs/benchmarks.md holds what benchmarks/hooks.py wrote; python tools/readme.py takes it over."""
    for page in readme.SET_UPS:
        shown = readme.block(page.read_text(encoding="utf-8"), "speed")
        assert shown == readme.speed_block(page)
        assert len(shown.splitlines()) == 4 and shown.splitlines()[2].endswith("| 1.00 |")


def test_the_chinese_readme_has_the_same_commands_policies_and_links() -> None:
    """What is typed, copied or followed is the same in both, in the same order; comments may be translated."""

    def shown(page: Path) -> list[str]:
        texts = (re.sub(r"\s+# .*", "", code.text) for code in codes(page))
        return [text for text in texts if not text.isascii() or re.search(r"[a-z]", text)]

    chinese = ROOT / "README.zh-CN.md"
    assert len(chinese.read_text(encoding="utf-8").splitlines()) <= 150
    assert shown(chinese) == shown(README)
    english = [link for link, _ in links(README) if link != "README.zh-CN.md"]
    assert [link for link, _ in links(chinese) if link != "README.md"] == english
    assert re.search("[\u4e00-\u9fff]{8}", chinese.read_text(encoding="utf-8"))


def test_the_picture_of_the_readme_is_what_the_radar_prints() -> None:
    """The conflict of the first day, foretold; python tools/readme.py refreshes it."""
    shown = readme.PICTURE.read_text(encoding="utf-8")
    ElementTree.fromstring(shown)
    assert "conflict" in shown and "pipeline.py" in shown and "docs/radar.svg" in README.read_text("utf-8")
    assert readme.without_ids(shown) == readme.without_ids(
        readme.picture("gitflowguard radar", readme.radar_text())
    )


def test_the_readmes_pre_commit_entries_are_those_that_init_writes() -> None:
    """Copied by hand or written by init, they are the same."""
    block = next(code.text for code in codes(README) if code.info == "yaml")
    data = yaml.safe_load(block)
    written = yaml.safe_load(precommit.splice("repos: []\n").text)
    assert data == written


def test_the_mistakes_that_are_shown_are_what_is_printed(tmp_path: Path) -> None:
    """Word by word, from a policy with those mistakes."""
    (tmp_path / ".gitflowguard.yaml").write_text(
        'preset: gitflow\nkinds:\n  feature:\n    name: "feature/{slag}"\nrules:\n  direct-comit: error\n'
    )
    subprocess.run(("git", "init", "-q"), cwd=tmp_path, check=True)
    argv = (sys.executable, "-m", "gitflowguard", "config", "validate")
    done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and done.stderr in [code.text for code in codes(ROOT / "docs/policy.md")]


def test_the_layers_in_the_architecture_are_the_contract() -> None:
    """docs/architecture.md copies pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = project["tool"]["importlinter"]["contracts"][0]["layers"]
    shown = [code.text for code in codes(ROOT / "docs/architecture.md") if code.info == "text layers"]
    assert [text.splitlines() for text in shown] == [layers]
    (inside,) = (one for one in project["tool"]["importlinter"]["contracts"] if one["name"].startswith("(h)"))
    (drawn,) = (code.text for code in codes(ROOT / "docs/architecture.md") if code.info == "text app")
    assert drawn.splitlines() == inside["layers"]


def _called(function: ast.expr) -> str:
    """What a call names, as it is written. `ast.unparse` of a plain name takes a hundred times as long."""
    return function.id if isinstance(function, ast.Name) else ast.unparse(function)


def test_no_import_is_hidden_in_a_string() -> None:
    """What a hook reaches is what import-linter sees; only tables of modules are loaded by their names."""
    # Rules, formats, formats of protection, commands, adapters of tools; and the tools, which are others' programs.
    tables = {"rules/registry.py", "report/formats.py", "report/protect/door.py", "cli/lazy.py"}
    tables |= {"app/quality/run.py", "tooling/worker.py"}
    source = ROOT / "src/gitflowguard"
    found = {
        path.relative_to(source).as_posix(): lines
        for path in source.rglob("*.py")
        if (lines := _loads(path.read_text("utf-8")))
    }
    assert found.keys() == tables, "a table that is gone, or an import in a string"


def _loads(text: str) -> list[int]:
    """The lines of a module that load another by a string, whatever the string is made of."""
    if not re.search(r"import[\w.\"'\])]*\(", text):  # nothing of that name is called; to parse takes longer
        return []
    calls = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))
    return [
        node.lineno
        for node in calls
        if _called(node.func).rpartition(".")[2] in ("__import__", "import_module")
    ]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("import re\nfrom os import path\n", []),
        ("\n__import__('gitflowguard.app')\n", [2]),
        ("__import__(f'gitflowguard.{name}')\n", [1]),
        ("import importlib\nimportlib.import_module(name)\n", [2]),
        ("def important(it):\n    return it\nimportant(1)\n", []),
    ],
)
def test_a_hidden_import_is_found(text: str, lines: list[int]) -> None:
    """Also one of a name that is put together, or of another's module."""
    assert _loads(text) == lines


def test_the_dependencies_in_the_architecture_are_those_of_the_package() -> None:
    """Each has its row, and the reason in it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    for wanted in project["project"]["dependencies"]:
        assert f"\n| {re.split(r'[<>=]', wanted)[0]} | " in text, wanted


def test_the_changelog_tells_of_this_version() -> None:
    """The newest dated entry is the version that is installed."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    dated = re.findall(r"^## \[([\d.]+)\] - \d{4}-\d{2}-\d{2}$", text, re.M)
    assert dated[0] == __version__


def test_the_bug_form_asks_for_what_doctor_says() -> None:
    """An issue without it costs a round trip."""
    form = yaml.safe_load((ROOT / ".github/ISSUE_TEMPLATE/bug.yml").read_text(encoding="utf-8"))
    fields = {field.get("id"): field for field in form["body"]}
    assert "gitflowguard doctor --json" in fields["doctor"]["attributes"]["description"]
    assert fields["doctor"]["validations"] == {"required": True}


def test_no_page_names_a_place_of_one_machine() -> None:
    """Paths of a developer's machine say nothing to a reader."""
    for page in manuals():
        assert not re.search(r"/(work|home|root|Users)/\w", page.read_text(encoding="utf-8")), name_of(page)


def test_the_pictures_of_a_model_are_what_a_run_draws(tmp_path: Path) -> None:
    """The example is trained and judged anew; each picture is shown on a page."""
    page = (ROOT / "docs/ml.md").read_text("utf-8")
    for name, text in drawn(tmp_path).items():
        assert (ROOT / f"docs/pictures/{name}.svg").read_text("utf-8") == text, "make docs"
        assert f"(pictures/{name}.svg)" in page
