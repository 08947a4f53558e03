"""The GitHub that tests start: builders, recording, faults, limits. README.md shows how it is used."""

from __future__ import annotations

import copy
import hashlib
import json
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from fakegithub import contract, coverage, door, handlers
from fakegithub.contract import Route, Violation
from fakegithub.faults import ANSWERS, PRIMARY, SECONDARY, Fault, Match, Script
from fakegithub.people import Token
from fakegithub.repos import Repo
from fakegithub.server import SLOW, Server
from fakegithub.state import CANARY, START, State
from fakegithub.web import Answer, Ask, Refused

JSON_TYPE = "application/json; charset=utf-8"


@dataclass
class Request:
    """What was asked and with which status it was answered; ``token`` is its kind and login, never its value."""

    number: int
    method: str
    path: str
    query: dict[str, str]
    body: Any
    token: str
    version: str
    conditional: bool
    operation: str = ""
    status: int = 0
    fault: str = ""

    @property
    def writes(self) -> bool:
        """Whether it asked for a change."""
        return self.method not in ("GET", "HEAD")


class Reply(NamedTuple):
    """What goes out on the wire."""

    status: int
    headers: dict[str, str]
    body: bytes
    wire: str = ""


@dataclass
class Limits:
    """Quotas. ``primary`` a token and window; ``writes`` a minute; ``retry_after`` None sends no such header."""

    primary: int = 5000
    window: float = 3600.0
    writes: int | None = None
    retry_after: int | None = 1
    recent: list[float] = field(default_factory=list)


