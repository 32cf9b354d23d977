# shellcheck shell=bash
# What the scripts that run suites share: services for them, and one count over all of them. Sourced, never run.
# root is lib.sh's.
# shellcheck disable=SC2154
services=$root/tests/services
began=$SECONDS passed=0 failed=0
work=$(mktemp -d "${TMPDIR:-/tmp}/notetaker-suites.XXXXXX")
# Postgres runs as another user and must get through to its own directory.
chmod 755 "$work"
trap 'stop_services; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

start_services() {
  local lines s
  for s in postgres swift; do
    if lines=$("$services/$s.sh" start "$work/$s"); then set -a; eval "$lines"; set +a
    else say "$s did not start"; failed=$((failed + 1)); fi
  done
}

stop_services() { "$services/postgres.sh" stop "$work/postgres"; "$services/swift.sh" stop "$work/swift"; }

# count NAME PASSED FAILED EXIT_STATUS: a suite that crashed or ran nothing is a failure of its own.
count() {
  passed=$((passed + $2)) failed=$((failed + $3))
  if [ "$4" != 0 ] && [ "$3" = 0 ]; then say "$1: ended with status $4 without naming a failed test"; failed=$((failed + 1))
  elif [ $(($2 + $3)) = 0 ]; then say "$1: ran no test"; failed=$((failed + 1)); fi
}

# of WORD LOG: how many tests cargo called that, over all binaries. Not from the line's start: a test may have printed
# without an end of line.
of() { sed -n "s/.*test result: .* \([0-9]*\) $1;.*/\1/p" "$2" | awk '{ sum += $1 } END { print sum + 0 }'; }

# rust NAME ARGUMENT…: cargo test, in the profile and with the features of the build, so that only test binaries are compiled.
rust() {
  local name=$1 status=0
  shift
  .setup/with-env cargo test --release --no-default-features --features ssr "$@" 2>&1 | tee "$work/$name.log" || status=$?
  count "$name" "$(of passed "$work/$name.log")" "$(of failed "$work/$name.log")" "$status"
}

# browsers ARGUMENT…: Playwright, one test after the other (playwright.config.ts says why).
browsers() {
  local status=0 ok bad
  (cd end2end && PLAYWRIGHT_JSON_OUTPUT_NAME="$work/browsers.json" node_modules/.bin/playwright test "$@") || status=$?
  read -r ok bad < <(node -e '
    const { stats } = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
    console.log(stats.expected + stats.flaky, stats.unexpected)' "$work/browsers.json" 2>/dev/null || echo 0 0)
  count browsers "$ok" "$bad" "$status"
}

# build: nothing can be tested without one; that is one failure, told like any other.
build() { .setup/build.sh || { echo "0 passed, 1 failed"; exit 1; }; }

# verdict: the last line, and the script's status.
verdict() {
  say "all of it took $((SECONDS - began)) s"
  echo "$passed passed, $failed failed"
  [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
}
