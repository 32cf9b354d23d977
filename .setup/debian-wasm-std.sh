#!/usr/bin/env bash
# Debian's rustc-web as the toolchain `debian`, with the wasm standard library built once from its own source (40 s).
set -euo pipefail
. "$(dirname "$0")/lib.sh"
wasm=wasm32-unknown-unknown
want=${1:?the lowest rustc that will do}
install_packages rustc-web cargo-web rust-web-src lld-22 gcc libc6-dev
have=$(/usr/bin/rustc -V | cut -d' ' -f2)
at_least "$have" "$want" || fail "Debian's rustc-web is $have and $want is needed. Type:  sudo apt-get update && sudo apt-get install rustc-web"

lib=/usr/lib/rustlib
host=$(/usr/bin/rustc -vV | sed -n 's/^host: //p')
# rustc looks for its wasm linker under this name.
lld=$lib/$host/bin/rust-lld
[ -e "$lld" ] || { as_root mkdir -p "${lld%/*}"; as_root ln -sfn /usr/lib/llvm-22/bin/lld "$lld"; }

# Built again whenever rustc changes: a std of another rustc is refused with E0463.
stamp=$(/usr/bin/rustc -vV | sha256sum | cut -c1-16)
if [ "$(cat $lib/$wasm/stamp 2>/dev/null)" != "$stamp" ]; then
  # Before anything is built: a command that as_root prints at the end would name the folder that goes with this script.
  [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null ||
    fail "The wasm standard library belongs into $lib, which needs root. Type it yourself, then run make again:  sudo $root/.setup/debian-wasm-std.sh $want"
  say "building the wasm standard library from rust-web-src (once, about 40 s)"
  work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
  mkdir -p "$work/src" "$work/new/lib"; : >"$work/src/lib.rs"
  printf '[package]\nname = "stdseed"\nversion = "0.0.0"\nedition = "2021"\n[workspace]\n' >"$work/Cargo.toml"
  # embed-bitcode lets the browser's half be linked with fat LTO.
  (cd "$work" && env -u RUSTUP_TOOLCHAIN RUSTFLAGS=-Cembed-bitcode=yes RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc CARGO_TARGET_DIR="$work/target" \
    /usr/bin/cargo build -q --release --target $wasm -Zbuild-std=std,panic_abort,proc_macro,test)
  cp "$work/target/$wasm/release/deps/"*.rlib "$work/new/lib/"; rm -f "$work/new/lib/"libstdseed-*
  echo "$stamp" >"$work/new/stamp"; chmod 755 "$work/new"
  as_root rm -rf "$lib/$wasm"; as_root cp -r "$work/new" "$lib/$wasm"
  # What was compiled against the old one would only fail.
  rm -rf "$root/target/front"
fi

if command -v rustup >/dev/null && ! rustup toolchain list | grep -q '^debian\b'; then rustup toolchain link debian /usr; fi
