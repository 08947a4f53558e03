"""One request after another, against a GitHub on the loopback: what is repeated, what is waited for, what never is."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from gitflowguard.forge import errors
from gitflowguard.forge.errors import ForgeError
from gitflowguard.forge.github.transport import TRIES, Transport, joined
from gitflowguard.forge.kept import ResponseCache
from gitflowguard.forge.pacing import Pace
from gitflowguard.forge.token import App, Secret
from fakegithub import on_orgs
from fakegithub.fake import Fake
from fakegithub.faults import Fault

WEB = "/repos/acme/web"


class Still(Pace):
    """A pace whose time passes only when somebody sleeps."""

    def __init__(self, limits: bool = False) -> None:
        self.slept: list[float] = []
        self.time = 1_000.0
        super().__init__(limits, self._sleep, lambda: self.time, lambda: self.time)

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds


def spoken(github: Fake, pace: Pace | None = None, **more: Any) -> Transport:
    """Somebody who may do all."""
    github.org("acme", plan="team")
    github.repo("acme/web", private=True)
    return Transport(github.url, Secret(github.token("admin"), "a test"), pace=pace or Still(), **more)


@pytest.mark.parametrize("fault", ["500", "502", "html-502", "html-200", "cut", "reset"])
def test_a_read_that_breaks_is_repeated(github: Fake, fault: str) -> None:
    pace = Still()
    transport = spoken(github, pace)
    github.fail("read", fault, times=TRIES - 1)
    assert transport.get(WEB)["full_name"] == "acme/web"
    assert len(github.requests) == TRIES and pace.slept == [1.0, 2.0]


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("500", errors.SERVER),
        ("html-200", errors.GARBLED),
        ("cut", errors.UNREACHABLE),
        ("reset", errors.UNREACHABLE),
    ],
)
def test_but_not_for_ever(github: Fake, fault: str, kind: str) -> None:
    transport = spoken(github)
    github.fail("read", fault, times=99)
    with pytest.raises(ForgeError) as caught:
        transport.get(WEB)
    assert len(github.requests) == TRIES
    assert caught.value.kind in (kind, errors.GARBLED) and not caught.value.uncertain


@pytest.mark.parametrize("fault", ["401", "403-plan", "403-permission", "403-sso", "404", "409", "422"])
def test_a_refusal_is_not_repeated(github: Fake, fault: str) -> None:
    transport = spoken(github)
    github.fail("*", fault, times=99)
    with pytest.raises(ForgeError):
        transport.get(WEB)
    with pytest.raises(ForgeError) as caught:
        transport.write("PATCH", WEB, {"allow_auto_merge": True}, (200,))
    assert len(github.requests) == 2 and not caught.value.uncertain


@pytest.mark.parametrize("verb", ["GET", "PATCH", "POST", "PUT", "DELETE"])
@pytest.mark.parametrize(
    ("fault", "waits"),
    [("429", 1.0), ("403-secondary", 1.0), ("429-bare", 60.0), ("403-secondary-bare", 60.0)],
)
def test_not_now_is_waited_for_whatever_the_verb(github: Fake, verb: str, fault: str, waits: float) -> None:
    """Nothing was done, so the same may be sent again: also a PATCH, also a POST."""
    pace = Still()
    transport = spoken(github, pace, patience=60.0)
    github.fail(1, fault)
    path = {"GET": WEB, "PATCH": WEB}.get(verb, f"{WEB}/rulesets/1" if verb != "POST" else f"{WEB}/rulesets")
    bodies: dict[str, dict[str, Any]] = {
        "PATCH": {"allow_auto_merge": True},
        "POST": {"name": "x", "enforcement": "active"},
    }
    body = bodies.get(verb, {})
    try:
        if verb == "GET":
            transport.get(path)
        else:
            transport.write(verb, path, body if verb != "DELETE" else None, (200, 201, 204))
    except ForgeError as problem:
        assert problem.status == 404  # there is no ruleset 1
    assert pace.slept == [waits] and [one.method for one in github.requests] == [verb, verb]


def test_no_longer_than_there_is_patience(github: Fake) -> None:
    pace = Still()
    transport = spoken(github, pace, patience=30.0)
    github.fail("*", Fault(429, "slow down", (("Retry-After", "31"),)), times=99)
    with pytest.raises(ForgeError, match="--wait") as caught:
        transport.get(WEB)
    assert caught.value.kind == errors.RATE and not pace.slept and len(github.requests) == 1


def test_a_wait_is_told(github: Fake) -> None:
    told: list[str] = []
    transport = spoken(github, told=told.append)
    github.fail(1, "429")
    transport.get(WEB)
    assert told == ["GitHub asks for a pause: waiting 1 s"]


@pytest.mark.parametrize("verb", ["PATCH", "POST", "PUT", "DELETE"])
@pytest.mark.parametrize("fault", ["500", "502", "502-after", "html-502", "reset", "reset-after", "cut"])
def test_a_write_whose_outcome_is_not_known_is_never_repeated(github: Fake, verb: str, fault: str) -> None:
    transport = spoken(github)
    github.fail("write", fault, times=99)
    with pytest.raises(ForgeError) as caught:
        path = {"PATCH": WEB, "POST": f"{WEB}/rulesets"}.get(verb, f"{WEB}/rulesets/1")
        transport.write(verb, path, {"name": "x"} if verb == "POST" else None, (200, 201, 204))
    assert caught.value.uncertain and len(github.requests) == 1
    github.take_violations()


def test_nobody_is_there() -> None:
    """Nothing was sent, so nothing is uncertain; the token stands in no word of it."""
    transport = Transport("http://127.0.0.1:9", Secret("ghp_canary", "a test"), pace=Still())
    with pytest.raises(ForgeError, match="127.0.0.1:9 cannot be reached") as caught:
        transport.write("PUT", WEB, {}, (200,))
    assert not caught.value.uncertain and "canary" not in repr(caught.value)


def test_a_write_to_a_renamed_repository_is_no_success(github: Fake) -> None:
    """307: PyGithub alone would take that for done."""
    transport = spoken(github)
    github.rename("acme/web", "acme/site")
    with pytest.raises(ForgeError, match="renamed") as caught:
        transport.write("PATCH", WEB, {"allow_auto_merge": True}, (200,))
    assert caught.value.kind == errors.MOVED
    assert transport.get(WEB)["full_name"] == "acme/site"


def test_pages(github: Fake) -> None:
    transport = spoken(github)
    for number in range(250):
        github.repo(f"acme/p{number:03}", private=True)
    pages = list(transport.pages("/orgs/acme/repos"))
    assert [len(page.data) for page in pages] == [100, 100, 51]
    assert len({row["name"] for page in pages for row in page.data}) == 251


def test_pages_that_go_in_a_circle(github: Fake) -> None:
    transport = spoken(github)
    link = f'<{github.url}/orgs/acme/repos?page=1>; rel="next"'
    github.fail("GET /orgs/acme/repos", Fault(200, text="[]", headers=(("Link", link),)), times=99)
    with pytest.raises(ForgeError, match="do not end"):
        list(transport.pages("/orgs/acme/repos"))


@pytest.mark.parametrize("text", ["{}", "null", '"x"', "1"])
def test_what_is_no_list(github: Fake, text: str) -> None:
    transport = spoken(github)
    github.fail("GET /orgs/acme/repos", Fault(200, text=text), times=99)
    with pytest.raises(ForgeError, match="isn't a list"):
        list(transport.pages("/orgs/acme/repos"))


def test_an_unchanged_answer_is_free(github: Fake, tmp_path: Path) -> None:
    transport = spoken(github)
    kept = ResponseCache(str(tmp_path), github.url, "acme/web")
    first = transport.get(WEB, None, kept)
    kept.save()
    again = ResponseCache(str(tmp_path), github.url, "acme/web")
    assert transport.get(WEB, None, again) == first
    assert [one.status for one in github.requests] == [200, 304]
    github.repo("acme/web").settings["allow_auto_merge"] = True
    assert transport.get(WEB, None, again)["allow_auto_merge"] is True


def test_the_hours_requests_are_not_used_up(github: Fake) -> None:
    """The last ones are left to others; without patience that is said, and nothing is sent."""
    pace = Still(limits=True)
    transport = spoken(github, pace, patience=60.0)
    pace.learn({"x-ratelimit-remaining": "3", "x-ratelimit-reset": str(int(pace.time) + 600)})
    with pytest.raises(ForgeError, match="in 10 min") as caught:
        transport.get(WEB)
    assert caught.value.kind == errors.RATE and not github.requests
    patient = Transport(github.url, Secret(github.token("admin"), "a test"), pace=pace, patience=3600.0)
    assert patient.get(WEB)["name"] == "web" and pace.slept == [601.0]


def test_many_threads_get_their_own_answers(github: Fake) -> None:
    transport = spoken(github)
    names = [f"acme/t{number}" for number in range(40)]
    for name in names:
        github.repo(name, private=True)
    wrong: list[str] = []

    def ask(part: list[str]) -> None:
        for name in part * 5:
            if transport.get(joined("repos", name))["full_name"] != name:
                wrong.append(name)

    threads = [threading.Thread(target=ask, args=(names[start::8],)) for start in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert not wrong and len(github.requests) == 200 == transport.requests


def test_signing_in_as_an_app(github: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its key, for the installation of each owner; once for all requests."""
    monkeypatch.setattr(
        on_orgs, "LIFETIME", "2126-11-22T13:00:00Z"
    )  # PyGithub compares it with the real clock
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    github.org("acme", plan="team")
    github.repo("acme/web", private=True)
    app = github.app("guard", "acme", permissions={"administration": "write", "metadata": "read"})
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    kind, form = serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL
    pem = key.private_bytes(kind, form, serialization.NoEncryption()).decode()
    transport = Transport(github.url, None, App(str(app.id), pem), Still())
    assert transport.get(WEB)["full_name"] == "acme/web"
    transport.write("PATCH", WEB, {"allow_auto_merge": True}, (200,))
    made = [one for one in github.requests if one.path.endswith("/access_tokens")]
    assert len(made) == 1 and github.repo("acme/web").settings["allow_auto_merge"] is True


def test_an_app_that_is_not_installed(github: Fake) -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    github.org("acme", plan="team")
    github.repo("acme/web", private=True)
    app = github.app("guard")
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    kind, form = serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL
    pem = key.private_bytes(kind, form, serialization.NoEncryption()).decode()
    transport = Transport(github.url, None, App(str(app.id), pem), Still())
    with pytest.raises(ForgeError) as caught:
        transport.get(WEB)
    assert "PRIVATE" not in str(caught.value) and caught.value.status in (401, 404)
    github.take_violations()


def test_a_key_that_is_none(github: Fake) -> None:
    transport = Transport(
        github.url, None, App("1", "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----"), Still()
    )
    with pytest.raises(ForgeError) as caught:
        transport.get(WEB)
    assert caught.value.kind == errors.CREDENTIALS and not github.requests
