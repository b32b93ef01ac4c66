#!/usr/bin/env bash
# Installs Debian's PostgreSQL, starts a throw-away server and prints its address and process id. For .ci/run, as root.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
{ apt-get update -qq && apt-get install -y -qq postgresql; } >/dev/null
bin=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin | sort -V | tail -n 1)
folder=$(mktemp -d)
chown postgres "$folder"
port=$(node -p 'const s = require("net").createServer().listen(0); const { port } = s.address(); s.close(); port')
run() { su postgres -s /bin/sh -c "$1" >/dev/null; }
run "$bin/initdb -D $folder/data -A trust -U stowage -E UTF8 --locale=C.UTF-8"
run "$bin/pg_ctl -D $folder/data -w -l $folder/log start -o '-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$folder -c fsync=off -c autovacuum=off'"
echo "postgres://stowage@127.0.0.1:$port/postgres $(head -n 1 "$folder/data/postmaster.pid")"
