#!/usr/bin/env bash
# Gets the real daemons that tests compare with, on Debian and Ubuntu: `npm run daemons`.
# haproxy 2.6, 3.0 and 3.2, keepalived 2.2.7 and 2.3.4, sshd 9.2, 10.0 and 10.6 come from Debian's archive into $HALINT_DAEMONS (default
# ~/.cache/halint/daemons), without root;
# haproxy, keepalived and sshd of this machine, and the tools below, through apt-get as root.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
if ! command -v apt-get >/dev/null; then
  echo "daemons: no apt-get here; install haproxy, keepalived and openssh-server with your package manager" >&2
  exit 1
fi
tools="gcc libc6-dev openssl xz-utils python3 curl iproute2 nftables procps systemd"
present() { command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ]; }
all=yes
for tool in haproxy keepalived sshd gcc openssl xz python3 curl ip nft sysctl systemd-analyze; do present "$tool" || all=no; done
if [ "$all" = yes ]; then :
elif [ "$(id -u)" = 0 ]; then
  apt-get update -qq
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends haproxy keepalived openssh-server $tools >/dev/null
else
  for tool in gcc openssl xz python3 curl; do
    command -v "$tool" >/dev/null || { echo "daemons: $tool is missing; as root: apt-get install $tools" >&2; exit 1; }
  done
fi
for daemon in haproxy keepalived sshd; do
  path=$(command -v "$daemon" || echo "/usr/sbin/$daemon")
  [ -x "$path" ] && echo "daemons: $path"
done
for version in 2.6 3.0 3.2; do
  found=$(bash "$here/daemons/haproxy.sh" "$version")
  echo "daemons: $found"
done
for version in 2.2.7 2.3.4; do
  found=$(bash "$here/daemons/keepalived.sh" "$version")
  echo "daemons: $found"
done
for version in 9.2 10.0 10.6; do
  found=$(bash "$here/daemons/sshd.sh" "$version")
  echo "daemons: $found"
done
shim=$(bash "$here/daemons/shim.sh")
echo "daemons: $shim"
