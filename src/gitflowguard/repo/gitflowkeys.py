"""What git-flow programs left in git config: git-flow AVH's and git-flow-next's ``gitflow.*`` keys.

The two schemes share names, so a key is split at its last dot and judged by the
last word: ``[gitflow "branch"] master`` is AVH's setting, ``[gitflow
"branch.feature/x"] base`` a note about one branch, ``[gitflow "branch.feature"]
type`` one of git-flow-next's branch types.
"""

from __future__ import annotations

from collections.abc import Iterable

from gitflowguard.model.record import Record

AVH = "git-flow AVH"
NEXT = "git-flow-next"
_TYPE = "gitflow.branch."
_TRUE = ("true", "yes", "on", "1")


class Topic(Record):
    """A kind of work branch as a git-flow program knows it.

    into, start: names of the types that it is merged into and cut from, "" if not said.
    tag: whether finishing it makes a tag.
    """

    name: str
    prefix: str
    into: str = ""
    start: str = ""
    tag: bool = False


class Keys(Record):
    """The settings, "" or empty where there are none. program: whose they are."""

    program: str = ""
    main: str = ""
    develop: str = ""
    remote: str = ""
    tag_prefix: str = ""
    topics: tuple[Topic, ...] = ()


def read_keys(pairs: Iterable[tuple[str, str]]) -> Keys:
    """The settings in (key, value) pairs as ``git config --get-regexp`` gives them.

    git writes the first and the last word of a key in lower case and keeps the
    middle. Where both programs left settings, git-flow-next's win: it imports AVH's.
    """
    plain: dict[str, str] = {}
    types: dict[str, dict[str, str]] = {}
    for key, value in pairs:
        section, _, word = key.rpartition(".")
        if section.startswith(_TYPE):
            types.setdefault(section[len(_TYPE) :], {})[word] = value
        else:
            plain[key] = value
    typed = {name: words for name, words in types.items() if "type" in words}
    return _read_next(typed, plain) if typed else _read_avh(plain)


def _read_avh(plain: dict[str, str]) -> Keys:
    """AVH's: one key a name (its `git flow init` writes nine)."""
    start = "gitflow.prefix."
    prefixes = {key[len(start) :]: value for key, value in plain.items() if key.startswith(start)}
    tag_prefix = prefixes.pop("versiontag", "")
    main = plain.get("gitflow.branch.master", "")
    develop = plain.get("gitflow.branch.develop", "")
    topics = tuple(Topic(name, prefix) for name, prefix in prefixes.items())
    found = bool(main or develop or topics)
    return Keys(
        program=AVH if found else "",
        main=main,
        develop=develop,
        remote=plain.get("gitflow.origin", ""),
        tag_prefix=tag_prefix,
        topics=topics,
    )


def _read_next(types: dict[str, dict[str, str]], plain: dict[str, str]) -> Keys:
    """git-flow-next's: a table a type; a base without a parent is production."""
    bases = {name: words for name, words in types.items() if words["type"] == "base"}
    topics = tuple(_topic(name, words) for name, words in types.items() if words["type"] == "topic")
    main = next((name for name, words in bases.items() if not words.get("parent")), "")
    work = next((topic.into for topic in topics if topic.name == "feature"), "")
    children = [name for name, words in bases.items() if words.get("parent")]
    develop = work if work in children else next(iter(children), "")
    tag_prefix = next((words["tagprefix"] for words in types.values() if words.get("tagprefix")), "")
    remote = plain.get("gitflow.origin", "") or plain.get("gitflow.remote", "")
    return Keys(
        program=NEXT,
        main=main,
        develop=develop,
        remote=remote,
        tag_prefix=tag_prefix or _read_avh(plain).tag_prefix,
        topics=topics,
    )


def _topic(name: str, words: dict[str, str]) -> Topic:
    """One branch type; without a start point it is cut from where it goes (git-flow-next's default)."""
    into = words.get("parent", "")
    prefix = words.get("prefix", f"{name}/")
    return Topic(
        name, prefix, into, words.get("startpoint", "") or into, words.get("tag", "").lower() in _TRUE
    )
