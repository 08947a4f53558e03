"""What every command of `protect` that speaks with GitHub takes, and how it is made into a run."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from gitflowguard.app.policy.config import parsed, policy_in_force, source_in_force, source_of
from gitflowguard.app.policy.file import Source
from gitflowguard.app.policy.opening import lock_of
from gitflowguard.app.policy.upstream import newest, server_of, since
from gitflowguard.app.protect import aims
from gitflowguard.app.protect.aims import Shard, WrongAim
from gitflowguard.app.protect.journal import JournalError, RunJournal
from gitflowguard.app.protect.kept import States, state_folder
from gitflowguard.app.protect.scope import ProtectScope, organisation_scope, scope_of
from gitflowguard.cli.console import write
from gitflowguard.forge import token
from gitflowguard.forge.errors import ForgeError
from gitflowguard.forge.kept import cache_folder
from gitflowguard.model.address import is_owner
from gitflowguard.model.extends import SCHEME, PolicyLock, upstream_of
from gitflowguard.model.flow import Flow
from gitflowguard.model.names import short
from gitflowguard.policy.parse import Policy
from gitflowguard.process import ProcessError
from gitflowguard.repo.git import GitError
from gitflowguard.report.escape import terminal

if TYPE_CHECKING:
    from gitflowguard.policy.origins import ValueOrigin
    from gitflowguard.forge.github.transport import Transport

F = TypeVar("F", bound=Callable[..., Any])

ONE_WAIT = 60
MANY_WAIT = 3600


class ProtectRun(NamedTuple):
    """A run that is ready. names: of the repositories, in order. states: for undo."""

    scope: ProtectScope
    names: tuple[str, ...]
    states: States
    journal: RunJournal
    organisation: str


def server_options(function: F) -> F:
    """Which policy, where GitHub is, who asks, how patiently."""
    policy = click.option(
        "--policy",
        "policy_file",
        metavar="FILE",
        help="This policy instead of the repository's: a file, or github:OWNER/REPO[@REF][:PATH].",
    )
    return connection_options(policy(function))


def connection_options(function: F) -> F:
    """Where GitHub is, who asks, how patiently."""
    for option in (
        click.option(
            "--api-url",
            metavar="URL",
            help="The API of a GitHub Enterprise Server.  [default: by the remote]",
        ),
        click.option("--token-stdin", is_flag=True, help="Read the token from standard input."),
        click.option("--app-id", metavar="ID", help="Sign in as this GitHub App; needs --app-key-file."),
        click.option(
            "--app-key-file", type=click.Path(dir_okay=False), help="The App's private key, in PEM."
        ),
        click.option(
            "--wait",
            type=click.IntRange(0, 86400),
            metavar="SECONDS",
            help="How long to wait for rate limits.",
        ),
        click.option(
            "--no-pacing", is_flag=True, help="For a server without rate limits: ask as fast as it answers."
        ),
        click.option("--no-cache", is_flag=True, help="Remember nothing between runs."),
    ):
        function = option(function)
    return function


def repository_options(function: F) -> F:
    """Which repositories."""
    for option in (
        click.option("--shard", metavar="K/N", help="Only the K-th of N parts of the repositories."),
        click.option(
            "--journal", metavar="FILE", help="Remember what is done there, and go on where it stopped."
        ),
        click.option(
            "--property",
            "property_name",
            default="gitflow",
            show_default=True,
            metavar="NAME",
            help="With --org-rulesets: the custom property that is true on the repositories they are for.",
        ),
        click.option(
            "--org-rulesets", is_flag=True, help="With --org: a handful of the organization's own rulesets."
        ),
        click.option(
            "--topic",
            "topics",
            multiple=True,
            help="With --org: only those with this topic; may be repeated.",
        ),
        click.option("--org", "organisation", metavar="OWNER", help="Every repository of an organization."),
        click.option(
            "--repos-file", metavar="FILE", help="The repositories that a file lists, one in a line."
        ),
        click.argument("repositories", nargs=-1, metavar="[OWNER/REPO]..."),
    ):
        function = option(function)
    return function


class Server(NamedTuple):
    """The server options, as given."""

    policy_file: str | None
    api_url: str | None
    token_stdin: bool
    app_id: str | None
    app_key_file: str | None
    wait: int | None
    no_pacing: bool
    no_cache: bool

    @classmethod
    def of(cls, given: dict[str, Any]) -> Server:
        """Takes its options out of what click gave."""
        return cls(**{name: given.pop(name) for name in cls._fields})


class Which(NamedTuple):
    """The repository options, as given."""

    repositories: tuple[str, ...]
    repos_file: str | None
    organisation: str | None
    topics: tuple[str, ...]
    shard: str | None
    journal: str | None
    org_rulesets: bool = False
    property_name: str = "gitflow"

    @classmethod
    def of(cls, given: dict[str, Any]) -> Which:
        """Takes its options out of what click gave."""
        return cls(**{name: given.pop(name) for name in cls._fields})


def start(task: str, server: Server, which: Which, unseen: bool = False) -> ProtectRun:
    """Reads the policy, signs in, finds the repositories. Raises UsageError, PolicyError, GitError, ForgeError."""
    try:
        return _start(task, server, which, unseen)
    except (WrongAim, JournalError) as problem:
        raise click.UsageError(str(problem)) from None


def _start(task: str, server: Server, which: Which, unseen: bool) -> ProtectRun:
    policy, lock = policy_for(server)
    flow, digest, places = policy.flow, _digest(policy), policy.origins
    shard = aims.shard_of(which.shard) if which.shard else None
    names, host = _names(which, flow, shard)
    api = api_of(server, host)
    forge = connect(server, api, many=which.organisation is not None or len(names) > 1)
    scope = _with_news(scope_of(forge, flow, unseen, places), lock, api, len(names) == 1)
    owner = which.organisation or ""
    if owner and which.org_rulesets:
        if which.topics or shard:
            raise click.UsageError(
                "--org-rulesets is about the organization itself: it goes with neither --topic nor --shard"
            )
        names, scope = (owner,), organisation_scope(scope, which.property_name)
    elif owner:
        names = aims.of_organisation(forge, owner, which.topics, shard)
    folder = state_folder(os.environ)
    journal = RunJournal(which.journal or "", f"{task} {api} {digest}")
    return ProtectRun(scope, names, States(folder, api), journal, owner)


def forge_of(flow: Flow, server: Server, name: str | None) -> tuple[Any, str]:
    """A forge and one repository: the named one, else the one behind the policy's remote."""
    which = Which((name,) if name else (), None, None, (), None, None)
    try:
        names, host = _names(which, flow, None)
    except WrongAim as problem:
        raise click.UsageError(str(problem)) from None
    return connect(server, api_of(server, host), many=False), names[0]


