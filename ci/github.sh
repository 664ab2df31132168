#!/usr/bin/env bash
# What action.yml runs: kbcheck with the inputs of the action (KBCHECK_ACTION_*), its findings as annotations, as a summary
# of the job and in the log. Needs no token. Ends with the exit code of kbcheck, which is also the output `exit-code`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

arguments=(check --output-format github --output-file "$work/annotations"
    --report "text=$work/log" --report "markdown=$work/summary" --color never)

# Adds an option that has a value; the value stays one argument, whatever is in it.
option() {
    if [[ -n $2 ]]; then
        arguments+=("$1=$2")
    fi
}
option --root "${KBCHECK_ACTION_ROOT:-}"
option --config "${KBCHECK_ACTION_CONFIG:-}"
option --fail-on "${KBCHECK_ACTION_FAIL_ON:-}"
option --lang "${KBCHECK_ACTION_LANGUAGE:-}"
option --external "${KBCHECK_ACTION_EXTERNAL:-off}"
option --budget "${KBCHECK_ACTION_BUDGET:-}"
option --report "${KBCHECK_ACTION_SARIF:+sarif=$KBCHECK_ACTION_SARIF}"
option --report "${KBCHECK_ACTION_HTML:+html=$KBCHECK_ACTION_HTML}"

arguments+=(--)
while IFS= read -r path; do
    if [[ -n $path ]]; then
        arguments+=("$path")
    fi
done <<<"${KBCHECK_ACTION_PATHS:-}"

code=0
kbcheck "${arguments[@]}" >"$work/notes" 2>&1 || code=$?

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
if [[ -n ${GITHUB_OUTPUT:-} ]]; then
    echo "exit-code=$code" >>"$GITHUB_OUTPUT"
fi
case $code in
0 | 1) ;;
2) echo "::error title=kbcheck::the check did not run: see the log of this step" ;;
*) echo "::error title=kbcheck::kbcheck ended with exit code $code: see the log of this step" ;;
esac
exit "$code"
