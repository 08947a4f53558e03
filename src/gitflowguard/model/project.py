"""A Python project as a CI job has to install and test it."""

from __future__ import annotations

from gitflowguard.model.record import Record

PIP, CONDA, POETRY, UV = MANAGERS = ("pip", "conda", "poetry", "uv")


class DevNeeds(Record):
    """What has to be named so that the project's test dependencies are installed.

    tested: whether pytest comes with the project's own dependencies. extras, groups: those that bring it.
    """

    tested: bool = False
    extras: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


class Project(Record):
    """What was found in the files of a project; every path is from its directory.

    manager: one of MANAGERS. directory: from the top of the work tree, with slashes, "" for the top.
    pythons: minor versions such as ``3.11``, the oldest first. evidence: the file that names them, "" if none does.
    files: what the manager installs from, as in ``requirements.txt``.
    sources: what a requirements file was locked from, as in ``requirements.in``.
    hashed: whether the requirements carry hashes. package: whether the project itself is installed.
    needs: how its test dependencies are named.
    configs: (tool, file) for format, lint and security tools that the project keeps settings for.
    """

    manager: str
    directory: str = ""
    pythons: tuple[str, ...] = ()
    evidence: str = ""
    files: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    hashed: bool = False
    package: bool = False
    needs: DevNeeds = DevNeeds()
    configs: tuple[tuple[str, str], ...] = ()