class Fake:
    """A GitHub. Build it with `org`, `repo`, `token`; read `requests`, `writes`, `violations`; break it with `fail`."""

    def __init__(self, prefix: str = "") -> None:
        """``prefix`` is that of GitHub Enterprise Server: ``/api/v3``."""
        self.state = State()
        self.prefix = prefix
        self.requests: list[Request] = []
        self.violations: list[Violation] = []
        self.scripts: list[Script] = []
        self.limits = Limits()
        self.latency = 0.0
        self.slow = SLOW
        self.epoch = START.timestamp()
        self.speed = 1.0
        self.counts: Counter[str] = Counter()
        self.total = 0
        self.watchers: list[Callable[[Request], None]] = []
        self.lock = threading.RLock()
        self.born = time.monotonic()
        self.server = Server(self)
        self.state.app("github-actions", id=15368)
        for name in ("user", "org", "team", "app", "token", "rename"):
            setattr(self, name, getattr(self.state, name))

    user: Callable[..., Any]
    org: Callable[..., Any]
    team: Callable[..., Any]
    app: Callable[..., Any]
    token: Callable[..., str]
    rename: Callable[..., Repo]

    def repo(self, full_name: str, **more: Any) -> Repo:
        """A repository, made where missing (`State.repo`)."""
        return self.state.repo(full_name, **more)

    @property
    def url(self) -> str:
        """The address of the API, without a slash at the end."""
        return f"http://127.0.0.1:{self.server.server_address[1]}{self.prefix}"

    @property
    def writes(self) -> list[Request]:
        """The requests that asked for a change."""
        return [one for one in self.requests if one.writes]

    @property
    def counted(self) -> list[Request]:
        """The requests that the primary rate limit counts: not those answered with 304."""
        return [one for one in self.requests if one.status != 304]

    def forget(self) -> None:
        """Begins a new recording; state, scripts and violations stay."""
        self.requests = []

    def start(self) -> Fake:
        """Begins to listen."""
        self.server.main.start()
        return self

    def stop(self) -> None:
        """Ends, and writes down what was exercised where coverage is asked for."""
        self.server.stop()
        coverage.keep(self.counts)

    def fail(self, match: Match, answer: str | Fault, *, times: int = 1, after: int = 0) -> Script:
        """Answers the next matching requests with a fault (a name of `ANSWERS`); ``after`` lets some pass first."""
        fault = ANSWERS[answer] if isinstance(answer, str) else answer
        name = answer if isinstance(answer, str) else "own"
        made = Script(match, times + after, fault, start=self.total, skip=after, name=name)
        self.scripts.append(made)
        return made

    def before(self, match: Match, call: Callable[[Request], None], *, times: int = 1) -> Script:
        """Calls a function when a matching request arrives, before it is looked at: somebody else acts, or dies."""
        made = Script(match, times, None, call, start=self.total)
        self.scripts.append(made)
        return made

    def watch(self, call: Callable[[Request], None]) -> None:
        """Calls a function after each request that changed something; what it asserts in vain is a violation.

        For promises that must hold between any two steps, such as: main can never be deleted.
        """
        self.watchers.append(call)

    def watched(self, request: Request) -> None:
        """Lets the watchers look at the state that a request leaves."""
        for call in self.watchers:
            try:
                call(request)
            except AssertionError as error:
                self.violations.append(Violation("watch", request.operation, str(error) or repr(call)))

    def take_violations(self) -> list[Violation]:
        """The violations so far, which the fixture then no longer sees: for tests that mean to break the contract."""
        with self.lock:
            found, self.violations = self.violations, []
        return found

    def broken(self, text: str) -> None:
        """Records a failure of the fake itself."""
        self.violations.append(Violation("fake", "", text))

    def now(self) -> float:
        """The server's clock, in seconds: ``epoch`` when it was born, then as fast as ``speed`` says."""
        return self.epoch + (time.monotonic() - self.born) * self.speed

    def reply(self, verb: str, target: str, headers: dict[str, str], raw: bytes) -> Reply:
        """The whole answer to a request."""
        if self.latency:
            self.server.stopped.wait(self.latency)
        lower = {name.lower(): value for name, value in headers.items()}
        parts = urlsplit(target)
        path = parts.path.removeprefix(self.prefix)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        with self.lock:
            self.total += 1
            request = Request(
                self.total,
                verb,
                path,
                query,
                None,
                "none",
                lower.get("x-github-api-version", ""),
                "if-none-match" in lower,
            )
            self.requests.append(request)
            if CANARY in target or CANARY.encode() in raw:
                self.violations.append(Violation("request", f"{verb} {path}", "a token outside its header"))
            if not lower.get("user-agent"):
                self.violations.append(
                    Violation("request", f"{verb} {path}", "no User-Agent; GitHub refuses that")
                )
        fault = self.scripted(request)
        with self.lock:
            try:
                return self.judged(request, lower, raw, fault)
            except Exception:
                self.broken(traceback.format_exc())
                request.status = 500
                return self.out(500, {"message": "the fake itself failed"}, {}, None)

    def scripted(self, request: Request) -> Fault | None:
        """Runs the callbacks for a request and returns its fault, if it has one."""
        fault = None
        for one in list(self.scripts):
            if fault is not None and one.fault is not None:
                continue
            if one.meets(request):
                if one.call is not None:
                    one.call(request)
                elif one.met > one.skip:
                    fault, request.fault = one.fault, one.name
        return fault

    def judged(self, request: Request, headers: dict[str, str], raw: bytes, fault: Fault | None) -> Reply:
        """Checks the request, lets it act on the state (or a copy, or not at all), checks the answer."""
        found = contract.route(request.method, request.path)
        if found is None:
            self.violations.append(
                Violation("request", f"{request.method} {request.path}", "no operation that we know")
            )
            request.status = 404
            return self.out(404, Refused(404, "Not Found").body, {}, None)
        route, params = found
        request.operation = route.name
        open_fault = self.check_request(route, request, raw)
        if fault is not None and fault.effect == "none":
            request.status = fault.status
            return Reply(
                fault.status, {**self.headers(None), **dict(fault.headers)}, fault.body(), fault.wire
            )
        state = copy.deepcopy(self.state) if fault is not None and fault.effect == "pretended" else self.state
        ask = Ask(
            state,
            self.url,
            request.method,
            request.path,
            params,
            request.query,
            request.body,
            None,
            request.version,
        )
        ask.limit, ask.window = self.limits.primary, self.limits.window
        answer = self.act(route, ask, request, headers, open_fault)
        reply = self.finish(route, ask, request, headers, answer)
        if request.writes and answer.status < 300 and state is self.state:
            self.watched(request)
        if fault is None or fault.effect == "pretended":
            return reply
        if fault.wire:
            return reply._replace(wire=fault.wire)
        request.status = fault.status
        return Reply(fault.status, {**reply.headers, **dict(fault.headers)}, fault.body())

    def check_request(self, route: Route, request: Request, raw: bytes) -> str | None:
        """Records what in a request does not conform; returns what GitHub itself would refuse."""
        said = contract.check_query(route, request.query)
        refused = None
        judges = contract.request_validators(route.name)
        if raw:
            try:
                request.body = json.loads(raw)
            except ValueError:
                refused = "Problems parsing JSON"
                said.append(refused)
        if judges is not None and refused is None and (raw or route.node["requestBody"]["required"]):
            loose = contract.complaints(judges[0], request.body)
            said += loose or contract.complaints(judges[1], request.body)
            refused = wording(loose[0]) if loose else None
        elif judges is None and request.body not in (None, {}):
            said.append("a body where none is described")
        self.violations += [Violation("request", route.name, one) for one in said]
        return refused

    def act(
        self, route: Route, ask: Ask, request: Request, headers: dict[str, str], refused: str | None
    ) -> Answer:
        """Lets a request through the door and its handler."""
        how = handlers.HANDLERS.get(route.name)
        try:
            ask.token = door.token_of(ask.state, headers.get("authorization"))
            if ask.token is not None:
                request.token = ask.token.shown
            self.limit(request, ask.token)
            if how is None:
                raise Refused(404, "Not Found")
            door.admit(ask, how)
            if refused is not None:
                raise Refused(400 if refused == "Problems parsing JSON" else 422, refused)
            return how.run(ask)
        except Refused as error:
            return Answer(error.status, error.body, error.headers)

    def limit(self, request: Request, token: Token | None) -> None:
        """Counts a request against the quotas.

        Raises:
            Refused: 403, in the words of the limit that is used up.
        """
        now, limits = self.now(), self.limits
        if token is not None:
            if now - token.window >= limits.window:
                token.window, token.used = now, 0
            if token.used >= limits.primary and request.path != "/rate_limit":
                raise Refused(403, PRIMARY)
            token.used += request.path != "/rate_limit"
        if limits.writes is not None and request.writes:
            limits.recent = [one for one in limits.recent if now - one < 60]
            if len(limits.recent) >= limits.writes:
                more = {} if limits.retry_after is None else {"Retry_After": str(limits.retry_after)}
                raise Refused(403, SECONDARY, errors=None, **more)
            limits.recent.append(now)

    def finish(
        self, route: Route, ask: Ask, request: Request, headers: dict[str, str], answer: Answer
    ) -> Reply:
        """Checks an answer and turns it into bytes, with its ETag; 304 where the client has it already."""
        request.status = answer.status
        judge = contract.response_validator(route.name, answer.status, ask.version or contract.OLD)
        if judge is False:
            self.violations.append(
                Violation("response", route.name, f"status {answer.status} is not described")
            )
        elif judge is None and answer.body is not None:
            self.violations.append(Violation("response", route.name, f"a body with status {answer.status}"))
        elif judge is not None and not isinstance(judge, bool):
            for said in contract.complaints(judge, answer.body):
                self.violations.append(Violation("response", route.name, said))
        coverage.count(self.counts, route.name, answer.status, answer.body)
        more = {**ask.links, **answer.headers}
        if request.method == "GET" and answer.status == 200:
            tag = hashlib.sha256(json.dumps([answer.body, more], sort_keys=True).encode()).hexdigest()
            more["ETag"] = f'W/"{tag}"'
            if headers.get("if-none-match", "").removeprefix("W/") == f'"{tag}"':
                request.status = 304
                coverage.count(self.counts, route.name, 304, None)
                if ask.token is not None:
                    ask.token.used -= 1
                return self.out(304, None, more, ask.token)
        return self.out(answer.status, answer.body, more, ask.token)

    def headers(self, token: Token | None) -> dict[str, str]:
        """What every answer carries."""
        limit = self.limits.primary if token is not None else 60
        used = min(token.used, limit) if token is not None else 0
        start = token.window if token is not None else self.now()
        return {
            "Date": formatdate(self.now(), usegmt=True),
            "Content-Type": JSON_TYPE,
            "X-GitHub-Request-Id": f"AB12:{len(self.requests)}",
            **({"X-GitHub-Enterprise-Version": self.state.server} if self.state.server else {}),
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(limit - used),
            "X-RateLimit-Used": str(used),
            "X-RateLimit-Resource": "core",
            "X-RateLimit-Reset": str(int(start + self.limits.window)),
            "X-GitHub-Media-Type": "github.v3; format=json",
        }

    def out(self, status: int, body: Any, more: dict[str, str], token: Token | None) -> Reply:
        """An answer as bytes."""
        raw = b"" if body is None else json.dumps(body).encode()
        return Reply(status, {**self.headers(token), **more}, raw)


def wording(said: str) -> str:
    """A complaint about a request in the words of GitHub's own 422."""
    place, _, rest = said.partition(": ")
    if rest.startswith("null is not"):
        return f"Invalid request.\n\nInvalid property {place}: data cannot be null."
    return f"Invalid request.\n\nInvalid property {place}: {rest}."
