#!/usr/bin/env bash
# bench.sh BUILD NAME [--json]: runs a benchmark; --json ends in one line of JSON.
set -euo pipefail
build=$1
name=${2:-}
here=$(dirname "$0")
case $name in
    checkout) exec "$here/checkout/checkout.py" --build "$build" "${@:3}" ;;
    catalogue) exec "$here/catalogue/catalogue.py" --build "$build" "${@:3}" ;;
    pages) exec "$here/pages/pages.py" --build "$build" "${@:3}" ;;
    boundary) exec "$here/boundary/boundary.py" --build "$build" "${@:3}" ;;
    *)
        echo "usage: ./dev bench boundary|catalogue|checkout|pages [--json]" >&2
        exit 2
        ;;
esac
