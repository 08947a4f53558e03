"""What a shim asks in sh before it starts Python: is there anything to judge?

Each condition of model.moment.Moment.idle has one text here. It ends the hook with 0 where the program would say
nothing. Anything that it doesn't know for certain goes on to the program: a repository in another layout, a file
that can't be read, GITFLOWGUARD_SKIP, a former hook that is chained. Only what every sh has built in is used, so a
condition costs no process (`test`, `read` and `printf` are built into dash, bash and busybox).
"""

from __future__ import annotations

from gitflowguard.model.adoptionfiles import POLICY_FILES
from gitflowguard.model.event import CHAINED, CHECKED_OUT, DEFERRED, FREE, FREE_POLICY, PASSED, REPLAYING
from gitflowguard.model.moment import (
    COMMIT_MSG,
    FILES_ALONE,
    JUDGED_WITH_MESSAGE,
    LATER,
    NO_BRANCH_MOVES,
    OLD_BRANCH,
    PASSED_BEFORE,
    PICKED,
    REPLAYED,
    SAME_MESSAGE,
    UNCHANGED,
    UNPROTECTED,
    moment_at,
)
from gitflowguard.repo.kept import VARIABLES
from gitflowguard.repo.keptshim import KEPT_AMEND, KEPT_PICK, KEPT_PUSH, SOUND_PATH

# The second line of a hook of this version.
MARK = "# gitflowguard hook 1: "
OF_STAGE = MARK + "{stage} (managed; `gitflowguard uninstall` takes it away)"

# githooks(5): the third argument of post-checkout is 1 where a branch was checked out.
_FILES_ALONE = """\
  if [ "$#" = 3 ] && [ "$3" != 1 ]; then exit 0; fi
"""

# Its reflog has one line only where the branch was just made, or has never moved since. Such a branch is judged once:
# the program notes those that it had nothing to say about. With reftable, or in a linked work tree, it asks git.
_OLD_BRANCH = f"""\
  if [ -f "$dir/HEAD" ] && [ ! -h "$dir/HEAD" ] && [ ! -e "$dir/commondir" ] && [ ! -e "$dir/reftable" ] &&
    read -r head <"$dir/HEAD"; then
    case $head in
      "ref: refs/heads/"?*)
        head=${{head#ref: }} first=
        if [ -f "$dir/logs/$head" ]; then
          {{ read -r first && read -r line && exit 0; }} <"$dir/logs/$head"
        fi
        if [ -n "$first" ] && [ -f "$dir/{CHECKED_OUT}" ]; then
          while read -r line; do [ "$line" != "$head $first" ] || exit 0; done <"$dir/{CHECKED_OUT}"
        fi ;;
      *[!0-9a-f]*|"") ;;
      *) exit 0 ;;
    esac
  fi
"""

# A rebase makes such a commit in its own process (sequencer.c, do_commit). Where a pick met a conflict, git has stopped
# (REBASE_HEAD), and another process makes the commit. pre-rebase has left the id of the rebase's process.
_REPLAYED = f"""\
  if [ -d "$dir/rebase-merge" ] && [ ! -e "$dir/REBASE_HEAD" ] && [ ! -e "$dir/reftable" ] &&
    [ -s "$dir/{REPLAYING}" ] && read -r pid <"$dir/{REPLAYING}" && [ "$pid" = "$PPID" ]; then exit 0; fi
"""

# pre-commit and pre-merge-commit leave "<pid of git> <1 if no message rule is on> <what HEAD says>".
# The same git then starts these two hooks: their verdict is known, no Python is
# needed. Under --no-verify nothing was left by this git, and they judge in full.
# A pid comes round again (in a container, at once), so HEAD must be the same, and
# the last of the hooks empties the file.
_PASSED = f"""\
  if [ -s "$dir/{PASSED}" ]; then
    read -r pid quiet head <"$dir/{PASSED}"
    read -r now <"$dir/HEAD"
    if [ "$pid" = "$PPID" ] && [ "$head" = "$now" ]%s
  fi
"""
# Where git had nothing to commit, the word of a judgement that was left to commit-msg stays. Whoever stages something
# afterwards makes the index newer, so that a later --no-verify by a git of the same process id is judged.
# commit-msg hears of an amended commit, which githooks(5) tells prepare-commit-msg alone.
_PASSED_BEFORE = _PASSED % f""" && [ ! "$dir/index" -nt "$dir/{PASSED}" ]; then
      if [ "$2 $3 $quiet" = "commit HEAD 0" ]; then printf '%s amend %s\\n' "$pid" "$head" >"$dir/{PASSED}"; fi
      exit 0
    fi"""
_JUDGED_WITH_MESSAGE = _PASSED % f' && [ "$quiet" = 1 ]; then printf "" >"$dir/{PASSED}"; exit 0; fi'

