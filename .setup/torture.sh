#!/usr/bin/env bash
# Runs what `make test` has no time for, goes on after a suite that fails, and ends with N passed, N failed.
#   torture.sh [faults] [long] [recordings] [browsers]     default: all.
#   ONLY=… narrows faults and long to tests of that name. TORTURE_SEED=… repeats an earlier run's chance.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/suites.sh"
cd "$root"
export TORTURE_SEED=${TORTURE_SEED:-$RANDOM}

# alone NAME BINARY ARGUMENT…: one test after the other: they measure time.
alone() {
  local name=$1 binary=$2
  shift 2
  rust "$name" --test "$binary" -- --test-threads=1 --nocapture "$@"
}

build
start_services
say "TORTURE_SEED=$TORTURE_SEED"
[ $# -gt 0 ] || set -- faults long recordings browsers
for suite in "$@"; do
  suite_began=$SECONDS
  case $suite in
    faults) alone faults torture --include-ignored ${ONLY:+"$ONLY"} ;;
    long) alone long integration --ignored ${ONLY:+"$ONLY"} ;;
    recordings) CORPUS=all alone recordings integration recordings ;;
    browsers) CORPUS=all LONG=1 browsers recordings every resilience lasting ;;
    *) fail "There is no suite called $suite." ;;
  esac
  say "$suite took $((SECONDS - suite_began)) s"
done
say "TORTURE_SEED=$TORTURE_SEED"
grep -ho 'figure: .*' "$work"/*.log || say "no figures"
verdict
