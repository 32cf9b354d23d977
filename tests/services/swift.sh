#!/usr/bin/env bash
# An independent S3 server that really verifies signatures: OpenStack Swift with its s3api, four processes in DIR.
#   swift.sh install        the Python packages, once, into the user's cache
#   swift.sh start DIR      prints TEST_S3_ENDPOINT=… TEST_S3_ACCESS_KEY=… TEST_S3_SECRET_KEY=… TEST_S3_REGION=…
#   swift.sh stop DIR
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/ports.sh"
verb=${1:?install, start or stop}
venv=${XDG_CACHE_HOME:-$HOME/.cache}/notetaker/swift-$(sha256sum "$here/swift/requirements.txt" | cut -c1-12)

install() {
  [ ! -e "$venv/.complete" ] || return 0
  echo "· installing Swift from PyPI (once)" >&2
  rm -rf "$venv"; mkdir -p "${venv%/*}"; python3 -m venv "$venv"
  "$venv/bin/pip" -q install --disable-pip-version-check -r "$here/swift/requirements.txt" >&2
  touch "$venv/.complete"
}

stop() {
  local pid
  for pid in "$dir"/run/*.pid; do [ ! -e "$pid" ] || kill "$(cat "$pid")" 2>/dev/null || true; done
  rm -f "$dir"/run/*.pid
}

start() {
  install
  local ports s conf
  mkdir -p "$dir"/{etc,node/d1,cache,run,log}
  mapfile -t ports < <(free_ports 4)
  for conf in "$here"/swift/*.conf; do
    sed -e "s#@DIR@#$dir#g; s#@USER@#$(id -un)#g; s#@PROXY@#${ports[0]}#g" \
      -e "s#@ACCOUNT@#${ports[1]}#g; s#@CONTAINER@#${ports[2]}#g; s#@OBJECT@#${ports[3]}#g" "$conf" >"$dir/etc/${conf##*/}"
  done
  "$venv/bin/python" "$here/swift/rings.py" "$dir/etc" "account=${ports[1]}" "container=${ports[2]}" "object=${ports[3]}"
  for s in account container object proxy; do
    "$venv/bin/swift-$s-server" "$dir/etc/$s-server.conf" >"$dir/log/$s.log" 2>&1 </dev/null &
    echo $! >"$dir/run/$s.pid"
  done
  # Twenty seconds; it takes about two.
  for _ in $(seq 100); do
    if answers "${ports[@]}"; then
      echo "TEST_S3_ENDPOINT=http://127.0.0.1:${ports[0]}"
      echo "TEST_S3_ACCESS_KEY=test:tester"
      echo "TEST_S3_SECRET_KEY=testing"
      echo "TEST_S3_REGION=auto"
      return
    fi
    sleep 0.2
  done
  stop; echo "Swift did not come up:" >&2; tail -n 20 "$dir"/log/*.log >&2; exit 1
}

answers() {
  local port
  for port in "$@"; do curl -fs -m 2 -o /dev/null "http://127.0.0.1:$port/healthcheck" || return 1; done
}

[ "$verb" = install ] || { mkdir -p "${2:?directory}"; dir=$(cd "$2" && pwd); }
"$verb"
