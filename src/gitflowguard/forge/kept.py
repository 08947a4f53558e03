"""Answers that were had before, with their ETags: an answer 304 costs nothing of the hour's requests.

One JSON file for each repository, under the user's cache directory. A file that is damaged or of another shape is
as good as none. What is kept is only ever used after the server has said that it is still so, or that the list
which names it with the time of its last change is.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

from gitflowguard.cachefile import put, read

_ANSWERS = "gitflowguard answers 1"
_MOST = 8 << 20
T = TypeVar("T")


class CachedResponse(NamedTuple):
    """An answer of the server. link: its Link header, which names the next page."""

    etag: str
    data: Any
    link: str


def cache_folder(environ: Mapping[str, str]) -> str:
    """Where answers are kept: ``$XDG_CACHE_HOME/gitflowguard/github``, "" where there is no home to keep them in."""
    home = environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(home):
        home = os.path.join(environ["HOME"], ".cache") if os.path.isabs(environ.get("HOME", "")) else ""
    return os.path.join(home, "gitflowguard", "github") if home else ""


class ResponseCache:
    """The answers of one repository at one server. folder "": nothing is kept."""

    def __init__(self, folder: str, server: str, name: str) -> None:
        word = hashlib.sha256(f"{server}\n{name.lower()}".encode()).hexdigest()[:32]
        self._path = os.path.join(folder, word + ".json") if folder else ""
        self._answers = self._load()
        self._changed = False

    def get(self, key: str) -> CachedResponse | None:
        """The answer under the key, None if there is none."""
        return self._answers.get(key)

    def put(self, key: str, answer: CachedResponse) -> None:
        """Remembers an answer; one without an ETag is of no use."""
        if answer.etag and self._answers.get(key) != answer:
            self._answers[key] = answer
            self._changed = True

    def forget(self, beginning: str) -> None:
        """Drops what begins like this: it has just been changed."""
        for key in [key for key in self._answers if key.startswith(beginning)]:
            del self._answers[key]
            self._changed = True

    def save(self) -> None:
        """Writes what is new, for the next run; a directory that cannot be written to does without."""
        if not self._path or not self._changed:
            return
        rows = {key: list(answer) for key, answer in self._answers.items()}
        self._changed = not save(self._path, {"what": _ANSWERS, "answers": rows})

    def _load(self) -> dict[str, CachedResponse]:
        return load(self._path, _answers)


def _answers(data: Any) -> dict[str, CachedResponse]:
    rows = data["answers"] if data["what"] == _ANSWERS else {}
    return {str(key): CachedResponse(str(etag), body, str(link)) for key, (etag, body, link) in rows.items()}


def load(path: str, make: Callable[[Any], dict[str, T]]) -> dict[str, T]:
    """What `make` makes of a file's JSON; nothing for path "" and for a file that is damaged or of another shape."""
    try:
        return make(json.loads(read(path, _MOST, links=True)))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def save(path: str, data: Any) -> bool:
    """Writes a file that only the user can read; False where that can't be done: it is asked again next time."""
    text = json.dumps(data).encode()
    return len(text) < _MOST and put(path, text, private=True)
