failed() { echo "::error title=gitflowguard::$2"; echo "gitflowguard: $2" >&2; exit "$1"; }
[ -n "$HEAD_SHA" ] ||
  failed 2 "There is no pull request in a ${GITHUB_EVENT_NAME:-job} event. Run on pull_request and merge_group only."
git rev-parse --git-dir >/dev/null 2>&1 ||
  failed 2 "No repository is checked out here. Put actions/checkout before this action."
if [ -n "$GITHUB_TOKEN" ]; then
  login="$(printf 'x-access-token:%s' "$GITHUB_TOKEN" | base64 | tr -d '\n')"
  export GIT_CONFIG_COUNT=2
  export GIT_CONFIG_KEY_0="http.$GITHUB_SERVER_URL/.extraheader"
  export GIT_CONFIG_VALUE_0=""
  export GIT_CONFIG_KEY_1="http.$GITHUB_SERVER_URL/.extraheader"
  export GIT_CONFIG_VALUE_1="AUTHORIZATION: basic $login"
fi
branches() { git for-each-ref refs/remotes/origin | wc -l; }
get() {
  git fetch --quiet --prune --tags --force "$@" origin "+refs/heads/*:refs/remotes/origin/*" \
    "+$HEAD_SHA:refs/gitflowguard/head" ${BASE_SHA:+"+$BASE_SHA:refs/gitflowguard/base"} ||
    failed 3 "git could not fetch the commits of the pull request. Its message is in the log of this step."
}
lacked="" cut="" before="$(branches)"
if [ "$(git rev-parse --is-shallow-repository)" = true ]; then
  lacked="$lacked, the older history"
  cut=--unshallow
fi
get $cut
if [ -n "$(git config remote.origin.partialclonefilter || true)" ]; then
  lacked="$lacked, the files' contents"
  get --refetch --no-filter
fi
[ "$(branches)" -le "$before" ] || lacked="$lacked, branches ($(($(branches) - before)))"
[ -z "$lacked" ] ||
  echo "gitflowguard: fetched what the checkout had left out: ${lacked#, } (with fetch-depth: 0 it is there at once)"
