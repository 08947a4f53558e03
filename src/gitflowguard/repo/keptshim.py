"""What pre-push's shim asks in sh: is this push in a world, and of commits, whose verdict is kept (repo.kept)?

It makes the kept file again from the files and from git, and `cmp` compares every byte. The shell reads the hook's
input only where a verdict is kept, and hands it on to the program. Beside the shell it takes three processes: cat,
cmp and git. Whatever is unusual goes on to the program.
"""

from __future__ import annotations

from gitflowguard.model.event import BACKGROUND, FILL, KEPT, KEPT_TIP, MET
from gitflowguard.repo.kept import FOLDERS, FORM, ODD, PLAIN, VARIABLES

_USUAL = " &&\n    ".join(
    (
        f'[ -s "$dir/{KEPT_TIP}" ]',
        '[ "$dir" = .git ] && [ -f .git/HEAD ] && [ -s "$py" ] && [ -x "$py" ] && [ -s "$run" ]',
        f'[ -z "{"".join(f"${name}" for name in VARIABLES)}" ]',
        *(f'[ ! -e "$dir/{one}" ]' for one in ODD),
    )
)
# Names of refs hold no blank and no sign that a shell would expand (git-check-ref-format(1)); another name ends the
# comparison, because what it gives is not what was kept.
_WORLD = f"""\
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
      printf '%s\\n' $list && cat $list
      [ "$new" != "$tip" ] || return 0
      form='%T %P'
      [ "$worded" = 0 ] || form='%T %P%n%B'
      echo + && exec git -c core.warnAmbiguousRefs=false --no-replace-objects log -z --reverse --topo-order \\
        --no-show-signature --no-notes --no-mailmap --encoding=UTF-8 --format="$form" "$new" "^$tip" --
    }}
"""
_FUNCTIONS = f"""\
    met() {{
      [ -e .git/{MET} ] || return 1
      while IFS= read -r next; do [ "$next" != "$branch" ] || return 0; done <.git/{MET}
      return 1
    }}
    walk() {{
      for file in "$1"/*; do
        if [ -d "$file" ]; then walk "$file"
        elif [ -f "$file" ] && [ "$file" != ".git/$ref" ] && [ "$file" != ".git/refs/remotes/$twin" ]; then
          list="$list
$file"
        fi
      done
    }}
"""
_ANSWER = f"""\
    if [ -z "$more" ] && [ "$line" = "$ref $new $ref $old" ] && [ "$head" = "ref: $ref" ] && [ -n "$branch" ] &&
      [ "$ref" = "refs/heads/$branch" ] && [ -f "$log" ] && [ -n "$old" ] && ! met; then
      case "$new$tip" in
        *[!0-9a-f]*) ;;
        *) case " $olds " in *" $old "*)
            if world "$@" 2>/dev/null | cmp -s - .git/{KEPT} 2>/dev/null; then
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
    tip= olds= fill= worded= head=
    {{ read -r tip; read -r olds; read -r fill; read -r worded; }} <.git/{KEPT_TIP}
    read -r head <.git/HEAD
    branch=${{ref#refs/heads/}} log=.git/logs/$ref
{_FUNCTIONS}{_WORLD}{_ANSWER}\
    exec <<EOF
$line$more
EOF
  fi
"""
