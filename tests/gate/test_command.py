"""`model check` and `pr check --reports` in real repositories: what a person types, and what they read."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from tests.gate.scenes import GOOD, POLICY, Fishery, fishery_in, model, pull

Repository = Callable[..., Fishery]


@pytest.fixture
def fishery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """Makes the repository and goes there."""

    def make(policy: str = POLICY) -> Fishery:
        monkeypatch.delenv("GITFLOWGUARD_SKIP", raising=False)
        made = fishery_in(tmp_path, policy)
        monkeypatch.chdir(made.top)
        return made

    return make


def test_good_reports_pass_and_are_shown(fishery: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """A table, and nothing to complain of; pr check says the same of the same directory."""
    here = fishery()
    here.commit()
    assert model() == 0
    out = capsys.readouterr().out
    assert "True.f1-score    0.93    0.93  0       min 0.80, drop 0.02  12    good\n" in out
    assert "All clear" in out
    assert pull("--reports", ".") == 0


BROKEN: tuple[tuple[str, Any, str], ...] = (
    ("no file", None, "reports/metrics.json isn't there"),
    (
        "no class",
        {"False": GOOD["False"]},
        "True.f1-score is missing: reports/metrics.json has no such value",
    ),
    ("NaN", '{"True": {"f1-score": NaN, "support": 12}, "False": {"precision": 1}}', "True.f1-score is NaN"),
    ("null", {**GOOD, "True": {"f1-score": None, "support": 12}}, "True.f1-score is null"),
    ("text", {**GOOD, "True": {"f1-score": "0.93", "support": 12}}, 'True.f1-score is the text "0.93"'),
    ("true", {**GOOD, "True": {"f1-score": True, "support": 12}}, "True.f1-score is true"),
    (
        "1e999",
        '{"True": {"f1-score": 1e999, "support": 12}, "False": {"precision": 1}}',
        "True.f1-score is infinite",
    ),
    ("a key twice", '{"True": 1, "True": 2}', 'holds the key "True" twice'),
    ("deep", '{"a":' * 100_000, "is nested too deep"),
    ("large", "[" + " " * 9 * 1024 * 1024 + "]", "has more than 8192 kB"),
    (
        "no support",
        {**GOOD, "True": {"f1-score": 0.93}},
        "True.f1-score has no support in reports/metrics.json",
    ),
)


def test_whatever_is_missing_is_a_violation_for_both_commands(
    fishery: Repository, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """File, class, number: never 0, and the reason is read out."""
    here = fishery()
    here.commit()
    for name, content, words in BROKEN:
        root = tmp_path / name.replace(" ", "-")
        (root / "reports").mkdir(parents=True)
        (root / "reports" / "junit.xml").write_text((here.top / "reports" / "junit.xml").read_text())
        if content is not None:
            text = content if isinstance(content, str) else json.dumps(content)
            (root / "reports" / "metrics.json").write_text(text)
        for run in (model, pull):
            assert run("--reports", str(root)) == 1, name
            out = capsys.readouterr().out
            assert "error[GFG001]: " in out and words in out, (name, out)


def test_a_link_a_pipe_and_a_directory_are_no_reports(
    fishery: Repository, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An artifact could hold a link to a secret, or a pipe that never ends."""
    here = fishery()
    here.commit()
    secret = tmp_path / "secret.json"
    secret.write_text(json.dumps(GOOD))
    makers: tuple[tuple[str, Callable[[Path], None]], ...] = (
        ("link", lambda place: place.symlink_to(secret)),
        ("pipe", os.mkfifo),
        ("folder", lambda place: place.mkdir()),
    )
    for name, make in makers:
        root = tmp_path / name / "reports"
        root.mkdir(parents=True)
        make(root / "metrics.json")
        assert pull("--reports", str(root.parent)) == 1
        assert "is a link" in (out := capsys.readouterr().out) or "isn't a plain file" in out, name
    (tmp_path / "way").mkdir()
    (tmp_path / "way" / "reports").symlink_to(here.top / "reports")
    assert pull("--reports", str(tmp_path / "way")) == 1


