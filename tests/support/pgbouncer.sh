#!/usr/bin/env bash
# A PgBouncer in transaction mode for tests, before a cluster of postgresql.sh, in DIR, on a unix socket only.
#   pgbouncer.sh start DIR CONNECTION POOL   starts it before the cluster that the libpq string CONNECTION names, with at
#                                            most POOL server connections for each database; prints the string of the
#                                            pooler, to which dbname=... is to be added
#   pgbouncer.sh stop DIR                    ends it; DIR's own content is the caller's to delete
set -euo pipefail

usage() { sed -n '2,6s/^# *//p' "$0" >&2; exit 2; }
[ $# -ge 2 ] || usage
command=$1
pooler=$(realpath -m "$2")/pooler
PATH=$PATH:/usr/sbin

# It refuses to run as root: then it is the user postgres's, as the cluster is.
as_owner() {
    if [ "$(id -u)" = 0 ]; then
        setpriv --reuid=postgres --regid=postgres --init-groups env -C / HOME=/ "$@"
    else
        "$@"
    fi
}

value_of() { sed -n "s/.*\b$1=\([^ ]*\).*/\1/p" <<<"$2"; }

start() {
    command -v pgbouncer >/dev/null || { echo "pgbouncer.sh: pgbouncer is not installed" >&2; exit 1; }
    mkdir -p "$pooler"
    if [ "$(id -u)" = 0 ]; then
        chown postgres: "$pooler"
        chmod a+x "$(dirname "$pooler")"
    fi
    printf '"noren" ""\n' >"$pooler/users"
    cat >"$pooler/pgbouncer.ini" <<END
[databases]
* = host=$(value_of host "$1") port=$(value_of port "$1")
[pgbouncer]
pool_mode = transaction
default_pool_size = $2
max_client_conn = 500
listen_addr =
listen_port = 6432
unix_socket_dir = $pooler
auth_type = trust
auth_file = $pooler/users
pidfile = $pooler/pid
logfile = $pooler/log
log_connections = 0
log_disconnections = 0
END
    as_owner pgbouncer -q -d "$pooler/pgbouncer.ini" >"$pooler/start.log" 2>&1 || { cat "$pooler/start.log" >&2; exit 1; }
    local tries=100
    until [ -S "$pooler/.s.PGSQL.6432" ]; do
        [ $((tries -= 1)) -gt 0 ] || { cat "$pooler/log" >&2; exit 1; }
        sleep 0.05
    done
    echo "host=$pooler port=6432 user=$(value_of user "$1")"
}

stop() {
    local pid tries=100
    pid=$(cat "$pooler/pid" 2>/dev/null) || return 0
    kill "$pid" 2>/dev/null || return 0
    # Its file goes with it; the process itself may stay a zombie for a while.
    while [ -e "$pooler/pid" ] && [ $((tries -= 1)) -gt 0 ]; do sleep 0.05; done
}

case $command in
    start) [ $# = 4 ] || usage; start "$3" "$4" ;;
    stop) stop ;;
    *) usage ;;
esac
