"""The name of the remote that a push by address means. Light: the hook of a push uses this."""

from __future__ import annotations

from gitflowguard.model.credentials import anonymous

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.hook.parse import Event
    from gitflowguard.repo.git import Git


def named(git: Git, event: Event) -> Event:
    """The event with the remote's name in place of its address, where a remote of this clone has that address.

    Addresses are compared without user and password, which differ from one push to the
    next in CI. Of two remotes with one address the first in git's own order counts.
    """
    if event.stage != "pre-push" or not {":", "/"} & set(event.remote):
        return event
    wanted = {event.remote, *event.args[:2]}
    for key, address in git.config_all(r"^remote\..*\.(push)?url$"):
        name = key.removeprefix("remote.").rpartition(".")[0]
        if name == event.remote or anonymous(address) in wanted:
            return event._replace(remote=name)
    return event
