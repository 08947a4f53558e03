"""Ways past `pr check`: each a few lines of shell that hide something wrong, beside the plain form of the same wrong."""

# A row is read as one line, whatever its length.
# flake8: noqa: E501
from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple


class Way(NamedTuple):
    """One attempt.

    script: makes the head, as tests.hostile.clone describes; {S} stands for what the group's plain form does.
    event: fields of a pull request's event, or None for --head and --base. group: the ref of a merge group.
    words: further options. env: variables of the job. quality: whether tools run.
    allowed: exit codes that are no pass; 2 only where an input has to be named as broken.
    says: what has to be said whatever the exit code, for a rule that the policy has as advice.
    """

    name: str
    script: str
    head: str = "feature/x"
    base: str = "develop"
    event: dict[str, Any] | None = None
    group: str = ""
    words: tuple[str, ...] = ()
    env: dict[str, str] = {}
    quality: bool = False
    allowed: tuple[int, ...] = (1, 3)
    says: str = ""


class Group(NamedTuple):
    """Ways to hide one wrong. plain: the control. code: the rule that has to find the control."""

    name: str
    code: str
    plain: Way
    ways: tuple[Way, ...]


ANY = (1, 2, 3)
BRANCH = "new {h} develop; c 'feat: x'; pub {h}\n"


# --- names


def _named(name: str, **more: Any) -> Way:
    """A commit of no branch; the event alone says what it is called."""
    return Way(ascii(name), "new x develop; c 'feat: x'; pub x\n", name, event={"at": "x"}, **more)


NAMES = (
    "feature", "Feature/x", "FEATURE/x", "features/x", "feat/x", "feature_x", "feature.x", "feature/x y",
    "fea\u200bture/x", "featur\u0435/x", "feature\u2215x", "feature\uff0fx", "feature/\u202eabc", "feature/\u009bx",
    "feature/x\u00a0y", "feature/\u2028", "feature/\U000e0041", "feature/\ufeffx", "feature/e\u0301x", "\ufeffeature/x",
    "feature/$(id)", "feature/`id`", "feature/x;id", "feature/x|id", "feature/x&id", "feature/'x'", 'feature/"x"',
    "feature/<img>", "feature/{a,b}", "feature/#1,x", "feature/%41", "feature/a=b", "heads/main", "refs/heads/feature/x/y z",
    "refs/main", "refs/remotes/origin/main", "main/x", "develop/x", "dev", "master", "Main", "MAIN", "mаin",
    "release/1", "release/x.y.z", "release/1.0.0.0.0", "release/01.0.0", "release/v1.0", "releases/1.0.0", "Release/1.0.0",
    "hotfix/abc", "hotfix-1.0.0", "bugfix", "a" * 40, "0" * 40, "HEAD", "FETCH_HEAD", "ORIG_HEAD", "origin/main",
    "support", "dependabot", "renovate", "snyk", "revert-x-y", "patch-1", "gh-pages/x", "feature/" + "x" * 5000,
)  # fmt: skip
INVALID = (
    "-feature/x", "feature/x/", "feature//x", "feature/..x", "feature/x.lock", "feature/.x", "feature/@{-1}", "@",
    "feature/x~1", "feature/x^", "feature/x:y", "feature/x?", "feature/*", "feature/\n::error::", "", "feature/\x1b[m",
)  # fmt: skip
BAD_NAME = Group(
    "names",
    "GFG10",
    _named("feature-login"),
    (*(_named(name, allowed=ANY) for name in NAMES), *(_named(name, allowed=ANY) for name in INVALID)),
)


# --- who merges what into what


def _ends(name: str, head: str, base: str, script: str = "", **more: Any) -> Way:
    return Way(name, script or BRANCH.format(h=head), head, base, **more)


