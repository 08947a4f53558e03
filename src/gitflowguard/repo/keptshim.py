"""What the shims ask in sh of a verdict that is kept (repo.kept): is this push, pick or amended commit covered by it?

They make the kept file again from the files and from git, and `cmp` compares every byte. The hook's input is read only
where a verdict is kept, and handed on to the program. Whatever is unusual goes on to the program.

pre-push takes three processes beside the shell: cat, cmp and git. prepare-commit-msg of a cherry-pick takes cat, cmp,
grep and git; commit-msg takes cat, two cmp, grep and rm. Both ask git once more where the branch has gone on since the
verdict.
"""

from __future__ import annotations

from gitflowguard.model.event import BACKGROUND, DEFERRED, FILL, KEPT, KEPT_MESSAGE, KEPT_TIP, MET, PASSED
from gitflowguard.repo.kept import FOLDERS, FORM, MOST_COMMITS, ODD, PLAIN, VARIABLES

# A relative folder of PATH may lie in the work tree, and a program in it is a stranger's (process.sound).
SOUND_PATH = 'case ":$PATH:" in *:[!/]*) false ;; esac'
_USUAL = " &&\n    ".join(
    (
        # A pipe has no size. Of what isn't a file, a shell would wait for somebody who writes.
        f'[ -s "$dir/{KEPT_TIP}" ] && [ -r "$dir/{KEPT_TIP}" ] && [ -f "$dir/{KEPT}" ]',
        '[ "$dir" = .git ] && [ -f .git/HEAD ] && [ -s "$py" ] && [ -x "$py" ] && [ -s "$run" ]',
        f'[ -z "{"".join(f"${name}" for name in VARIABLES)}" ]',
        *(f'[ ! -e "$dir/{one}" ]' for one in ODD),
        SOUND_PATH,
    )
)
_READ = f"""\
    tip= fill= worded= remote= url= tail= top= olds= count= head=
    {{ read -r tip; read -r fill; read -r worded; IFS= read -r remote; IFS= read -r url; read -r tail; read -r top
      read -r olds; read -r count; }} <.git/{KEPT_TIP}
    read -r head <.git/HEAD
"""
# `world REMOTE ADDRESS LAST` prints what the file should hold, and becomes LAST, which prints its end.
# Names of refs hold no blank and no sign that a shell would expand (git-check-ref-format(1)); another name ends the
# comparison, because what it gives is not what was kept.
_WORLD = f"""\
    walk() {{
      for file in "$1"/*; do
        if [ -d "$file" ]; then walk "$file"
        elif [ -f "$file" ] && [ "$file" != ".git/$ref" ] && [ "$file" != ".git/refs/remotes/$twin" ]; then
          list="$list
$file"
        fi
      done
    }}
    world() {{
      LC_ALL=C
      printf '%s\\n' '{FORM}' "$1" "$2" "$ref" "$tip" "$fill" "$worded"
      IFS= read -r next <"$log" && printf '%s\\n' "$next"
      list= twin=$1/$branch
      for file in {" ".join(PLAIN)} "${{run%/*}}/__init__.py"; do
        if [ -f "$file" ]; then list="$list
.git/HEAD
$file"; fi
      done
      for folder in {" ".join(FOLDERS)}; do walk ".git/$folder"; done
      set -f
      IFS='
'
      printf '%s\\n' $list
      [ -n "$3" ] || exec cat $list
      cat $list && "$3"
    }}
"""
_HISTORY = "-c core.warnAmbiguousRefs=false --no-replace-objects"
# The N commits that were judged have one parent each, and the lowest one's is in the chain: the N from the pushed one
# down are all that the kept verdict doesn't cover. To ask what isn't in the old tip (`^tip`) costs half as much again.
_PUSH = f"""\
    met() {{
      [ -e .git/{MET} ] || return 1
      [ -f .git/{MET} ] || return 0
      while IFS= read -r next; do [ "$next" != "$branch" ] || return 0; done <.git/{MET}
      return 1
    }}
    since() {{
      form='%T %P'
      [ "$worded" = 0 ] || form='%T %P%n%B'
      echo + && exec git {_HISTORY} log -z --reverse --max-count="$count" \\
        --no-show-signature --no-notes --no-mailmap --encoding=UTF-8 --format="$form" "$new" --
    }}
    last=
    [ "$new" = "$tip" ] || last=since
    if [ -z "$more" ] && [ "$line" = "$ref $new $ref $old" ] && [ "$head" = "ref: $ref" ] && [ -n "$branch" ] &&
      [ "$ref" = "refs/heads/$branch" ] && [ -f "$log" ] && [ -n "$old" ] &&
      {{ [ -z "$last" ] || [ -n "$count" ]; }} && ! met; then
      case "$new$tip$count" in
        *[!0-9a-f]*) ;;
        *) case " $olds " in *" $old "*)
            if world "$1" "$2" "$last" 2>/dev/null | cmp -s - .git/{KEPT} 2>/dev/null; then
              if [ "$fill" = 1 ] && [ -z "$CI" ] && [ "${BACKGROUND}" != off ]; then
                "$py" -I -S "$run" {FILL} "$1" "$branch" "$new" \\
                  </dev/null >/dev/null 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
              fi
              exit 0
            fi ;;
          esac ;;
      esac
    fi
"""

