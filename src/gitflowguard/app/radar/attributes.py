"""The attributes under which git merges onto a target: the work tree that has them, and who merges a path's file."""

from __future__ import annotations

from gitflowguard.repo.mergeconfig import attribute_files, by_lines, drivers, renormalizes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from gitflowguard.repo.objectreader import ObjectReader
    from gitflowguard.repo.scratch import Scratch


class TargetAttributes:
    """The attributes of one target, and of what it becomes. folder: the work tree that has the target's.

    files: the target's attribute files. config: git's settings for merges. trusted: drivers that the policy lets run.
    limits: whether a setting limits how many files are compared for renames.
    """

    def __init__(
        self,
        scratch: Scratch,
        reader: ObjectReader,
        files: Mapping[str, bytes],
        config: tuple[tuple[str, str], ...],
        trusted: tuple[str, ...],
    ) -> None:
        self._scratch, self._sounding, self._trusted = scratch, reader, trusted
        self._some = bool(files)
        self.limits = any(key.lower().endswith(".renamelimit") for key, _ in config)
        self._default = "renormalize" if renormalizes(config) else dict(config).get("merge.default", "")
        self.folder = scratch.folder(files)

    @property
    def programs(self) -> bool:
        """Whether a program may decide a merge."""
        return bool(self._trusted)

    def drivers(self, paths: set[str]) -> Mapping[str, str]:
        """Path -> its merge attribute, for those of the paths that git doesn't merge by lines."""
        own = drivers(self._sounding, self.folder, paths) if self._some and paths else {}
        named = {path: self._default for path in paths} | dict(own) if self._default else own
        return {path: name for path, name in named.items() if not by_lines(name, self._trusted)}

    def folder_at(self, tree: str) -> str:
        """The work tree that has the attributes of another tree."""
        return self._scratch.folder(attribute_files(self._sounding, tree))
