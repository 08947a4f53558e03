"""A program of the team's own as a rule: the page's example at every moment, and each way in which it can fail."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import NamedTuple

import jsonschema
import pytest

from gitflowguard import api
from tests.budget import sampled, spread
from tests.e2e.world import WAYS, World, make
from tools import json_docs

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/own-rules.md").read_text("utf-8")
FILES = dict(re.findall(r"^`([\w./-]+)`:\n\n```\w+\n(.*?)^```$", PAGE, re.M | re.S))
POLICY = ".gitflowguard.yaml"
PROGRAM = "tools/rules/issue_key.py"
NAME = "x/issue-key"


class Shop(NamedTuple):
    """A team whose integration branch has the page's rule."""

    world: World

    def team(self, policy: str = FILES[POLICY], program: str = FILES[PROGRAM]) -> None:
        """Puts both on develop, here and at the remote."""
        self.world.do("switch", "-q", "develop")
        (self.world.work / POLICY).write_text(policy)
        self.world.do("add", "--force", "--", POLICY)  # the frameworks' world ignores it
        self.world.write(PROGRAM, program)
        self.world.do("commit", "-q", "-m", "PROJ-1 Rules")
        self.world.do("push", "-q", "origin", "develop")

    def work(self, message: str = "", name: str = "feature/login") -> None:
        """A branch of work, with a commit that no hook has seen if there is a message."""
        self.world.do("switch", "-q", "-c", name, "develop")
        if message:
            self.world.commit(message)

    def check(self, *words: str) -> tuple[int, str]:
        done = self.world.guard("check", *words)
        return done.code, done.text


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(make(tmp_path, "native"))


def answering(says: str) -> str:
    """A program that prints this, whatever it reads."""
    return f"import sys\nsys.stdin.read()\n{says}\n"


def test_the_example_of_the_page_at_a_commit_and_a_push(shop: Shop) -> None:
    """Blocked as the page shows it, allowed with an issue, skipped with a reason, and reported at the push."""
    shop.team()
    shop.work()
    shop.world.change()
    done = shop.world.git("commit", "-m", "Add login")
    shown = next(block for block in re.findall(r"```text\n(.*?)```", PAGE, re.S) if NAME in block)
    assert done.code == 1 and shown in done.text
    skipped = shop.world.git("commit", "-m", "Add login", GITFLOWGUARD_SKIP=f"{NAME}: no issue yet")
    assert skipped.code == 0 and f"skipped by GITFLOWGUARD_SKIP: {NAME} (no issue yet)" in skipped.text
    pushed = shop.world.git("push", "origin", "feature/login")
    assert pushed.code != 0 and '"Add login" names no issue' in pushed.text
    shop.world.do("commit", "-q", "--amend", "-m", "PROJ-7 Add login")
    assert shop.world.git("push", "origin", "feature/login").code == 0
    shop.world.change()
    good = shop.world.git("commit", "-m", "PROJ-8 More")
    assert good.code == 0 and "gitflowguard" not in good.text


@pytest.mark.parametrize("way", sampled(WAYS[1:], "prek"))
def test_behind_a_framework(tmp_path: Path, way: str) -> None:
    """pre-commit and prek start the same judgement."""
    shop = Shop(make(tmp_path, way))
    shop.team()
    shop.work()
    shop.world.change()
    done = shop.world.git("commit", "-m", "Add login")
    assert done.code == 1 and f'error[{NAME}]: "Add login" names no issue' in done.text
    assert shop.world.git("commit", "-m", "PROJ-2 Add login").code == 0


def test_foreign_words_are_escaped(shop: Shop) -> None:
    """A message may hold anything; it leaves by the one writer, on one line.

    `make test` asks three formats: tests/report/test_formats.py has foreign text in each of them.
    """
    says = json.dumps(
        {"findings": [{"fact": 0, "message": "red \x1b[31m\n::error::x https://ada:hunter2@h.example/"}]}
    )
    shop.team(program=answering(f"print({says!r})"))
    shop.work("Add login")
    formats = ("text", "markdown", "github", "junit", "json", "sarif")
    for name in spread(formats, 3):
        code, text = shop.check("--output-format", name)
        assert code == 1 and "\x1b" not in text and "hunter2" not in text, name
        assert not re.search(r"^::error::x", text, re.M)


