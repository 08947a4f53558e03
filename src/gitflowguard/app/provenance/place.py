"""The repository as the commands on models see it: its top, its policy, its production branch."""

from __future__ import annotations

import os

from gitflowguard.app.policy.opening import load_flow
from gitflowguard.model.facts import Refs
from gitflowguard.model.flow import MAIN, Flow
from gitflowguard.model.nearname import WrongName
from gitflowguard.model.record import Record
from gitflowguard.repo.git import Git, GitError, Place
from gitflowguard.repo.read import of_team, read_refs
from gitflowguard.repo.remotes import at_home
from gitflowguard.repo.versions import require


class ModelRepository(Record):
    """git: asked at the top of the work tree. flow: its policy, from the file ``policy`` ("" if it is assumed).

    files: the folder that artefacts and records are read from, laid out as from the top.
    """

    git: Git
    place: Place
    refs: Refs
    flow: Flow
    policy: str
    files: str

    def inner(self, path: str) -> str:
        """A path that a person typed, from the top of the repository. Raises WrongName for one outside."""
        full = os.path.abspath(path)
        top = os.path.realpath(self.place.top)
        # The last part stays as typed: a link is for whoever reads the file to turn down.
        full = os.path.join(os.path.realpath(os.path.dirname(full)), os.path.basename(full))
        found = os.path.relpath(full, top).replace(os.sep, "/")
        if found == ".." or found.startswith("../") or found == ".":
            raise WrongName(f"{path} isn't below the top of this repository")
        return found

    def full(self, path: str) -> str:
        """A path from the top, as the system wants it."""
        return os.path.join(self.files, path)

    @property
    def production(self) -> tuple[str, ...]:
        """The names of the branches of the kind main that this clone has."""
        names = (name for name in self.refs.branches() if self.is_production(name))
        return tuple(names)

    def is_production(self, branch: str) -> bool:
        """Whether the branch is where official releases are."""
        kind = self.flow.kind_of(branch)
        return kind is not None and kind.id == MAIN


def open_model_repository(files: str = "") -> ModelRepository:
    """Where we are. files: another folder with artefacts, "" for the work tree itself.

    Raises GitError and PolicyError; a bare repository has no files to record or verify."""
    git = Git()
    require(git.version())
    place = git.place()
    if not place.top:
        raise GitError("this repository is bare, so no artefact lies here")
    git = Git(place.top)
    refs = read_refs(git)
    flow, path = load_flow(git, place, refs)
    refs = at_home(git, of_team(refs, flow), flow)
    return ModelRepository(
        git=git, place=place, refs=refs, flow=flow, policy=path, files=os.path.abspath(files or place.top)
    )
