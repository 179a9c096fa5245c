#!/usr/bin/env bash
# What the action does: checks, writes the reports into a folder of their own, appends the summary to that of the job,
# and ends as the check did.
set -euo pipefail

command=${STILLFRAME_COMMAND:-stillframe}
if ! command -v "$command" >/dev/null; then
  echo "::error::$command is not on PATH: install it in a step before, as with cargo install stillframe"
  exit 2
fi

paths=()
while IFS= read -r path || [ -n "$path" ]; do
  path=${path%$'\r'}
  if [ -n "$path" ]; then paths+=("$path"); fi
done <<<"${STILLFRAME_PATHS:-}"
if [ ${#paths[@]} -eq 0 ]; then
  echo "::error::there is nothing to check: give paths, one a line"
  exit 2
fi

folder=$(mktemp -d "${RUNNER_TEMP:-${TMPDIR:-/tmp}}/stillframe-XXXXXX")
options=()
if [ -n "${STILLFRAME_FAIL_ON:-}" ]; then options+=("--fail-on=$STILLFRAME_FAIL_ON"); fi
if [ "${STILLFRAME_EXIT_ZERO:-false}" = true ]; then options+=(--exit-zero); fi
if [ -n "${STILLFRAME_LEVEL:-}" ]; then options+=(--level "$STILLFRAME_LEVEL"); fi
if [ -n "${STILLFRAME_POLICY:-}" ]; then options+=("--policy=$STILLFRAME_POLICY"); fi
if [ -n "${STILLFRAME_MAX_AGE:-}" ]; then options+=("--max-age=$STILLFRAME_MAX_AGE"); fi
while IFS= read -r expectation || [ -n "$expectation" ]; do
  expectation=${expectation%$'\r'}
  if [ -n "$expectation" ]; then options+=("--expect=$expectation"); fi
done <<<"${STILLFRAME_EXPECT:-}"
formats=(sarif junit json)
if [ "${STILLFRAME_HTML:-false}" = true ]; then formats+=(html); fi
for format in "${formats[@]}"; do options+=(--report "$format=$folder/check.$format"); done
options+=(--report "markdown=$folder/summary.md")

# The runner acts upon lines that begin with two colons, and names of files may begin with them.
token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
echo "::stop-commands::$token"
status=0
"$command" check --quiet "${options[@]}" -- "${paths[@]}" 2>&1 || status=$?
echo "::$token::"

# Where the check could not be made there are no reports.
if [ -n "${GITHUB_OUTPUT:-}" ]; then
  echo "status=$status" >>"$GITHUB_OUTPUT"
  for format in "${formats[@]}"; do
    if [ -f "$folder/check.$format" ]; then echo "$format=$folder/check.$format" >>"$GITHUB_OUTPUT"; fi
  done
fi
if [ -n "${GITHUB_STEP_SUMMARY:-}" ] && [ -f "$folder/summary.md" ]; then
  cat "$folder/summary.md" >>"$GITHUB_STEP_SUMMARY"
fi
exit "$status"
