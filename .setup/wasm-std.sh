#!/usr/bin/env bash
# Chooses a Rust toolchain that is new enough and has wasm32-unknown-unknown; its rustup name goes to target/.toolchain
# (empty: the active one). WASM_STD=debian forces Debian's packages and asks rustup for nothing.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
wasm=wasm32-unknown-unknown
want=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$root/Cargo.toml")

has_std() { ls "$("$@" --print target-libdir --target $wasm 2>/dev/null)"/libstd-*.rlib >/dev/null 2>&1; }
version() { "$@" -V 2>/dev/null | cut -d' ' -f2; }
# This script is also how a wrong choice gets corrected, so an earlier answer never decides.
choose() { make_target; printf '%s\n' "$1" >"$root/target/.toolchain"; exit 0; }

if [ "${WASM_STD:-}" != debian ]; then
  have=$(version rustc || true)
  if [ -z "$have" ]; then
    why="There is no rustc on the PATH"
  elif ! at_least "$have" "$want"; then
    why="The active Rust is $have and $want is needed (rustup update stable brings it)"
  elif has_std rustc; then
    choose ""
  elif command -v rustup >/dev/null && say "asking rustup for $wasm" && timeout 300 rustup target add $wasm >&2; then
    choose ""
  else
    why="rustup could not add $wasm to the active toolchain"
  fi
  [ -n "$(missing_packages rustc-web)" ] && ! apt-cache show rustc-web >/dev/null 2>&1 &&
    fail "$why, and this system has no rustc-web package to stand in. Type:  rustup update stable && rustup target add $wasm"
  say "$why; using Debian's rustc-web instead."
fi

"$root/.setup/debian-wasm-std.sh" "$want"
choose debian
