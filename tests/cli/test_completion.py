"""Completion in real shells: the script is installed as the help says, and the shell is asked."""

from __future__ import annotations

import os
import pty
import select
import shutil
import time
from pathlib import Path

import pytest

from gitflowguard.cli.completion import SHELLS, script
from tests.budget import sampled
from tests.e2e.world import World, make

HOSTILE = "feature/a$(touch${IFS}pwned)"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A repository with a branch of each sort, and one whose name a shell would run."""
    made = make(tmp_path_factory.mktemp("complete"), "native")
    made.policy("preset: gitflow\n")
    for name in ("feature/login", "release/7.0", HOSTILE):
        made.do("branch", name, "develop")
    made.do("push", "-q", "--no-verify", "origin", "develop:refs/heads/feature/far")
    made.do("fetch", "-q")
    return made


# (what is typed, what must be offered, what must not be)
TYPED: tuple[tuple[str, set[str], set[str]], ...] = (
    ("gitflowguard ra", {"radar"}, {"rules"}),
    ("gitflowguard explain GFG10", {"GFG101", "GFG106"}, {"GFG201"}),
    ("gitflowguard explain stacked-", {"stacked-branch"}, {"squashed-merge"}),
    ("gitflowguard radar --target ", {"develop", "feature/login", "feature/far"}, {HOSTILE}),
    ("gitflowguard radar --order feature/login,rel", {"feature/login,release/7.0"}, {"release/7.0"}),
    ("gitflowguard radar --remote ", {"origin"}, set()),
    ("gitflowguard status --kind fea", {"feature"}, {"release"}),
    ("gitflowguard quality --from orig", {"origin/develop"}, {"develop"}),
    ("gitflowguard init --preset g", {"gitflow"}, {"ml"}),
    ("gitflowguard protect ", {"plan", "apply"}, {"status"}),
    ("gitflowguard help protect pl", {"plan"}, {"apply"}),
)
_SHOW = '\nprintf "%s\\n" "${COMPREPLY[@]}"\n'


def in_bash(world: World, typed: str) -> set[str]:
    """By the function that the script registers, as readline calls it."""
    words = " ".join(f"'{word}'" for word in typed.split(" "))
    asked = f"COMP_WORDS=({words}); COMP_CWORD={typed.count(' ')}; _gitflowguard_completion gitflowguard"
    return set(world.run("bash", "--norc", "-c", f"{script('bash')}\n{asked}{_SHOW}").text.split("\n"))


def in_fish(world: World, typed: str) -> set[str]:
    """`complete -C` prints what a Tab would offer."""
    folder = world.work.parent / "completions"
    folder.mkdir(exist_ok=True)
    (folder / "gitflowguard.fish").write_text(script("fish"))
    asked = f"source {folder}/gitflowguard.fish; complete -C '{typed}'"
    lines = world.run("fish", "--no-config", "-c", asked).text.split("\n")
    return {line.partition("\t")[0] for line in lines}


@pytest.mark.parametrize(
    ("shell", "typed", "offered", "kept"),
    [
        pytest.param(
            shell,
            *row,
            id=f"{row[0]}-{shell}",
            marks=pytest.mark.slow if at % (4 if shell == "fish" else 2) else (),
        )
        for at, row in enumerate(TYPED)
        for shell in ("bash", "fish")
    ],
)
def test_what_a_tab_offers(world: World, shell: str, typed: str, offered: set[str], kept: set[str]) -> None:
    """Names of the policy, the rules and the repository; none that a shell would run.

    What is offered comes from the program, which each shell asks alike: in fish every fourth row is quick, in bash
    every second.
    """
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    if shell == "fish" and "," in typed:
        pytest.skip("click's script for fish parts its answers at commas")
    found = in_bash(world, typed) if shell == "bash" else in_fish(world, typed)
    assert offered <= found and not kept & found, found
    assert not list(world.work.parent.rglob("pwned"))


def test_git_completes_us_as_a_command_of_its_own(world: World) -> None:
    """`git flowguard ex<Tab>`: git's script calls a function of our name."""
    asked = "COMP_WORDS=(git flowguard ex); COMP_CWORD=2; _git_flowguard"
    found = world.run("bash", "--norc", "-c", f"{script('bash')}\n{asked}{_SHOW}").text
    assert found.split("\n")[0] == "explain"


@pytest.mark.parametrize(
    "typed, whole",
    sampled(
        [
            ("gitflowguard explain stacked-", "stacked-branch"),
            ("gitflowguard radar --target feature/log", "feature/login"),
        ],
        0,
    ),
)
def test_zsh_completes_on_a_tab(world: World, tmp_path: Path, typed: str, whole: str) -> None:
    """On a terminal, from a directory in fpath, as the help says.

    The second is slow: what is offered comes from the program, and test_what_a_tab_offers asks it.
    """
    if not shutil.which("zsh"):
        pytest.skip("zsh is not installed")
    (tmp_path / "_gitflowguard").write_text(script("zsh"))
    env = {**world.env, "TERM": "dumb", "HOME": str(tmp_path), "PS1": "ready> "}
    child, fd = pty.fork()
    if not child:
        os.chdir(world.work)
        os.execvpe("zsh", ["zsh", "-f", "-i"], env)  # pragma: no cover
    try:
        os.write(
            fd, f"fpath=({tmp_path} $fpath); autoload -U compinit; compinit -u; print set''up\n".encode()
        )
        heard(fd, "setup\r\n")
        os.write(fd, f"{typed}\t".encode())
        assert whole in heard(fd, whole)
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
        os.close(fd)


def heard(fd: int, until: str, seconds: float = 120) -> str:
    """What a terminal shows, up to a word."""
    said, end = "", time.monotonic() + seconds
    while until not in said and time.monotonic() < end:
        if select.select([fd], [], [], 0.5)[0]:
            said += os.read(fd, 4096).decode("utf-8", "replace")
    return said


@pytest.mark.parametrize("shell", SHELLS)
def test_the_command_prints_the_script(world: World, shell: str) -> None:
    """Without a repository, too; and says which shells there are."""
    done = world.run("gitflowguard", "completion", shell, cwd=world.work.parent)
    assert done.code == 0 and done.text == script(shell)
    done = world.run("gitflowguard", "completion", "fsh")
    assert done.code == 2 and "did you mean fish?" in done.text


def test_without_a_shell_the_words_stand_on_one_line(world: World) -> None:
    """And no tab of click's is escaped into it."""
    done = world.run("gitflowguard", "completion")
    assert done.code == 2 and "Write one of bash, zsh, fish" in done.text and "x09" not in done.text
