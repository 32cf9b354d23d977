#!/usr/bin/env bash
# A throw-away Postgres in DIR.
#   postgres.sh start DIR   prints TEST_POSTGRES_URL=…
#   postgres.sh stop DIR
set -euo pipefail
. "$(dirname "$0")/ports.sh"
verb=${1:?start or stop}
mkdir -p "${2:?directory}"; dir=$(cd "$2" && pwd)
bin=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -1)
[ -n "$bin" ] || { echo "Postgres is not installed; .setup/system.sh --tests installs it." >&2; exit 1; }

# Postgres refuses to run as root: it gets the user that Debian's package made for it.
as_owner() {
  if [ "$(id -u)" = 0 ]; then (cd "$dir" && setpriv --reuid=postgres --regid=postgres --clear-groups "$@"); else "$@"; fi
}

stop() { [ ! -e "$dir/data/postmaster.pid" ] || as_owner "$bin/pg_ctl" -D "$dir/data" -m immediate -w -s stop >/dev/null || true; }

start() {
  local port
  port=$(free_ports 1)
  [ "$(id -u)" != 0 ] || chown postgres: "$dir"
  as_owner "$bin/initdb" -D "$dir/data" -U notetaker -A trust -E UTF8 --locale=C --no-sync >"$dir/initdb.log"
  # Nothing here outlives the test: no fsync. Each test opens its own pool, hence the connections.
  cat >>"$dir/data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = ''
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 300
shared_buffers = 64MB
CONF
  if ! as_owner "$bin/pg_ctl" -D "$dir/data" -l "$dir/postgres.log" -w -t 30 -s start >/dev/null 2>&1; then
    echo "Postgres did not start:" >&2; tail -20 "$dir/postgres.log" >&2; exit 1
  fi
  echo "TEST_POSTGRES_URL=postgres://notetaker@127.0.0.1:$port/postgres"
}

"$verb"
