#!/usr/bin/env bash
# Runs every suite, goes on after one that fails, and ends with one line over all of them: N passed, N failed.
#   test.sh [rust] [browsers]     default: both. ONLY=… narrows: a test name for rust, Playwright arguments for browsers.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$root"
suites=${*:-rust browsers}
began=$SECONDS passed=0 failed=0
services=$root/tests/services
work=$(mktemp -d "${TMPDIR:-/tmp}/notetaker-test.XXXXXX")
# Postgres runs as another user and must get through to its own directory.
chmod 755 "$work"

stop_services() { "$services/postgres.sh" stop "$work/postgres"; "$services/swift.sh" stop "$work/swift"; }
trap 'stop_services; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# count NAME PASSED FAILED EXIT_STATUS: a suite that crashed or ran nothing is a failure of its own.
count() {
  passed=$((passed + $2)) failed=$((failed + $3))
  if [ "$4" != 0 ] && [ "$3" = 0 ]; then say "$1: ended with status $4 without naming a failed test"; failed=$((failed + 1))
  elif [ $(($2 + $3)) = 0 ]; then say "$1: ran no test"; failed=$((failed + 1)); fi
}

start_services() {
  local lines s
  for s in postgres swift; do
    if lines=$("$services/$s.sh" start "$work/$s"); then set -a; eval "$lines"; set +a
    else say "$s did not start"; failed=$((failed + 1)); fi
  done
}

run_rust() {
  local status=0 ok bad
  # The same profile and features as the build, so that only the test binaries are compiled.
  .setup/with-env cargo test --release --no-default-features --features ssr --tests --no-fail-fast ${ONLY:+-- "$ONLY"} 2>&1 |
    tee "$work/rust.log" || status=$?
  ok=$(sed -n 's/^test result: .* \([0-9]*\) passed;.*/\1/p' "$work/rust.log" | paste -sd+ | total)
  bad=$(sed -n 's/^test result: .* \([0-9]*\) failed;.*/\1/p' "$work/rust.log" | paste -sd+ | total)
  count rust "$ok" "$bad" "$status"
}
total() { local sum; read -r sum || true; echo $((${sum:-0})); }

run_browsers() {
  local status=0 ok bad only
  read -ra only <<<"${ONLY:-}"
  (cd end2end && PLAYWRIGHT_JSON_OUTPUT_NAME="$work/browsers.json" node_modules/.bin/playwright test "${only[@]}") || status=$?
  read -r ok bad < <(node -e '
    const { stats } = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
    console.log(stats.expected + stats.flaky, stats.unexpected)' "$work/browsers.json" 2>/dev/null || echo 0 0)
  count browsers "$ok" "$bad" "$status"
}

# Nothing can be tested without a build: that is one failure, told like any other.
.setup/build.sh || { echo "0 passed, 1 failed"; exit 1; }
for suite in $suites; do
  suite_began=$SECONDS
  case $suite in
    rust) start_services; run_rust; stop_services ;;
    browsers) run_browsers ;;
    *) fail "There is no suite called $suite." ;;
  esac
  say "$suite took $((SECONDS - suite_began)) s"
done
say "all of it took $((SECONDS - began)) s"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
