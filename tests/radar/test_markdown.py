"""The radar as a comment, read by a CommonMark parser."""

from __future__ import annotations

from hypothesis import example, given, settings
from markdown_it import MarkdownIt
from markdown_it.token import Token

from gitflowguard.radar.nouns import LandingOrder, LandingStep, Radar
from gitflowguard.report.markdown import LIMIT
from gitflowguard.report.radar.markdown import (
    MOST_IN_TABLE,
    MOST_PATHS,
    MOST_STEPS,
    render,
)
from tests.budget import examples
from tests.radar.samples import (
    ABOUT,
    CLEAR,
    CONFIG,
    DEVELOP,
    FULL,
    GONE,
    OTHER,
    TIP,
    crowd,
    filled,
)
from tests.report.foreign import FOREIGN, hidden
from tests.report.samples import EVIL

many = settings(max_examples=examples(60), derandomize=True, deadline=None, database=None)
KNOWN = {
    *("heading", "paragraph", "bullet_list", "ordered_list", "list_item", "inline", "fence", "text"),
    *("code_inline", "strong", "html_block", "html_inline", "table", "thead", "tbody", "tr", "th", "td"),
    *("softbreak",),
}
EXPECTED = r"""## gitflowguard radar

**1 of 7 branches conflicts with develop as it is; 3 pairs would conflict when they land; 1 clean merge would be broken; can't determine 1 branch**

### Landing on `main`

1 landed

### Landed on `main`

- `hotfix/1.0.1`: not on every target yet, so keep

### Landing on `develop`

1 conflict, 1 can't be determined, 4 clean, 1 landed

| lands first \ then | 1 | 2 | 3 | 4 | 5 |
|---|---|---|---|---|---|
| `develop` | ✗ 2 | · | · | · | · |
| 1 `feature/config` |   | – | – | – | – |
| 2 `feature/a` | – |   | ✗ 1 | · | · |
| 3 `feature/b` | – | ✗ 1 |   | ✗ 1 | · |
| 4 `hotfix/1.0.1` | – | · | · |   | · |
| 5 `feature/c` | – | ✗ 1 | · | · |   |

The branch of the row lands first, the branch of the column after it. ✗ a conflict, with the number of files · clean – not compared, because it conflicts with the target itself

### Conflicts on `develop`

<details><summary><code>feature/config</code> conflicts with develop in 2 files</summary>

- `pipeline.py` (content): lines 2, before 7 in `develop` by `Ada Lovelace`; lines 2-5, 9 in `feature/config` by `Ben`
- `app/uv.lock` (content, lock file): line 3 in `develop` by `Ada Lovelace`; line 3 in `feature/config` by `Ben`
  - keep one side whole: `git checkout --theirs -- app/uv.lock`, and let it be completed: `(cd app && uv lock)`
- Who updates it: Ben updates `feature/config`; develop's side is by Ada Lovelace

```sh
git switch feature/config
git merge develop
```

</details>

<details><summary><code>feature/a</code> and <code>feature/b</code> conflict with each other in 1 file, whichever lands first</summary>

- `pipeline.py` (content): lines 2, before 7 in `feature/a` by `Ada Lovelace`; lines 2-5, 9 in `feature/b` by `Ben`
- Who updates it: Ben updates `feature/b`, once `feature/a` (Ada Lovelace) has landed

```sh
git switch feature/b
git merge develop
```

</details>

<details><summary><code>feature/b</code> and <code>hotfix/1.0.1</code> conflict with each other in 1 file, if <code>feature/b</code> lands first</summary>

- `old.py` (modify/delete): in `feature/b`; in `hotfix/1.0.1` by `Cleo`
  - deleted on one side, changed on the other; git add keeps it, git rm deletes it
- Who updates it: nobody, if `hotfix/1.0.1` lands before `feature/b` (Ben)

</details>

<details><summary><code>feature/a</code> and <code>feature/c</code> conflict with each other in 1 file, if <code>feature/c</code> lands first</summary>

- `old.py` (modify/delete): in `feature/c`; in `feature/a` by `Cleo`
  - deleted on one side, changed on the other; git add keeps it, git rm deletes it
- Who updates it: nobody, if `feature/a` (Ada Lovelace) lands before `feature/c` (Cleo)

</details>

### Broken merges on `develop`

- `feature/a` and `feature/c` merge into develop without a conflict, and the result is broken: `F821` undefined name `'read'`
  - `load.py:7`
  - `load.py:9`
  - Who updates it: Cleo updates `feature/c`, once `feature/a` has landed

  ```sh
  git switch feature/c
  git merge --no-commit develop
  ```

### Stacked on `develop`

- `feature/c` holds commits of `feature/b`, and depends on it; it would conflict if `feature/b` is squash-merged

### Order on `develop`

3 of 4 clean branches can land now without a conflict: `feature/a`, `feature/c` and `hotfix/1.0.1`. The order with the fewest conflicts (merged for real, one after the other):

- `hotfix/1.0.1` before `feature/b`: the other way round they conflict
- `feature/a` before `feature/c`: the other way round they conflict

1. `feature/a`
2. `feature/c`
3. `hotfix/1.0.1`
4. ✗ `feature/b` conflicts with `feature/a` in `pipeline.py`

### Can't determine on `develop`

- `feature/old`: this clone is shallow

  ```sh
  git fetch --unshallow
  ```

### Landed on `develop`

- `feature/done`: nothing left to land, can be deleted

### The same work twice

- `feature/a` and `feature/done` make the same change in 1 commit
  - `a1b2c3d` and `0d5e6f7`: Read the parameters `\|` from a file

### Notes

- the branches are as last fetched, 3 hours ago

<sub>Looked at 7 branches, the newest; 2 more were left out; 11 trial merges covered 6 pairs.</sub>
"""  # noqa: E501
CLEAR_SAID = """## gitflowguard radar

**No conflict with develop, and none between branches**

### Landing on `develop`

2 clean

### Order on `develop`

Both clean branches can land now without a conflict. The order with the fewest conflicts (merged for real, one after the other):

1. `feature/a`
2. `feature/b`

<sub>Looked at 2 branches; 2 trial merges covered 1 pair.</sub>
"""  # noqa: E501


