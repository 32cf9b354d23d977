#!/usr/bin/env bash
# npm packages from the lock files; hls.js and Inter are laid into public/. With --tests also end2end's packages.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
node_major=$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null) || fail "Node.js is missing: version 20 or newer is needed, with npm."
[ "$node_major" -ge 20 ] || fail "Node.js $node_major is too old: version 20 or newer is needed."

# npm ci only when the lock is not the one that was installed.
install() {
  local dir=$1 stamp=$1/node_modules/.lock-installed sum
  sum=$(cat "$dir/package.json" "$dir/package-lock.json" | sha256sum)
  [ "$(cat "$stamp" 2>/dev/null)" != "$sum" ] || return 0
  say "npm ci in ${dir#"$root/"}"
  (cd "$dir" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --silent --no-fund --no-audit) || fail "npm ci failed in $dir; npm's last log says why."
  echo "$sum" >"$stamp"
}

install "$root/.setup/web"
[ "${1:-}" != --tests ] || install "$root/end2end"

# place FROM TO: copies when the content differs, so that an unchanged file does not make the site look changed.
place() {
  mkdir -p "$(dirname "$root/public/$2")"
  cmp -s "$1" "$root/public/$2" || cp "$1" "$root/public/$2"
}
modules=$root/.setup/web/node_modules
hls=$modules/hls.js
font=$modules/@fontsource-variable/inter
# The versions are in the names, so the files can be cached for ever.
hls_version=$(node -p "require('$hls/package.json').version")
font_version=$(node -p "require('$font/package.json').version")
stripped=$(mktemp); trap 'rm -f "$stripped"' EXIT
# The source map stays behind, so the line that names it goes too. light: no alternate audio or subtitles, 70 KB less.
grep -v '^//# sourceMappingURL=' "$hls/dist/hls.light.min.js" >"$stripped"
chmod 644 "$stripped"
place "$stripped" "vendor/hls-$hls_version.min.js"
place "$hls/LICENSE" vendor/hls.LICENSE.txt
cut=$root/public/fonts/inter-$font_version-1.woff2
if [ ! -s "$cut" ] || [ "$root/.setup/web/font.mjs" -nt "$cut" ]; then
  mkdir -p "${cut%/*}"
  node "$root/.setup/web/font.mjs" "$font/files/inter-latin-wght-normal.woff2" "$cut.new" || fail "The typeface could not be cut."
  mv "$cut.new" "$cut"
fi
place "$font/LICENSE" fonts/inter.LICENSE.txt
