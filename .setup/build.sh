#!/usr/bin/env bash
# Release build: target/release/notetaker and target/site. Does nothing when no source is newer than the last good build.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$root"
stamp=target/.built
site=target/site/pkg
sources=(.cargo Cargo.toml Cargo.lock Leptos.toml src style public migrations .setup/build.sh)

# The checkout's path is in the stamp because several may share one target/.
fresh() {
  [ -x target/release/notetaker ] && [ "$(cat $stamp 2>/dev/null)" = "$root $(cat target/.toolchain)" ] &&
    [ -n "$(find "$site" -name '*.wasm' 2>/dev/null)" ] &&
    [ -z "$(find "${sources[@]}" -newer $stamp 2>/dev/null | head -1)" ]
}
! fresh || exit 0

# Taken before the build: what is edited meanwhile counts as newer.
rm -f $stamp; make_target; touch $stamp.new
.setup/with-env cargo leptos build --release --precompress --split --lib-features hydrate,split || fail "The build failed."
# cargo-leptos has been seen to report success after a front end that did not build.
for kind in js wasm css; do
  [ -n "$(find $site -name "*.$kind" -newer $stamp.new)" ] || fail "The build left no new $kind in $site: the front end did not build (see above)."
done
[ -x target/release/notetaker ] || fail "The build left no target/release/notetaker."
printf '%s %s\n' "$root" "$(cat target/.toolchain)" >$stamp.new.text
touch -r $stamp.new $stamp.new.text; rm $stamp.new; mv $stamp.new.text $stamp
