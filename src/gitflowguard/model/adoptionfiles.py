"""What adoption touches in a work tree, as one list.

`init` writes these files and prints the commands that commit them, the hooks exempt the commit that holds
nothing else, `doctor` inspects them, and `uninstall` takes them back. Hooks read this module, so it stays light.
"""

from __future__ import annotations

from gitflowguard.model.moment import STAGES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

POLICY_YAML = ".gitflowguard.yaml"
POLICY_TOML = "pyproject.toml"
# The policy that a policy extends, as it is locked (model.extends).
LOCK_FILE = ".gitflowguard.lock"
# All that a policy is read from.
POLICY_FILES = (POLICY_YAML, POLICY_TOML, LOCK_FILE)
PRE_COMMIT_FILE = ".pre-commit-config.yaml"
WORKFLOW_FILE = ".github/workflows/gitflowguard.yml"
CI_FILE = ".github/workflows/ci.yml"
GITLAB_FILE = ".gitlab-ci.yml"
RETRAIN_FILE = ".github/workflows/retrain.yml"
ATTRIBUTES_FILE = ".gitattributes"
BASELINE_FILE = ".gitflowguard-baseline"
# Reviewed exceptions of the artefact rules (artefacts.trust).
TRUST_FILE = ".gitflowguard-artefacts"
HUSKY_FOLDER = ".husky"
# lefthook looks for its main file, and for a clone's own additions, under these names in this order
# (internal/config/loader.go).
_LEFTHOOK_ENDS = ("yml", "yaml", "json", "jsonc", "toml")
LEFTHOOK_FILES = tuple(f"{start}lefthook.{end}" for start in ("", ".", ".config/") for end in _LEFTHOOK_ENDS)
LEFTHOOK_LOCAL = tuple(name.replace("lefthook.", "lefthook-local.") for name in LEFTHOOK_FILES)

# What a file is to us, in the words of the journal.
POLICY = "policy"
LOCK = "lock"
FRAMEWORK = "pre-commit"
WORKFLOW = "workflow"
CI = "ci"
ATTRIBUTES = "attributes"
HUSKY = "husky"
LEFTHOOK = "lefthook"

# Role -> the files, from the top of the work tree. husky's folder may also lie in a package of a monorepo.
FILES = {
    POLICY: (POLICY_YAML, POLICY_TOML),
    LOCK: (LOCK_FILE,),
    FRAMEWORK: (PRE_COMMIT_FILE,),
    WORKFLOW: (WORKFLOW_FILE,),
    CI: (CI_FILE, GITLAB_FILE, RETRAIN_FILE),
    ATTRIBUTES: (ATTRIBUTES_FILE,),
    HUSKY: tuple(f"{HUSKY_FOLDER}/{stage}" for stage in STAGES),
    LEFTHOOK: (*LEFTHOOK_FILES, *LEFTHOOK_LOCAL),
}
_ROLES = {path: role for role, paths in FILES.items() for path in paths}
_TABLE = (b"[tool.gitflowguard]", b"[tool.gitflowguard.")


def role_of(path: str) -> str:
    """What the file is to us; "" for a file that adoption never touches.

    path: from the top of the work tree, with slashes.
    """
    role = _ROLES.get(path, "")
    if role or not path.startswith(HUSKY_FOLDER) and f"/{HUSKY_FOLDER}/" not in path:
        return role
    return _ROLES.get("/".join(path.split("/")[-2:]), "")


def only_adoption(paths: tuple[str, ...]) -> bool:
    """Whether there are files, and adoption may have written each of them."""
    return bool(paths) and all(role_of(path) for path in paths)


def mentions_extends(data: bytes) -> bool:
    """Whether a policy's text may extend another one, so that the lock beside it is worth a look."""
    return b"extends" in data


def has_table(data: bytes) -> bool:
    """Whether a pyproject.toml holds a policy, in any spelling of TOML.

    Real TOML decides, and only where the text leaves it open: its reader costs a hook more than the rest. Of what
    isn't TOML a header counts, so that the mistake is shown and the file isn't passed over.
    """
    if not _mentions(data):
        return False
    headers = any(line.lstrip().startswith(_TABLE) for line in data.splitlines())
    if headers and not any(mark in data for mark in _LONG):
        return True
    if data not in _KNOWN:
        _KNOWN.clear()
        _KNOWN[data] = _parsed(data)
    return _KNOWN[data]


# The last text that real TOML had to decide.
_KNOWN: dict[bytes, bool] = {}
_LONG = (b'"""', b"'''")
_WORD = b"gitflowguard"
_KEYS = (b"tool.gitflowguard.", b"tool.gitflowguard=", b"gitflowguard.", b"gitflowguard=")
_BEFORE = (b"", b".", b" ", b"\t", b'"', b"'", b"[", b"{", b",")


def _mentions(data: bytes) -> bool:
    """Whether the name stands where a key may: behind a blank, quote or bracket, and before ``.``, ``=``, ``]``."""
    if b"\\u" in data or b"\\U" in data:
        return True  # a quoted key may be written in escapes (TOML 1.0.0, "Keys")
    if b"\0" in data:
        return _WORD in data.replace(b"\0", b"")  # UTF-16, which isn't TOML (TOML 1.0.0, "Spec")
    for line in data.splitlines() if _WORD in data else ():
        at = line.find(_WORD)
        while at >= 0 and not line.lstrip().startswith(b"#"):
            rest = line[at + len(_WORD) :].lstrip(b" \t\"'")
            if line[max(at - 1, 0) : at] in _BEFORE and rest[:1] in (b".", b"=", b"]") and rest[:2] != b"==":
                return True
            at = line.find(_WORD, at + 1)
    return False


def _parsed(data: bytes) -> bool:
    import tomllib

    try:
        tool = tomllib.loads(data.decode("utf-8-sig")).get("tool")
    except (ValueError, RecursionError):
        return any(map(_opens, data.replace(b"\0", b"").splitlines()))
    # Also an array of tables, which is shown as a mistake.
    return any(
        "gitflowguard" in one for one in (tool if isinstance(tool, list) else [tool]) if isinstance(one, dict)
    )


def _opens(line: bytes) -> bool:
    """Whether a line of what isn't TOML would open the table, however its key is quoted and spaced."""
    bare = line.translate(None, b" \t\"'")
    if bare.startswith(b"#"):
        return False
    return any(header in bare for header in _TABLE) or bare.startswith(_KEYS)


def table_of(data: bytes | None) -> object:
    """Our table of a pyproject.toml, however it is written; None for none, and of what can't be read, the text."""
    tables = toml_of(data)
    return tables.get("tool", {}).get("gitflowguard") if tables is not None else data


def toml_of(data: bytes | None) -> dict[str, Any] | None:
    """A pyproject.toml with a ``tool`` that is a table; {} for no file, None for what can't be read."""
    import tomllib

    if data is None:
        return {}
    try:
        read = tomllib.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read.get("tool", {}), dict) else None
