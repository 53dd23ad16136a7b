#!/bin/bash
# usage: keepalived.sh VERSION|SUITE [DIR]      (no root, no chroot; needs curl xz python3 dpkg-deb; 5 s, 75 MB)
# Fetches keepalived, the closure of its shared libraries and iproute2's tables of names from a Debian suite, checks SHA256, unpacks with
# dpkg -x and writes DIR/run, a wrapper that starts it with its own ld.so and libraries. Default DIR: $HALINT_DAEMONS/keepalived/VERSION
#   VERSION 2.2.7 -> bookworm   2.3.3 -> trixie   2.3.4 -> forky (moves until its release: another version is refused)
# MIRROR=URL overrides the mirror taken from the apt sources.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")"); . "$here/lib.sh"
[ $# -ge 1 ] || { sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2; }
V=$1; case $V in 2.2.7) S=bookworm;; 2.3.3) S=trixie;; 2.3.4) S=forky;; [a-z]*) S=$V;; *) echo "no suite known for keepalived $V" >&2; exit 2;; esac
DIR=${2:-$HALINT_DAEMONS/keepalived/$V}
if [ ! -x "$DIR/run" ]; then
  fetch_closure keepalived "$S" "$DIR" iproute2
  # What Debian's reproducible build was configured with lies in a file; without it 2.3 does not start. It is looked for beside the binary too.
  options=$DIR/root/etc/keepalived/keepalived.config-opts
  if [ -f "$options" ]; then cp "$options" "$DIR/root/usr/sbin/"; fi
  write_run "$DIR" usr/sbin/keepalived
fi
said_version keepalived "$V" "$S" "$("$DIR/run" -v 2>&1)"
