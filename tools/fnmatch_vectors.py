"""Writes tests/protection/fnmatch.json: what Ruby's File.fnmatch answers, for machines that have no Ruby.

``--check`` exits 1 where this machine's Ruby answers differently. GitHub matches branch patterns with
File.fnmatch(pattern, ref, File::FNM_PATHNAME).
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess  # runs ruby with a fixed program, no shell  # nosec B404
import sys
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "tests" / "protection" / "fnmatch.json"
PROGRAM = "puts JSON.generate(JSON.parse(STDIN.read).map { |p, s| File.fnmatch(p, s, File::FNM_PATHNAME) })"
# Pieces of patterns and of names; few letters, so that they often meet.
PATTERNS = (
    "* ** **/ / a b . ? [ab] [!a] [^.] [a-c] [a-] [-a] []a] [\\]] \\ \\* { } , [ ] - é ! feature/ release/ v"
).split()
NAMES = "/ a b c . é - ] \\ * [ , feature/ release/ v 1.0".split()
# What is worth telling apart by hand: patterns with the names that each is asked about.
BY_HAND: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("release/*", ("release/1.0", "release/1.0/rc1", "release/", "release", "release/.hidden", "xrelease/1")),
    (
        "release/**/*",
        ("release/1.0", "release/1.0/rc1", "release/a/b/c", "release/a/.b", "release/.a/b", "release"),
    ),
    ("release/**", ("release/1.0", "release/1.0/rc1", "release/", "release/.x")),
    ("**/*", ("a", "a/b", ".a", "a/.b", "a/b/c")),
    ("**/main", ("main", "a/main", "a/b/main", ".a/main", "mainx")),
    ("{a,b}", ("a", "b", "{a,b}")),
    ("v[0-9]*", ("v1", "v", "vx", "v10.2", "v1/2")),
    ("refs/heads/**/*", ("refs/heads/main", "refs/heads/a/b", "refs/heads/", "refs/tags/v1")),
    ("[!]", ("a", "]", "")),
    ("[]", ("a", "]", "")),
    ("a\\", ("a", "a\\")),
    ("a[/]b", ("a/b", "a[/]b")),
    ("*.*", ("a.b", ".a", "a.", ".")),
    ("a**b", ("ab", "axxb", "a/b")),
    ("***/a", ("a", "b/a", "b/c/a")),
    ("**/**/a", ("a", "b/a", "b/c/a")),
    ("a/**/b/**/c", ("a/b/c", "a/x/b/y/z/c", "a/b/b/c", "a/c")),
)


def cases(count: int, seed: int) -> list[tuple[str, str]]:
    """(pattern, name): those by hand, then made-up ones, of which many nearly match."""
    # Always the same ones, so that a run can be repeated: no secret is made here.
    source = random.Random(seed)  # nosec B311
    found = [(pattern, name) for pattern, names in BY_HAND for name in names]
    while len(found) < count:
        pattern = "".join(source.choices(PATTERNS, k=source.randint(1, 6)))
        name = "".join(source.choices(NAMES, k=source.randint(0, 6)))
        if source.random() < 0.5:
            # A name made from the pattern, so that about half of the answers are yes.
            name = pattern.replace("**/", source.choice(("", "a/", "a/b/"))).replace("*", source.choice("ab"))
            name = name.replace("?", "c").replace("\\", "").replace("[ab]", "b").replace("[a-c]", "c")
        found.append((pattern, name))
    return found


def asked(rows: list[tuple[str, str]]) -> list[bool]:
    """What Ruby on this machine answers."""
    ruby = shutil.which("ruby")
    if ruby is None:
        raise SystemExit("there is no ruby on this machine")
    ended = subprocess.run(  # nosec B603
        (ruby, "-EUTF-8", "-rjson", "-e", PROGRAM),
        input=json.dumps(rows).encode(),
        capture_output=True,
        check=True,
        env={"LC_ALL": "C.UTF-8"},
        timeout=60,
    )
    answers: list[bool] = json.loads(ended.stdout)
    return answers


def main(argv: list[str], target: Path = TARGET) -> int:
    """Exit code: 0, or 1 if ``--check`` finds a difference."""
    if "--check" in argv:
        rows = json.loads(target.read_text(encoding="utf-8"))
        said = asked([(pattern, name) for pattern, name, _ in rows])
        wrong = [row for row, answer in zip(rows, said) if row[2] is not answer]
        print(f"{len(rows) - len(wrong)} of {len(rows)} vectors are as ruby says")
        return 1 if wrong else 0
    every = list(dict.fromkeys(cases(1200, seed=5)))
    lines = [json.dumps([pattern, name, answer]) for (pattern, name), answer in zip(every, asked(every))]
    target.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