_LINES = "git switch -q develop; c 'feat: y'; pub develop; new release/1.1.0 develop; c 'feat: r'; pub release/1.1.0\n"
_FORK = {"fork": True}
BAD_SOURCE = Group(
    "sources",
    "GFG501",
    _ends("feature into main", "feature/x", "main"),
    (
        _ends("bugfix into main", "bugfix/x", "main"),
        _ends("develop into main", "develop", "main", _LINES),
        _ends("pages into main", "gh-pages", "main"),
        _ends("support into main", "support/x", "main"),
        _ends("patch into main", "ada-patch-1", "main"),
        _ends("release into a hotfix", "release/1.1.0", "hotfix/1.0.1", _LINES + BRANCH.format(h="hotfix/1.0.1")),
        _ends("feature into a release", "feature/x", "release/1.1.0", _LINES + BRANCH.format(h="feature/x")),
        _ends("feature into support", "feature/x", "support/1.0", BRANCH.format(h="support/1.0") + "new feature/x main; c 'feat: z'; pub feature/x\n"),
        _ends("full names", "refs/heads/feature/x", "refs/heads/main", BRANCH.format(h="feature/x")),
        _ends("event", "feature/x", "main", event={}),
        _ends("event of a fork", "feature/x", "main", event=_FORK),
        _ends("event of a deleted fork", "feature/x", "main", event={"fork": None}),
        _ends("event that is closed", "feature/x", "main", event={"state": "closed"}),
        _ends("event that is merged", "feature/x", "main", event={"merged": True}),
        _ends("event that is locked", "feature/x", "main", event={"locked": True}),
        _ends("draft in words", "feature/x", "main", event={"draft": "true"}),
        _ends("draft as number", "feature/x", "main", event={"draft": 1}),
        _ends("an author who is a robot", "feature/x", "main", event={"author": "dependabot[bot]", "type": "Bot"}),
        _ends("title of a release", "feature/x", "main", event={"title": "Release 1.0"}),
        _ends("labels", "feature/x", "main", event={"labels": [{"name": "gitflow-skip"}]}),
        _ends("a fork's main into main", "main", "main", BRANCH.format(h="x"), event={**_FORK, "at": "x"}),
        _ends("a fork's develop into main", "develop", "main", BRANCH.format(h="x"), event={**_FORK, "at": "x"}),
        _ends("a fork's develop into develop", "develop", "develop", "new x develop; c 'bad message'; pub x\n", event={**_FORK, "at": "x"}),
        _ends("a fork's main into develop", "main", "develop", "new x develop; c 'bad message'; pub x\n", event={**_FORK, "at": "x"}),
        _ends("a fork's release into main", "release/1.1.0", "main", _LINES, event=_FORK),
        _ends("a fork's hotfix into main", "hotfix/1.0.1", "main", "new hotfix/1.0.1 main; c 'fix: x'; pub hotfix/1.0.1\n", event=_FORK),
        _ends("a fork's support into main", "support/1", "main", event=_FORK),
        _ends("a fork's pages into main", "gh-pages", "main", event=_FORK),
        _ends("--fork release into main", "release/1.1.0", "main", _LINES, words=("--fork", "--head-sha", "origin/release/1.1.0")),
        _ends("--fork develop into develop", "develop", "develop", "new x develop; c 'bad message'; pub x\n", words=("--fork", "--head-sha", "origin/x")),
        *(
            _ends(f"a person's {name} into main", name, "main", event={"author": "mallory"})
            for name in ("dependabot/npm/x", "renovate/x", "snyk-fix-1", "copilot/x", "claude/x", "mergify/x", "imgbot", "l10n_develop")
        ),
        _ends("a person named like a robot", "dependabot/npm/x", "main", event={"author": "dependabot", "type": "User"}),
        _ends("a person named with brackets", "dependabot/npm/x", "main", event={"author": "dependabot[bot]", "type": "User"}),
        _ends("a fork's robot branch", "dependabot/npm/x", "main", event={**_FORK, "author": "mallory"}),
        _ends("a head that is given as a tag", "feature/x", "main", BRANCH.format(h="feature/x") + "git tag v9\n", words=("--head-sha", "v9")),
        _ends("a head that is the release's commit", "feature/x", "main", _LINES, words=("--head-sha", "origin/release/1.1.0")),
        _ends("a base that is given as develop's commit", "feature/x", "main", words=("--base-sha", "origin/develop")),
        _ends("a base that is no line", "feature/x", "Main", BRANCH.format(h="Main") + "new feature/x main; c 'feat: x'; pub feature/x\n"),
        _ends("a base that does not exist", "feature/x", "nowhere", allowed=ANY),
        _ends("a head that does not exist", "feature/none", "develop", BRANCH.format(h="feature/x"), allowed=ANY),
        _ends("an unrelated head", "feature/x", "develop", "git switch -q --orphan feature/x; c 'bad message'; pub feature/x\n"),
    ),
)  # fmt: skip


# --- messages

_MSG = "new feature/x develop; c {m}; pub feature/x\n"
_BAD = _MSG.format(m="'bad message'")
# A commit with the bytes of a message and headers that porcelain does not make; $1 message, $2 further headers.
_RAW = (
    "new feature/x develop\n"
    "raw() {{ printf 'tree %s\\nparent %s\\nauthor A <a@b> 1700000000 +0000\\ncommitter A <a@b> 1700000000 +0000\\n'"
    " $(git rev-parse HEAD^{{tree}}) $(git rev-parse HEAD) >../raw; printf \"$2\" >>../raw; printf '\\n' >>../raw;"
    ' printf "$1" >>../raw; git reset -q --soft $(git hash-object -t commit --literally -w ../raw); }}\n'
    "raw {m} {h}\npub feature/x\n"
)


def _says(name: str, message: str, **more: Any) -> Way:
    return Way(name, _MSG.format(m=message), **more)


def _raw(name: str, message: str, headers: str = "''") -> Way:
    return Way(name, _RAW.format(m=message, h=headers))


