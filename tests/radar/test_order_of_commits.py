"""Which of several commits is the last one, where their dates do not tell."""

from __future__ import annotations

import subprocess
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from gitflowguard.app.radar.survey import RadarRequest, radar
from gitflowguard.radar.ancestry import children_first

NOW = 1_795_348_800


@given(st.lists(st.sets(st.integers(0, 30)), max_size=12), st.randoms())
def test_each_commit_stands_before_its_parents(graph: list[set[int]], shuffle: object) -> None:
    """Whatever order they came in; none is lost, and parents from elsewhere do not matter."""
    rows = [
        (str(n), tuple(str(p) for p in sorted(above) if p < n or p > 12)) for n, above in enumerate(graph)
    ]
    shuffle.shuffle(rows)  # type: ignore[attr-defined]
    found = children_first(rows)
    assert sorted(found) == sorted(sha for sha, _ in rows)
    for sha, parents in rows:
        assert all(found.index(sha) < found.index(parent) for parent in parents if parent in found)


def test_what_has_an_order_keeps_it() -> None:
    """Commits that do not stand on one another stay as they come, by date."""
    assert children_first([("b", ()), ("a", ()), ("c", ("x",))]) == ["b", "a", "c"]


def test_the_last_author_of_a_side_is_not_a_matter_of_chance(tmp_path: Path) -> None:
    """Eight people edit one line in one second, on a branch; the eighth is named."""
    work = tmp_path / "work"

    def git(*args: str) -> None:
        subprocess.run(("git", *args), cwd=work, check=True, capture_output=True)

    def write(who: str, said: str) -> None:
        (work / "train.py").write_text(said + "\n")
        git("add", "train.py")
        git("-c", f"user.name={who}", "commit", "-q", "-m", said)

    work.mkdir()
    git("init", "-q", "-b", "main")
    write("Zoe", "epochs = 1")
    git("switch", "-q", "-c", "feature/x")
    for number in range(8):
        write(f"Person {number}", f"epochs = 1{number}")
    git("switch", "-q", "-c", "develop", "main")
    write("Ana", "epochs = 2")
    seen = radar(RadarRequest(cached=False), NOW, str(work)).radar
    (contact,) = seen.on("develop", "stale")
    assert [clash.authors for clash in contact.clashes] == [("Ana", "Person 7")]
