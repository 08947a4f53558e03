"""A broken installation: how it is recognized, and the command that repairs it.

After an upgrade of Python, half an upgrade or a disk that ran full, any import can
fail, this one's own too; whoever calls this is ready for that. A broken
installation has judged nothing: exit code 3, never a traceback.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# What `pip` and others call our own record of files (PEP 376; packaging.python.org, "Recording installed projects").
_RECORD = "RECORD"
_PACKAGE = os.path.dirname(os.path.abspath(__file__))
# Packages without which no command starts. msgspec and yaml also have compiled parts, made for one Python.
_NEEDED = ("click", "msgspec", "yaml")
# Package that an extra brings -> (the extra, what needs it).
_ASSISTANTS = ("mcp", "answering coding assistants")
_PARTS = {
    "github": ("github", "asking GitHub"),
    **dict.fromkeys(("mcp", "anyio", "pydantic"), _ASSISTANTS),
}
# Package -> the extra that brought it: a repair keeps what was there.
_BROUGHT = (("github", "github"), ("bandit", "quality"), ("mcp", "mcp"))
_COMPILED = (("msgspec", "_core"),)


def cause(problem: BaseException) -> str:
    """What is wrong with the installation, on one line; "" where the problem has another cause.

    An import that fails is the installation's fault whatever the exception: a truncated module raises NameError, a
    damaged cache EOFError. Any other exception is, where a file of ours isn't the one that was installed.
    """
    if isinstance(problem, (ImportError, SyntaxError)) or _while_importing(problem):
        said = " ".join(str(problem).split())
        return f"{type(problem).__name__}: {said}{_made_for()}"
    return changed()


def changed() -> str:
    """Which of our files isn't the one that was installed; "" if each is, or nothing says what was installed."""
    folder = os.path.dirname(_PACKAGE)
    records = sorted(_records(folder))
    if len(records) > 1:
        return f"two versions are mixed in {folder}"
    for path, digest in _files(records[0]) if records else ():
        if _digest(os.path.join(folder, path)) != digest:
            return f"{path} isn't the file that was installed"
    return ""


def missing() -> str:
    """The first package that no command can do without and that isn't there for this Python; looks, imports nothing."""
    for name in _NEEDED:
        if not any(os.path.exists(os.path.join(folder, name)) for folder in sys.path):
            return f"the package {name} is missing{_made_for()}"
    import _imp  # the C module; importlib.machinery costs more

    for name, part in _COMPILED:
        files = [part + suffix for suffix in _imp.extension_suffixes()]
        if not any(os.path.isfile(os.path.join(folder, name, file)) for folder in sys.path for file in files):
            return f"{name} isn't made for this Python{_made_for()}"
    return ""


def repair() -> str:
    """The command that installs again what runs now; only programs that are there are named."""
    home, python = sys.prefix.replace(os.sep, "/") + "/", _quoted(sys.executable)
    if "/pre-commit/repo" in home or "/prek/" in home:
        tool = "prek cache clean" if "/prek/" in home else "pre-commit clean"
        return f"{tool} && {tool.split()[0]} install-hooks"
    what = _newest()
    if "/uv/tools/" in home and _found("uv"):
        return f"uv tool install --force --reinstall {what}"
    if "/pipx/venvs/" in home and _found("pipx"):
        return f"pipx install --force {what}"
    if _has("pip"):
        return f"{python} -m pip install --force-reinstall {what}"
    if _found("uv"):
        return f"uv pip install --python {python} --reinstall {what}"
    if sys.prefix != sys.base_prefix and _has("ensurepip"):
        return f"{python} -m ensurepip && {python} -m pip install {what}"
    return ("pipx" if _found("pipx") else "python3 -m pip") + f" install {what}"


def _newest() -> str:
    """What a repair installs, with the parts that are there now, as one word of a shell."""
    from gitflowguard.model.distribution import newest

    extras = tuple(extra for package, extra in _BROUGHT if _has(package))
    return _quoted(newest(extras)) if extras else newest()


def missing_part(problem: BaseException) -> str:
    """What to say where a package of an extra isn't there (pyproject.toml, optional-dependencies); else ""."""
    name = problem.name if isinstance(problem, ModuleNotFoundError) else ""
    return _lacks(*_PARTS[name]) if name in _PARTS else ""


def absent_tool(package: str, what: str) -> str:
    """What to say where ``what`` needs a tool of the part [quality] that isn't there for this Python; else ""."""
    return "" if _has(package) else _lacks("quality", what)