KEPT_PUSH = f"""\
  if {_USUAL}; then
    IFS= read -r line
    more=
    while IFS= read -r next; do more="$more
$next"; done
    ref=${{line%% *}} new=${{line#* }}
    old=${{new##* }} new=${{new%% *}}
    branch=${{ref#refs/heads/}} log=.git/logs/$ref
{_READ}{_WORLD}{_PUSH}\
    exec <<EOF
$line$more
EOF
  fi
"""

# What app.hooks.unchanged asks of a branch before a commit: the same world; a tip from which commits with one parent
# lead to a judged one; no conflict that the index remembers (gitformat-index(5), "Resolve undo").
_KNOWN = f"""\
    leads() {{
      at=
      read -r at <".git/$ref"
      case $at in ""|*[!0-9a-f]*) return 1 ;; esac
      case $tip in ""|*[!0-9a-f]*) return 1 ;; esac
      case " $top " in *" $at "*) return 0 ;; esac
      next=$at
      lines=$(git {_HISTORY} \\
        rev-list --topo-order --parents --max-count={MOST_COMMITS} "$at" "^$tip" -- 2>/dev/null) || return 1
      while read -r sha one more; do
        [ "$sha" = "$next" ] && [ -n "$one" ] && [ -z "$more" ] || return 1
        next=$one
      done <<EOF
$lines
EOF
      case " $top " in *" $next "*) return 0 ;; esac
      return 1
    }}
    judged() {{ exec tail -c "+$((tail + 1))" .git/{KEPT}; }}
    known() {{
      [ ! -h .git/HEAD ] && [ -n "$branch" ] && [ "$head" = "ref: $ref" ] && [ -f ".git/$ref" ] && [ -f "$log" ] &&
        [ -n "$remote" ] && [ -f .git/index ] && [ -f "$GIT_INDEX_FILE" ] && leads || return 1
      case $tail in *[!0-9]*) return 1 ;; esac
      last=
      [ -z "$tail" ] || last=judged
      world "$remote" "$url" "$last" 2>/dev/null | cmp -s - .git/{KEPT} 2>/dev/null || return 1
      LC_ALL=C grep -q REUC .git/index "$GIT_INDEX_FILE" 2>/dev/null
      [ "$?" = 1 ]
    }}
    ref=${{head#ref: }}
    branch=${{ref#refs/heads/}} log=.git/logs/$ref
"""
# As repo.markers.staged_markers asks; where nothing is found there, it asks no more.
_MARKS = """\
GIT_NO_LAZY_FETCH=1 git -c core.fsmonitor=false -c core.hooksPath=/dev/null -c core.bigFileThreshold=512m \\
      -c core.attributesFile=/dev/null --no-replace-objects --no-optional-locks diff-index --cached --name-only \\
      --no-renames --no-ext-diff --no-textconv --ignore-submodules=all --text \\
      '-G^(<<<<<<<|>>>>>>>|[|]{7})' HEAD -- 2>/dev/null"""
KEPT_PICK = f"""\
  if [ -s "$dir/CHERRY_PICK_HEAD" ] && [ ! -e "$dir/MERGE_HEAD" ] && [ ! -e "$dir/rebase-merge" ] &&
    [ ! -e "$dir/rebase-apply" ] &&
    {_USUAL}; then
{_READ}{_KNOWN}{_WORLD}\
    if known && marks=$({_MARKS}) && [ -z "$marks" ]; then exit 0; fi
  fi
"""
# Only where pre-commit has left its judgement to us, so that no operation is under way. A commit on top of one that was
# pushed is noted for the next push, which only the program does; an amended one never is.
KEPT_AMEND = f"""\
  if [ "$#" = 1 ] && [ -f "$dir/{DEFERRED}/$PPID" ] && [ -s "$dir/{KEPT_MESSAGE}" ] &&
    [ -r "$dir/{KEPT_MESSAGE}" ] && [ -f "$1" ] &&
    {_USUAL}; then
    one= other=
    IFS= read -r one <"$1"
    IFS= read -r other <.git/{KEPT_MESSAGE}
    if [ -n "$one" ] && [ "$one" = "$other" ]; then
{_READ}{_KNOWN}{_WORLD}\
      pid= quiet=
      [ ! -s .git/{PASSED} ] || read -r pid quiet now <.git/{PASSED}
      if [ "$worded" = 1 ] && {{ [ -z "$url" ] || [ "$pid $quiet $now" = "$PPID amend $head" ]; }} &&
        cmp -s "$1" .git/{KEPT_MESSAGE} 2>/dev/null && known; then exec rm -f ".git/{DEFERRED}/$PPID"; fi
    fi
  fi
"""