BAD_MESSAGE = Group(
    "messages",
    "GFG203",
    _says("plain", "'bad message'"),
    (
        _says("no colon", "feat"),
        _says("no space", "'feat:x'"),
        _says("space before", "'feat : x'"),
        _says("capitals of no type", "'FEATS: x'"),
        _says("unknown type", "'feet: x'"),
        _says("full-width colon", "'feat： x'"),
        _says("zero width", "$'fe\\u200bat: x'"),
        _says("Cyrillic", "$'f\\u0435at: x'"),
        _says("no description", "'feat: '"),
        _says("newline first", "$'\\n\\nbad message'"),
        _says("carriage returns", "$'bad message\\r\\n\\r\\nfeat: x'"),
        _says("form in the body", "$'bad message\\n\\nfeat: x'"),
        _says("form in a second line", "$'bad message\\nfeat: x'"),
        _says("bare return", "$'bad message\\rfeat: x'"),
        _says("comment", "$'# note\\nfeat: x'"),
        _says("skip trailer", "$'bad message\\n\\nGitflowguard-Skip: malformed-message: because'"),
        _says("skip words", "'bad message [skip ci] [gitflowguard skip]'"),
        _says("merge's words on no merge", "\"Merge branch 'feature/y' into develop\""),
        _says("merge's words of a pull", "'Merge pull request #1 from x/y'"),
        _says("fixup", "'fixup! feat: x'"),
        _says("squash", "'squash! feat: x'"),
        _says("amend", "'amend! feat: x'"),
        _says("WIP", "WIP"),
        _says("wip first", "'wip: feat: x'"),
        _raw("latin-1", "'bad m\\351ssage'", "'encoding ISO-8859-1\\n'"),
        _raw("UTF-16", "'\\377\\376b\\0a\\0d\\0'", "'encoding UTF-16\\n'"),
        _raw("unknown encoding", "'bad message'", "'encoding x-none\\n'"),
        _raw("UTF-7", "'+AGIAYQBk- message'", "'encoding UTF-7\\n'"),
        _raw("not UTF-8", "'bad \\377\\376'"),
        _raw("escape", "'bad \\033[2K\\rfeat: x'"),
        _raw("signature", "'bad message'", "'gpgsig -----BEGIN PGP SIGNATURE-----\\n feat: x\\n -----END PGP SIGNATURE-----\\n'"),
        _raw("mergetag", "'bad message'", "'mergetag object 0\\n feat: x\\n'"),
        _raw("header of ours", "'bad message'", "'gitflowguard-skip malformed-message\\n'"),
        _raw("second author", "'bad message'", "'author B <b@c> 1 +0000\\n'"),
        _raw("empty", "''"),
        _raw("spaces only", "'   \\n'"),
        Way("in the middle", "new feature/x develop; c 'feat: a'; c 'bad message'; c 'feat: b'; pub feature/x\n"),
        Way("far back", "new feature/x develop; c 'bad message'; many 520; pub feature/x\n"),
        Way("far back and unfinished", "git switch -q develop; printf 'preset: gitflow\\nrules: {unfinished-commit: error}\\n' >.gitflowguard.yaml; c 'chore: p'; pub develop; new feature/x develop; c 'WIP'; many 520; pub feature/x\n"),
        Way("old date", "new feature/x develop; GIT_AUTHOR_DATE='1970-01-02 00:00 +0000' GIT_COMMITTER_DATE='1970-01-02 00:00 +0000' c 'bad message'; pub feature/x\n"),
        Way("future date", "new feature/x develop; GIT_AUTHOR_DATE='@4000000000 +0000' GIT_COMMITTER_DATE='@4000000000 +0000' c 'bad message'; pub feature/x\n"),
        Way("author is a robot", "new feature/x develop; GIT_AUTHOR_NAME='dependabot[bot]' c 'bad message'; pub feature/x\n"),
        Way("committer is GitHub", "new feature/x develop; GIT_COMMITTER_NAME=GitHub GIT_COMMITTER_EMAIL=noreply@github.com c 'bad message'; pub feature/x\n"),
        Way("in a side branch", "new side develop; c 'bad message'; new feature/x develop; c 'feat: a'; git merge -q --no-ff -m 'chore: merge' side; git branch -qD side; pub feature/x\n"),
        Way("a second root", "git switch -q --orphan root; c 'bad message'; git switch -q -f develop; git switch -q -c feature/x; git merge -q --allow-unrelated-histories -s ours -m 'chore: merge' root; git branch -qD root; pub feature/x\n"),
        Way("an evil twin of develop", "new feature/x main; c 'bad message'; git merge -q -m 'chore: merge' develop; pub feature/x\n"),
        Way("reverted", "new feature/x develop; echo >a; c 'bad message'; git revert --no-edit HEAD >/dev/null; git commit -q --amend -m 'revert: x' --allow-empty; pub feature/x\n"),
    ),
)  # fmt: skip


# --- refs, and what a repository can say of itself

