"""How git compares files of a work tree without starting a program."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.repo.git import Git


def unfiltered(git: Git) -> tuple[str, ...]:
    """Options, before git's command, that turn the programs of gitattributes(5)'s filters off.

    A check starts no program that the repository's attributes choose. A file whose time changed and whose content only
    a filter shows to be the same counts as changed then.
    """
    pairs = git.config_all(r"^filter\.")
    drivers = dict.fromkeys(
        key.rpartition(".")[0] for key, _ in pairs if key.endswith((".clean", ".process"))
    )
    return tuple(
        word
        for driver in drivers
        for word in ("-c", f"{driver}.clean=", "-c", f"{driver}.process=", "-c", f"{driver}.required=false")
    )