def _lacks(extra: str, what: str) -> str:
    return f"{what} needs the part [{extra}] of gitflowguard, which isn't installed\n  help: {add(extra)}"


def add(extra: str) -> str:
    """The command that adds a part to what runs now; only programs that are there are named."""
    from gitflowguard import __version__
    from gitflowguard.model.distribution import requirement

    wanted = _quoted(requirement(__version__, (extra,)))
    home = sys.prefix.replace(os.sep, "/") + "/"
    if "/uv/tools/" in home and _found("uv"):
        return f"uv tool install --force {wanted}"
    if "/pipx/venvs/" in home and _found("pipx"):
        return f"pipx install --force {wanted}"
    python = _quoted(sys.executable)
    return (
        f"{python} -m pip install {wanted}"
        if _has("pip") or not _found("uv")
        else f"uv pip install --python {python} {wanted}"
    )


def report(why: str, help_: bool = True) -> None:
    """Says what is broken, on standard error. help_: whether to add the repair; a shim adds one by itself."""
    from gitflowguard.output import say

    repaired = f"\n  help: {repair()} && gitflowguard init --yes" if help_ else ""
    say(f"the installation is broken, so nothing was checked: {why}{repaired}")


def bug(problem: BaseException, path: str = "") -> str:
    """What to say of a bug of ours: its traceback is kept for a report.

    Args:
        path: the file that it goes to; "" for a new one under the system's temporary directory.
    """
    # These two cost every command 12 ms, and hardly any needs them.
    import tempfile
    import traceback

    from gitflowguard import __version__

    says = f"a bug of ours: {type(problem).__name__}: {problem}"
    try:
        if path:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        else:
            handle, path = tempfile.mkstemp(prefix="gitflowguard-error-", suffix=".log")
        with open(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"gitflowguard {__version__}, Python {sys.version}\n")
            traceback.print_exception(problem, file=file)
    except OSError:
        return f"{says}; the details couldn't be kept"
    return f"{says}; the details are in {path}"


def _while_importing(problem: BaseException) -> bool:
    """Whether the exception left a module that was being loaded."""
    trace = problem.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        trace = trace.tb_next
    return False


def _made_for() -> str:
    """What a Python of another version than the installation's adds to the reason."""
    folder = os.path.basename(os.path.dirname(os.path.dirname(_PACKAGE)))
    now = "python%d.%d" % sys.version_info[:2]
    if not folder.startswith("python") or folder == now:
        return ""
    return f" (installed for Python {folder[6:]}, and this is Python {now[6:]})"


def _records(folder: str) -> Iterator[str]:
    try:
        names = os.listdir(folder)
    except OSError:
        return
    for name in names:
        if name.startswith("gitflowguard-") and name.endswith(".dist-info"):
            yield os.path.join(folder, name, _RECORD)


def _files(record: str) -> Iterator[tuple[str, str]]:
    """(path, digest) of each of our files; a path has no comma, for ours are plain names."""
    try:
        with open(record, encoding="utf-8") as file:
            rows = [line.rstrip("\n").split(",") for line in file]
    except (OSError, UnicodeDecodeError):
        return
    for row in rows:
        if row[0].startswith("gitflowguard/") and row[1:] and row[1].startswith("sha256="):
            yield row[0], row[1]


def _digest(path: str) -> str:
    """As RECORD has it: URL-safe base64 of SHA-256, without padding (PEP 376, PEP 427); "" without the file."""
    import base64
    import hashlib

    try:
        with open(path, "rb") as file:
            data = hashlib.sha256(file.read()).digest()
    except OSError:
        return ""
    return "sha256=" + base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _has(name: str) -> bool:
    """Whether the package is there for this Python, which -S must not hide."""
    home = os.path.join(sys.prefix, "lib", "python%d.%d" % sys.version_info[:2], "site-packages")
    return any(os.path.isdir(os.path.join(folder, name)) for folder in (*sys.path, home))


def _found(program: str) -> bool:
    return any(
        os.access(os.path.join(folder, program), os.X_OK)
        for folder in os.environ.get("PATH", "").split(os.pathsep)
        if folder
    )


def _quoted(path: str) -> str:
    plain = path.replace("/", "").replace(".", "").replace("-", "").replace("_", "").isalnum()
    return path if plain and path.isascii() else "'" + path.replace("'", "'\"'\"'") + "'"
