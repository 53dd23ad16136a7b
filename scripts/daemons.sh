#!/usr/bin/env bash
# Installs the real daemons that tests compare with (Debian and Ubuntu; root). Elsewhere use the distribution's packages.
set -eu
if ! command -v apt-get >/dev/null; then
  echo "daemons: no apt-get here; install haproxy, keepalived and openssh-server with your package manager" >&2
  exit 1
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends haproxy keepalived openssh-server
for daemon in haproxy keepalived sshd; do
  path=$(command -v "$daemon" || echo "/usr/sbin/$daemon")
  [ -x "$path" ] && echo "daemons: $path"
done
