"""Where the token comes from: the environment, the ``gh`` program, standard input, or an App's key file; never argv."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from gitflowguard.forge import errors
from gitflowguard.forge.answers import redacted
from gitflowguard.forge.errors import ForgeError
from gitflowguard.process import ProcessError, run, sound

PUBLIC = "https://api.github.com"
_NAMES = ("GITHUB_TOKEN", "GH_TOKEN")
_ENTERPRISE = ("GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN")
_LONGEST = 4096
_KEY = 64 << 10


class App(NamedTuple):
    """A GitHub App. key: its private key in PEM."""

    id: str
    key: str

    def __repr__(self) -> str:
        return f"App(id={self.id!r}, key=…)"


class Secret(NamedTuple):
    """A token and where it is from, which may be shown."""

    token: str
    source: str

    def __repr__(self) -> str:
        return f"Secret(token=…, source={self.source!r})"


def find(api_url: str, environ: Mapping[str, str], typed: str | None = None, trusted: bool = True) -> Secret:
    """The token for a server; raises ForgeError where there is none.

    typed: what came from standard input, None if it was not asked for. trusted: whether a person or the CI has named
    the server, not only the remote of a clone: a variable's token is not for whatever host that is. GH_HOST names a
    server, too, as it does for gh; and gh's own log-in is for one host.
    """
    if typed is not None:
        return Secret(_clean(typed, "standard input"), "standard input")
    host = _host(api_url)
    named = trusted or environ.get("GH_HOST", "").lower() == host
    if api_url == PUBLIC:
        names = _NAMES
    else:
        # gh's manual, "Environment variables": GH_TOKEN is for github.com and subdomains of ghe.com.
        cloud = host.endswith(".ghe.com") and named
        names = (*(_ENTERPRISE if named and not cloud else ()), *(_NAMES if trusted or cloud else ()))
    for name in names:
        if environ.get(name):
            return Secret(_clean(environ[name], name), name)
    found = _from_gh(api_url, environ if api_url == PUBLIC else without_tokens(environ))
    if found:
        return Secret(_clean(found, "gh auth token"), "gh auth token")
    own = "GH_TOKEN" if host.endswith(".ghe.com") else "GH_ENTERPRISE_TOKEN"
    name = "GITHUB_TOKEN" if api_url == PUBLIC or trusted else own
    where = "" if api_url == PUBLIC else f" at {host}"
    set_it = f"set {name}" if api_url == PUBLIC or named else f"set {name} and GH_HOST={host}"
    says = f"there is no token for GitHub{where}: {set_it}, log in with `gh auth login`, or give one by --token-stdin"
    raise ForgeError(errors.CREDENTIALS, says)


def _host(api_url: str) -> str:
    """The host by which gh and a person know a server: GHE.com keeps its API at ``api.`` in front of it."""
    host = urlsplit(api_url).hostname or ""
    return host.removeprefix("api.") if host.endswith(".ghe.com") else host


def without_tokens(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment without tokens: gh gives those of an enterprise to any host that it is asked about."""
    return {name: value for name, value in environ.items() if name not in (*_NAMES, *_ENTERPRISE)}


def app(app_id: str, key_file: str) -> App:
    """A GitHub App by its id and the file of its private key; raises ForgeError."""
    if not app_id.isascii() or not app_id.replace("-", "").replace("_", "").replace(".", "").isalnum():
        raise ForgeError(
            errors.CREDENTIALS, "--app-id is the App's number or client id, as in Iv1.8a61f9b3a7aba766"
        )
    try:
        with open(key_file, "rb") as file:
            data = file.read(_KEY)
    except OSError as problem:
        says = f"the App's key {key_file} cannot be read: {problem.strerror}"
        raise ForgeError(errors.CREDENTIALS, says) from None
    text = data.decode("ascii", "replace")
    if "-----BEGIN" not in text or "PRIVATE KEY-----" not in text:
        raise ForgeError(
            errors.CREDENTIALS, f"{key_file} isn't a private key in PEM, as GitHub gives it for an App"
        )
    return App(app_id, text)


def _from_gh(api_url: str, environ: Mapping[str, str]) -> str:
    """What the program gh is logged in with, "" if it is not there or not logged in."""
    name = "github.com" if api_url == PUBLIC else _host(api_url)
    program = shutil.which("gh", path=sound(environ.get("PATH", "")))
    if program is None:
        return ""
    kept = {key: value for key, value in environ.items() if not key.startswith(("PYTHON", "LD_", "DYLD_"))}
    try:
        done = run((program, "auth", "token", "--hostname", name), environ=kept, timeout=10)
    except (ProcessError, OSError):
        return ""
    return done.out.decode("ascii", "replace").strip() if done.code == 0 else ""


def _clean(text: str, source: str) -> str:
    """The token without the line break at its end; GitHub's formats change, so nothing else is asked of it."""
    token = text.strip()
    if not token or len(token) > _LONGEST or not token.isascii() or not token.isprintable() or " " in token:
        # Only where it came from: its text must not be shown.
        raise ForgeError(errors.CREDENTIALS, f"what {source} holds isn't a token")
    return token


def api_url(text: str) -> str:
    """The address of a server's API, without a slash at its end; raises ForgeError for one that is not safe.

    https only, because the token is sent there; http on the machine's own loopback only.
    """
    parts = urlsplit(text.strip())
    host = parts.hostname or ""
    local = host in ("127.0.0.1", "::1", "localhost")
    wrong = parts.username or parts.password or parts.query or parts.fragment
    if not host or wrong or not (parts.scheme == "https" or (parts.scheme == "http" and local)):
        says = "--api-url is an address such as https://github.example.com/api/v3"
        raise ForgeError(errors.INVALID, f"{says}, not {redacted(text)!r}")
    return text.strip().rstrip("/")
