#!/usr/bin/env bash
# cargo-leptos and wasm-bindgen at the pinned versions, compiled once into the user's cache.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
leptos=0.3.11
# wasm-bindgen must be exactly the version the crate links.
bindgen=$(sed -n '/^name = "wasm-bindgen"$/{n;s/^version = "\(.*\)"/\1/p}' "$root/Cargo.lock")

has() { [ "$("$tools/bin/$1" --version 2>/dev/null)" = "$1 $2" ]; }
# Unoptimised: release profiles take several times as long to compile and gain nothing here.
install() {
  say "compiling $1 $2 (once, some minutes)"
  CARGO_PROFILE_DEV_DEBUG=0 CARGO_TARGET_DIR=$cache/tools-build "$root/.setup/with-env" \
    cargo install --debug --quiet --force --root "$tools" --version "$2" "${@:3}" "$1"
}

mkdir -p "$tools"
# Without no_downloads it would fetch binaries of whatever it misses.
has cargo-leptos $leptos || install cargo-leptos $leptos --locked --features no_downloads
# Its own lock file does not resolve any more, so not --locked.
has wasm-bindgen "$bindgen" || install wasm-bindgen-cli "$bindgen"
rm -rf "$cache/tools-build"
