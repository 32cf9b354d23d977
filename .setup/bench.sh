#!/usr/bin/env bash
# Numbers. PostgreSQL runs beside, for what is measured on both databases.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/suites.sh"
cd "$root"
start_services
# `cargo test --bench` and not `cargo bench`: it is the release profile, and nothing is compiled twice.
.setup/with-env cargo test --release --no-default-features --features ssr --bench pipeline -- --quiet
stop_services
npm --prefix end2end run --silent bench
