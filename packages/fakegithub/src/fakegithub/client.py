"""The plainest client: one request, one answer, nothing retried or followed. For tests of the fake itself."""

from __future__ import annotations

import http.client
import json
from typing import Any, NamedTuple

from fakegithub.fake import Fake

VERSION = "2022-11-28"


class Reply(NamedTuple):
    """Status, body as data (text where it is not JSON) and headers in lower case."""

    status: int
    body: Any
    headers: dict[str, str]


class Client:
    """Asks a fake with one token."""

    def __init__(self, fake: Fake, token: str | None = None, *, scheme: str = "token") -> None:
        """``scheme`` is the word before the token: token or Bearer."""
        self.fake = fake
        self.always = {"User-Agent": "test", "X-GitHub-Api-Version": VERSION}
        if token is not None:
            self.always["Authorization"] = f"{scheme} {token}"

    def ask(self, verb: str, path: str, body: Any = None, *, timeout: float = 10, **headers: str) -> Reply:
        """One request. ``headers``: with underscores for dashes."""
        link = http.client.HTTPConnection("127.0.0.1", self.fake.server.server_address[1], timeout=timeout)
        try:
            sent = {**self.always, **{name.replace("_", "-"): value for name, value in headers.items()}}
            raw = None if body is None else json.dumps(body)
            link.request(verb, self.fake.prefix + path, raw, sent)
            answer = link.getresponse()
            text = answer.read().decode()
            kept = {name.lower(): value for name, value in answer.getheaders()}
            plain = not text or "json" not in kept["content-type"]
            return Reply(answer.status, text if plain else json.loads(text), kept)
        finally:
            link.close()

    def get(self, path: str, **headers: str) -> Reply:
        """GET."""
        return self.ask("GET", path, None, timeout=10, **headers)

    def post(self, path: str, body: Any = None) -> Reply:
        """POST."""
        return self.ask("POST", path, body)

    def put(self, path: str, body: Any = None) -> Reply:
        """PUT."""
        return self.ask("PUT", path, body)

    def patch(self, path: str, body: Any) -> Reply:
        """PATCH."""
        return self.ask("PATCH", path, body)

    def delete(self, path: str) -> Reply:
        """DELETE."""
        return self.ask("DELETE", path)
