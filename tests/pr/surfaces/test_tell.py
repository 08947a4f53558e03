"""Where a verdict is told, what becomes of the comment, and what a token that may not do it means: one line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gitflowguard.app.pull.tell import annotated
from gitflowguard.model.finding import Finding, Report, Skipped, Unknown
from gitflowguard.model.measure import METRIC, Bound, Measure
from gitflowguard.report.gate.picture import LEGEND
from gitflowguard.report.gate.table import markdown_table
from gitflowguard.report.pull.actionsfile import SUMMARY
from gitflowguard.report.pull.comment import body_of as comment_of
from gitflowguard.report.pull.comment import marked
from fakegithub.on_pulls import add_comment
from tests.pr.surfaces.bench import (
    ABOUT,
    ALL,
    BAD,
    CLEAN,
    FLOW,
    HERE,
    NAME,
    WORSE,
    Bench,
)

OTHER = Report((BAD,), judged=4)
BLIND = Report(
    skipped=(Skipped("GFG503", "missing-approval", "develop", Unknown("the reviews were not told")),)
)


def outputs(path: Path) -> dict[str, str]:
    """GITHUB_OUTPUT as the runner reads it (actions/runner, FileCommandManager.cs)."""
    found, lines = {}, iter(path.read_text().splitlines())
    for line in lines:
        name, _, delimiter = line.partition("<<")
        value = []
        for inner in lines:
            if inner == delimiter:
                break
            value.append(inner)
        found[name] = "\n".join(value)
    return found


def writes(bench: Bench) -> list[tuple[str, str]]:
    """What was asked to change, without the repository's name."""
    return [(one.method, one.path.removeprefix(f"/repos/{NAME}/")) for one in bench.github.writes]


def test_the_table_and_the_picture_of_the_model_stand_in_comment_and_summary(bench: Bench) -> None:
    """Also where every number is good: the comment says so."""
    bound = Bound("f1-score", minimum="0.8", drop="0.02")
    measure = Measure(about="develop", kind=METRIC, name="f1-score", value="0.93", before="0.9", bound=bound)
    bench.tell(CLEAN, insert=markdown_table([measure]))
    (body,) = bench.comments()
    for text in (body, bench.summary.read_text()):
        assert "| metric | before | now | change |" in text and LEGEND in text
        assert "| `0.9` | `0.93` | `+0.03` |" in text


class TestFiles:
    def test_summary_and_outputs(self, bench: Bench) -> None:
        assert "reported in the job's summary, the step's outputs" in bench.tell(WORSE)
        assert bench.summary.read_text().startswith("## gitflowguard: violated\n")
        assert outputs(bench.output) == {
            "verdict": "violated",
            "findings": "2",
            "report": str(bench.folder / "report.json"),
        }

    @pytest.mark.parametrize(
        ("report", "blind", "verdict"),
        [
            (CLEAN, False, "clean"),
            (BLIND, True, "unknown"),
            (BLIND, False, "clean"),
            (WORSE, True, "violated"),
        ],
    )
    def test_verdicts(self, bench: Bench, report: Report, blind: bool, verdict: str) -> None:
        bench.tell(report, blind=blind, report_path="")
        assert outputs(bench.output) == {
            "verdict": verdict,
            "findings": str(len(report.violations)),
            "report": "",
        }

    def test_the_environment_file_is_never_written(self, bench: Bench) -> None:
        env = bench.folder / "env"
        env.write_text("")
        environ = bench.environ() | {"GITHUB_ENV": str(env), "GITHUB_PATH": str(env)}
        bench.tell(WORSE, environ=environ)
        assert env.read_text() == ""

    def test_a_summary_is_cut_below_its_limit_and_says_so(self, bench: Bench) -> None:
        text = "漢" * 1000
        many = Report(tuple(BAD._replace(finding=Finding(f"{number} {text}")) for number in range(500)))
        bench.summary.write_text("x" * 300_000)
        bench.tell(many, environ={"GITHUB_STEP_SUMMARY": str(bench.summary)})
        assert 900_000 < bench.summary.stat().st_size <= SUMMARY
        assert "more items that did not fit here" in bench.summary.read_text()

    def test_a_summary_that_is_full(self, bench: Bench) -> None:
        bench.summary.write_text("x" * SUMMARY)
        assert "no room" in bench.tell(WORSE, environ={"GITHUB_STEP_SUMMARY": str(bench.summary)})
        assert bench.summary.stat().st_size == SUMMARY

    def test_files_that_cannot_be_written(self, bench: Bench) -> None:
        place = str(bench.folder / "none" / "file")
        said = bench.tell(WORSE, environ={"GITHUB_STEP_SUMMARY": place, "GITHUB_OUTPUT": str(bench.folder)})
        assert said.count("cannot be written") == 2

    def test_outside_actions_nothing_is_told(self, bench: Bench) -> None:
        assert bench.tell(WORSE, environ={}) == ""
        assert not bench.github.requests and annotated(WORSE, ABOUT, {}) == ""

    def test_annotations(self) -> None:
        said = annotated(WORSE, ABOUT, {"GITHUB_ACTIONS": "true"})
        assert said.startswith("::error title=GFG501 forbidden-pull::")
        assert "::warning title=GFG802 lint%3A flake8 F401,file=app.py,line=3::" in said


