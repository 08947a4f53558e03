"""The sources that comments and docstrings name: manual pages, files of git, GitHub's pages and our own."""

from __future__ import annotations

import ast
import functools
import re
import subprocess
from collections.abc import Iterator

import pytest

from tests.docs.pages import ROOT, anchors
from tests.docs.test_words import LITERAL_OR_COMMENT
from tools.touched import statements

# Section -> manual pages that are cited, each looked up once; a page that nobody cites any more goes.
PAGES = {
    1: "env git git-add git-bisect git-branch git-cat-file git-check-ref-format git-checkout git-cherry-pick git-clone "
    "git-commit git-commit-tree git-config git-diff git-diff-tree git-fetch git-fmt-merge-msg git-help git-lfs-fetch "
    "git-lfs-pre-push git-log git-ls-files git-ls-tree git-merge git-merge-base git-merge-file git-merge-tree "
    "git-pack-refs git-patch-id git-pull git-push git-read-tree git-rebase git-receive-pack git-remote git-replace "
    "git-reset git-restore git-revert git-stash git-stripspace git-switch git-update-index git-update-ref git-var "
    "git-worktree nohup ps python tar",
    2: "execve flock fsync rename seccomp stat wait",
    4: "unix",  # of macOS
    5: "gitattributes gitformat-index gitformat-loose gitformat-pack githooks gitignore gitmailmap "
    "gitrepository-layout proc proc_pid_status",
    7: "gitglossary gitremote-helpers gitrevisions groff_char landlock namespaces pipe roff shm_overview signal unix",
}
KNOWN = {f"{name}({section})" for section, names in PAGES.items() for name in names.split()}
# Files in C that are cited, as they are called in git's repository, and two of others.
FILES = frozenset(
    "branch.c builtin/commit.c builtin/fetch.c builtin/merge.c builtin/reset.c builtin/rev-parse.c "
    "builtin/update-index.c commit-reach.c commit.c config.c diffcore-rename.c fmt-merge-msg.c git-compat-util.h "
    "ident.c merge-ll.c merge-ort.c object-file.c pack-write.c parse-options.c pretty.c promisor-remote.c read-cache.c "
    "ref-filter.c refs.c refs/files-backend.c sequencer.c sequencer.h setup.c trailer.c transport.c tree.c "
    "upload-pack.c utf8.c worktree.c wt-status.c xdiff-interface.c xdiff/xmerge.c xdiff/xutils.c "
    "Python/marshal.c libio/filedoalloc.c".split()
)
MANUAL = re.compile(r"(?<![\w.])([a-z][a-z0-9_.-]*\([1-8]\))")
IN_C = re.compile(r"(?<![\w/.])([\w/-]+\.[ch])\b")
UNTITLED = re.compile(r'docs\.github\.com(?!, "|/)')
OUR_PAGE = re.compile(r'(?<![\w/])(docs/[\w/-]+\.md)(?:(?:,| \() ?"([^"]+)")?')


@functools.cache
def notes() -> tuple[tuple[str, str], ...]:
    """(file and line, text) of each docstring and block of comments that may name a source, on one line."""
    found = []
    for folder in ("src", "tools"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            text = path.read_text("utf-8")
            if any(sign.search(text) for sign in (MANUAL, IN_C, OUR_PAGE)) or "docs.github" in text:
                where = path.relative_to(ROOT)
                found += [(f"{where}:{line}", " ".join(said.split())) for line, said in _notes(text)]
    return tuple(found)


def _notes(text: str) -> Iterator[tuple[int, str]]:
    tree = ast.parse(text)
    for node in (tree, *statements(tree)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and (
            said := ast.get_docstring(node)
        ):
            yield getattr(node, "lineno", 1), said
    block: list[str] = []
    begun = last = 0
    for match in LITERAL_OR_COMMENT.finditer(text):
        if match[1]:
            line = text.count("\n", 0, match.start()) + 1
            alone = not text[text.rfind("\n", 0, match.start()) + 1 : match.start()].strip()
            if not (alone and last == line - 1):
                yield begun, " ".join(block)
                block, begun = [], line
            block.append(match[1].lstrip("# "))
            last = line if alone else 0
    yield begun, " ".join(block)


def faults(said: str) -> Iterator[str]:
    """What is wrong with the sources that a remark names."""
    yield from (f"{page} isn't in PAGES" for page in MANUAL.findall(said) if page not in KNOWN)
    yield from (f"{file} isn't in FILES" for file in IN_C.findall(said) if file not in FILES)
    yield from ("no title of a page behind docs.github.com" for _ in UNTITLED.findall(said))
    for name, heading in OUR_PAGE.findall(said):
        page = ROOT / name
        if not page.is_file():
            yield f"{name} isn't there"
        elif heading and _anchor(heading) not in anchors(page):
            yield f"{name} has no heading '{heading}'"


def _anchor(heading: str) -> str:
    return "".join(x for x in heading.lower().replace(" ", "-") if x.isalnum() or x in "-_")


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("as git does (git-commit(1), -C; githooks(5))", ""),
        ("as git does (index-format(5))", "index-format(5) isn't in PAGES"),
        ("as git does (refs.c; refs/files-backend.c, x; object-names.c)", "object-names.c isn't in FILES"),
        ('as it does (docs.github.com, "Get a commit"; docs.github.com/rest)', ""),
        ("as it does (docs.github.com: no more)", "no title of a page behind docs.github.com"),
        ('why (docs/architecture.md, "Said once"; docs/hooks.md; github.com/a/b/docs/c.md)', ""),
        ('why (docs/architecture.md, "Said twice")', "docs/architecture.md has no heading 'Said twice'"),
        ("why (docs/nothing.md)", "docs/nothing.md isn't there"),
    ],
)
def test_a_wrong_source_is_found(said: str, fault: str) -> None:
    """And a right one isn't."""
    assert list(faults(said)) == ([fault] if fault else [])


def test_a_block_of_comments_is_one_text() -> None:
    """A source may stand on two lines; a comment behind code is one of its own."""
    text = '"""Why\n(git(1))."""\n# one (git-\n# log(1))\nx = 1  # two\n# three\n'
    assert [said for _, said in _notes(text) if said] == [
        "Why\n(git(1)).",
        "one (git- log(1))",
        "two",
        "three",
    ]


def test_every_source_that_is_named_is_there() -> None:
    """In the tables above, or in docs/."""
    found = [f"{where}: {fault}" for where, said in notes() for fault in faults(said)]
    assert not found, "\n".join(found)


def test_every_source_of_the_tables_is_named() -> None:
    """So that a page is looked up by whoever cites it, and the reader above is seen to read."""
    pages = {page for _, said in notes() for page in MANUAL.findall(said)}
    files = {file for _, said in notes() for file in IN_C.findall(said)}
    assert sorted(KNOWN - pages) == [] and sorted(FILES - files) == []
    assert sum("docs.github.com" in said for _, said in notes()) > 40


def test_each_command_of_git_that_is_named_is_one() -> None:
    """By git's own list; git-lfs has pages and commands of its own."""
    listed = subprocess.run(
        ["git", "--list-cmds=main"], capture_output=True, text=True, check=True
    ).stdout.split()
    named = [name.removeprefix("git-") for name in PAGES[1].split() if name.startswith("git-")]
    assert [name for name in named if name not in listed and not name.startswith("lfs-")] == []