def policy_of(file: str | None) -> tuple[Flow, str, Mapping[str, ValueOrigin]]:
    """The policy, what tells it from any other, and where it says what. Raises PolicyError, GitError."""
    policy = parsed(source_of(file)) if file else policy_in_force()
    return policy.flow, _digest(policy), policy.origins


def _digest(policy: Policy) -> str:
    return hashlib.sha256(repr(policy.flow).encode()).hexdigest()[:16]


def policy_for(server: Server) -> tuple[Policy, PolicyLock | None]:
    """The policy, and the one that it extends; ``--policy github:…`` reads one there, at the commit that is printed.

    Raises click.UsageError, PolicyError, GitError and ForgeError.
    """
    file = server.policy_file or ""
    if not file.startswith(SCHEME):
        source = source_of(file) if file else source_in_force()
        return (parsed(source) if source is not None else policy_in_force()), lock_of(source)
    upstream = upstream_of(file)
    if isinstance(upstream, str):
        raise click.UsageError(f"--policy: {upstream}")
    api = api_of(server, origin_host())
    lock = newest(connect(server, api, many=False), upstream, server_of(api))
    _say(f"the policy is {upstream.text} at {lock.commit}")
    return parsed(Source(f"{upstream.text} at {short(lock.commit)}", lock.content)), None


def origin_host() -> str:
    """The host of the clone's own remote, "" for none."""
    try:
        return aims.from_remote("origin").host
    except (WrongAim, GitError, ProcessError):
        return ""


def _with_news(scope: ProtectScope, lock: PolicyLock | None, api: str, one: bool) -> ProtectScope:
    """With what became of the extended policy: a finding of the one repository, or a line for all of them."""
    found = since(scope.forge, lock, server_of(api)) if lock is not None else None
    if found is None:
        return scope
    if one:
        return scope._replace(extended=(found,))
    _say(
        found.says
        if found.unknown is None
        else f"can't determine whether the policy has changed: {found.unknown.reason}"
    )
    return scope


