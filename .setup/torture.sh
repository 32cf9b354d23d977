#!/usr/bin/env bash
# Runs what `make test` has no time for, goes on after a suite that fails, and ends with N passed, N failed.
#   torture.sh [faults] [long] [recordings] [browsers]     default: all.
#   ONLY=… narrows faults and long to tests of that name. TORTURE_SEED=… repeats an earlier run's chance.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$root"
suites=${*:-faults long recordings browsers}
began=$SECONDS passed=0 failed=0
services=$root/tests/services
work=$(mktemp -d "${TMPDIR:-/tmp}/notetaker-torture.XXXXXX")
# Postgres runs as another user and must get through to its own directory.
chmod 755 "$work"
export TORTURE_SEED=${TORTURE_SEED:-$RANDOM}

stop_services() { "$services/postgres.sh" stop "$work/postgres"; "$services/swift.sh" stop "$work/swift"; }
trap 'stop_services; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

start_services() {
  local lines s
  for s in postgres swift; do
    if lines=$("$services/$s.sh" start "$work/$s"); then set -a; eval "$lines"; set +a
    else say "$s did not start"; failed=$((failed + 1)); fi
  done
}

# count NAME PASSED FAILED EXIT_STATUS: a suite that crashed or ran nothing is a failure of its own.
count() {
  passed=$((passed + $2)) failed=$((failed + $3))
  if [ "$4" != 0 ] && [ "$3" = 0 ]; then say "$1: ended with status $4 without naming a failed test"; failed=$((failed + 1))
  elif [ $(($2 + $3)) = 0 ]; then say "$1: ran no test"; failed=$((failed + 1)); fi
}
total() { local sum; read -r sum || true; echo $((${sum:-0})); }

# rust NAME BINARY ARGUMENT…: one test binary, built as `make test` builds it, one test after the other: they measure time.
rust() {
  local name=$1 binary=$2 status=0 ok bad
  shift 2
  .setup/with-env cargo test --release --no-default-features --features ssr --test "$binary" -- --test-threads=1 --nocapture "$@" 2>&1 |
    tee "$work/$name.log" || status=$?
  # Not from the line's start: a test may have printed without an end of line.
  ok=$(sed -n 's/.*test result: .* \([0-9]*\) passed;.*/\1/p' "$work/$name.log" | paste -sd+ | total)
  bad=$(sed -n 's/.*test result: .* \([0-9]*\) failed;.*/\1/p' "$work/$name.log" | paste -sd+ | total)
  count "$name" "$ok" "$bad" "$status"
}

browsers() {
  local status=0 ok bad
  (cd end2end && CORPUS=all PLAYWRIGHT_JSON_OUTPUT_NAME="$work/browsers.json" node_modules/.bin/playwright test recordings) || status=$?
  read -r ok bad < <(node -e '
    const { stats } = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
    console.log(stats.expected + stats.flaky, stats.unexpected)' "$work/browsers.json" 2>/dev/null || echo 0 0)
  count browsers "$ok" "$bad" "$status"
}

.setup/build.sh || { echo "0 passed, 1 failed"; exit 1; }
start_services
say "TORTURE_SEED=$TORTURE_SEED"
for suite in $suites; do
  suite_began=$SECONDS
  case $suite in
    faults) rust faults torture --include-ignored ${ONLY:+"$ONLY"} ;;
    long) rust long integration --ignored ${ONLY:+"$ONLY"} ;;
    recordings) CORPUS=all rust recordings integration recordings ;;
    browsers) browsers ;;
    *) fail "There is no suite called $suite." ;;
  esac
  say "$suite took $((SECONDS - suite_began)) s"
done
say "all of it took $((SECONDS - began)) s, with TORTURE_SEED=$TORTURE_SEED"
grep -ho 'figure: .*' "$work"/*.log || say "no figures"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