_OTHER = "git config remote.mallory.url https://git.example.invalid/m/w.git; git config remote.mallory.fetch '+refs/heads/*:refs/remotes/mallory/*'\n"
BAD_REF = Group(
    "refs and graphs",
    "GFG203",
    Way("plain", _BAD),
    (
        Way("a support branch at it", _BAD + "pub support/zz\n"),
        Way("a release at it", _BAD + "pub release/9.9.9\n"),
        Way("a hotfix at it", _BAD + "pub hotfix/9.9.9\n"),
        Way("pages at it", _BAD + "pub gh-pages\n"),
        Way("a revert branch at it", _BAD + "pub revert-1-x\n"),
        Way("another feature at it", _BAD + "pub feature/y\n"),
        Way("a tag at it", _BAD + "git tag 1.0.1\n"),
        Way("a tag named as the branch", _BAD + "git tag feature/x develop\n"),
        Way("a tag named develop", _BAD + "git tag develop HEAD\n"),
        Way("a tag named main", _BAD + "git tag main HEAD\n"),
        Way("a tag named origin/develop", _BAD + "git tag origin/develop HEAD\n"),
        Way("a branch named origin/develop", _BAD + "git branch origin/develop\n"),
        Way("a branch named refs/heads/develop", _BAD + "git update-ref refs/heads/refs/heads/develop HEAD\n"),
        Way("a ref named refs/develop", _BAD + "git update-ref refs/develop HEAD\n"),
        Way("a ref named refs/origin/develop", _BAD + "git update-ref refs/origin/develop HEAD\n"),
        Way("the local develop", _BAD + "git branch -qf develop HEAD\n"),
        Way("the local main", _BAD + "git branch -qf main HEAD\n"),
        Way("the local feature", _BAD + "git switch -q --detach; git branch -qf feature/x develop\n"),
        Way("another remote's develop", _OTHER + _BAD + "git update-ref refs/remotes/mallory/develop HEAD\n"),
        Way("another remote's main", _OTHER + _BAD + "git update-ref refs/remotes/mallory/main HEAD\n"),
        Way("another remote's support", _OTHER + _BAD + "git update-ref refs/remotes/mallory/support/x HEAD\n"),
        Way("origin's HEAD at it", _BAD + "git symbolic-ref refs/remotes/origin/HEAD refs/remotes/origin/feature/x\n"),
        Way("origin's master at it", _BAD + "pub master\n"),
        Way("origin's Develop at it", _BAD + "pub Develop\n"),
        Way("origin's develop/x at another remote", _BAD + "git update-ref refs/remotes/origin2/develop HEAD\n"),
        Way("a replaced commit", _BAD + "git replace HEAD develop\n"),
        Way("a replaced message", _BAD + "git replace HEAD $(git commit-tree -p develop -m 'feat: x' HEAD^{tree})\n"),
        Way("grafts", _BAD + "git rev-parse HEAD >.git/info/grafts\n"),
        Way("a shallow file", _BAD + "git rev-parse HEAD >.git/shallow\n"),
        Way("notes", _BAD + "git notes add -m 'feat: x'\n"),
        Way("a pull ref at it", _BAD + "git update-ref refs/pull/1/merge HEAD; git update-ref refs/heads/refs/pull/1 HEAD\n"),
        Way("a stash at it", _BAD + "git update-ref refs/stash HEAD\n"),
        Way("a note of its base", _BAD + "git config gitflow.branch.feature/x.base HEAD; git config gitflow.branch.develop feature/x\n"),
        Way("gitflow's settings", _BAD + "git config gitflow.branch.develop feature/x; git config gitflow.prefix.feature x/\n"),
        Way("a branch's upstream", _BAD + "git config branch.feature/x.remote .; git config branch.feature/x.merge refs/heads/develop\n"),
        Way("worktree settings", _BAD + "git config extensions.worktreeConfig true; git config --worktree core.bare false\n"),
        Way("an old commit graph", "git commit-graph write --reachable 2>/dev/null\n" + _BAD),
        Way("packed refs", _BAD + "git pack-refs --all\n"),
        Way("a draft by number of event", _BAD, event={"number": 0}),
        Way("policy of the work tree", _BAD + "printf 'preset: gitflow\\n' >.gitflowguard.yaml\n"),
        Way("policy of the index", _BAD + "printf 'preset: gitflow\\n' >.gitflowguard.yaml; git add -A\n"),
        Way("policy in .git", _BAD + "mkdir -p .git/gitflowguard; printf 'preset: gitflow\\n' >.git/gitflowguard/policy\n"),
        *(
            Way(f"git's {setting.split('=')[0]}", _BAD + f"git config {setting.replace('=', ' ', 1)}\n")
            for setting in (
                "i18n.logOutputEncoding=UTF-16", "i18n.commitEncoding=latin1", "log.showSignature=true", "log.mailmap=true",
                "log.follow=true", "log.excludeDecoration=x", "core.commentChar=b", "core.quotePath=false", "log.date=raw",
                "core.useReplaceRefs=true", "transfer.hideRefs=refs/remotes", "core.abbrev=4", "format.pretty=%H",
            )
        ),
    ),
)  # fmt: skip


# --- contents

_NEW = "new feature/x develop\n"
_END = "c 'feat: x'; pub feature/x\n"
_EVIL = 'printf %s "$EVIL" >{p}\n'


# develop calls the file a program by now; git merges the edit of the text into it.
_BECOMES_CODE = (
    "git switch -q develop; for i in $(seq 40); do echo \"A$i = $i\"; done >notes.txt; c 'chore: notes'\n"
    "new feature/x develop; git switch -q develop; git mv notes.txt notes.py; c 'feat: notes'; pub develop\n"
    'git switch -q feature/x; printf %s "$EVIL" >>notes.txt\n'
)


def _put(name: str, more: str = "", path: str = "evil.py", before: str = "") -> Way:
    quoted = "'" + path.replace("'", "'\\''") + "'"
    where = f'mkdir -p "$(dirname {quoted})"\n' if "/" in path else ""
    script = (
        before + _NEW + where + _EVIL.format(p=f"./{quoted}") + more + f"git add -f -- ./{quoted}\n" + _END
    )
    return Way(name, script, quality=True)


def _earlier(name: str, what: str) -> Way:
    """Something that an earlier pull request has brought to develop."""
    return _put(name, before=f"git switch -q develop; {what}; c 'chore: y'; pub develop\n")


def _change(name: str, script: str) -> Way:
    return Way(name, _NEW + script + _END, quality=True)