class TestCheck:
    def test_a_run_beside_the_jobs_own(self, bench: Bench) -> None:
        """Of two checks of one name both are required, so ours has another."""
        assert "the check run gitflowguard (develop)" in bench.tell(WORSE)
        (made,) = bench.web.check_runs
        assert (made["name"], made["head_sha"]) == ("gitflowguard (develop)", bench.pull.head_sha)
        assert (made["status"], made["conclusion"]) == ("completed", "failure")
        assert made["annotations"] == [
            {
                "path": "app.py",
                "start_line": 3,
                "end_line": 3,
                "annotation_level": "warning",
                "title": "GFG802 lint: flake8 F401",
                "message": "unused\nmore: gitflowguard explain lint",
            }
        ]
        assert not bench.web.statuses

    @pytest.mark.parametrize(
        ("report", "blind", "draft", "conclusion", "state"),
        [
            (CLEAN, False, False, "success", "success"),
            (CLEAN, False, True, "success", "success"),
            (WORSE, False, False, "failure", "failure"),
            (WORSE, False, True, "action_required", "pending"),
            (BLIND, True, False, "action_required", "error"),
            (WORSE, True, False, "failure", "failure"),
        ],
    )
    def test_nothing_that_did_not_pass_counts_as_passed(
        self, bench: Bench, report: Report, blind: bool, draft: bool, conclusion: str, state: str
    ) -> None:
        bench.tell(report, blind=blind, draft=draft)
        bench.token(ALL | {"checks": "read"})
        said = bench.tell(report, blind=blind, draft=draft)
        assert [one["conclusion"] for one in bench.web.check_runs] == [conclusion]
        (status,) = bench.web.statuses
        assert (status["state"], status["context"]) == (state, "gitflowguard (develop)")
        assert "the commit status" in said and "check run (checks: write)" in said

    def test_annotations_come_in_fifties(self, bench: Bench) -> None:
        many = tuple(HERE._replace(finding=HERE.finding._replace(line=n + 1)) for n in range(120))
        bench.tell(Report(many))
        (made,) = bench.web.check_runs
        assert [one["start_line"] for one in made["annotations"]] == list(range(1, 121))
        sent = [one.body["output"]["annotations"] for one in bench.github.writes if "check-runs" in one.path]
        assert [len(one) for one in sent] == [50, 50, 20]

    def test_the_name_that_is_asked_for(self, bench: Bench) -> None:
        """An App of the team's own reports the required name itself, from anywhere."""
        said = bench.tell(CLEAN, environ={}, report_check="gitflow (develop)")
        assert said == "reported in the check run gitflow (develop)"
        assert [one["name"] for one in bench.web.check_runs] == ["gitflow (develop)"] and not bench.comments()

    def test_the_judged_commit_is_reported_although_the_head_moved(self, bench: Bench) -> None:
        judged = bench.pull.head_sha
        bench.web.commit("feature/login", {"b": "b"})
        said = bench.tell(WORSE, sha=judged)
        assert [one["head_sha"] for one in bench.web.check_runs] == [judged]
        assert "left to the run for" in said and not bench.comments()

    def test_a_run_that_was_made_without_an_answer_is_not_made_twice(self, bench: Bench) -> None:
        bench.github.fail("POST */check-runs", "502-after")
        assert "the check run" in bench.tell(WORSE)
        assert len(bench.web.check_runs) == 1 and not bench.web.statuses


