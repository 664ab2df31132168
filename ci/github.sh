#!/usr/bin/env bash
# What action.yml runs: kbcheck with the inputs of the action (KBCHECK_ACTION_*), its findings as annotations, as a summary
# of the job and in the log. Needs no token. Ends with the exit code of kbcheck, which is also the output `exit-code`.
#
# In a pull request, only what it has brought is shown, and counts. Reports for other programs and the audit page are always
# about the whole base: code scanning takes a finding that is missing in them for one that was fixed.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# In a container the files belong to somebody else, and git would refuse to speak about them (git-config(1), “safe.directory”).
settings=${GIT_CONFIG_COUNT:-0}
export "GIT_CONFIG_KEY_$settings=safe.directory" "GIT_CONFIG_VALUE_$settings=${GITHUB_WORKSPACE:-$PWD}"
export GIT_CONFIG_COUNT=$((settings + 1))

finish() {
    if [[ -n ${GITHUB_OUTPUT:-} ]]; then
        echo "exit-code=$1" >>"$GITHUB_OUTPUT"
    fi
    exit "$1"
}

is_commit() {
    git rev-parse --quiet --verify --end-of-options "$1^{commit}" >/dev/null 2>&1
}

# Prints the revision that a pull request is compared with; nothing elsewhere. Fails when the clone does not have it.
target_of_pull_request() {
    if [[ -z ${GITHUB_BASE_REF:-} ]]; then
        return 0
    fi
    # By default GitHub checks out what the merge would give: its first parent is the target branch. A clone of depth 1
    # lacks it, and can fetch it with what actions/checkout has left there, or in a public repository.
    if [[ ${GITHUB_REF:-} == refs/pull/*/merge && $(git rev-parse HEAD 2>/dev/null) == "${GITHUB_SHA:-}" ]]; then
        if ! is_commit 'HEAD^1'; then
            git fetch --quiet --no-tags --depth=2 origin "$GITHUB_SHA" >/dev/null 2>&1 || true
        fi
        if is_commit 'HEAD^1'; then
            echo 'HEAD^1'
            return 0
        fi
    fi
    git merge-base HEAD "refs/remotes/origin/$GITHUB_BASE_REF" >/dev/null 2>&1 || return 1
    echo "origin/$GITHUB_BASE_REF"
}

case "${KBCHECK_ACTION_CHANGED_SINCE:-auto}" in
none) since= ;;
auto)
    if ! since=$(target_of_pull_request); then
        echo "::error title=kbcheck::this clone does not have the target of the pull request: give actions/checkout" \
            "\`fetch-depth: 0\`, or this action \`changed-since: none\`"
        finish 2
    fi
    ;;
*) since=$KBCHECK_ACTION_CHANGED_SINCE ;;
esac

arguments=()
# Adds an option that has a value; the value stays one argument, whatever is in it.
option() {
    if [[ -n $2 ]]; then
        arguments+=("$1=$2")
    fi
}

# Starts the arguments of a run anew, with those that every run has.
start() {
    arguments=(check --color never)
    option --root "${KBCHECK_ACTION_ROOT:-}"
    option --config "${KBCHECK_ACTION_CONFIG:-}"
    option --lang "${KBCHECK_ACTION_LANGUAGE:-}"
    option --budget "${KBCHECK_ACTION_BUDGET:-}"
}

reports_on_the_base() {
    option --report "${KBCHECK_ACTION_SARIF:+sarif=$KBCHECK_ACTION_SARIF}"
    option --report "${KBCHECK_ACTION_HTML:+html=$KBCHECK_ACTION_HTML}"
}

# Runs kbcheck on the paths that were given; what it says of itself is kept for the log.
run() {
    arguments+=(--)
    while IFS= read -r path; do
        if [[ -n $path ]]; then
            arguments+=("$path")
        fi
    done <<<"${KBCHECK_ACTION_PATHS:-}"
    kbcheck "${arguments[@]}" >"$work/notes" 2>&1
}

code=0
external=${KBCHECK_ACTION_EXTERNAL:-off}
if [[ -n $since && -n ${KBCHECK_ACTION_SARIF:-}${KBCHECK_ACTION_HTML:-} ]]; then
    start
    arguments+=(--fail-on never --output-file "$work/whole")
    if [[ $external != changed ]]; then
        option --external "$external"
    fi
    reports_on_the_base
    run || code=$?
fi

if [[ $code == 0 ]]; then
    start
    arguments+=(--output-format github --output-file "$work/annotations")
    arguments+=(--report "text=$work/log" --report "markdown=$work/summary")
    option --fail-on "${KBCHECK_ACTION_FAIL_ON:-}"
    option --external "$external"
    option --changed-since "$since"
    if [[ -z $since ]]; then
        reports_on_the_base
    fi
    run || code=$?
fi

# What pages say can look like a command of the runner; between these two lines it reads none.
token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
echo "::stop-commands::$token"
cat "$work/notes"
if [[ -f $work/log ]]; then
    cat "$work/log"
fi
echo
echo "::$token::"

if [[ -f $work/annotations ]]; then
    cat "$work/annotations"
fi
if [[ -f $work/summary && -n ${GITHUB_STEP_SUMMARY:-} ]]; then
    cat "$work/summary" >>"$GITHUB_STEP_SUMMARY"
fi
case $code in
0 | 1) ;;
2) echo "::error title=kbcheck::the check did not run: see the log of this step" ;;
*) echo "::error title=kbcheck::kbcheck ended with exit code $code: see the log of this step" ;;
esac
finish "$code"
