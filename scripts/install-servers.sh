#!/usr/bin/env bash
# Puts Debian's PostgreSQL and Redis on a machine that may be given them: as root, with apt, and only what is not there yet.
# Anywhere else the tests that need one are skipped.
set -u
missing=()
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing+=(postgresql)
command -v redis-server >/dev/null || missing+=(redis-server)
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  echo "no ${missing[*]}, and no way to install it: the tests that need it are skipped"
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
  echo "${missing[*]} could not be installed: the tests that need it are skipped"
exit 0
