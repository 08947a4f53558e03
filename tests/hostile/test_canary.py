"""A token that lies in every place from which one can be read is in nothing that is printed or kept."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from gitflowguard import hookfront
from gitflowguard.cli.main import main
from tests.hostile.clone import sh
from tests.hostile.conftest import Many
from tests.hostile.test_markers import COMMANDS

pytestmark = pytest.mark.hostile("token canary")
CANARY = "ghs_CanaryCanaryCanaryCanaryCanary01"
URLS = (
    f"https://x-access-token:{CANARY}@127.0.0.1:1/acme/web.git",
    f"https://{CANARY}@127.0.0.1:1/acme/web.git",
    f"https://127.0.0.1:1/acme/web.git?access_token={CANARY}",
)
SCENE = (
    "new badly-named develop; c 'bad message'; pub badly-named; echo >x; git add x; git branch -f main HEAD\n"
)


def leaks(folder: Path) -> list[str]:
    """The files that hold it, without those that were given it."""
    given = {folder / ".git" / "config", folder.parent / "event.json"}
    files = (path for path in folder.parent.rglob("*") if path.is_file() and path not in given)
    return [str(path) for path in files if CANARY.encode() in path.read_bytes()]


@pytest.mark.parametrize("url", [URLS[0], *(pytest.param(url, marks=pytest.mark.slow) for url in URLS[1:])])
def test_the_token_is_nowhere(
    url: str,
    clones: Many,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tally: Callable[[int, int], None],
    tmp_path: Path,
) -> None:
    """Variables, the remote's address, git's headers; all commands, and a push that is blocked for four reasons."""
    clone = clones("w")
    sh(clone.top, SCENE)
    sh(
        clone.top,
        f"git config remote.origin.url '{url}'; git config http.extraHeader 'Authorization: bearer {CANARY}'",
    )
    for name in ("GITHUB_TOKEN", "GH_TOKEN", "GITFLOWGUARD_TOKEN", "GH_ENTERPRISE_TOKEN"):
        monkeypatch.setenv(name, CANARY)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    main_sha, develop = clone.sha("main"), clone.sha("develop")
    null = "0" * 40
    pushes = (
        f"(delete) {null} refs/heads/main {main_sha}\n", f"refs/heads/x {develop} refs/heads/main {main_sha}\n",
        f"refs/heads/badly-named {main_sha} refs/heads/main {develop}\n",
        f"refs/heads/badly-named {main_sha} refs/heads/badly-named {null}\n",
    )  # fmt: skip
    wrong, tried = [], 0

    def told(what: str) -> None:
        nonlocal tried
        tried += 1
        if CANARY in "".join(capsys.readouterr()):
            wrong.append(what)

    capsys.readouterr()
    for words in COMMANDS[:: 1 if url == URLS[1] else 6]:
        try:
            main(words.split())
        except SystemExit:
            pass
        told(words)
    for line in pushes:
        for remote in ("origin", url):
            source, sink = os.pipe()
            os.write(sink, line.encode())
            os.close(sink)
            kept = os.dup(0)
            os.dup2(source, 0)
            try:
                assert hookfront.main(["pre-push", remote, url]) in (0, 1, 3)
            finally:
                os.dup2(kept, 0)
                os.close(kept)
                os.close(source)
            told(f"push {line}")
    wrong += leaks(clone.top)
    tally(tried, len(wrong))
    assert not wrong