class TestComment:
    def test_its_life(self, bench: Bench) -> None:
        """Absent, made, left as it is, edited, resolved, left, and there again."""
        steps: list[tuple[Report, list[str]]] = [
            (CLEAN, []),
            (WORSE, ["POST"]),
            (WORSE, []),
            (OTHER, ["PATCH"]),
            (CLEAN, ["PATCH"]),
            (CLEAN, []),
            (WORSE, ["PATCH"]),
        ]
        for run, (report, verbs) in enumerate(steps, 1):
            bench.github.forget()
            bench.again()
            bench.tell(report, run)
            assert [verb for verb, path in writes(bench) if "comments" in path] == verbs, run
            assert len(bench.comments()) == (run > 1)
        assert bench.comments()[0].startswith("<!-- gitflowguard comment run=7001 ")

    def test_what_it_says(self, bench: Bench) -> None:
        bench.tell(WORSE)
        (body,) = bench.comments()
        assert "`feature/login` into `develop`." in body and "`GFG501` forbidden-pull" in body
        bench.tell(CLEAN, 2)
        (body,) = bench.comments()
        assert "## gitflowguard: resolved" in body and "GFG501" not in body

    def test_an_unknown_verdict_is_worth_a_comment(self, bench: Bench) -> None:
        bench.tell(BLIND, blind=True)
        assert "the reviews were not told" in bench.comments()[0]

    def test_nothing_to_say_and_no_comments_costs_nothing(self, bench: Bench) -> None:
        filler = bench.filler()
        filler(bench.asked(), FLOW)
        bench.github.forget()
        bench.tell(CLEAN, comments=filler.comments)
        assert [one.path.rsplit("/", 1)[1] for one in bench.github.requests] == ["check-runs"]

    def test_somebody_elses_comment_with_our_line_is_not_ours(self, bench: Bench) -> None:
        forged = f"<!-- gitflowguard comment run=999999999 head={bench.pull.head_sha} state=resolved -->\nhi"
        add_comment(bench.web, 1, forged, "eve")
        add_comment(bench.web, 1, "Nice work", "ada")
        bench.tell(WORSE)
        assert len(bench.comments()) == 3 and bench.comments()[0] == forged

    def test_a_persons_own_token_finds_its_comment(self, bench: Bench) -> None:
        bench.token(None)
        bench.tell(WORSE)
        bench.tell(CLEAN, 2)
        assert len(bench.comments()) == 1 and "resolved" in bench.comments()[0]
        assert bench.web.statuses and not bench.web.check_runs  # no person's token may make a check run

    def test_one_that_was_removed_meanwhile_is_made_again(self, bench: Bench) -> None:
        bench.tell(WORSE)
        bench.github.before("PATCH */comments/*", lambda request: bench.web.comments.clear())
        assert "a comment" in bench.tell(OTHER, 2)
        assert len(bench.comments()) == 1

    @pytest.mark.parametrize("fault", ["502-after", "reset-after"])
    def test_a_write_whose_answer_is_lost_is_looked_up_or_repeated(self, bench: Bench, fault: str) -> None:
        bench.github.fail("POST */issues/1/comments", fault)
        assert ", the comment, which stands as it is" in bench.tell(WORSE)
        assert [verb for verb, path in writes(bench) if "comments" in path] == ["POST"]
        bench.github.fail("PATCH */comments/*", fault)
        assert bench.tell(CLEAN, 2).endswith("the comment, as resolved")
        assert len(bench.comments()) == 1 and "resolved" in bench.comments()[0]

    def test_it_fits(self, bench: Bench) -> None:
        many = Report(
            tuple(BAD._replace(finding=Finding(f"finding {number} | 漢")) for number in range(3000))
        )
        bench.tell(many)
        (body,) = bench.comments()
        assert 50_000 < len(body) < 65_536 and len(body.encode()) < 262_144
        assert "more items that did not fit here" in body

    def test_without_a_number_there_is_none(self, bench: Bench) -> None:
        bench.pull.number, number = 0, bench.pull.number
        bench.tell(WORSE)
        bench.pull.number = number
        assert not bench.comments() and bench.web.check_runs


