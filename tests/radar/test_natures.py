"""What kind of file a conflict is in, and what mends it."""

from __future__ import annotations

import pytest

from gitflowguard.radar.natures import nature_of, parts
from gitflowguard.radar.nouns import CODE, GENERATED, LOCK, NATURES, NOTEBOOK, POINTER


@pytest.mark.parametrize(
    ("path", "nature"),
    [
        ("pipeline.py", CODE),
        ("lock", CODE),
        ("docs/uv.lock.md", CODE),
        ("requirements.txt", CODE),
        ("dvc.yaml", CODE),
        ("a~b.py", CODE),
        ("", CODE),
        ("explore.ipynb", NOTEBOOK),
        ("notebooks/Explore.IPYNB", NOTEBOOK),
        ("uv.lock", LOCK),
        ("services/api/poetry.lock", LOCK),
        ("package-lock.json", LOCK),
        ("Cargo.lock", LOCK),
        ("dvc.lock", LOCK),
        ("uv.lock~feature_x", LOCK),
        ("proto/model_pb2.py", GENERATED),
        ("proto/model_pb2_grpc.py", GENERATED),
        ("static/app.min.js", GENERATED),
        ("data/train.csv.dvc", POINTER),
    ],
)
def test_the_name_tells_the_nature(path: str, nature: str) -> None:
    assert nature_of(path) == nature


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("pipeline.py", ""),
        (
            "a b.ipynb",
            "merge it cell by cell with nbdime: git mergetool --tool=nbdime -- 'a b.ipynb'",
        ),
        (
            "api/uv.lock",
            "keep one side whole: git checkout --theirs -- api/uv.lock, and let it be completed: (cd api && uv lock)",
        ),
        (
            "dvc.lock",
            "keep one side whole: git checkout --theirs -- dvc.lock, and let it be completed: dvc repro",
        ),
        (
            "pylock.toml",
            "keep one side whole: git checkout --theirs -- pylock.toml, and complete it with the tool that made it",
        ),
        (
            "proto/model_pb2.py",
            "keep one side whole: git checkout --theirs -- proto/model_pb2.py, and make it anew from proto/model.proto",
        ),
        (
            "app.min.js",
            "keep one side whole: git checkout --theirs -- app.min.js, and make it anew with the program that wrote it",
        ),
        (
            "train.csv.dvc",
            "it stands for data, so take one side: git checkout --ours -- train.csv.dvc or "
            "git checkout --theirs -- train.csv.dvc, then dvc checkout train.csv.dvc",
        ),
    ],
)
def test_the_recipe_fits_the_file(path: str, said: str) -> None:
    assert "".join(parts(nature_of(path), path)) == said


def test_data_that_another_tool_keeps_needs_no_dvc() -> None:
    assert "".join(parts(POINTER, "model.pt")).endswith(" or git checkout --theirs -- model.pt")


@pytest.mark.parametrize("nature", NATURES)
@pytest.mark.parametrize("path", ["x; rm -rf ~", "--force", "it's", "uv.lock", "x_pb2.py"])
def test_a_path_in_a_command_is_one_word_behind_two_dashes(nature: str, path: str) -> None:
    import shlex

    for command in parts(nature, path)[1::2]:
        words = shlex.split(command)
        if "--" in words:
            assert words[words.index("--") + 1 :] == [path]