def _names(which: Which, flow: Flow, shard: Shard | None) -> tuple[tuple[str, ...], str]:
    """The repositories that are named or behind the remote, and the host that the remote is on."""
    given = [
        name
        for name, value in (
            ("OWNER/REPO", which.repositories), ("--repos-file", which.repos_file), ("--org", which.organisation),
        )
        if value
    ]  # fmt: skip
    if len(given) > 1:
        raise click.UsageError(
            f"{' and '.join(given)} exclude each other: choose one way to name the repositories"
        )
    if which.topics and not which.organisation:
        raise click.UsageError(
            "--topic needs --org: topics are looked for among an organization's repositories"
        )
    if which.org_rulesets and not which.organisation:
        raise click.UsageError("--org-rulesets needs --org: say which organization")
    if which.organisation:
        if not is_owner(which.organisation):
            raise click.UsageError(f"{which.organisation} isn't an organization; write its name, as in acme")
        return (), ""
    if which.repos_file:
        return aims.only(aims.from_file(which.repos_file), shard), ""
    if which.repositories:
        return aims.only(aims.named(which.repositories), shard), _host(flow)
    address = aims.from_remote(flow.remote)
    return (address.name,), address.host


def _host(flow: Flow) -> str:
    """The host of the remote, where this is a clone of something on GitHub: a name without a host is meant there."""
    try:
        return aims.from_remote(flow.remote).host
    except (WrongAim, GitError, ProcessError):
        return ""


def api_of(server: Server, host: str) -> str:
    """The API's address: as given, as GitHub Actions gives it, by the remote's host, else the public one."""
    text = server.api_url or os.environ.get("GITHUB_API_URL", "")
    if not text:
        return _address(host)
    try:
        return token.api_url(text)
    except ForgeError as problem:
        raise click.UsageError(str(problem)) from None


def _address(host: str) -> str:
    """The API of a host. docs.github.com, "Getting started with the REST API": GHE.com has api.SUBDOMAIN.ghe.com."""
    if host in ("", "github.com"):
        return token.PUBLIC
    return f"https://api.{host}" if host.endswith(".ghe.com") else f"https://{host}/api/v3"


def connect(server: Server, api: str, many: bool) -> Any:
    """A forge. Raises click.UsageError, ForgeError."""
    from gitflowguard.forge.github.rest import GitHub

    return GitHub(transport(server, api, many), "" if server.no_cache else cache_folder(os.environ))


def anonymous(server: Server, api: str) -> Any:
    """A forge that nobody is signed in to, which sees what is public: 60 requests an hour and address
    (docs.github.com, "Rate limits for the REST API")."""
    from gitflowguard.forge.github.rest import GitHub
    from gitflowguard.forge.github.transport import Transport
    from gitflowguard.forge.pacing import Pace

    return GitHub(Transport(api, None, None, Pace(not server.no_pacing), float(ONE_WAIT), _say), "")


def transport(server: Server, api: str, many: bool) -> Transport:
    """Who asks, and how patiently. Raises click.UsageError, ForgeError."""
    from gitflowguard.forge.github.transport import Transport
    from gitflowguard.forge.pacing import Pace

    if bool(server.app_id) != bool(server.app_key_file):
        raise click.UsageError("--app-id and --app-key-file belong together")
    if server.app_id and server.token_stdin:
        raise click.UsageError("--token-stdin and --app-id exclude each other: sign in one way")
    app = token.app(server.app_id, server.app_key_file) if server.app_id and server.app_key_file else None
    typed = _typed() if server.token_stdin else None
    trusted = bool(server.api_url or os.environ.get("GITHUB_API_URL"))
    secret = None if app is not None else token.find(api, os.environ, typed, trusted)
    patience = float(server.wait if server.wait is not None else MANY_WAIT if many else ONE_WAIT)
    return Transport(api, secret, app, Pace(not server.no_pacing), patience, _say)


# The stream that the token was read from, and the token: a run may sign in twice, and a stream is read once.
_READ: list[tuple[object, str]] = []


def _typed() -> str:
    """The token on standard input."""
    if not _READ or _READ[0][0] is not sys.stdin:
        _READ[:] = [(sys.stdin, sys.stdin.read(8192))]
    return _READ[0][1]


def _say(text: str) -> None:
    write(f"gitflowguard: {terminal(text)}\n", sys.stderr)
