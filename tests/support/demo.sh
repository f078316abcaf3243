#!/usr/bin/env bash
# demo.sh BUILD: serves the shipped storefronts on loopback with the demo catalogue and a PayPal simulator. Data stays in
# var/. Ctrl-C stops all of it. NOREN_PORT (8080) is where; the simulator listens on the next but ten.
set -euo pipefail
build=$1
port=${NOREN_PORT:-8080}
paypal_port=$((port + 11))
noren=$build/core/noren
config=config
mkdir -p var
export NOREN_PAYPAL_CLIENT_ID=demo NOREN_PAYPAL_CLIENT_SECRET=demo-secret-of-the-simulator

if [ "$port" != 8080 ]; then
    # The configuration names its own addresses, so another port needs a copy of it.
    config=var/config-$port
    rm -rf "$config"
    cp -r config "$config"
    sed -i "s/localhost:8080/localhost:$port/; s/127\.0\.0\.1:8091/127.0.0.1:$paypal_port/" "$config"/storefronts/*.yaml
    sed -i "s/^  port: 8080/  port: $port/" "$config/noren.yaml"
fi
run() { "$noren" --config "$config" --plugins "$build/plugins" "$@"; }

run check
simulator=$(find "$build/tests" -name paypal_simulator -type f | head -1)
"$simulator" --port "$paypal_port" --book var/paypal.book --client "$NOREN_PAYPAL_CLIENT_ID:$NOREN_PAYPAL_CLIENT_SECRET" \
    --webhook-url "http://amiami.localhost:$port/webhooks/paypal" --webhook-id AMIAMI-PAYPAL >var/paypal.log &
simulator_pid=$!
trap 'kill "$simulator_pid" 2>/dev/null || true; wait "$simulator_pid" 2>/dev/null || true' EXIT

feed=config/data/demo_feed.tsv
if ! sha256sum --status --check var/demo-imported 2>/dev/null; then
    tests/support/demo_feed.py "$feed" var/demo_feed.tsv
    run import var/demo_feed.tsv --storefront amiami --strict
    tests/support/demo_pictures.py "$feed" var/media/amiami
    sha256sum "$feed" >var/demo-imported
fi
totp_secret=NORENDEMOSECRETNORENDEMOSECRET23
printf '%s\n' noren-demo-staff "$totp_secret" | run staff add staff@noren.example --role owner >/dev/null

cat <<END

  the shop      http://amiami.localhost:$port/
  the console   http://console.localhost:$port/      staff@noren.example / noren-demo-staff
                and a code: ./dev code prints the present one (authenticators take the secret $totp_secret)
  the API       http://amiami.localhost:$port/openapi.json
  mails         var/mail/new
  PayPal        is simulated: approve or decline on its page

Ctrl-C stops the server.
END
"$noren" --config "$config" --plugins "$build/plugins" serve &  # not run(): its shell would be told to stop instead
server_pid=$!
# Both are told to stop, the server first, so that it can still finish what it began.
trap 'kill -TERM "$server_pid" 2>/dev/null || true' INT TERM
wait "$server_pid" || true
wait "$server_pid" 2>/dev/null || true
