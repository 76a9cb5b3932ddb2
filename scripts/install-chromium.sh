#!/usr/bin/env bash
# Puts Debian's Chromium on a machine that may be given one: as root, with apt, and only where it is not there yet. Anywhere
# else the tests of the inbox are skipped.
set -u
command -v chromium >/dev/null && exit 0
[ -n "${CHROMIUM:-}" ] && exit 0
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  echo "no Chromium, and no way to install it: the tests of the inbox are skipped"
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null ||
  echo "Chromium could not be installed: the tests of the inbox are skipped"
exit 0
