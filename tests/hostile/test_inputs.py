"""Mutated policies, names, messages, events, plans, baselines and pre-commit files: an answer or one clear error."""

# flake8: noqa: E501 - an input is one line
from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from gitflowguard.app.policy.file import TOML_NAME, YAML_NAME
from gitflowguard.app.quality import baseline
from gitflowguard.app.setup.precommit import splice, take_out
from gitflowguard.engine import evaluate
from gitflowguard.hook.payload import EventError, read
from gitflowguard.model.facts import Branch, Commit, Refs, View
from gitflowguard.policy.errors import PolicyError
from gitflowguard.policy.parse import parse
from gitflowguard.policy.presets import preset_flow
from gitflowguard.protection.planfile import PlanError, read_plan
from gitflowguard.quality.catalogue import NAMES as TOOLS
from gitflowguard.repo.files import SetupError
from gitflowguard.report.about import About
from gitflowguard.report.formats import FORMATS, render
from gitflowguard.rules import registry
from tests.pull.scenes import payload

pytestmark = pytest.mark.hostile("bad inputs")
ROOT = Path(__file__).resolve().parents[2]
SEED = 20261130
# Cases in `make test`, and the seconds that each kind of input may take in the whole suite.
SAMPLE, SECONDS, MOST = 60, 20.0, 9000
BITS = (
    b"\x00", b"\xff", b"\r", b"\n", b"\t", b"\x1b[2K", b"\xe2\x80\xae", b"\xed\xa0\x80", b"{", b"}", b"[", b"]", b":", b"- ",
    b"&a ", b"*a", b"<<: ", b"!!python/object:x ", b"'", b'"', b"\\ud800", b"#", b"%", b"9" * 400, b"-1", b"null", b"true",
    b"~", b"../", b"\xef\xbb\xbf", b"[" * 300, b"{version}" * 9, b"::error::", b"$(id)", b"1e999", b"NaN", b"",
)  # fmt: skip
POLICIES = (
    b"preset: gitflow\nrules:\n  direct-commit: error\nquality: {new-only: true}\ntools: {black: true}\n",
    b"preset: ml\nkinds:\n  release: {names: ['release/{version}', staging], targets: [main]}\nstale-days: 30\n",
    b"kinds:\n  main: {name: trunk, protected: true}\n  task: {name: 'task/{ticket}-{slug}', parent: [main], targets: [main]}\n",
    b"protection:\n  level: auto\n  main: {approvals: 2}\nmessage: {style: conventional, max-subject: 72}\n",
)
TOML = b'[tool.gitflowguard]\npreset = "gitflow"\n[tool.gitflowguard.rules]\ndirect-commit = "error"\n'
CONFIGS = (
    "repos:\n- repo: local\n  hooks:\n  - id: x\n    name: x\n    entry: x\n    language: system\n",
    "default_stages: [commit]\nrepos:\n  - repo: https://h.invalid/a\n    rev: v1\n    hooks:\n      - id: a # why\n",
    "# c\r\nrepos: []\r\nexclude: ^x\r\n",
)


def mutated(data: bytes, dice: random.Random) -> bytes:
    """One to four bytes, pieces or lines taken out, put in, doubled or moved."""
    for _ in range(dice.randint(1, 4)):
        at = dice.randint(0, len(data))
        to = min(len(data), at + dice.randint(0, 12))
        kind = dice.randint(0, 4)
        if kind == 0:
            data = data[:at] + data[to:]
        elif kind == 1:
            data = data[:at] + dice.choice(BITS) + data[at:]
        elif kind == 2:
            data = data[:at] + dice.choice(BITS) + data[to:]
        elif kind == 3:
            data = data[:to] + data[at:]
        else:
            data = data[:at] + bytes([dice.randrange(256)]) + data[at + 1 :]
    return data


RULES = registry.load()


def policy(dice: random.Random) -> None:
    """Both forms."""
    name, source = (TOML_NAME, TOML) if dice.random() < 0.25 else (YAML_NAME, dice.choice(POLICIES))
    try:
        parse(
            mutated(source, dice),
            name,
            tuple(r.name for r in RULES),
            tuple(r.code for r in RULES),
            tools=TOOLS,
        )
    except PolicyError as problem:
        assert str(problem).isprintable() or "\n" in str(problem)


