#!/usr/bin/env bash
# Style and mistakes: Rust, shell, TypeScript. Each tool that is not here is named and passed over.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$root"
failed=0
check() { say "$1"; shift; "$@" || failed=1; }

if cargo fmt --version >/dev/null 2>&1; then check "cargo fmt --check" cargo fmt --check; else say "no rustfmt here"; fi
# Debian's toolchain has no clippy; the active one's may be a release older than rust-version says.
if .setup/with-env cargo clippy --version >/dev/null 2>&1; then
  check clippy .setup/with-env cargo clippy --all-targets --no-default-features --features ssr -- -D warnings
elif cargo clippy --version >/dev/null 2>&1; then
  check "clippy (active toolchain)" cargo clippy --ignore-rust-version --all-targets --no-default-features --features ssr -- -D warnings
else say "no clippy here"; fi
if command -v shellcheck >/dev/null; then
  check shellcheck shellcheck -x -P SCRIPTDIR .setup/*.sh .setup/with-env .setup/bin/cargo .ci/run tests/services/*.sh tests/corpus/*.sh
else say "no shellcheck here"; fi
check "tsc" npm --prefix end2end run --silent check
exit $failed
