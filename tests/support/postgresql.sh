#!/usr/bin/env bash
# A PostgreSQL cluster of its own for tests, in DIR, on a unix socket only; it forgets durability for speed.
#   postgresql.sh start DIR   makes and starts it; prints the libpq connection string of a role that may
#                             make databases and nothing else
#   postgresql.sh stop DIR    ends it; DIR's own content is the caller's to delete
set -euo pipefail

usage() { sed -n '2,5s/^# *//p' "$0" >&2; exit 2; }
[ $# = 2 ] || usage
command=$1
cluster=$(realpath -m "$2")/cluster

bin=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
[ -x "$bin/initdb" ] || { echo "postgresql.sh: no PostgreSQL server is installed (postgresql-15)" >&2; exit 1; }

# The server refuses to run as root: then it is the user postgres's.
as_owner() {
    if [ "$(id -u)" = 0 ]; then
        setpriv --reuid=postgres --regid=postgres --init-groups env -C / HOME=/ "$@"
    else
        "$@"
    fi
}

start() {
    mkdir -p "$cluster"
    if [ "$(id -u)" = 0 ]; then
        chown postgres: "$cluster"
        chmod a+x "$(dirname "$cluster")"
    fi
    local socket=$cluster/s
    # A socket's path holds at most 107 bytes.
    [ ${#socket} -le 85 ] || { echo "postgresql.sh: the path $socket is too long for a socket" >&2; exit 1; }
    as_owner "$bin/initdb" -D "$cluster/data" -U postgres -A trust -E UTF8 --locale=C --no-sync --no-instructions >"$cluster.log" 2>&1 ||
        { cat "$cluster.log" >&2; exit 1; }
    as_owner mkdir "$socket"
    cat >>"$cluster/data/postgresql.conf" <<END
listen_addresses = ''
unix_socket_directories = '$socket'
max_connections = 300
max_prepared_transactions = 0
shared_buffers = 64MB
fsync = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
autovacuum_naptime = 10s
log_min_messages = fatal
END
    as_owner "$bin/pg_ctl" -D "$cluster/data" -l "$cluster/log" -w -t 60 -s start >/dev/null ||
        { cat "$cluster/log" >&2; exit 1; }
    as_owner "$bin/psql" -qX -h "$socket" -U postgres -d postgres >/dev/null <<'END'
create role noren login nosuperuser nobypassrls nocreaterole createdb;
create database noren owner noren;
END
    echo "host=$socket port=5432 dbname=noren user=noren"
}

stop() {
    [ -e "$cluster/data/postmaster.pid" ] || return 0
    as_owner "$bin/pg_ctl" -D "$cluster/data" -m immediate -w -s stop >/dev/null
}

case $command in
    start) start ;;
    stop) stop ;;
    *) usage ;;
esac