class TestRaces:
    def test_two_that_make_one_at_once(self, bench: Bench) -> None:
        """Both have looked and seen none; the first number stays."""

        def first(request: Any) -> None:
            bench.github.scripts.clear()
            add_comment(bench.web, 1, body_of(bench, WORSE), "github-actions[bot]")

        bench.github.before("POST */issues/1/comments", first)
        said = bench.tell(WORSE, 2)
        assert len(bench.comments()) == 1 and "comment" in said
        mark = marked(bench.comments()[0])
        assert mark is not None and mark.run == 1001

    def test_the_later_of_two_has_the_last_word(self, bench: Bench) -> None:
        def first(request: Any) -> None:
            bench.github.scripts.clear()
            add_comment(bench.web, 1, body_of(bench, OTHER), "github-actions[bot]")

        bench.github.before("POST */issues/1/comments", first)
        bench.tell(WORSE, 2)
        (body,) = bench.comments()
        assert "lint" in body and "run=2001" in body

    def test_the_earlier_of_two_has_not(self, bench: Bench) -> None:
        bench.tell(WORSE, 5)
        before = bench.comments()
        assert "left as a later run has written it" in bench.tell(OTHER, 4)
        assert bench.comments() == before

    def test_an_older_run_leaves_the_comment_of_a_newer_head(self, bench: Bench) -> None:
        old = bench.pull.head_sha
        bench.web.commit("feature/login", {"b": "b"})
        bench.tell(WORSE, 2)
        before = bench.comments()
        said = bench.tell(OTHER, 1, sha=old)
        assert bench.comments() == before and f"left to the run for {bench.pull.head_sha[:7]}" in said
        heads = {one["head_sha"]: one["conclusion"] for one in bench.web.check_runs}
        assert set(heads) == {old, bench.pull.head_sha}  # each commit has its own verdict

    def test_a_head_that_is_pushed_while_the_older_run_writes(self, bench: Bench) -> None:
        def push(request: Any) -> None:
            bench.web.commit("feature/login", {"b": "b"})

        bench.github.before("POST */issues/1/comments", push)
        bench.tell(WORSE, 1, sha=bench.pull.head_sha)
        bench.again()
        bench.tell(CLEAN, 2)
        (body,) = bench.comments()
        assert "resolved" in body and bench.pull.head_sha in body

    def test_doubles_of_before_are_cleared_away(self, bench: Bench) -> None:
        for _ in range(3):
            add_comment(bench.web, 1, body_of(bench, WORSE), "github-actions[bot]")
        bench.tell(WORSE, 2)
        assert len(bench.comments()) == 1


def body_of(bench: Bench, report: Report) -> str:
    """What the first run would write."""
    return comment_of(report, ABOUT, bench.asked(fork=False, draft=False), bench.pull.head_sha, 1001)


class TestPermissions:
    @pytest.mark.parametrize(
        ("lacks", "says"),
        [
            ("checks", "check run (checks: write)"),
            ("pull_requests", "comment (pull-requests: write)"),
            ("contents", ""),
            ("statuses", ""),
        ],
    )
    def test_one_by_one(self, bench: Bench, lacks: str, says: str) -> None:
        """With a private repository: each that is missing costs its own surface alone, in one line."""
        scopes = {name: level for name, level in ALL.items() if name != lacks}
        bench.token(scopes)
        said = bench.tell(WORSE)
        assert says in said and "reported in the job's summary" in said
        assert said.count("\n") <= 1
        assert bool(bench.comments()) is (lacks != "pull_requests")
        assert bool(bench.web.check_runs) is (lacks != "checks")

    def test_a_fork_or_dependabot_reads_only(self, bench: Bench) -> None:
        bench.token(dict.fromkeys(ALL, "read"))
        said = bench.tell(WORSE)
        assert said.splitlines()[1:] == [
            "left out, because this token may not: check run (checks: write), commit status (statuses: write), "
            "comment (pull-requests: write)"
        ]
        assert not bench.web.check_runs and not bench.web.statuses and not bench.comments()
        assert outputs(bench.output)["verdict"] == "violated"

    def test_no_token(self, bench: Bench) -> None:
        bench.forge = None  # type: ignore[assignment]
        assert "there is no token" in bench.tell(WORSE)
        assert not bench.github.requests
