#!/usr/bin/env bash
# Runs every suite, goes on after one that fails, and ends with one line over all of them: N passed, N failed.
#   test.sh [rust] [browsers]     default: both. ONLY=… narrows: a test name for rust, Playwright arguments for browsers.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/suites.sh"
cd "$root"
build
[ $# -gt 0 ] || set -- rust browsers
for suite in "$@"; do
  suite_began=$SECONDS
  case $suite in
    rust) start_services; rust rust --tests --no-fail-fast ${ONLY:+-- "$ONLY"}; stop_services ;;
    browsers) read -ra only <<<"${ONLY:-}"; browsers "${only[@]}" ;;
    *) fail "There is no suite called $suite." ;;
  esac
  say "$suite took $((SECONDS - suite_began)) s"
done
verdict