BAD_CONTENT = Group(
    "contents",
    "GFG80",
    _put("plain"),
    (
        _put("carriage returns", "tr '\\n' '\\r' <evil.py >t; mv t evil.py\n"),
        _put("both line ends", "sed -i 's/$/\\r/' evil.py\n"),
        _put("no final newline", "truncate -s -1 evil.py\n"),
        _put("form feeds", "sed -i 's/^/\\f/' evil.py\n"),
        _put("a byte order mark", "printf '\\357\\273\\277' >t; cat evil.py >>t; mv t evil.py\n"),
        _put("a coding line", "sed -i '1i # -*- coding: latin-1 -*-' evil.py\n"),
        _put("an unknown coding", "sed -i '1i # -*- coding: none -*-' evil.py\n"),
        _put("UTF-16", "iconv -t UTF-16 evil.py >t; mv t evil.py\n"),
        _put("a NUL", "printf '\\0' >>evil.py\n"),
        Way("a text that a merge makes code of", _BECOMES_CODE + _END, quality=True),
        _put("a syntax error", "echo 'def (' >>evil.py\n"),
        _put("a long line", "printf 'x = \"%0100000d\"\\n' 1 >>evil.py\n"),
        _put("a large file", "for i in $(seq 40000); do echo \"x = 'abcdefghijklmnopqrstuvwxyz'\"; done >>evil.py\n"),
        _put("executable", "chmod +x evil.py\n"),
        *(
            _put(f"in {path}", path=path)
            for path in (
                "CVS/evil.py", ".svn/evil.py", ".hg/evil.py", ".bzr/evil.py", ".tox/evil.py", ".eggs/evil.py", "a.egg/evil.py",
                "__pycache__/evil.py", "build/evil.py", "dist/evil.py", "node_modules/evil.py", "venv/evil.py", ".nox/evil.py",
                "_build/evil.py", ".direnv/evil.py", "buck-out/evil.py", ".mypy_cache/evil.py", "tests/test_evil.py", "examples/evil.py",
                " evil.py", "evil .py", "-evil.py", "@evil.py", "é.py", "a'b.py", 'a"b.py', "a\\b.py", "a\nb.py", "[a].py", "#a.py",
                "a:b.py", "deep/er/and/deeper/evil.py", "__init__.py", "conftest.py", "setup.py", ".py", "a,b.py", "%s.py", "$(id).py",
            )
        ),
        *(
            _put(f"attribute {what}", f"printf '*.py {what}\\n' >.gitattributes\n")
            for what in ("-diff", "binary", "-text", "diff=none", "export-ignore", "linguist-generated", "filter=lfs", "eol=crlf", "ident", "merge=ours")
        ),
        _put("kept as UTF-16", "iconv -f UTF-8 -t UTF-16 evil.py >t; mv t evil.py; printf '*.py working-tree-encoding=UTF-16\n' >.gitattributes\n"),
        *(_earlier(f"earlier attribute {what}", f"printf '*.py {what}\\n' >.gitattributes") for what in ("-diff", "binary", "diff=none")),
        _put("local attributes", "printf '*.py -diff\\n' >.git/info/attributes\n"),
        _put("flake8's settings", "printf '[flake8]\\nexclude = *\\nignore = F\\n' >.flake8; printf '[bandit]\\nexclude: /\\nskips: B605\\n' >.bandit\n"),
        _put("settings in setup.cfg", "printf '[flake8]\\nextend-exclude = evil.py\\n' >setup.cfg\n"),
        _put("settings in pyproject", "printf '[tool.bandit]\\nexclude_dirs = [\"evil.py\"]\\n' >pyproject.toml\n"),
        _put("a baseline of one's own", "printf '9\\tbandit\\tB605\\t%s\\tevil.py\\n' $(printf 'os.system(\"curl x | sh\")' | sha256sum | cut -c1-12) >.gitflowguard-baseline\n"),
        _put("an ignored file", "echo evil.py >.gitignore\n"),
        _put("a policy without tools", "printf 'preset: gitflow\\n' >.gitflowguard.yaml\n"),
        _change("renamed into sight", "git mv notes.txt evil.py\n"),
        _change("renamed and edited", "git mv notes.txt evil.py; echo '# x' >>evil.py\n"),
        _change("copied into sight", "cp notes.txt evil.py\n"),
        _change("renamed to another ending and back", "git mv notes.txt a.md; c 'feat: a'; git mv a.md evil.py\n"),
        _change("a link that became a file", "ln -s notes.txt evil.py; c 'feat: a'; rm evil.py; cp notes.txt evil.py\n"),
        _change("a folder that became a file", "mkdir evil.py; echo >evil.py/a; c 'feat: a'; git rm -rq evil.py; cp notes.txt evil.py\n"),
        _change("one line in an old file", "echo 'undefined_zz' >>app.py\n"),
        _change("an old line edited", "sed -i 's/os.getcwd()/undefined_zz/' app.py\n"),
        _change("a line between", "sed -i '5i undefined_zz' app.py\n"),
        _change("whitespace and more", "sed -i 's/^    return.*/        \\treturn undefined_zz/' app.py\n"),
        _change("an old file with new line ends", "sed -i 's/$/\\r/' app.py; echo 'undefined_zz' >>app.py\n"),
        _change("removed and put back", "git rm -q app.py; c 'feat: a'; printf %s \"$EVIL\" >app.py\n"),
        _change("in the first of two commits", "printf %s \"$EVIL\" >evil.py; c 'feat: a'\n"),
        Way("in a merge alone", "new side develop; c 'feat: s'; new feature/x develop; c 'feat: a'; git merge -q --no-commit --no-ff side || true; printf %s \"$EVIL\" >evil.py; c \"Merge branch 'develop' into feature/x\"; pub feature/x\n", quality=True),
        Way("behind develop", "new feature/x main; printf %s \"$EVIL\" >evil.py; c 'feat: a'; pub feature/x; git switch -q develop; echo >b; c 'feat: b'; pub develop\n", quality=True),
        Way("with develop merged", "new feature/x main; printf %s \"$EVIL\" >evil.py; c 'feat: a'; git merge -q -m \"Merge branch 'develop' into feature/x\" develop; pub feature/x\n", quality=True),
        Way("an event", _NEW + _EVIL.format(p="evil.py") + _END, quality=True, event={}),
        Way("an event of a fork", _NEW + _EVIL.format(p="evil.py") + _END, quality=True, event=_FORK),
        Way("in a release", "new release/1.1.0 develop; " + _EVIL.format(p="evil.py") + "c 'feat: x'; pub release/1.1.0\n", "release/1.1.0", "main", quality=True),
        Way("in a hotfix", "new hotfix/1.0.1 main; " + _EVIL.format(p="evil.py") + "c 'fix: x'; pub hotfix/1.0.1\n", "hotfix/1.0.1", "main", quality=True),
        Way("in a merge group", _NEW + _EVIL.format(p="evil.py") + _END, group="gh-readonly-queue/develop/pr-7-x", quality=True),
    ),
)  # fmt: skip


