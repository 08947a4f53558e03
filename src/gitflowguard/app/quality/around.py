"""What lies beside the checked contents in the private directory: what the tools would read in a checkout.

Loaded only where a tool is to run. A known tool is given all small files that may configure it; a program of the
team's own is given the whole tree, up to a bound, and what lies above is reported.
"""

from __future__ import annotations

import os

from gitflowguard.model.record import Record
from gitflowguard.quality.foreign import harmless, may_run, settings_of
from gitflowguard.repo import checkout, contents
from gitflowguard.repo.surroundings import is_setting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gitflowguard.app.quality.asked import Group, QualityRequest
    from gitflowguard.model.check import Tool
    from gitflowguard.model.finding import Unknown
    from gitflowguard.repo.contents import IndexEntry
    from gitflowguard.repo.git import Git
    from gitflowguard.repo.surroundings import Listing
    from gitflowguard.tooling.tree import Tree

    Texts = Mapping[str, bytes | Unknown]

# A file beside the checked ones isn't larger than this, nor are all of them together: bytes, and how many.
FILE, ROOM, MOST = 1 << 20, 32 << 20, 1000
# The same for a program of the team's own, which is given the whole tree.
WHOLE_FILE, WHOLE_ROOM, WHOLE_MOST = 8 << 20, 64 << 20, 20_000
# A configuration that a tool finds by its name, and what names on the command line mean.
NAMED = 1 << 24
_LINK = "120000"


class Around(Record):
    """files: content by path. links: (path, target). left: paths that lie above a bound, of a whole tree.
    aliases: by path of a link, the file that it leads to.
    """

    files: Mapping[str, bytes]
    links: tuple[tuple[str, bytes], ...] = ()
    left: tuple[str, ...] = ()
    aliases: Mapping[str, str] = {}

    def content(self, path: str) -> bytes | None:
        """The content at a path, also behind a link; None where there is none."""
        return self.files.get(self.aliases.get(path, path))


def read(git: Git, asked: QualityRequest, groups: Sequence[Group]) -> Around:
    """Reads it: one question for sizes and one for contents."""
    listing = groups[0].listing
    own = any(group.tool.run for group in groups)
    entries, links, over = _chosen(git, listing, asked, groups, own)
    named = _by_name(listing, groups)
    oids = tuple(dict.fromkeys(entry.oid for entry in entries))
    targets = tuple(entry.oid for entry in links)
    limits = (WHOLE_FILE, WHOLE_ROOM) if own else (FILE, ROOM)
    texts = contents.texts(git, None, (*targets, *oids), *limits)
    large = tuple(oid for oid in named.values() if not isinstance(texts.get(oid), bytes))
    texts.update(contents.texts(git, None, large, NAMED))
    plain = any(group.tool.plugins and group.tool.name == "flake8" for group in groups)
    files = {}
    for path, oid in (*((entry.path, entry.oid) for entry in entries), *named.items()):
        data = texts.get(oid)
        if isinstance(data, bytes):
            files[path] = data if plain else harmless(data)
    led = tuple((entry.path, data) for entry in links if isinstance(data := texts.get(entry.oid), bytes))
    left = tuple(entry.path for entry in entries if entry.path not in files) if own else ()
    return Around(files, led, (*left, *over), listing.links)


def _chosen(
    git: Git, listing: Listing, asked: QualityRequest, groups: Sequence[Group], own: bool
) -> tuple[list[IndexEntry], list[IndexEntry], list[str]]:
    """(files, links, paths beyond the bound): settings, or the whole tree where a program of the team's own runs."""
    mine = {entry.path for group in groups for entry in group.entries}
    settings = listing.configuring()
    every = _whole(git, listing, asked, settings) if own else settings
    files = [entry for entry in every if entry.mode != _LINK and entry.path not in mine]
    links = [entry for entry in every if entry.mode == _LINK]
    if own:
        first = {entry.path for entry in settings}
        files.sort(key=lambda entry: (entry.path not in first, entry.path.count("/")))
        return files[:WHOLE_MOST], links, [entry.path for entry in files[WHOLE_MOST:]]
    files.sort(key=lambda entry: entry.path.count("/"))
    return files[:MOST], links, []


def _whole(
    git: Git, listing: Listing, asked: QualityRequest, settings: Sequence[IndexEntry]
) -> list[IndexEntry]:
    """The whole tree. Where another commit configures the tools, its settings stand in place of the tree's own."""
    every = contents.everything(git, asked.head) if asked.commit else ()
    if not asked.commit or listing.entries() == every:
        return list(listing.entries(links=True))
    own = {entry.path: entry for entry in settings}
    tree = [
        entry
        for entry in every
        if entry.path not in own and not is_setting(f"{entry.mode} {entry.oid}\t{entry.path}")
    ]
    return [*settings, *tree]


def _by_name(listing: Listing, groups: Iterable[Group]) -> dict[str, str]:
    """Path to blob of what a tool finds by its name, what links lead to, and what words of the policy name."""
    found = dict(listing.linked())
    for group in groups:
        for pairs in (group.configs, *group.led.values()):
            found.update({path: oid for path, oid in pairs if path not in listing.links})
        found.update(listing.named((*group.tool.run[1:], *group.tool.args)))
    return found


def write(tree: Tree, around: Around, written: set[str]) -> None:
    """Lays it out where nothing lies yet. Links come last, so that nothing is written through one, and only where
    they stay inside. A path that this system cannot have is left out."""
    for path, data in around.files.items():
        if path not in written:
            try:
                tree.write(path, data)
                written.add(path)
            except ValueError:
                continue
    checkout.link(tree.root, [(path, target) for path, target in around.links if path not in written])


def names(tree: Tree, paths: Iterable[str], written: set[str]) -> None:
    """Empty files of these names."""
    for path in paths:
        if path not in written:
            try:
                tree.write(path, b"")
                written.add(path)
            except ValueError:
                continue


def packages(listing: Listing, entries: Iterable[IndexEntry]) -> tuple[str, ...]:
    """The ``__init__`` files in the directories of these contents and above them: what makes them packages."""
    folders: set[str] = set()
    for entry in entries:
        folder = entry.path.rpartition("/")[0]
        while folder and folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    return tuple(path for path in listing.packages() if path.rpartition("/")[0] in folders)


def foreign_code(tool: Tool, around: Around, top: str) -> str:
    """The path of a configuration that runs code when the program reads it and that isn't the one of the work tree,
    for which somebody answers (app.policy.trust); "" for none."""
    for path in (*around.files, *(path for path, _ in around.links)):
        data = around.content(path)
        if data is not None and may_run(tool, path, data) and data != _trusted(tool, path, top):
            return path
    return ""


def _trusted(tool: Tool, path: str, top: str) -> bytes | None:
    """The file of the work tree, if it is one that somebody was asked about; one in a folder is not."""
    if not top or path not in settings_of(tool, (path,) if "/" not in path else ()):
        return None
    try:
        with open(os.path.join(top, path), "rb") as file:
            return file.read()
    except OSError:
        return None


def said(tool: str, left: Sequence[str], limit: int = 3) -> str:
    """That a program ran without files of the repository."""
    some = ", ".join(left[:limit]) + (f" and {len(left) - limit} more" if len(left) > limit else "")
    what = "1 large file" if len(left) == 1 else f"{len(left)} large files"
    return f"{tool} ran without {what} of the repository: {some}"