def tokens(text: str) -> list[Token]:
    """Everything that a parser with tables sees, at every depth."""
    found = MarkdownIt("commonmark").enable("table").parse(text)
    return [part for token in found for part in (token, *(token.children or ()))]


def kinds(text: str) -> set[str]:
    """The kinds of token, opening and closing alike."""
    return {token.type.removesuffix("_open").removesuffix("_close") for token in tokens(text)}


def tags(text: str) -> set[str]:
    """What stands in the tags of a piece of HTML."""
    return {piece.partition(">")[0] for piece in text.split("<")[1:]}


def test_whole_output() -> None:
    assert render(FULL, ABOUT) == EXPECTED


def test_a_clear_radar_is_short() -> None:
    assert render(CLEAR, ABOUT) == CLEAR_SAID


def test_the_same_radar_gives_the_same_comment() -> None:
    assert render(crowd(40, 5), ABOUT) == render(crowd(40, 5), ABOUT)


def test_a_table_has_one_cell_for_each_two_branches() -> None:
    found = tokens(render(FULL, ABOUT))
    assert sum(token.type == "tr_open" for token in found) == 7
    assert sum(token.type == "td_open" for token in found) == 6 * 6
    cells = [token.content for token in found if token.type == "inline"]
    assert cells.count("✗ 1") == 4
    assert cells.count("✗ 2") == 1
    assert cells.count("–") == 8


def test_there_is_a_table_up_to_its_widest_and_none_beyond() -> None:
    assert "| lands first" in render(crowd(MOST_IN_TABLE, MOST_IN_TABLE), ABOUT)
    assert "| lands first" not in render(crowd(MOST_IN_TABLE + 1, MOST_IN_TABLE + 1), ABOUT)


def test_too_long_a_comment_is_cut_between_items_and_says_so() -> None:
    said = render(crowd(400, 300), ABOUT)
    assert LIMIT - 2000 < len(said) <= LIMIT
    assert " more items that did not fit here.\n" in said
    assert said.count("<details>") == said.count("</details>") < 300
    assert said.endswith("</sub>\n")


def test_many_paths_and_steps_are_cut_and_counted() -> None:
    clashes = tuple(GONE._replace(path=f"file{n}.py") for n in range(MOST_PATHS + 3))
    steps = tuple(LandingStep(f"f{n}", n % 2 == 0, ("x.py",), ("f0",)) for n in range(MOST_STEPS + 4))
    twin = FULL.twins[0]._replace(commits=((TIP, OTHER, "same"),) * (MOST_PATHS + 1))
    order = LandingOrder("develop", steps, ("f0",))
    said = render(Radar((DEVELOP,), (CONFIG._replace(clashes=clashes),), (), (twin,), (order,)), ABOUT)
    assert "- … and 3 more paths\n" in said
    assert "… and 4 more steps, 2 of them with a conflict\n" in said
    assert "  - … and 1 more commit\n" in said


@many
@given(FOREIGN)
@example(EVIL)
@example("</details><script>")
def test_foreign_text_is_no_link_mention_tag_or_list(foreign: str) -> None:
    said = render(filled(foreign), ABOUT)
    said.encode("utf-8")
    assert len(said) <= LIMIT
    assert not hidden(said.replace("\n", ""))
    assert not any(line.lstrip(" ").startswith("::") for line in said.split("\n"))
    found = tokens(said)
    assert kinds(said) <= KNOWN
    prose = "".join(token.content for token in found if token.type == "text")
    assert not set("@|<[`") & set(prose)
    pieces = "".join(token.content for token in found if token.type.startswith("html"))
    names = {"details", "summary", "code", "sub"}
    assert tags(pieces) <= names | {f"/{name}" for name in names}
    bare = pieces
    while "<code>" in bare:
        before, _, rest = bare.partition("<code>")
        bare = before + rest.partition("</code>")[2]
    assert not {"@", "|", "#", "["} & set(bare)
