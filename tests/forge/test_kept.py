"""Answers kept between runs: never believed when damaged, never readable by others."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from gitflowguard.forge.kept import CachedResponse, ResponseCache, cache_folder

ANSWER = CachedResponse('W/"1"', {"name": "web"}, "")


def made(folder: Path) -> Path:
    kept = ResponseCache(str(folder), "https://api.github.com", "acme/web")
    kept.put("/repos/acme/web?", ANSWER)
    kept.save()
    (file,) = folder.iterdir()
    return file


def read(
    folder: Path, name: str = "acme/web", server: str = "https://api.github.com"
) -> CachedResponse | None:
    return ResponseCache(str(folder), server, name).get("/repos/acme/web?")


def test_there_and_back(tmp_path: Path) -> None:
    file = made(tmp_path / "cache")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert read(file.parent) == read(file.parent, "ACME/Web") == ANSWER
    assert read(file.parent, "acme/app") is None
    assert read(file.parent, server="https://ghe.example") is None


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"what": 1}', '{"answers": {"a": 1}}', "[" * 100_000]
)
def test_damaged(tmp_path: Path, text: str) -> None:
    file = made(tmp_path)
    file.write_text(text)
    assert read(tmp_path) is None


def test_an_entry_of_another_shape(tmp_path: Path) -> None:
    file = made(tmp_path)
    data = json.loads(file.read_text())
    data["answers"]["/x?"] = ["only an etag"]
    file.write_text(json.dumps(data))
    assert read(tmp_path) is None


def test_nothing_is_kept_without_an_etag_or_a_folder(tmp_path: Path) -> None:
    kept = ResponseCache(str(tmp_path / "none"), "s", "a/b")
    kept.put("k", CachedResponse("", {}, ""))
    kept.save()
    assert not (tmp_path / "none").exists()
    nowhere = ResponseCache("", "s", "a/b")
    nowhere.put("k", ANSWER)
    nowhere.save()
    assert nowhere.get("k") == ANSWER


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    kept = ResponseCache(str(tmp_path / "file" / "below"), "s", "a/b")
    kept.put("k", ANSWER)
    kept.save()
    assert kept.get("k") == ANSWER


def test_what_is_forgotten(tmp_path: Path) -> None:
    kept = ResponseCache(str(tmp_path), "s", "a/b")
    for key in ("/a/1", "/a/2", "/b"):
        kept.put(key, ANSWER)
    kept.forget("/a/")
    kept.save()
    again = ResponseCache(str(tmp_path), "s", "a/b")
    assert [again.get(key) for key in ("/a/1", "/a/2", "/b")] == [None, None, ANSWER]


def test_where_it_lies() -> None:
    assert cache_folder({"HOME": "/home/ada"}) == "/home/ada/.cache/gitflowguard/github"
    assert cache_folder({"HOME": "/home/ada", "XDG_CACHE_HOME": "/c"}) == "/c/gitflowguard/github"
    assert (
        cache_folder({"HOME": "/home/ada", "XDG_CACHE_HOME": "c"}) == "/home/ada/.cache/gitflowguard/github"
    )
    assert cache_folder({"HOME": ""}) == cache_folder({}) == ""
