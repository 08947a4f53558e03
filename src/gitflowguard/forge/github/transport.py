"""One request after another: paced, retried where that is safe, remembered by ETag, and read strictly.

PyGithub signs in, speaks HTTP and keeps connections. Its own retry is switched off: it never repeats a PATCH nor
most answers 429, waits without a limit, and repeats a POST whose first copy may have done its work. Here a read is
repeated; a write is repeated only when the server said that it did nothing ("not now"). After any other failure of
a write the error says that its outcome is uncertain, and whoever ordered it looks at the state before going on.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit, urlencode

import github
import requests
from github import Auth
from github.Requester import Requester

from gitflowguard import __version__
from gitflowguard.forge import answers, errors
from gitflowguard.forge.errors import ForgeError
from gitflowguard.forge.kept import CachedResponse, ResponseCache
from gitflowguard.forge.pacing import Pace
from gitflowguard.forge.token import App, Secret

VERSION = "2022-11-28"
TIMEOUT = 20
PAGE = 100
MOST_PAGES = 100
# A read that meets a fault of the server or of the network is sent so often.
TRIES = 3
_NEXT = re.compile(r'<([^<>]*)>\s*;\s*rel="next"')
_PAGE_NUMBER = re.compile(r"[?&]page=(\d+)(?:&|$)")


class Reply(NamedTuple):
    """What the server answered. data: its JSON. status: of HTTP; 304 when the answer kept from before still holds."""

    status: int
    data: Any
    link: str = ""


def joined(*parts: str) -> str:
    """A path of the API from its parts; a branch keeps its slashes, everything else is quoted."""
    return "".join(f"/{quote(part, safe='/')}" for part in parts)


class Transport:
    """Speaks with one server, from any number of threads.

    api_url: checked before (forge.token.api_url). patience: how many seconds one request may wait for rate limits.
    told: called with a sentence before a wait that a person would notice.
    """

    def __init__(
        self,
        api_url: str,
        secret: Secret | None,
        app: App | None = None,
        pace: Pace | None = None,
        patience: float = 60.0,
        told: Any = None,
        timeout: int | None = None,
    ) -> None:
        self.api_url = api_url
        self.pace = pace or Pace()
        self.patience = patience
        self.requests = 0
        self.writes = 0
        # The version of a GitHub Enterprise Server, from its answers' header; "" for one that names none.
        self.server: str | None = None
        self._told = told
        # Called before a write is sent (verb, path), and with each answer (verb, path, body, status, text).
        self.announce: Any = None
        self.watch: Any = None
        self._timeout = TIMEOUT if timeout is None else timeout
        self._auth: Auth.Auth | None = Auth.Token(secret.token) if secret else None
        self._app = app
        self._installed: dict[str, Auth.Auth] = {}
        self._mine = threading.local()
        self._lock = threading.Lock()

    def get(
        self, path: str, params: Mapping[str, str] | None = None, kept: ResponseCache | None = None
    ) -> Any:
        """The JSON of a read; raises ForgeError for any answer but 200."""
        return self.reply(path, params, kept).data

    def reply(
        self, path: str, params: Mapping[str, str] | None = None, kept: ResponseCache | None = None
    ) -> Reply:
        """The same, with the status and the link to the next page."""
        key = path + "?" + "&".join(f"{name}={value}" for name, value in sorted((params or {}).items()))
        known = kept.get(key) if kept is not None else None
        headers = {"If-None-Match": known.etag} if known is not None else {}
        status, found, text = self._send("GET", path, params, headers, None)
        if status == 304 and known is not None:
            return Reply(304, known.data, known.link)
        if status != 200:
            raise answers.refusal("GET", path, status, found, text)
        reply = Reply(200, answers.parsed(text), found.get("link", ""))
        if kept is not None:
            kept.put(key, CachedResponse(found.get("etag", ""), reply.data, reply.link))
        return reply

    def pages(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        kept: ResponseCache | None = None,
        inside: str = "",
    ) -> Iterator[Reply]:
        """Every page of a list, each as a reply whose data is a list; inside: the key that holds the list.

        Raises ForgeError for what isn't a list, and for a chain of pages that does not end.
        """
        number, seen = 1, set[int]()
        while number not in seen and len(seen) < MOST_PAGES:
            seen.add(number)
            asked = {**(params or {}), "per_page": str(PAGE)}
            if number > 1:
                asked["page"] = str(number)
            reply = self.reply(path, asked, kept)
            data = reply.data.get(inside) if inside and isinstance(reply.data, dict) else reply.data
            if not isinstance(data, list):
                raise ForgeError(
                    errors.GARBLED, f"GitHub answers GET {path} with something that isn't a list"
                )
            yield Reply(reply.status, data, reply.link)
            following = _NEXT.search(reply.link)
            page = _PAGE_NUMBER.search(following.group(1)) if following else None
            if page is None:
                return
            number = answers.number(page.group(1)) or 0
        raise ForgeError(errors.GARBLED, f"the pages of {path} do not end")

    def write(self, verb: str, path: str, body: Mapping[str, Any] | None, wanted: tuple[int, ...]) -> Any:
        """Sends a PUT, POST, PATCH or DELETE; the JSON of its answer. One write at a time in all threads.

        Raises ForgeError for any status that is not wanted; 307, which a renamed repository gives, is none.
        """
        with self.pace.writing:
            status, headers, text = self._send(verb, path, None, {}, body)
        if status not in wanted:
            raise answers.refusal(verb, path, status, headers, text)
        try:
            return answers.parsed(text)
        except ForgeError as problem:
            raise ForgeError(problem.kind, str(problem), status, uncertain=True) from None

    def _send(
        self,
        verb: str,
        path: str,
        params: Mapping[str, str] | None,
        headers: dict[str, str],
        body: Mapping[str, Any] | None,
    ) -> tuple[int, dict[str, str], str]:
        """Sends a request until it is answered: waits where GitHub says so, repeats reads that broke."""
        limit = self.pace.now() + self.patience
        failed = waited = 0
        while True:
            self._wait(self.pace.delay(verb != "GET"), None)
            closed = self.pace.closed()
            if closed:
                self._wait_or_give_up(closed, limit, f"GET {path}" if verb == "GET" else f"{verb} {path}")
            try:
                status, found, text = self._once(verb, path, params, dict(headers), body)
            except ForgeError:
                failed += 1
                if verb != "GET" or failed >= TRIES:
                    raise
                self._wait(float(2 ** (failed - 1)), None)
                continue
            self.pace.learn(found)
            if answers.limited(status, found, text) and not _final(text):
                pause = answers.pause(found, self.pace.clock(), waited)
                if self.pace.now() + pause <= limit:
                    waited += 1
                    self._wait(pause, "GitHub asks for a pause")
                    continue
            broken = status >= 500 or (status == 200 and verb == "GET" and not _whole(text))
            if verb == "GET" and broken and failed < TRIES - 1:
                failed += 1
                self._wait(float(2 ** (failed - 1)), None)
                continue
            return status, found, text

    def _once(
        self,
        verb: str,
        path: str,
        params: Mapping[str, str] | None,
        headers: dict[str, str],
        body: Mapping[str, Any] | None,
    ) -> tuple[int, dict[str, str], str]:
        requester = self._requester(path)
        with self._lock:
            self.requests += 1
            self.writes += verb != "GET"
        write = verb != "GET"
        if write and self.announce is not None:
            self.announce(verb, path)
        try:
            status, found, text = requester.requestJson(
                verb, path, parameters=dict(params or {}), headers=headers, input=body
            )
        except (requests.ConnectTimeout, requests.exceptions.InvalidURL) as problem:
            raise ForgeError(errors.UNREACHABLE, self._broke(problem)) from None
        except requests.RequestException as problem:
            sent = write and not _not_sent(problem)
            raise ForgeError(errors.UNREACHABLE, self._broke(problem), uncertain=sent) from None
        except (github.GithubException, RuntimeError, ValueError) as problem:
            # PyGithub's own: a redirect to another host, a sign-in of an App that failed.
            says = answers.redacted(f"GitHub at {self.api_url}: {problem}")
            raise ForgeError(errors.GARBLED, says, uncertain=write) from None
        answered = {str(name): str(value) for name, value in found.items()}
        self.server = answered.get("x-github-enterprise-version", "")
        if self.watch is not None:
            self.watch(verb, _asked(path, params), body, status, str(text or ""))
        return status, answered, str(text or "")

    def _broke(self, problem: Exception) -> str:
        """Which server could not be reached, and how, in a few words."""
        host = urlsplit(self.api_url).netloc
        if isinstance(problem, requests.Timeout):
            return f"{host} did not answer in time"
        if isinstance(problem, requests.exceptions.SSLError):
            return f"{host} has no certificate that this machine trusts"
        if isinstance(problem, requests.exceptions.ProxyError):
            return f"the proxy on the way to {host} refuses the connection"
        return f"the connection to {host} broke" if not _not_sent(problem) else f"{host} cannot be reached"

    def _requester(self, path: str) -> Requester:
        """One for each thread and sign-in: PyGithub's keeps the request that it is at in itself."""
        auth = self._auth if self._app is None else self._installation(self._app, path)
        mine: dict[int, Requester] = self._mine.__dict__.setdefault("requesters", {})
        if id(auth) not in mine:
            mine[id(auth)] = self._client(auth).requester
        return mine[id(auth)]

    def _client(self, auth: Auth.Auth | None) -> github.Github:
        return github.Github(
            base_url=self.api_url, auth=auth, retry=0, timeout=self._timeout, per_page=PAGE,
            user_agent=f"gitflowguard/{__version__}", seconds_between_requests=0, seconds_between_writes=0,
            api_version=VERSION,
        )  # fmt: skip

    def _installation(self, app: App, path: str) -> Auth.Auth:
        """The sign-in of the App for the owner that a path names; one for all paths that name none."""
        parts = path.split("/")
        owner = parts[2] if len(parts) > 2 and parts[1] in ("repos", "orgs") else ""
        with self._lock:
            known = self._installed.get(owner) or (
                next(iter(self._installed.values()), None) if not owner else None
            )
        if known is not None:
            return known
        sign = Auth.AppAuth(app.id, app.key)
        asked = (
            f"/repos/{parts[2]}/{parts[3]}/installation"
            if parts[1:2] == ["repos"]
            else f"/orgs/{owner}/installation"
        )
        try:
            status, found, text = self._client(sign).requester.requestJson("GET", asked)
        except Exception as problem:  # a key that is none: cryptography and PyJWT have errors of their own
            raise ForgeError(
                errors.CREDENTIALS, answers.redacted(f"the App cannot sign in: {problem}")
            ) from None
        if status != 200:
            raise answers.refusal("GET", asked, status, {str(k): str(v) for k, v in found.items()}, text)
        number = answers.parsed(text)["id"]
        made = sign.get_installation_auth(int(number), requester=self._client(sign).requester)
        with self._lock:
            return self._installed.setdefault(owner, made)

    def _wait_or_give_up(self, seconds: float, limit: float, what: str) -> None:
        """Waits for the hour's next requests, if there is patience for that."""
        if self.pace.now() + seconds > limit:
            minutes = max(1, round(seconds / 60))
            says = (
                f"the hour's requests are used up; the next are there in {minutes} min ({what} was not sent)"
            )
            raise ForgeError(errors.RATE, f"{says}; run again then, or allow that time with --wait")
        self._wait(seconds, "the hour's requests are used up")

    def _wait(self, seconds: float, why: str | None) -> None:
        if seconds <= 0:
            return
        if why and self._told is not None:
            self._told(f"{why}: waiting {round(seconds)} s")
        self.pace.sleep(seconds)


def _asked(path: str, params: Mapping[str, str] | None) -> str:
    """The path with its question."""
    return path + (f"?{urlencode(sorted(params.items()))}" if params else "")


def _whole(text: str) -> bool:
    """Whether an answer is whole JSON."""
    try:
        answers.decoded(text)
    except ValueError:
        return False
    return True


def _final(text: str) -> bool:
    """Whether a refusal is about the plan, although its status is that of a rate limit."""
    return "upgrade to" in text.lower()


def _not_sent(problem: Exception) -> bool:
    """Whether the connection was never made, so that nothing can have happened."""
    words = repr(problem)
    return isinstance(problem, requests.ConnectionError) and (
        "NewConnectionError" in words or "NameResolutionError" in words or "SSLError" in words
    )
