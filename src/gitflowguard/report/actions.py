"""The actions that our workflows use, each as a released version and the commit that its tag names.

One list, so that every workflow that we write uses the same commit of an action.
"""

from __future__ import annotations

from gitflowguard.model.record import Record


class PinnedAction(Record):
    """name: ``owner/repository``. commit: the full id. tag: the version that it is, for people and updaters."""

    name: str
    commit: str
    tag: str

    @property
    def uses(self) -> str:
        """The value of ``uses``, with the version beside it."""
        return f"{self.name}@{self.commit} # {self.tag}"


CHECKOUT = PinnedAction("actions/checkout", "3d3c42e5aac5ba805825da76410c181273ba90b1", "v7.0.1")
SETUP_PYTHON = PinnedAction("actions/setup-python", "5fda3b95a4ea91299a34e894583c3862153e4b97", "v7.0.0")
SETUP_UV = PinnedAction("astral-sh/setup-uv", "20cfd1bf945f4377ade1205e4dbc17946fc9a30d", "v10.0.1")
SETUP_MICROMAMBA = PinnedAction(
    "mamba-org/setup-micromamba", "d7c9bd84e824b79d2af72a2d4196c7f4300d3476", "v3.0.0"
)
UPLOAD_ARTIFACT = PinnedAction(
    "actions/upload-artifact", "bbbca2ddaa5d8feaa63e36b76fdaad77386f024f", "v7.0.0"
)
