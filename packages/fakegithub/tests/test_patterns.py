"""The fake's matcher: recorded answers of Ruby 3.1.2, and Ruby itself where it is installed."""

from __future__ import annotations

import json
import random
import shutil
import subprocess

import pytest

from fakegithub.patterns import fnmatch, ref_matches

REFS = (
    "refs/heads/main", "refs/heads/Main", "refs/heads/develop", "refs/heads/release/1.0",
    "refs/heads/release/1.0/rc1", "refs/heads/release/rc", "refs/heads/release/.x", "refs/heads/feature/a",
    "refs/heads/feature/a/b", "refs/heads/x/main", "refs/heads/.x/main", "refs/heads/{main,develop}",
    "refs/tags/v1", "refs/heads/v*", "main",
)  # fmt: skip
RUBY = {
    "refs/heads/*": [0, 1, 2, 11, 13],
    "refs/heads/**/*": [0, 1, 2, 3, 4, 5, 7, 8, 9, 11, 13],
    "refs/heads/release/*": [3, 5],
    "refs/heads/release/**": [3, 5],
    "refs/heads/release/**/*": [3, 4, 5],
    "refs/heads/main": [0],
    "refs/heads/[mM]ain": [0, 1],
    "refs/heads/{main,develop}": [11],
    "refs/heads/feature/?*": [7],
    "refs/**/main": [0, 9],
    "**/main": [0, 9, 14],
    "*": [14],
    "**": [14],
    "**/*": [0, 1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 13, 14],
    "refs/heads/release/[!a-z]*": [3],
    "refs/heads/v\\*": [13],
}
PIECES = "* ** ? [ab] [!a] [a-c] a b release 1.0 .x \\* \\ {a,b} [ []a] - a* *a . [!] [\\]a] x** **x".split()
NAMES = "a b c release 1.0 .x * {a,b} ab - ] axx [ . \\".split()
SCRIPT = (
    'require "json"; JSON.parse(STDIN.read).each{|p,s| print File.fnmatch(p,s,File::FNM_PATHNAME) ? 1 : 0}'
)


@pytest.mark.parametrize("pattern", RUBY)
def test_as_ruby_answered(pattern: str) -> None:
    assert [number for number, ref in enumerate(REFS) if fnmatch(pattern, ref)] == RUBY[pattern]


def test_the_two_names_that_are_no_patterns() -> None:
    assert ref_matches("~ALL", "refs/heads/a/b/.c", "main")
    assert ref_matches("~DEFAULT_BRANCH", "refs/heads/trunk", "trunk")
    assert not ref_matches("~DEFAULT_BRANCH", "refs/tags/trunk", "trunk")


@pytest.mark.skipif(shutil.which("ruby") is None, reason="needs ruby")
def test_as_ruby_answers() -> None:
    """5,000 odd patterns and names of a fixed seed."""
    pick = random.Random(5)
    cases = []
    for _ in range(5000):
        pattern = "/".join(
            "".join(pick.choices(PIECES, k=pick.choice((1, 1, 2)))) for _ in range(pick.randint(1, 4))
        )
        name = "/".join(
            "".join(pick.choices(NAMES, k=pick.choice((1, 1, 2)))) for _ in range(pick.randint(1, 5))
        )
        cases.append((pattern, name))
    done = subprocess.run(
        ["ruby", "-EUTF-8", "-e", SCRIPT], input=json.dumps(cases), capture_output=True, text=True, check=True
    )
    assert "1" in done.stdout
    different = [
        case for case, said in zip(cases, done.stdout, strict=True) if fnmatch(*case) != (said == "1")
    ]
    assert different == []
