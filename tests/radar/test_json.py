"""The radar for programs."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import example, given, settings

from gitflowguard.model.finding import Unknown
from gitflowguard.radar.nouns import Pair, Radar
from gitflowguard.report.radar.json import render
from tests.budget import examples
from tests.radar.samples import (
    ABOUT,
    CLEAR,
    CONFIG,
    DEVELOP,
    EMPTY,
    FULL,
    LINE,
    SHALLOW,
    crowd,
    filled,
)
from tests.report.foreign import FOREIGN
from tests.report.samples import EVIL

many = settings(max_examples=examples(60), derandomize=True, deadline=None, database=None)
SMALL = Radar(
    targets=(DEVELOP,),
    contacts=(CONFIG, SHALLOW),
    pairs=(
        Pair(
            target="develop",
            first="feature/a",
            second="feature/b",
            clashes=(),
            ways="both",
            untold=Unknown("git crashed"),
        ),
    ),
    twins=FULL.twins,
    orders=CLEAR.orders,
    broken=FULL.broken,
    seen=2,
    beyond=0,
    merges=3,
    pairs_of=1,
    notes=("a word",),
)
EXPECTED = r"""{
  "schema_version": 2,
  "tool": {
    "name": "gitflowguard",
    "version": "0.1.0"
  },
  "says": "1 of 2 branches conflicts with develop as it is; 1 clean merge would be broken; can't determine 1 branch and 1 pair",
  "targets": [
    {
      "name": "develop",
      "ref": "develop",
      "tip": "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334"
    }
  ],
  "branches": [
    {
      "branch": "feature/config",
      "ref": "feature/config",
      "commit": "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334",
      "kind": "feature",
      "target": "develop",
      "state": "stale",
      "clashes": [
        {
          "path": "pipeline.py",
          "kind": "content",
          "nature": "code",
          "ours": {
            "path": "pipeline.py",
            "lines": [
              [
                2,
                2
              ],
              [
                7,
                6
              ]
            ],
            "author": "Ada Lovelace"
          },
          "theirs": {
            "path": "pipeline.py",
            "lines": [
              [
                2,
                5
              ],
              [
                9,
                9
              ]
            ],
            "author": "Ben"
          },
          "deleted_by": null,
          "hunks": [
            {
              "ours": [
                "lr = LogisticRegression(maxIter=20, regParam=0.001)"
              ],
              "theirs": [
                "lr = LogisticRegression(",
                "    maxIter=model_config[\"maxIter\"],",
                "    regParam=model_config[\"regParam\"],",
                ")"
              ]
            },
            {
              "ours": [],
              "theirs": [
                "model = lr.fit(train)"
              ]
            }
          ],
          "recipe": null
        },
        {
          "path": "app/uv.lock",
          "kind": "content",
          "nature": "lock file",
          "ours": {
            "path": "app/uv.lock",
            "lines": [
              [
                3,
                3
              ]
            ],
            "author": "Ada Lovelace"
          },
          "theirs": {
            "path": "app/uv.lock",
            "lines": [
              [
                3,
                3
              ]
            ],
            "author": "Ben"
          },
          "deleted_by": null,
          "hunks": [],
          "recipe": "keep one side whole: git checkout --theirs -- app/uv.lock, and let it be completed: (cd app && uv lock)"
        }
      ],
      "author": "Ben",
      "committed": 1700000000,
      "worktree": null,
      "depends_on": [],
      "conflicts_if_squashed": [],
      "pull": null,
      "why_no_commands": null,
      "mend": [
        [
          "git",
          "switch",
          "feature/config"
        ],
        [
          "git",
          "merge",
          "develop"
        ]
      ],
      "mend_shell": [
        "git switch feature/config",
        "git merge develop"
      ]
    },
    {
      "branch": "feature/old",
      "ref": "feature/old",
      "commit": "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334",
      "kind": "feature",
      "target": "develop",
      "state": {
        "unknown": "this clone is shallow"
      },
      "clashes": [],
      "author": null,
      "committed": 1700000000,
      "worktree": null,
      "depends_on": [],
      "conflicts_if_squashed": [],
      "pull": null,
      "why_no_commands": null,
      "mend": [
        [
          "git",
          "fetch",
          "--unshallow"
        ]
      ],
      "mend_shell": [
        "git fetch --unshallow"
      ]
    }
  ],
  "pairs": [
    {
      "target": "develop",
      "first": "feature/a",
      "second": "feature/b",
      "moves": null,
      "after": null,
      "order": null,
      "why_no_commands": null,
      "ways": {
        "unknown": "git crashed"
      },
      "other_way": {
        "unknown": "git crashed"
      },
      "clashes": [],
      "mend": [],
      "mend_shell": []
    }
  ],
  "twins": [
    {
      "one": "feature/a",
      "other": "feature/done",
      "commits": [
        {
          "one": "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334",
          "other": "0d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f70",
          "subject": "Read the parameters | from a file"
        }
      ]
    }
  ],
  "orders": [
    {
      "target": "develop",
      "steps": [
        {
          "branch": "feature/a",
          "clean": true,
          "paths": [],
          "against": [],
          "breaks": []
        },
        {
          "branch": "feature/b",
          "clean": true,
          "paths": [],
          "against": [],
          "breaks": []
        }
      ],
      "now": [
        "feature/a",
        "feature/b"
      ],
      "verified": true,
      "asked": false
    }
  ],
  "knots": [],
  "broken": [
    {
      "target": "develop",
      "branches": [
        "feature/a",
        "feature/c"
      ],
      "path": "load.py",
      "line": 7,
      "code": "F821",
      "says": "undefined name 'read'",
      "merges": [
        [
          "feature/a",
          "feature/c"
        ]
      ],
      "places": [
        {
          "path": "load.py",
          "line": 7
        },
        {
          "path": "load.py",
          "line": 9
        }
      ],
      "moves": "feature/c",
      "mend": [
        [
          "git",
          "switch",
          "feature/c"
        ],
        [
          "git",
          "merge",
          "--no-commit",
          "develop"
        ]
      ],
      "mend_shell": [
        "git switch feature/c",
        "git merge --no-commit develop"
      ]
    }
  ],
  "seen": 2,
  "beyond": 0,
  "merges": 3,
  "pairs_of": 1,
  "notes": [
    "a word"
  ]
}
"""  # noqa: E501


def read(radar: Radar) -> dict[str, Any]:
    """What a program gets."""
    document: dict[str, Any] = json.loads(render(radar, ABOUT))
    return document


def test_whole_output() -> None:
    assert render(SMALL, ABOUT) == EXPECTED


def test_the_keys_are_there_even_if_there_is_nothing_to_say() -> None:
    assert read(EMPTY) | {"says": ""} == {
        "schema_version": 2,
        "tool": {"name": "gitflowguard", "version": "0.1.0"},
        "says": "",
        "targets": [DEVELOP._asdict()],
        **{key: [] for key in ("branches", "pairs", "twins", "orders", "knots", "broken", "notes")},
        **{key: 0 for key in ("seen", "beyond", "merges", "pairs_of")},
    }


def test_nothing_is_cut() -> None:
    document = read(crowd(400, 300))
    assert len(document["branches"]) == 400
    assert len(document["pairs"]) == len(crowd(400, 300).pairs)


def test_a_way_round_that_cannot_be_told_is_beside_the_one_that_can() -> None:
    pair = Pair(
        target="develop",
        first="a",
        second="b",
        clashes=(LINE,),
        ways="first",
        untold=Unknown("git crashed"),
    )
    (found,) = read(Radar((DEVELOP,), (), (pair,)))["pairs"]
    assert found["ways"] == "first"
    assert found["other_way"] == {"unknown": "git crashed"}


@many
@given(FOREIGN)
@example(EVIL)
def test_foreign_text_comes_back_but_for_bytes_that_are_no_text(foreign: str) -> None:
    said = render(filled(foreign), ABOUT)
    assert said.isascii()
    assert "##" not in said
    assert not any(line.lstrip().startswith("::") for line in said.split("\n"))
    if not any("\ud800" <= letter <= "\udfff" for letter in foreign):
        assert json.loads(said)["notes"] == [foreign]