def event(dice: random.Random) -> None:
    """A pull request's, as JSON whose text or whose fields are broken."""
    body: Any = payload(("main", "1" * 40), ("feature/x", "2" * 40))
    where: Any = body
    while isinstance(where, dict) and where:
        key = dice.choice(list(where))
        if dice.random() < 0.4 or not isinstance(where[key], dict):
            where[key] = dice.choice(
                (None, 1, -1, "", "\x1b", [], {}, True, "refs/heads/", "a" * 9999, 1e308)
            )
            break
        where = where[key]
    try:
        read(body)
    except EventError as problem:
        assert str(problem)


def plan(dice: random.Random) -> None:
    source = json.dumps(
        {"version": 1, "repository": "acme/web", "steps": [{"title": "x", "why": "y", "change": {}}]}
    )
    try:
        read_plan(mutated(source.encode(), dice).decode("utf-8", "replace"))
    except PlanError as problem:
        assert str(problem)


def frozen(dice: random.Random) -> None:
    """A line that isn't ours freezes nothing, and what is read is written again."""
    found = baseline.read(
        mutated(b"2\tbandit\tB605\t0123456789ab\ta.py\n1\tflake8\tF401\tba9876543210\tb\\tc.py\n", dice)
    )
    assert all(count >= 0 for count in found.values())


def hooks(dice: random.Random) -> None:
    """pre-commit's file: refused with a reason, or spliced so that taking out gives back every byte."""
    text = mutated(dice.choice(CONFIGS).encode(), dice).decode("utf-8", "replace")
    try:
        done = splice(text)
    except SetupError as problem:
        assert str(problem)
        return
    if done.inserted:
        assert take_out(done.text, done.inserted) == text
        assert yaml.safe_load(done.text.removeprefix("\ufeff")) != yaml.safe_load(text.removeprefix("\ufeff"))


def words(dice: random.Random) -> None:
    """A name and a message through every rule and every format: nothing that a terminal obeys comes out."""
    flow = preset_flow("gitflow")
    name = mutated(b"feature/login-1", dice).decode("utf-8", "surrogateescape")
    message = mutated(b"feat: log in\n\nBody", dice).decode("utf-8", "surrogateescape")
    facts: list[Branch | Commit] = [
        Branch(name, "1" * 40),
        Commit(name, "1" * 40, ("2" * 40,), "commit", message),
    ]
    report = evaluate(RULES, facts, View(flow, Refs({}, {}, {})))
    form = dice.choice(FORMATS)
    text = render(form, report, About("0", "p", RULES, False))
    assert not [x for x in text if x in "\x1b\x07\x9b\u202e\x00" or 0xD800 <= ord(x) <= 0xDFFF], ascii(text)


KINDS = (policy, event, plan, frozen, hooks, words)


def run(kind: Callable[[random.Random], None], seconds: float, most: int, seed: int) -> tuple[int, list[str]]:
    """As many cases as the time allows; a case is named by its seed, so that it can be played again."""
    wrong, tried, end = [], 0, time.monotonic() + seconds
    while tried < most and time.monotonic() < end:
        tried += 1
        try:
            kind(random.Random(f"{kind.__name__} {seed} {tried}"))
        except Exception as problem:  # whatever it is, it would be a bug of ours in front of a user
            wrong.append(f"{kind.__name__} {seed} {tried}: {type(problem).__name__}: {problem}")
    return tried, wrong


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.__name__))
def test_a_sample(kind: Callable[[random.Random], None], tally: Callable[[int, int], None]) -> None:
    tried, wrong = run(kind, 3, SAMPLE, SEED)
    tally(tried, len(wrong))
    assert not wrong, wrong[:3]


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.__name__))
def test_as_many_as_the_time_allows(
    kind: Callable[[random.Random], None], tally: Callable[[int, int], None]
) -> None:
    tried, wrong = run(kind, SECONDS, MOST, SEED + 1)
    tally(tried, len(wrong))
    assert not wrong, wrong[:3]
