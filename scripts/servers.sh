#!/bin/sh
# The tests run against real Redis and NATS processes of their own. Installs what is missing where apt is at hand.
set -eu
PATH="$PATH:/usr/sbin" # Debian keeps servers there
missing=""
for server in redis-server nats-server; do
  command -v $server >/dev/null 2>&1 || missing="$missing $server"
done
[ -z "$missing" ] && exit 0
if command -v apt-get >/dev/null 2>&1; then
  echo "Installing$missing (apt-get) …"
  if [ "$(id -u)" = 0 ]; then as_root=""; else as_root="sudo -n"; fi
  # Debian starts the services after installing them; the tests need only the programs.
  if $as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq $missing >/dev/null; then
    exit 0
  fi
fi
echo "The tests need the programs redis-server and redis-cli (6 or newer) and nats-server (2) on the PATH; missing:$missing" >&2
echo "  Debian, Ubuntu: sudo apt-get install redis-server nats-server    macOS: brew install redis nats-server" >&2
echo "  Fedora: sudo dnf install redis; NATS from https://github.com/nats-io/nats-server/releases" >&2
exit 1
