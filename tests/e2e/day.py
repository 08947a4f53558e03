"""A working day without a mistake, as a person types it: what the hooks must be silent about.

Each line is one command of sh. A line that begins with "other:" is a colleague's, in a
clone of their own without hooks.
"""

from __future__ import annotations

GITFLOW = """
git switch develop
git pull -q
git switch -c feature/basket
echo 1 >basket.txt; git add basket.txt; git commit -m 'Put things into a basket'
echo 2 >>basket.txt; git commit -am 'Take them out again'
git push -u origin feature/basket
echo 3 >>basket.txt; git commit -am 'More'
git commit --amend -m 'Count what is inside'
echo 4 >>basket.txt; git commit -a --fixup HEAD
GIT_SEQUENCE_EDITOR=: git rebase -i --autosquash develop
GIT_SEQUENCE_EDITOR='sed -i 1s/^pick/reword/' git rebase -i develop
git push --force-with-lease
echo 5 >>basket.txt; git stash; git stash pop; git commit -am 'Five'
git revert --no-edit HEAD
git cherry-pick HEAD~1
git notes add -m 'A note' HEAD
git branch -m feature/basket feature/cart
git branch -m feature/cart feature/basket
git switch develop
git switch -c bugfix/total
echo t >total.txt; git add total.txt; git commit -m 'Add up right'
git format-patch -1 --stdout >../total.patch
git reset -q --hard HEAD~1
git am -q ../total.patch
git switch develop
git merge --no-ff bugfix/total
git push
git branch -d bugfix/total
other: git pull -q; echo o >other.txt; git add other.txt; git commit -qm 'Their work'; git push -q
git switch feature/basket
git pull --rebase origin develop
git fetch origin develop:develop
git merge develop
for i in 1 2 3; do echo $i >>steps.txt; git add steps.txt; git commit -qm "Step $i"; done
git rebase develop
git push --force-with-lease
git worktree add ../aside -b feature/aside develop
cp .pre-commit-config.yaml ../aside 2>/dev/null; true
cd ../aside && echo a >aside.txt && git add aside.txt && git commit -m 'Aside'
git worktree remove ../aside
git switch develop
git merge --no-ff --no-commit feature/basket; git commit --no-edit
git commit --amend --no-edit
other: git pull -q; echo p >>other.txt; git commit -qam 'Their second'; git push -q
git pull --no-rebase --no-edit
git push
git push origin --delete feature/basket
git branch -d feature/basket
git switch -c release/2.0.0
echo 2.0.0 >VERSION; git add VERSION; git commit -m 'Bump to 2.0.0'
git push -u origin release/2.0.0
git switch main
git merge --no-ff release/2.0.0
git tag -a -m 'Version 2.0.0' 2.0.0
git switch develop
git merge --no-ff release/2.0.0
git push origin main
git push origin develop
git push --tags
git push origin --delete release/2.0.0
git branch -d release/2.0.0
git switch -c hotfix/2.0.1 main
echo 2.0.1 >VERSION; git commit -am 'Fix the crash'
git switch main
git merge --no-ff hotfix/2.0.1
git tag -a -m 'Version 2.0.1' 2.0.1
git switch develop
git merge --no-ff main
git push origin main develop 2.0.1
git branch -d hotfix/2.0.1
git bisect start; git bisect bad; git bisect good HEAD~2; git bisect reset
git switch --detach
git commit --allow-empty -m 'An experiment'
git checkout -q develop
git checkout -q 2.0.0; git checkout -q -
git fetch --all --prune
git gc -q
git switch -q feature/aside
git rebase -q develop
git switch -q develop
"""

# The git commands that AVH git-flow issues (version 1.12.3), in its order.
AVH = """
git checkout -q develop
git checkout -b feature/search develop
git config gitflow.branch.feature/search.base develop
echo 1 >search.txt; git add search.txt; git commit -m 'Search'
echo 2 >>search.txt; git commit -am 'Search better'
git push origin feature/search:refs/heads/feature/search; git fetch -q origin feature/search
git checkout develop
git merge --no-ff feature/search
git push origin --delete feature/search
git branch -d feature/search
git checkout -b bugfix/one develop
echo 1 >one.txt; git add one.txt; git commit -m 'One commit'
git checkout develop
git merge --ff bugfix/one
git branch -d bugfix/one
git push origin develop
git checkout -b release/3.0.0 develop
echo 3 >VERSION; git add VERSION; git commit -m 'Bump to 3.0.0'
git push origin release/3.0.0:refs/heads/release/3.0.0; git fetch -q origin release/3.0.0
git checkout main
git merge --no-ff release/3.0.0
git tag -a -m 'Version 3.0.0' 3.0.0
git checkout develop
git merge --no-ff 3.0.0
git push origin develop; git push origin main; git push --tags origin
git push origin --delete release/3.0.0
git branch -d release/3.0.0
git checkout -b hotfix/3.0.1 main
echo 3.0.1 >VERSION; git commit -am 'Repair'
git checkout main
git merge --no-ff hotfix/3.0.1
git tag -a -m 'Version 3.0.1' 3.0.1
git checkout develop
git merge --no-ff 3.0.1
git branch -d hotfix/3.0.1
git push origin develop main --tags
git checkout -b support/3.x 3.0.1
git push origin support/3.x
git checkout develop
"""
