"""What `init` is asked for."""

from __future__ import annotations

from gitflowguard.model.record import Record


class SetupOptions(Record):
    """What the user asked for. main, develop, preset: "" to find out. local: entries for the installed program.

    ci: ``github`` or ``none``, "" to go by the remote. way: one of policy.proposal.WAYS. names: the ready-made set
    of names. Both are "" to go by the evidence.
    """

    main: str = ""
    develop: str = ""
    preset: str = ""
    precommit: bool = False
    local: bool = False
    strict: bool = False
    hooks: bool = True
    ci: str = ""
    way: str = ""
    names: str = ""