def test_in_every_format_and_command(shop: Shop) -> None:
    """The rule stands in each format once, under its name; explain, rules and --timings list it.

    `make test` asks three formats: tests/report/test_formats.py has what each of them says of a finding.
    """
    shop.team()
    shop.work("Add login")
    formats = spread(("text", "json", "sarif", "junit", "github", "markdown"), 3)
    for name in formats:
        code, text = shop.check("--output-format", name)
        assert code == 1 and NAME in text and f"{NAME} {NAME}" not in text, name
    assert "A subject names its issue." in shop.world.guard("explain", NAME).text
    data = json.loads(shop.world.guard("explain", NAME, "--json").text)
    assert (data["code"], data["default"], data["family"]) == (NAME, "error", "own")
    assert f"{NAME}  " in shop.world.guard("rules").text
    timed = json.loads(shop.world.guard("doctor", "--timings", "--json").text)
    (row,) = timed["timings"]
    assert (row["rule"], row["moment"], row["runs"]) == (NAME, "check", len(formats)) and row[
        "slowest"
    ] >= row["median"] > 0
    jsonschema.validate(timed, json_docs.schema("timings", "", json_docs.TIMINGS))


def test_a_pull_request_is_judged_by_the_program_at_its_base(shop: Shop) -> None:
    """A branch that makes the program silent changes nothing, and that it does is reported."""
    shop.team()
    shop.work()
    shop.world.write(PROGRAM, answering("print('{\"findings\": []}')"))
    shop.world.do("commit", "-q", "-m", "Quiet")
    done = shop.world.guard("pr", "check", "--base", "develop", "--head", "feature/login")
    assert done.code == 1 and '"Quiet" names no issue' in done.text
    assert f"what the rule {NAME} reports" in done.text


def test_a_push_that_has_happened_is_judged_by_the_program_before_it(shop: Shop, tmp_path: Path) -> None:
    """`check --event`: what the push itself changed of the program doesn't count."""
    shop.team()
    before = shop.world.do("rev-parse", "develop")
    shop.world.write(PROGRAM, answering("print('{\"findings\": []}')"))
    shop.world.do("commit", "-q", "-m", "Quiet")
    after = shop.world.do("rev-parse", "develop")
    shop.world.do("push", "-q", "origin", "develop")
    event = tmp_path / "event.json"
    event.write_text(
        json.dumps({"ref": "refs/heads/develop", "before": before, "after": after, "forced": False})
    )
    code, text = shop.check("--event", str(event))
    assert code == 1 and '"Quiet" names no issue' in text


def test_the_api(shop: Shop) -> None:
    """A message and the whole repository, judged by other programs."""
    shop.team()
    shop.work("Add login")
    folder = str(shop.world.work)
    for found in (api.message("Add login", folder=folder), api.repository(folder)):
        (one,) = (finding for finding in found.findings if finding.rule == NAME)
        assert (one.code, one.says) == (NAME, '"Add login" names no issue') and not found.blind
    stranger = FILES[POLICY].replace("issue_key", "other")
    found = api.message("Add login", folder=folder, policy=stranger)
    assert found.blind and "this branch's policy names a program" in found.unknown[0].reason


def test_a_job_installs_the_package_that_the_team_s_policy_names(shop: Shop) -> None:
    """`config tools` prints it for the base, and not for a branch's own policy."""
    shop.team(FILES[POLICY] + "    package: acme==1.0\n")
    done = shop.world.guard("config", "tools", "--requirements", "--at", "develop")
    assert (done.code, done.text) == (0, "acme==1.0\n")
    shop.work()
    shop.world.write(POLICY, FILES[POLICY] + "    package: other==1.0\n")
    shop.world.do("commit", "-q", "-m", "Other")
    done = shop.world.guard("config", "tools", "--requirements", "--at", "feature/login")
    assert "\nother==1.0" not in f"\n{done.text}" and "gitflowguard.trust" in done.text


def test_a_message_by_itself(shop: Shop, tmp_path: Path) -> None:
    """`message`, as an editor or a framework calls it."""
    shop.team()
    shop.work()
    (tmp_path / "message").write_text("Add login\n")
    done = shop.world.guard("message", str(tmp_path / "message"))
    assert done.code == 1 and '"Add login" names no issue' in done.text
    piped = shop.world.guard("message", "-", stdin="Add login\n")
    assert piped.code == 1 and '"Add login" names no issue' in piped.text
    assert shop.world.guard("message", "-", stdin="PROJ-1 Add login\n").code == 0
    refused = shop.world.guard("message", "--fix", "-", stdin="Add login\n")
    assert refused.code == 2 and "--fix repairs a file" in refused.text


def test_a_program_that_only_this_branch_names_does_not_run(shop: Shop, tmp_path: Path) -> None:
    """Not at a commit, not at check; the printed command trusts it, and a changed program is not trusted any more."""
    mark = tmp_path / "ran"
    shop.work()
    for path, text in ((POLICY, FILES[POLICY]), (PROGRAM, f"open({str(mark)!r}, 'a')\n{FILES[PROGRAM]}")):
        shop.world.write(path, text)
    done = shop.world.git("commit", "-m", "Rules")
    assert done.code == 0 and f"Can't determine {NAME}: this branch's policy names a program" in done.text
    code, text = shop.check()
    assert code == 3 and not mark.exists()
    (command,) = re.findall(r"help: (git config .*)", text)
    assert shop.world.run("sh", "-c", command).code == 0
    code, text = shop.check()
    assert code == 1 and '"Rules" names no issue' in text and mark.exists()
    mark.unlink()
    (shop.world.work / PROGRAM).write_text(f"open({str(mark)!r}, 'a')  # another\n{FILES[PROGRAM]}")
    assert shop.check()[0] == 3 and not mark.exists()