# --- merges inside

_REL = "new feature/u develop; echo u >u; c 'feat: u'; pub feature/u; new release/1.1.0 develop; echo r >r; c 'feat: r'\n"


def _inside(name: str, script: str, **more: Any) -> Way:
    return Way(name, _REL + script + "pub release/1.1.0\n", "release/1.1.0", "main", **more)


def _called(subject: str) -> str:
    return f'git merge -q --no-ff -m "{subject}" feature/u\n'


BAD_MERGE = Group(
    "merges inside",
    "GFG301",
    _inside("plain", _called("Merge branch 'feature/u' into release/1.1.0")),
    (
        _inside("a subject of a bugfix", _called("Merge branch 'bugfix/z' into release/1.1.0")),
        _inside("a subject of main", _called("Merge branch 'main' into release/1.1.0")),
        _inside("a subject of develop", _called("Merge branch 'develop' into release/1.1.0")),
        _inside("a subject of a pull request", _called("Merge pull request #9 from acme/bugfix/z")),
        _inside("a subject of its own", _called("chore: tidy")),
        _inside("a subject of a tag", _called("Merge tag '1.0.0' into release/1.1.0")),
        _inside("a subject of a remote's branch", _called("Merge remote-tracking branch 'origin/bugfix/z' into release/1.1.0")),
        _inside("a subject of another target", _called("Merge branch 'feature/u' into develop")),
        _inside("the branch is gone", _called("chore: tidy") + "git branch -qD feature/u; git update-ref -d refs/remotes/origin/feature/u\n", allowed=(1, 3)),
        _inside("the branch went on", _called("chore: tidy") + "git switch -q feature/u; c 'feat: more'; pub feature/u; git switch -q release/1.1.0\n"),
        _inside("a bugfix of the same commit", "git branch bugfix/z feature/u; git update-ref refs/remotes/origin/bugfix/z feature/u\n" + _called("Merge branch 'bugfix/z' into release/1.1.0")),
        _inside("a support at the merge", _called("Merge branch 'feature/u' into release/1.1.0") + "pub support/zz\n"),
        _inside("a support at the feature", "git update-ref refs/remotes/origin/support/zz feature/u\n" + _called("Merge branch 'support/zz' into release/1.1.0")),
        _inside("a tag at the feature", "git tag 1.0.9 feature/u\n" + _called("Merge tag '1.0.9' into release/1.1.0")),
        _inside("an octopus", "git switch -q -c bugfix/z develop; echo z >z; c 'fix: z'; git switch -q release/1.1.0; git merge -q --no-ff -m \"Merge branches 'bugfix/z' and 'feature/u' into release/1.1.0\" bugfix/z feature/u\n"),
        _inside("turned round", "r=$(git rev-parse HEAD); t=$(git merge-tree --write-tree HEAD feature/u); git reset -q --hard $(git commit-tree -p feature/u -p $r -m \"Merge branch 'release/1.1.0' into feature/u\" $t)\n"),
        _inside("two levels down", "git switch -q -c bugfix/z develop; git merge -q --no-ff -m 'chore: tidy' feature/u; git switch -q release/1.1.0; git merge -q --no-ff -m \"Merge branch 'bugfix/z' into release/1.1.0\" bugfix/z\n"),
        _inside("in a merge group", _called("Merge branch 'bugfix/z' into release/1.1.0"), group="gh-readonly-queue/main/pr-7-x"),
        _inside("in an event", _called("Merge branch 'bugfix/z' into release/1.1.0"), event={}),
    ),
)  # fmt: skip


# --- the policy


def _policy(name: str, script: str, base: str = "develop") -> Way:
    return Way(name, _NEW + "c 'bad message'\n" + script + _END, base=base)


