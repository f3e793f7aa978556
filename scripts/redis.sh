#!/bin/sh
# The tests run against real Redis processes of their own. Installs redis-server where it is missing and apt is at hand.
set -eu
command -v redis-server >/dev/null 2>&1 && exit 0
if command -v apt-get >/dev/null 2>&1; then
  echo "Installing redis-server (apt-get) …"
  if [ "$(id -u)" = 0 ]; then as_root=""; else as_root="sudo -n"; fi
  # Debian starts the service after installing it; the tests need only the program.
  if $as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq redis-server >/dev/null; then
    exit 0
  fi
fi
echo "The tests need the programs redis-server and redis-cli (6 or newer) on the PATH." >&2
echo "  Debian, Ubuntu: sudo apt-get install redis-server    macOS: brew install redis    Fedora: sudo dnf install redis" >&2
exit 1
