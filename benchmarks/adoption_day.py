"""A legal day in a repository's own lines: every step is allowed by its policy, so a guard has nothing to say of it."""

from __future__ import annotations

from dataclasses import dataclass

from gitflowguard.model.flow import Flow
from gitflowguard.model.flow import Kind

WORK = ("feature/{}", "feat/{}", "fix/{}", "bugfix/{}", "chore/{}")
FIELDS = {"slug": "search", "name": "search", "number": "7", "ticket": "ABC-7", "user": "lab", "id": "7"}


@dataclass(frozen=True)
class Names:
    """What this repository calls things; "" for what its policy has no kind of.

    base: where work starts and ends, production where there is no integration branch.
    """

    main: str
    base: str
    work: str
    other: str
    release: str = ""
    hotfix: str = ""
    tag: str = ""
    hotfix_tag: str = ""


def names_of(flow: Flow, fresh: str = "99") -> Names:
    """By the policy in force. fresh: a major version that no tag has."""
    main = flow.production
    base = flow.integration or main
    work, other = (_work(flow, base, word) for word in ("search", "typo"))
    release, tag = _versioned(flow, "release", fresh, main)
    hotfix, hotfix_tag = _versioned(flow, "hotfix", f"{fresh}.1", main)
    return Names(main, base, work, other, release, hotfix, tag, hotfix_tag)


def _work(flow: Flow, base: str, word: str) -> str:
    """A name that may go into the base, the usual ones first."""
    kinds = [kind for kind in flow.kinds if not kind.protected]
    made = [
        _filled(kind, index, {**FIELDS, "slug": word, "name": word})
        for kind in kinds
        for index in range(len(kind.names))
    ]
    for name in (*(form.format(word) for form in WORK), *made):
        if flow.kind_of(name) is not None and flow.may_merge(name, base):
            return name
    return f"feature/{word}"


def _versioned(flow: Flow, kind_id: str, fresh: str, main: str) -> tuple[str, str]:
    """A release's or a hotfix's name with its tag; ("", "") where the policy has none that goes into production."""
    kind = flow.kind(kind_id)
    if kind is None:
        return "", ""
    version = f"{fresh}.1.0" if "." not in fresh else f"{fresh}.1"
    for index in range(len(kind.names)):
        for form in ("{}", "v{}"):
            name = _filled(kind, index, {**FIELDS, "version": form.format(version)})
            if flow.kind_of(name) == kind and flow.may_merge(name, main):
                tag = kind.tag.text.replace("{version}", flow.version_of(name) or version) if kind.tag else ""
                return name, tag or flow.tag_prefix + version
    return "", ""


def _filled(kind: Kind, index: int, fields: dict[str, str]) -> str:
    text = kind.names[index].text
    for field, value in fields.items():
        text = text.replace("{" + field + "}", value)
    return text.replace("*", "x")


def steps(names: Names) -> list[str]:
    """Lines of sh, each run by itself in the work tree."""
    return [
        *_feature(names),
        *_second(names),
        *_landing(names),
        *_release(names),
        *_hotfix(names),
        *_looking(names),
    ]


def _feature(n: Names) -> list[str]:
    """A branch with commits of many kinds, rebased and pushed."""
    return [
        f"git switch {n.base}",
        "git pull -q",
        f"git switch -c {n.work} {n.base}",
        'echo 1 >lab1; git add lab1; git commit -m "Add search"',
        'echo 2 >>lab1; git add lab1; git commit -m "More search"',
        f"git push -u origin {n.work}",
        'echo 3 >>lab1; git add lab1; git commit -m "Search pages"',
        'git commit --amend -m "Search all pages"',
        "echo 4 >>lab1; git add lab1; git commit --fixup HEAD",
        f"GIT_SEQUENCE_EDITOR=: git rebase -i --autosquash {n.base}",
        "git push --force-with-lease",
        'echo 5 >>lab1; git stash; git stash pop; git add lab1; git commit -m "Five"',
        "git revert --no-edit HEAD",
        'echo 6 >lab4; git add lab4; git commit -m "A file of its own"',
    ]


def _second(n: Names) -> list[str]:
    """A second branch that lands first; the first one takes it over by merge and by rebase."""
    return [
        f"git switch -c {n.other} {n.base}",
        'echo t >lab2; git add lab2; git commit -m "Fix a typo"',
        f"git cherry-pick {n.work}",
        "git reset --hard HEAD~1",
        f"git switch {n.base}",
        f"git merge --no-ff --no-edit {n.other}",
        "git push",
        f"git branch -d {n.other}",
        f"git switch {n.work}",
        f"git merge {n.base} --no-edit",
        f"git rebase {n.base}",
        'for i in 1 2 3 4 5 6; do echo $i >>lab3; git add lab3; git commit -qm "Step $i"; done',
        f"git pull --rebase origin {n.base}",
        "git push --force-with-lease",
    ]


def _landing(n: Names) -> list[str]:
    return [
        f'git worktree add "$PWD-tree" -b {n.work}-2 {n.base}',
        f"git switch {n.base}",
        f"git merge --no-ff --no-edit {n.work}",
        "git push",
        f"git push origin --delete {n.work}",
        f"git branch -d {n.work}",
    ]


def _release(n: Names) -> list[str]:
    return _finish(n, n.release, n.tag, n.base) if n.release else []


def _hotfix(n: Names) -> list[str]:
    return _finish(n, n.hotfix, n.hotfix_tag, n.main) if n.hotfix else []


def _finish(n: Names, name: str, tag: str, start: str) -> list[str]:
    """A version's branch: cut, published, merged into production, tagged, merged back, deleted."""
    back = [f"git switch {n.base}", f"git merge --no-ff --no-edit {name}"] if n.base != n.main else []
    lines = f"{n.main} {n.base}" if n.base != n.main else n.main
    return [
        f"git switch -c {name} {start}",
        f'echo {tag} >labversion; git add labversion; git commit -m "Bump to {tag}"',
        f"git push -u origin {name}",
        f"git switch {n.main}",
        f"git merge --no-ff --no-edit {name}",
        f'git tag -a -m "Version {tag}" {tag}',
        *back,
        f"git push origin {lines} {tag}",
        f"git push origin --delete {name}",
        f"git branch -d {name}",
    ]


def _looking(n: Names) -> list[str]:
    """Moments that change nothing."""
    return [
        "git bisect start; git bisect bad; git bisect good HEAD~1; git bisect reset",
        "git checkout --detach; git commit --allow-empty -m experiment",
        f"git switch {n.base}",
        "git fetch --all --prune",
        "git pack-refs --all",
    ]