BROKEN = {
    "raise ValueError('no tracker')": "its program ended with exit code 1: ValueError: no tracker",
    "sys.exit(7)": "its program ended with exit code 7",
    "print('{\"findings\": []}'); sys.exit(1)": "its program ended with exit code 1",
    "pass": "its answer can't be used: it is empty",
    "print('no JSON')": "its answer can't be used: it isn't JSON",
    'print(\'{"findings": [{"fact": 9, "message": "x"}]}\')': "findings[0].fact must be",
    "import os; os.kill(os.getpid(), 9)": "its program was killed by signal 9",
    "import time; time.sleep(30)": "its program took more than 1 s",
}


@pytest.mark.parametrize("says", sampled(BROKEN, 0, 7))
def test_a_rule_that_could_not_judge_is_never_a_pass(shop: Shop, says: str) -> None:
    """Exit code 3 and the reason, at `check` and in a hook; a warning only says so. Never a traceback.

    The others are slow: what an answer has to be is proved by tests/own/test_own_units.py.
    """
    policy = FILES[POLICY] + ("    seconds: 1\n" if "sleep" in says else "    seconds: 60\n")
    shop.team(policy, answering(says))
    shop.work("PROJ-2 Work")
    code, text = shop.check()
    assert code == 3 and BROKEN[says] in text and "Traceback" not in text
    shop.world.change()
    done = shop.world.git("commit", "-m", "PROJ-3 More")
    assert done.code != 0 and BROKEN[says] in done.text and "A rule that couldn't judge blocks." in done.text


def test_a_warning_that_could_not_judge_says_so_and_blocks_nothing(shop: Shop) -> None:
    """A broken rule is never silent, not even one that blocks nothing."""
    shop.team(FILES[POLICY] + "    severity: warning\n", answering("raise ValueError('no tracker')"))
    shop.work()
    shop.world.change()
    done = shop.world.git("commit", "-m", "PROJ-4 More")
    assert done.code == 0
    assert (
        f"note: Can't determine {NAME}: its program ended with exit code 1: ValueError: no tracker"
        in done.text
    )


def test_what_it_starts_dies_with_it_and_nothing_leads_it_elsewhere(shop: Shop, tmp_path: Path) -> None:
    """No terminal, no variables of git or Python, its own files in an empty directory; a child doesn't outlive it."""
    seen, late = tmp_path / "seen", tmp_path / "late"
    says = f"""
import os, subprocess, json, beside
given = json.load(sys.stdin)
odd = [name for name in os.environ if name.startswith(("GIT_", "PYTHON"))]
open({str(seen)!r}, "w").write(json.dumps([odd, sorted(os.listdir(".")), beside.WORD, given]))
subprocess.Popen(["sh", "-c", "sleep 4; echo late > {late}"])
import time; time.sleep(30)
"""
    shop.team(FILES[POLICY] + "    seconds: 1\n", f"import sys\n{says}")
    shop.world.write("tools/rules/beside.py", "WORD = 'team'\n")
    shop.world.do("commit", "-q", "-m", "PROJ-5 Beside")
    shop.world.do("push", "-q", "origin", "develop")
    shop.work("PROJ-2 Work")
    (shop.world.work / "tools/rules/beside.py").write_text("WORD = 'mine'\n")
    done = shop.world.run("gitflowguard", "check", PYTHONPATH=str(tmp_path), GIT_AUTHOR_NAME="x")
    assert "took more than 1 s" in done.text
    odd, names, word, given = json.loads(seen.read_text())
    assert (odd, names, word) == ([], [".git", "tools"], "team")
    jsonschema.validate(given, json_docs.schema("rule-facts", "", json_docs.RULE_FACTS))
    assert given["repository"]["top"] == str(shop.world.work)
    import time

    time.sleep(4)
    assert not late.exists()


def test_severities_of_a_kind_and_ignore(shop: Shop) -> None:
    """A kind's own severity counts, and a rule that is ignored isn't started."""
    policy = FILES[POLICY] + "kinds:\n  feature:\n    rules:\n      x/issue-key: warning\n"
    shop.team(policy)
    shop.work("Add login")
    code, text = shop.check()
    assert code == 0 and f"warning[{NAME}]" in text
    shop.world.do("switch", "-q", "develop")
    shop.team(policy.replace("issue-key: warning", "issue-key: ignore"), answering("raise SystemExit(9)"))
    shop.world.do("switch", "-q", "feature/login")
    shop.world.do("rebase", "-q", "develop")
    assert shop.check()[0] == 0