# git says GIT_EDITOR=: where nobody will write the message (githooks(5)); then commit-msg follows at once, and one
# Python judges both. The folder is there where the policy's last judgement showed that this is worth it: a rule on
# messages is on, and no tool has to see the index before git reads it again. The word is what makes commit-msg judge
# both, so without it nothing is left out; commit-msg must be this version's hook.
_OPERATIONS = ("MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "SQUASH_MSG", "rebase-merge", "rebase-apply")
_LATER = f"""\
  if [ "$GIT_EDITOR" = : ] && [ -n "$GIT_INDEX_FILE" ] && [ -d "$dir/{DEFERRED}" ] && [ -f "$dir/HEAD" ] &&
    {{ [ ! -e "$dir/{PASSED}" ] || [ -f "$dir/{PASSED}" ]; }} &&
    [ -f "${{0%/*}}/{COMMIT_MSG}" ] && [ -x "${{0%/*}}/{COMMIT_MSG}" ]{"".join(f''' &&
    [ ! -e "$dir/{one}" ]''' for one in _OPERATIONS)}; then
    {{ read -r line; read -r line; }} <"${{0%/*}}/{COMMIT_MSG}"
    read -r head <"$dir/HEAD"
    if [ "$line" = '{OF_STAGE.format(stage=COMMIT_MSG)}' ] &&
      {{ printf '%s 0 %s\\n' "$PPID" "$head" >"$dir/{PASSED}" && printf "" >"$dir/{DEFERRED}/$PPID"; }} 2>/dev/null
    then exit 0; fi
  fi
"""

# git starts this hook two times or more for every command that moves a ref (githooks(5), "reference-transaction"). Only
# a move of a branch is worth a Python; a fetch of 100 refs is not.
_NOT_PREPARED = """\
  [ "$1" = prepared ] || exit 0
"""
_NO_BRANCH_MOVES = """\
  input=
  while read -r old new ref; do
    case $ref in refs/heads/*) input="$input$old $new $ref
" ;; esac
  done
  [ -n "$input" ] || exit 0
  exec <<EOF
$input
EOF
"""

# Only a branch that the policy protects can lose something by a rebase. The process id is what pre-rebase leaves for
# prepare-commit-msg, below.
_FREE = f"""\
  if [ "$#" = 1 ] && [ "$dir" = .git ] && [ -s "$dir/{FREE}" ] && [ -f "$dir/HEAD" ] && [ ! -e "$dir/commondir" ] &&
    [ ! -e "$dir/reftable" ] && [ -f "$dir/{FREE_POLICY}" ] && [ -s "$py" ] && [ -x "$py" ] && [ -s "$run" ] &&
    {{ [ ! -e "$dir/{REPLAYING}" ] || [ -f "$dir/{REPLAYING}" ]; }} &&
    [ -z "{"".join(f"${name}" for name in VARIABLES)}" ] &&
    {SOUND_PATH}; then
    head= at=
    read -r head <"$dir/HEAD"
    head=${{head#ref: }}
    [ ! -f "$dir/$head" ] || read -r at <"$dir/$head"
    free() {{
      case $head$at in refs/heads/*ref:*) return 1 ;; refs/heads/?*) ;; *) return 1 ;; esac
      while IFS= read -r line; do
        if [ "$line" = "$head" ]; then
          set --
          for file in {" ".join(POLICY_FILES)}; do
            [ ! -h "$file" ] || return 1
            [ ! -f "$file" ] || set -- "$@" "$file"
          done
          set -- "$@" "${{run%/*}}/__init__.py"
          {{ printf '%s\n' "$@" && cat "$@"; }} 2>/dev/null | cmp -s - "$dir/{FREE_POLICY}" 2>/dev/null
          return
        fi
      done <"$dir/{FREE}"
      return 1
    }}
    if free; then printf '%s\n' "$PPID" >"$dir/{REPLAYING}"; exit 0; fi
  fi
"""

# A statement each: a shell reads one to its end before it begins it, and the first ones answer most often.
_STATEMENTS = {
    FILES_ALONE: (_FILES_ALONE,),
    OLD_BRANCH: (_OLD_BRANCH,),
    REPLAYED: (_REPLAYED,),
    PASSED_BEFORE: (_PASSED_BEFORE,),
    JUDGED_WITH_MESSAGE: (_JUDGED_WITH_MESSAGE,),
    LATER: (_LATER,),
    NO_BRANCH_MOVES: (_NOT_PREPARED, _NO_BRANCH_MOVES),
    UNCHANGED: (KEPT_PUSH,),
    PICKED: (KEPT_PICK,),
    SAME_MESSAGE: (KEPT_AMEND,),
    UNPROTECTED: (_FREE,),
}
# This one drops lines of input that nobody judges, so a rule that is skipped by name has nothing to do with it.
_ALWAYS = (NO_BRANCH_MOVES,)


def preamble(stage: str) -> str:
    """The sh of a stage that ends the hook where there is nothing to judge, "" for one that always judges."""
    conditions = moment_at(stage).idle
    if not conditions:
        return ""
    wanted = [] if set(conditions) <= set(_ALWAYS) else ['[ -z "$GITFLOWGUARD_SKIP" ]']
    wanted.append(f'[ ! -e "${{0%.legacy}}{CHAINED}" ]')
    texts = [text for one in conditions for text in _STATEMENTS[one]]
    head = "dir=${GIT_DIR:-.git}\n" if any("$dir" in text for text in texts) else ""
    return head + "".join(f"if {' && '.join(wanted)}; then\n{text}fi\n" for text in texts)
