"""A repository on the fake GitHub, a policy, a token, and the command line in this process."""

from __future__ import annotations

import contextlib
import functools
import io
import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema
import pytest

from gitflowguard.cli.main import main
from gitflowguard.forge import pacing
from gitflowguard.forge.github import transport
from fakegithub import on_checks, rules
from fakegithub.fake import Fake
from fakegithub.repos import Repo
from tools import json_docs

NAME = "acme/web"
# What a run of the workflow reports.
OURS = tuple(f"gitflow ({kind})" for kind in ("main", "develop", "release", "support"))
# One line alone: few rulesets, so that hundreds of cases are quick.
SMALL = """\
kinds: {develop: false, feature: false, bugfix: false, release: false, hotfix: false, support: false, bot: false}
protection:
  kinds: {main: {approvals: 1}}
"""


class Said(NamedTuple):
    """What a command said and with which code it ended."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The report as JSON."""
        return json.loads(self.out)

    @property
    def text(self) -> str:
        """Both streams."""
        return self.out + self.err


@functools.cache
def described(command: str) -> jsonschema.Draft202012Validator:
    """The schema of what `gitflowguard COMMAND --json` prints (docs/reference/json), checked once itself."""
    name, _, said, body = next(row for row in json_docs.SCHEMAS if command in row[1])
    schema = json_docs.schema(name, said, body)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


class Clock(pacing.Pace):
    """Pacing without waiting: what would be slept is noted, and passes at once."""

    slept: list[float] = []

    def __init__(self, limits: bool = True, *rest: Any) -> None:
        self.time = 1_000_000.0
        super().__init__(False, self._sleep, lambda: self.time, lambda: self.time)

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds


class Bench:
    """The fake with one repository that the token may change."""

    def __init__(self, github: Fake, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.github = github
        self.folder = folder
        self.patch = monkeypatch
        github.org("acme", plan="team")
        self.web: Repo = github.repo(NAME, private=True)
        self.token = github.token("admin")
        self.file = folder / "policy.yaml"
        self.policy("preset: gitflow\n")
        Clock.slept = []
        monkeypatch.setattr(pacing, "Pace", Clock)
        monkeypatch.setattr(transport, "TIMEOUT", 1)
        github.slow = 1.5
        monkeypatch.setenv("GITHUB_TOKEN", self.token)
        monkeypatch.setenv(
            "NO_PROXY", "127.0.0.1"
        )  # else every request reads the whole environment twice for one
        monkeypatch.setenv("XDG_STATE_HOME", str(folder / "state"))
        monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))

    def policy(self, text: str) -> None:
        """Writes the policy that every command reads."""
        self.file.write_text(text)

    def reported(self, *names: str) -> None:
        """Lets checks have run on the newest commit of main."""
        for name in names or OURS:
            on_checks.ran(self.web, "main", name)

    def run(self, *argv: str, stdin: str | None = None, names: tuple[str, ...] = (NAME,)) -> Said:
        """`gitflowguard protect ARGV` with the bench's policy and server; its output holds no secret."""
        words = ["protect", *argv, *(names if argv[0] != "simulate" else ())]
        if argv[0] != "simulate":
            words += ["--api-url", self.github.url]
        return self.call(*words, "--policy", str(self.file), stdin=stdin)

    def call(self, *words: str, stdin: str | None = None) -> Said:
        """The command line, in this process."""
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "stdin", io.StringIO(stdin or ""))
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                code = main(list(words))
        said = Said(code, out.getvalue(), err.getvalue())
        assert self.token not in said.text, "the token was told"
        if (
            words[0] == "protect"
            and said.out
            and ("--json" in words or "json" in words)
            and "-o" not in words
        ):
            described(f"protect {words[1]}").validate(said.data)
        return said

    def rulesets(self) -> dict[str, dict[str, Any]]:
        """Every ruleset of the repository by its name, as GitHub keeps it."""
        return {one["name"]: one for one in self.web.rulesets.values()}

    def state(self) -> str:
        """All that an apply may change, for comparison."""
        kept = {
            name: {k: v for k, v in one.items() if k != "updated_at"} for name, one in self.rulesets().items()
        }
        return json.dumps([kept, self.web.settings, self.web.protection], sort_keys=True, default=repr)

    def refused(self, action: str, branch: str, login: str = "octocat") -> bool:
        """Whether GitHub would refuse a person with write access."""
        return rules.refusal(self.web, action, f"refs/heads/{branch}", rules.Actor(login)) is not None


def canary_free(folder: Path, token: str) -> None:
    """No file below the folder holds the token."""
    with contextlib.suppress(FileNotFoundError):
        for path in folder.rglob("*"):
            if path.is_file():
                assert token.encode() not in path.read_bytes(), path