_LAX = "printf 'preset: gitflow\\nrules: {malformed-message: ignore, changed-policy: ignore}\\n'"
_TOML = 'printf \'[tool.gitflowguard]\\npreset = "gitflow"\\n[tool.gitflowguard.rules]\\nmalformed-message = "ignore"\\n\''
BAD_POLICY = Group(
    "a policy of one's own",
    "GFG203",
    _policy("plain", ""),
    (
        _policy("laxer", f"{_LAX} >.gitflowguard.yaml\n"),
        _policy("as pyproject", f"git rm -q .gitflowguard.yaml; {_TOML} >pyproject.toml\n"),
        _policy("beside it", f"{_TOML} >pyproject.toml\n"),
        _policy("other ending", f"{_LAX} >.gitflowguard.yml\n"),
        _policy("toml of its own", f"{_LAX} >.gitflowguard.toml\n"),
        _policy("removed", "git rm -q .gitflowguard.yaml\n"),
        _policy("renamed", "git mv .gitflowguard.yaml x.yaml\n"),
        _policy("a link", f"{_LAX} >lax.yaml; rm .gitflowguard.yaml; ln -s lax.yaml .gitflowguard.yaml\n"),
        _policy("a folder", "git rm -q .gitflowguard.yaml; mkdir .gitflowguard.yaml; echo >.gitflowguard.yaml/x\n"),
        _policy("broken", "echo '{' >.gitflowguard.yaml\n"),
        _policy("empty", ": >.gitflowguard.yaml\n"),
        _policy("too large", "head -c 200000 /dev/zero | tr '\\0' '#' >.gitflowguard.yaml\n"),
        _policy("other case", f"{_LAX} >.GITFLOWGUARD.yaml\n"),
        _policy("in .github", f"mkdir .github; {_LAX} >.github/.gitflowguard.yaml\n"),
        _policy("executable", "chmod +x .gitflowguard.yaml\n"),
        _policy("checked out", f"git add -A; c 'feat: y'; {_LAX} >.gitflowguard.yaml\n"),
    ),
)  # fmt: skip
# develop goes from the laxer policy to the strict one, and each of the two has merged half of the other.
_CROSSED = (
    f"git switch -q develop; {_LAX} >.gitflowguard.yaml; c 'chore: lax'; new feature/x develop; echo y >y; c 'feat: y'\n"
    "git switch -q develop; git checkout -q HEAD~1 -- .gitflowguard.yaml\n"
    "{date} c 'chore: strict'; l=$(git rev-parse HEAD)\n"
    "git merge -q --no-ff -m \"Merge branch 'feature/x' into develop\" feature/x; pub develop; git switch -q feature/x\n"
    "git merge -q --no-ff -s ours -m \"Merge branch 'develop' into feature/x\" $l; pub feature/x\n"
)
# develop has the file under the policy's name now, and a merge follows.
_OLD_NAME = (
    "git switch -q develop; printf '# %s\\n' a b c d e f g >x.yaml; cat .gitflowguard.yaml >>x.yaml\n"
    "git rm -q .gitflowguard.yaml; c 'chore: draft'; new feature/x develop; git switch -q develop\n"
    "git mv x.yaml .gitflowguard.yaml; c 'chore: adopt'; pub develop; git switch -q feature/x\n"
    "echo 'stale-days: 9' >>x.yaml\n"
)
BAD_CHANGE = Group(
    "what decides, changed silently",
    "GFG505",
    Way("plain", _NEW + f"{_LAX} >.gitflowguard.yaml\n" + _END),
    tuple(
        Way(name, _NEW + script + "\n" + _END, allowed=(), says="GFG505")
        for name, script in {
            "pyproject table": f"{_TOML} >pyproject.toml",
            "quoted table": "printf '[tool.\"gitflowguard\"]\\npreset = \"gitflow\"\\n' >pyproject.toml",
            "inline table": "printf 'tool = {gitflowguard = {preset = \"gitflow\"}}\\n' >pyproject.toml",
            "dotted keys": "printf 'tool.gitflowguard.preset = \"gitflow\"\\n' >pyproject.toml",
            "removed": "git rm -q .gitflowguard.yaml",
            "moved": "git mv .gitflowguard.yaml gone.yaml",
            "a mode": "git update-index --chmod=+x .gitflowguard.yaml; chmod +x .gitflowguard.yaml",
            "a baseline": "printf '9\\tbandit\\tB605\\t0123456789ab\\tevil.py\\n' >.gitflowguard-baseline",
            "attributes": "printf '*.py -diff\\n' >.gitattributes",
            "attributes below": "mkdir a; printf '*.py binary\\n' >a/.gitattributes",
            "flake8's settings": "printf '[flake8]\\nignore = F\\n' >.flake8",
            "settings in setup.cfg": "printf '[flake8]\\nignore = F\\n' >setup.cfg",
            "settings in tox.ini": "printf '[flake8]\\nignore = F\\n' >tox.ini",
            "bandit's settings": "printf '[bandit]\\nskips: B605\\n' >.bandit",
            "bandit in pyproject": "printf '[tool.bandit]\\nskips = [\"B605\"]\\n' >pyproject.toml",
        }.items()
    )
    + tuple(
        Way(name, script, allowed=(), says="GFG505")
        for name, script in {
            "brought back past two merge bases": _CROSSED.replace("{date}", ""),
            "past two merge bases, dated": _CROSSED.replace("{date}", "GIT_COMMITTER_DATE='@1700000000 +0000'"),
            "under its old name": _OLD_NAME + _END,
        }.items()
    ),
)  # fmt: skip


# --- merge groups, variables

_QUEUED = (
    "new feature/x develop; echo x >x; c 'feat: x'; pub feature/x; new q main\n"
    'git merge -q --no-ff -m "{m}" feature/x; pub q\n'
)
_PULLED = _QUEUED.format(m="Merge pull request #7 from acme/feature/x")


def _queue(name: str, ref: str, script: str = _PULLED) -> Way:
    """A feature that a merge queue brings to main."""
    return Way(name, script, "q", "main", group=ref)