def test_a_change_that_lowers_its_own_bound_is_judged_by_the_old_one(
    fishery: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    """Policy and baseline are those of the base commit, also where develop has moved on."""
    here = fishery()
    here.metrics(**{"True": {**GOOD["True"], "f1-score": 0.70}})
    here.write(".gitflowguard.yaml", POLICY.replace("min: 0.80, drop: 0.02", "min: 0.10"))
    here.commit()
    for run in (model, pull):
        assert run("--reports", ".") == 1
        out = capsys.readouterr().out
        assert "True.f1-score is 0.7, below the minimum of 0.80" in out
        assert "True.f1-score fell from 0.93 to 0.7 (-0.23); the policy allows a drop of 0.02" in out
        assert "warning[GFG006]: The change edits the policy's section model" in out


def test_without_reports_a_pull_request_cannot_be_judged(
    fishery: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    """The report that lies in the commit may be yesterday's."""
    fishery().commit()
    assert pull() == 3
    assert "no reports were given (--reports DIR)" in capsys.readouterr().out


def test_where_no_model_is_needed(fishery: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """A change of the manual needs none, and one of the code does."""
    here = fishery(POLICY + "  when: ['*.py', 'data/**']\n")
    here.write("README.md", "hello\n")
    here.commit()
    assert pull() == 0
    assert "the change touches nothing in model.when" in capsys.readouterr().out
    here.git("rm", "-q", "train.py")
    here.commit()
    assert pull() == 3


def test_elsewhere_it_is_a_warning(fishery: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """needed-by names the branches that take no model without it."""
    here = fishery(POLICY + "  needed-by: [main]\n")
    here.metrics(**{"False": {"precision": 0.5, "support": 33}})
    here.commit()
    assert pull("--reports", ".") == 0
    assert "warning[GFG002]: False.precision is 0.5, below the minimum of 0.90" in capsys.readouterr().out
    assert model("--base", "main") == 1


def test_a_new_metric_is_a_note_and_a_broken_baseline_is_not_a_pass(
    fishery: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was never measured can't be compared; what was measured as NaN can't either, and that is red."""
    here = fishery(POLICY.replace("gate:\n", "gate:\n    - {metric: rmse, rise: 5%}\n"))
    here.metrics(rmse=3.1)
    here.commit()
    assert model() == 0
    assert "rmse is new: develop has no value to compare it with" in capsys.readouterr().out
    here.git("switch", "-q", "develop")
    here.write("reports/metrics.json", json.dumps({**GOOD, "rmse": float("nan")}))
    here.commit()
    here.git("switch", "-q", "feature/tune")
    assert model() == 3
    assert "Can't compare rmse with develop: it is NaN in reports/metrics.json" in capsys.readouterr().out


def test_skipped_and_missing_tests_are_not_passed(
    fishery: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    """The report of the tests is needed as much as the numbers."""
    here = fishery()
    text = (here.top / "reports" / "junit.xml").read_text()
    here.write("reports/junit.xml", text.replace("/></testsuite>", "><skipped/></testcase></testsuite>"))
    here.commit()
    assert pull("--reports", ".") == 1
    assert "error[GFG007]: tests/model/test_wine::test_f1 was skipped" in capsys.readouterr().out
    (here.top / "reports" / "junit.xml").unlink()
    assert model() == 1
    assert "reports/junit.xml isn't there, so the tests of the model are missing" in capsys.readouterr().out


def test_a_report_names_the_commit_that_it_was_made_from(
    fishery: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another commit is stale, no name is stale, the tree will do."""
    here = fishery(POLICY + "  made-from: meta.commit\n")
    head = here.commit()
    tree = here.git("rev-parse", "HEAD^{tree}")
    for name, code in ((head, 0), (tree, 0), (here.git("rev-parse", "main"), 1), ("", 1)):
        here.metrics(meta={"commit": name})
        assert model() == code, name
    out = capsys.readouterr().out
    assert "reports/metrics.json is stale: it was made from" in out
    assert "doesn't say what it was made from: meta.commit is missing" in out


def test_reference_data_that_changed_is_said(fishery: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """A smaller test set makes every model look better."""
    here = fishery(POLICY + "  reference: ['data/**']\n")
    here.write("data/ref.csv", "1\n")
    here.commit()
    assert model() == 0
    says = "warning[GFG006]: data/ref.csv isn't as it is in develop, so old and new numbers don't compare"
    assert says in capsys.readouterr().out


EVALUATE = """\
import json, os, pathlib
count = pathlib.Path(os.environ["COUNT"])
number = int(count.read_text() or 0)
count.write_text(str(number + 1))
value = [0.93, 0.70, 0.92][number % 3]
report = json.loads(pathlib.Path("reports/metrics.json").read_text())
report["True"]["f1-score"] = value
pathlib.Path("reports/metrics.json").write_text(json.dumps(report))
pathlib.Path("reports/junit.xml").write_text(pathlib.Path("reports/junit.xml").read_text())
"""


def test_several_runs_and_their_median(
    fishery: Repository,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One unlucky seed of three doesn't block; the saved runs are judged alike by pr check; a lost run is red."""
    here = fishery(POLICY + "  noise: {repeat: 3}\n")
    here.write("evaluate.py", EVALUATE)
    here.commit()
    monkeypatch.setenv("COUNT", str(tmp_path / "count"))
    (tmp_path / "count").write_text("")
    kept = tmp_path / "kept"
    words = ("--save", str(kept), "--", sys.executable, "evaluate.py")
    assert model(*words) == 0
    assert "True.f1-score    0.93    0.92  -0.01" in capsys.readouterr().out
    assert pull("--reports", str(kept)) == 0
    (kept / "run-2" / "reports" / "metrics.json").unlink()
    assert pull("--reports", str(kept)) == 1
    assert "Run 2 of 3: reports/metrics.json isn't there" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("program", "words"), [("pass", "didn't write reports"), ("raise SystemExit(4)", "exit code 4")]
)
def test_a_run_that_writes_nothing_is_not_measured_by_the_old_report(
    fishery: Repository, capsys: pytest.CaptureFixture[str], program: str, words: str
) -> None:
    """The file of yesterday is still there, and doesn't count."""
    fishery().commit()
    assert model("--repeat", "2", "--", sys.executable, "-c", program) == 1
    assert words in capsys.readouterr().err


PREDICTIONS = "id,actual,predicted\n"


def test_predictions_say_what_these_rows_can_show_and_change_no_verdict(
    fishery: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    """45 rows can't show 0.02; the bound decides anyway, both ways."""
    here = fishery(POLICY + "  noise: {predictions: reports/rows.csv}\n")

    def rows(wrong: set[int]) -> str:
        flip = {True: False, False: True}
        return PREDICTIONS + "".join(
            f"{row},{row < 12},{flip[row < 12] if row in wrong else row < 12}\n" for row in range(45)
        )

    here.git("switch", "-q", "develop")
    here.write("reports/rows.csv", rows({3}))
    here.commit()
    here.git("switch", "-q", "-C", "feature/tune")
    here.write("reports/rows.csv", rows({5, 20}))
    here.commit()
    assert model() == 0
    out = capsys.readouterr().out
    assert "These 45 rows can't show a change of 0.02 in True.f1-score: the 95% interval" in out
    here.metrics(**{"True": {**GOOD["True"], "f1-score": 0.90}})
    assert model() == 1
    assert "error[GFG003]: True.f1-score fell" in capsys.readouterr().out
    (here.top / "reports" / "rows.csv").unlink()
    assert model() == 1
    assert "so the predictions of the policy are missing" in capsys.readouterr().out


def test_every_format_holds_the_table_and_escapes_names(
    fishery: Repository, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A class named like a tag, a link or a command of the runner stays text everywhere."""
    evil = "<script>alert(1)</script> ![x](http://x) ::error::x"
    policy = f"preset: ml\nmodel: {{metrics: m.json, gate: [{{metric: {json.dumps(evil)}, min: 0.5}}]}}\n"
    here = fishery(policy)
    here.write("m.json", json.dumps({evil: 0.9}))
    here.commit()
    picture = tmp_path / "p.svg"
    for form in ("text", "json", "markdown", "html", "sarif", "github", "junit"):
        assert model("--output-format", form, "--picture", str(picture)) == 0, form
        out = capsys.readouterr().out
        if form == "html":
            assert "<svg" in out and "default-src 'none'" in out and "&lt;script&gt;" in out
        if form == "json":
            assert json.loads(out)["measures"][0]["metric"] == evil
        if form == "markdown":
            shown = MarkdownIt("commonmark").enable("table").render(out)
            assert "<table>" in shown and "<script" not in shown and "<img" not in shown
        assert not any(line.startswith("::error::x") for line in out.splitlines())
    assert "<script" not in picture.read_text() and "&lt;script&gt;" in picture.read_text()


def test_on_develop_itself_the_commit_before_is_the_base(
    fishery: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    """After a merge, in the job of the push."""
    here = fishery()
    here.git("switch", "-q", "develop")
    here.metrics(**{"True": {**GOOD["True"], "f1-score": 0.88}})
    here.commit()
    assert model() == 1
    assert "fell from 0.93 to 0.88" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--save", "x"), "--save keeps what COMMAND writes"),
        (("--repeat", "2"), "--repeat needs runs"),
        (("--reports", ".", "--", "true"), "--reports names reports that are there"),
        (("--reports", "nowhere"), "nowhere"),
        (("--repeat", "0"), "0"),
    ],
)
def test_what_is_mistyped_is_usage(
    fishery: Repository, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], says: str
) -> None:
    """Exit 2, and the way out."""
    fishery().commit()
    assert model(*words) == 2
    assert says in capsys.readouterr().err


def test_a_policy_without_the_section_asks_nothing(
    fishery: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    """And says where it would."""
    fishery("preset: ml\n").commit()
    assert model() == 0
    assert "the policy asks nothing of a model" in capsys.readouterr().out
    assert pull() == 0


def test_the_first_policy_with_the_section_is_tried_by_its_author(
    fishery: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    """The base has none yet: model check uses the work tree's and says so; pr check asks nothing."""
    here = fishery("preset: ml\n")
    here.write(".gitflowguard.yaml", POLICY)
    here.commit()
    assert model() == 0
    assert "has no section model; the work tree's was used" in capsys.readouterr().out
    assert pull() == 0
