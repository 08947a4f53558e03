"""Files and commits of any repository that a token may see (forge.port.FileForge)."""

from __future__ import annotations

import base64

from gitflowguard.forge import errors
from gitflowguard.forge.errors import ForgeError
from gitflowguard.forge.github.transport import Transport, joined
from gitflowguard.model.names import is_object_id


class RemoteFiles:
    """What every way of speaking with GitHub can ask of another repository."""

    transport: Transport

    def commit_id(self, name: str, ref: str) -> str:
        """See the port."""
        data = self.transport.get(joined("repos", name, "commits", ref or "HEAD"))
        sha = data.get("sha") if isinstance(data, dict) else None
        if not isinstance(sha, str) or not is_object_id(sha):
            raise ForgeError(errors.GARBLED, f"GitHub names no commit for {ref or 'HEAD'} of {name}")
        return sha

    def content_at(self, name: str, commit: str, path: str, limit: int) -> bytes:
        """See the port."""
        data = self.transport.get(joined("repos", name, "contents", path), {"ref": commit})
        # docs.github.com, "Get repository content": a folder is a list; a link and a submodule have types of their own.
        if not isinstance(data, dict) or data.get("type") != "file":
            raise ForgeError(errors.INVALID, f"{path} in {name} isn't a plain file")
        size = data.get("size")
        if not isinstance(size, int) or size > limit or data.get("encoding") != "base64":
            raise ForgeError(
                errors.INVALID, f"{path} in {name} is larger than {limit // 1024} kB, which no policy needs"
            )
        try:
            return base64.b64decode(data["content"])
        except (KeyError, TypeError, ValueError):
            raise ForgeError(
                errors.GARBLED, f"GitHub's answer for {path} in {name} holds no content"
            ) from None