_REF = "gh-readonly-queue/main/pr-7-" + "a" * 40
BAD_GROUP = Group(
    "merge groups",
    "GFG301",
    _queue("plain", _REF),
    (
        _queue("without a number", "gh-readonly-queue/main/x"),
        _queue("of another base", "gh-readonly-queue/develop/pr-7-" + "a" * 40),
        _queue("no queue's name", "feature/x"),
        _queue("a line's name", "main"),
        _queue("a release's name", "gh-readonly-queue/main/release/1.1.0-" + "a" * 40),
        _queue("a robot's name", "gh-readonly-queue/main/dependabot/x-" + "a" * 40),
        _queue("a name within a name", "gh-readonly-queue/main/gh-readonly-queue/main/pr-7-x"),
        _queue("a subject of a release", _REF, _QUEUED.format(m="Merge pull request #7 from acme/release/1.1.0")),
        _queue("a subject of a hotfix", _REF, _QUEUED.format(m="Merge branch 'hotfix/1.0.1'")),
        _queue("a subject of develop", _REF, _QUEUED.format(m="Merge branch 'develop'")),
        _queue("a subject of its own", _REF, _QUEUED.format(m="chore: tidy")),
        _queue("the branch is gone", _REF, _QUEUED.format(m="chore: tidy") + "git branch -qD feature/x; git update-ref -d refs/remotes/origin/feature/x\n"),
        _queue("with a line at it", _REF, _PULLED + "pub support/zz\n"),
        _queue("with a line at the feature", _REF, _PULLED + "git update-ref refs/remotes/origin/support/zz feature/x\n"),
        _queue("behind a release", _REF, "new release/1.1.0 develop; echo r >r; c 'feat: r'; pub release/1.1.0; new feature/x develop; echo x >x; c 'feat: x'; pub feature/x; new q main; git merge -q --no-ff -m 'Merge pull request #6 from acme/release/1.1.0' release/1.1.0; git merge -q --no-ff -m 'Merge pull request #7 from acme/feature/x' feature/x; pub q\n"),
        _queue("before a release", _REF, "new release/1.1.0 develop; echo r >r; c 'feat: r'; pub release/1.1.0; new feature/x develop; echo x >x; c 'feat: x'; pub feature/x; new q main; git merge -q --no-ff -m 'Merge pull request #7 from acme/feature/x' feature/x; git merge -q --no-ff -m 'Merge pull request #6 from acme/release/1.1.0' release/1.1.0; pub q\n"),
    ),
)  # fmt: skip
BAD_VARIABLE = Group(
    "variables",
    "GFG203",
    Way("plain", _BAD),
    tuple(
        Way(name, _BAD, env={name: value}, allowed=ANY)
        for name, value in {
            "GITFLOWGUARD_SKIP": "malformed-message: no time",
            "GITFLOWGUARD_DRAFT": "1", "GITFLOWGUARD_PR_CHECK_DRAFT": "1", "GITFLOWGUARD_PR_CHECK_NO_QUALITY": "1",
            "GITFLOWGUARD_PR_CHECK_HEAD": "main", "GITFLOWGUARD_PR_CHECK_EVENT": "/dev/null",
            "GITFLOWGUARD_CHECK_EXIT_ZERO": "1", "GITFLOWGUARD_EXIT_ZERO": "1", "GITFLOWGUARD_POLICY": "/dev/null",
            "SKIP": "gitflowguard", "CI": "", "GITHUB_ACTOR": "dependabot[bot]", "GITHUB_REF": "refs/heads/main",
            "GITHUB_HEAD_REF": "main", "GITHUB_BASE_REF": "feature/x", "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "main",
            "CHANGE_BRANCH": "main", "BITBUCKET_BRANCH": "main", "SYSTEM_PULLREQUEST_SOURCEBRANCH": "main",
            "GIT_CONFIG_PARAMETERS": "'i18n.logoutputencoding'='UTF-16'", "GIT_CONFIG_COUNT": "0",
            "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_REPLACE_REF_BASE": "refs/heads/", "GIT_NAMESPACE": "x",
            "GIT_SHALLOW_FILE": "/dev/null", "GIT_GRAFT_FILE": "/dev/null", "GIT_OBJECT_DIRECTORY": "/nonexistent",
            "GIT_DIR": "/nonexistent", "GIT_WORK_TREE": "/nonexistent", "GIT_INDEX_FILE": "/nonexistent",
            "GIT_COMMON_DIR": "/nonexistent", "GIT_LITERAL_PATHSPECS": "1", "GIT_ATTR_SOURCE": "HEAD",
            "GIT_CEILING_DIRECTORIES": "/", "GIT_DIFF_OPTS": "--unified=9", "GIT_EXTERNAL_DIFF": "true",
            "PYTHONOPTIMIZE": "2", "PYTHONWARNINGS": "error", "PYTHONIOENCODING": "ascii", "LC_ALL": "C", "LANGUAGE": "de",
            "COLUMNS": "1", "TERM": "dumb", "NO_COLOR": "1", "FORCE_COLOR": "1", "TZ": "Asia/Tokyo", "TMPDIR": "/nonexistent",
            "_GITFLOWGUARD_COMPLETE": "bash_complete",
        }.items()
    ),
)  # fmt: skip

GROUPS = (
    BAD_NAME, BAD_SOURCE, BAD_MESSAGE, BAD_REF, BAD_CONTENT, BAD_MERGE, BAD_POLICY, BAD_CHANGE, BAD_GROUP, BAD_VARIABLE,
)  # fmt: skip


def ways() -> Iterator[tuple[Group, Way]]:
    """All of them, without the controls."""
    for group in GROUPS:
        for way in group.ways:
            yield group, way
