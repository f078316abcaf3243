#!/usr/bin/env bash
# crash.sh BUILD [KILLS]: the crash campaign on SQLite and on a PostgreSQL of its own.
set -euo pipefail
build=$1
kills=${2:-20}
here=$(dirname "$0")

"$here/crash.py" --build "$build" --kills "$kills"

folder=$(mktemp -d)
trap '"$here/../support/postgresql.sh" stop "$folder"; rm -rf "$folder"' EXIT
connection=$("$here/../support/postgresql.sh" start "$folder")
"$here/crash.py" --build "$build" --kills "$kills" --postgresql "$connection"
