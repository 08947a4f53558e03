"""How git will clean the message that a commit-msg hook is shown: from its settings, its command line and the file.

git passes a hook only the file's name, and GIT_EDITOR=: where it opens no editor (githooks(5)). Options such as
``--cleanup`` and ``-v`` are read from git's own command line (repo.caller); where that can't be read, the settings
and the file decide.
"""

from __future__ import annotations

import os

from gitflowguard.model.message import Cleanup, mode_of, sign_of, template_sign
from gitflowguard.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from gitflowguard.repo.git import Git

# git-commit(1), git-merge(1): options that take the next word; a long one may be shortened.
_SHORT = {"commit": "mFCct", "merge": "mFsX"}
_ATTACHED = "Su"
_LONG = {
    "commit": (
        "--message", "--file", "--reuse-message", "--reedit-message", "--author", "--date", "--template",
        "--cleanup", "--fixup", "--squash", "--trailer", "--pathspec-from-file",
    ),
    "merge": ("--message", "--file", "--strategy", "--strategy-option", "--cleanup", "--into-name"),
}  # fmt: skip
# git(1): options in front of the command that take the next word.
_BEFORE = ("-c", "-C", "--git-dir", "--work-tree", "--namespace", "--exec-path", "--config-env")
# Options of `git commit` that give a message to begin with.
_GIVES = ("m", "F", "C", "c", "t", *_LONG["commit"][:4], "--template", "--fixup", "--squash")
_NO = ("", "false", "no", "off", "0")


# What an operation left for the commit that concludes it (gitrepository-layout(5)).
_BEGUN = ("MERGE_MSG", "SQUASH_MSG")


class Words(Record):
    """What git's command line says of the message; None where it says nothing.

    command: ``commit`` or ``merge``, "" if it can't be read. cleanup: of ``--cleanup``.
    verbose: of ``-v``. edited: whether an editor opens. amend: of ``--amend``.
    given: whether an option gives a message to begin with.
    """

    command: str = ""
    cleanup: str | None = None
    verbose: bool | None = None
    edited: bool | None = None
    amend: bool = False
    given: bool = False


def read_words(args: tuple[str, ...]) -> Words:
    """Reads git's arguments, without the program's name."""
    rest = list(args)
    while rest and rest[0].startswith("-"):
        rest = rest[2:] if rest[0] in _BEFORE else rest[1:]
    command = rest[0] if rest else ""
    if command not in _SHORT:
        return Words()
    found = Words(command)
    for name, value in _options(command, rest[1:]):
        found = _with(found, name, value)
    return found


def how_cleaned(git: Git, raw: bytes, file: str, words: Words, environ: Mapping[str, str]) -> Cleanup:
    """How git will clean the file.

    raw: its bytes. file: its name: `git merge` has one of its own. words: of git's command line.
    environ: the hook's. Asks git once.
    """
    settings = dict(git.config_all(r"^(commit\.(cleanup|verbose|template)|core\.comment(char|string))$"))
    merging = os.path.basename(file) == "MERGE_MSG"
    # git takes both keys for one (git-config(1), core.commentString), and the last one counts (config_all keeps the
    # order of the files).
    sign = next((settings[key] for key in reversed(settings) if key.startswith("core.comment")), "")
    setting = "" if merging and sign.lower() == "auto" else sign  # builtin/merge.c doesn't choose a sign
    coded = setting.encode("utf-8", "surrogateescape")
    edited = environ.get("GIT_EDITOR") != ":" or _opened(raw, words)
    mode = mode_of(words.cleanup if words.cleanup is not None else settings.get("commit.cleanup", ""), edited)
    verbose = words.verbose
    if verbose is None:
        verbose = settings.get("commit.verbose", "").lower() not in _NO
        verbose = verbose or (edited and not words.command)
    fresh = words.command == "commit" and not words.given and not settings.get("commit.template")
    fresh = fresh and not any(os.path.exists(os.path.join(os.path.dirname(file), one)) for one in _BEGUN)
    return Cleanup(mode, sign_of(raw, coded, edited, fresh), verbose and not merging)


def _opened(raw: bytes, words: Words) -> bool:
    """Whether an editor opens although GIT_EDITOR is ":", which is also how a person says "change nothing"."""
    if words.edited is not None or words.command == "commit":
        return words.edited is not False
    return bool(template_sign(raw))


def _options(command: str, words: list[str]) -> list[tuple[str, str]]:
    """(long name or short letter, value) of each option; paths come after ``--`` or aren't options."""
    found: list[tuple[str, str]] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word == "--":
            break
        if word.startswith("--"):
            name, equals, value = word.partition("=")
            full = next((one for one in _LONG[command] if len(name) > 3 and one.startswith(name)), "")
            if full and not equals:
                value = rest.pop(0) if rest else ""
            found.append((full or name, value))
        elif word.startswith("-"):
            found += _letters(command, word[1:], rest)
    return found


def _letters(command: str, letters: str, rest: list[str]) -> list[tuple[str, str]]:
    """The options of a word such as ``-avm``; takes the value of the last one from the words behind it."""
    found: list[tuple[str, str]] = []
    for at, letter in enumerate(letters):
        if letter in _SHORT[command]:
            value = letters[at + 1 :] or (rest.pop(0) if rest else "")
            return [*found, (letter, value)]
        if letter in _ATTACHED:
            break
        found.append((letter, ""))
    return found


def _with(found: Words, name: str, value: str) -> Words:
    """The words with one more option; a later one counts, and ``--edit`` and ``--no-edit`` always do."""
    if name == "--cleanup":
        return found._replace(cleanup=value)
    if name in ("v", "--verbose", "--no-verbose"):
        return found._replace(verbose=name != "--no-verbose")
    if name == "--amend":
        return found._replace(amend=True, given=True)
    if name in ("e", "--edit", "--no-edit"):
        return found._replace(edited=name != "--no-edit")
    silent = name in ("m", "F", "C", "--message", "--file", "--reuse-message")
    fixed = name == "--fixup" and not value.startswith(("amend:", "reword:"))
    if name in _GIVES:
        found = found._replace(given=True)
    return found._replace(edited=False) if (silent or fixed) and found.edited is None else found
