"""Read a template that is shipped beside the code, so that editors and linters see it as what it is."""

from __future__ import annotations


def packaged(package: str, name: str) -> str:
    """The text of the file ``templates/<name>`` of a package of ours.

    A constant that lies in a file of its own: like an import, and unlike a read of the user's files, it has one answer
    for one version, which is why the core may ask.
    """
    from importlib.resources import (
        files,  # 8 ms, and only where a page or a workflow is written
    )

    return files(package).joinpath("templates", name).read_text("utf-8")


def checksum(text: str) -> str:
    """As a Content-Security-Policy names an inline element (w3.org/TR/CSP3, hash-source)."""
    from base64 import b64encode
    from hashlib import sha256

    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
