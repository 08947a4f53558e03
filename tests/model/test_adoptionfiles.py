"""The list of what adoption touches: each file has its role, and nothing beside them has one."""

from __future__ import annotations

import pytest

from gitflowguard.model.adoptionfiles import FILES, has_table, only_adoption, role_of, table_of


@pytest.mark.parametrize(("role", "path"), [(role, path) for role, paths in FILES.items() for path in paths])
def test_each_file_has_its_role(role: str, path: str) -> None:
    """Also beside the others."""
    assert role_of(path) == role and only_adoption((path, ".gitflowguard.yaml"))


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("packages/web/.husky/pre-commit", "husky"),
        ("a/b/.husky/post-checkout", "husky"),
        (".husky/_/pre-commit", ""),
        (".husky/install.mjs", ""),
        ("x.husky/pre-commit", ""),
        ("packages/web/lefthook.yml", ""),
        ("packages/web/.gitflowguard.yaml", ""),
        ("packages/web/pyproject.toml", ""),
        (".github/workflows/other.yml", ""),
        ("README", ""),
        ("", ""),
    ],
)
def test_only_huskys_folder_may_lie_elsewhere(path: str, role: str) -> None:
    """git reads the others at the top alone; a file beside them is the user's."""
    assert role_of(path) == role and only_adoption((path,)) == bool(role)


@pytest.mark.parametrize("code", ["utf-16", "utf-16-le", "utf-32"])
def test_what_is_not_utf_8_is_shown_and_not_passed_over(code: str) -> None:
    """TOML is UTF-8 (toml.io, v1.0.0); a table in another encoding is a mistake."""
    assert has_table("[tool.gitflowguard]\n".encode(code))
    assert not has_table("[tool.black]\n".encode(code))


def test_no_file_is_no_adoption() -> None:
    """An empty commit brings nothing in."""
    assert not only_adoption(())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[tool.gitflowguard]\n", True),
        ("  [tool.gitflowguard.kinds]\n", True),
        ("# [tool.gitflowguard]\n", False),
        ("[tool.gitflowguardian]\n", False),
        ("", False),
        ('[tool."gitflowguard"]\n', True),
        ("[ tool . gitflowguard ]\n", True),
        ("[tool.'gitflowguard'.kinds]\n", True),
        ("[tool]\ngitflowguard = {stale-days = 5}\n", True),
        ('[tool]\n"gitflowguard".stale-days = 5\n', True),
        ("tool.gitflowguard.stale-days = 5\n", True),
        ("tool = {black = {}, gitflowguard = {}}\n", True),
        ('[tool."gitflow\\u0067uard"]\n', True),
        ('["t\\u006fol".gitflowguard]\n', True),
        ("\ufeff[tool.gitflowguard]\n", True),
        ("[tool.gitflowguard]\nbroken\n", True),
        ("['tool'.\"gitflowguard\"]\nbroken\n", True),
        ("[tool]\ngitflowguard = {}\nbroken\n", True),
        ("tool . gitflowguard . preset = broken\n", True),
        ("x[tool.gitflowguard]\n", True),
        ("# [tool.gitflowguard]\nbroken\n[project]\ndependencies = ['gitflowguard']\n", False),
        ("[tool.gitflowguardian]\ngitflowguards = broken\n['gitflowguard']\n", False),
        ("[[tool]]\ngitflowguard = {}\n", True),
        ("[[tool]]\nblack = {}\n[x.gitflowguard]\n", False),
        ("[[tool.gitflowguard]]\n", True),
        ('[project]\ndescription = """\n[tool.gitflowguard]\n"""\n', False),
        ('[project]\ndescription = """\n"""\n[tool.gitflowguard]\n', True),
        ("[project]\nd = '''\ntool.gitflowguard.x = 1'''\n", False),
        ('[project]\ndependencies = ["black", "gitflowguard"]\n', False),
        ('[dependency-groups]\ndev = ["gitflowguard==0.1"]\n', False),
        ('[tool.poetry.dependencies]\ngitflowguard = "^0.1"\n', False),
        ("[gitflowguard]\nx = 1\n", False),
        ("broken [gitflowguard] =\n", False),
    ],
)
def test_a_table_is_seen_in_every_spelling(text: str, found: bool) -> None:
    """And a mention of one is none."""
    assert has_table(text.encode()) == found


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("[project]\nname = 'x'\n[tool.gitflowguard]\npreset = 'ml'\n", False),
        ('[project]\ndependencies = ["gitflowguard>=0.1", "gitflowguard==0.1"]\n', False),
        (
            "[project.urls]\nhome = 'https://example.org/gitflowguard'\n# [tool.gitflowguard] is in YAML\n",
            False,
        ),
        ("tool.gitflowguard.preset = 'ml'\n", True),
    ],
)
def test_toml_is_read_only_where_the_text_leaves_it_open(
    text: str, read: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every hook asks, and the reader is heavy; it reads one text once."""
    import tomllib

    real, asked = tomllib.loads, list[str]()

    def loads(text: str) -> dict[str, object]:
        asked.append(text)
        return real(text)

    monkeypatch.setattr(tomllib, "loads", loads)
    has_table(text.encode())
    assert has_table(text.encode()) is (read or "\n[tool.gitflowguard]" in text)
    assert len(asked) == read


@pytest.mark.parametrize(
    ("data", "table"),
    [
        (None, None),
        (b'[project]\nname = "x"\n', None),
        (b'[tool.gitflowguard]\npreset = "ml"\n', {"preset": "ml"}),
        (b'\xef\xbb\xbftool = {gitflowguard = {preset = "ml"}}\n', {"preset": "ml"}),
        (b"[tool\n", b"[tool\n"),
        (b"tool = 3\n", b"tool = 3\n"),
        (b"\xff\n", b"\xff\n"),
    ],
)
def test_the_table_of_a_pyproject(data: bytes | None, table: object) -> None:
    """In any spelling; of what can't be read, the text stands for it."""
    assert table_of(data) == table
