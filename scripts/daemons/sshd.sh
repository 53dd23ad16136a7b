#!/bin/bash
# usage: sshd.sh VERSION|SUITE [DIR]      (no root, no chroot; needs curl xz python3 dpkg-deb openssl; 5 s, 60 MB)
# Fetches sshd, the closure of its shared libraries and the names of services from a Debian suite, checks SHA256, unpacks with dpkg -x and
# writes DIR/run, a wrapper that starts sshd with its own ld.so and libraries, and DIR/key, a host key for it. Default DIR:
# $HALINT_DAEMONS/sshd/VERSION
#   VERSION 9.2 -> bookworm   10.0 -> trixie   10.6 -> forky (moves until its release: another version is refused)
# MIRROR=URL overrides the mirror taken from the apt sources.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")"); . "$here/lib.sh"
[ $# -ge 1 ] || { sed -n '2,7s/^# \{0,1\}//p' "$0" >&2; exit 2; }
V=$1; case $V in 9.2) S=bookworm;; 10.0) S=trixie;; 10.6) S=forky;; [a-z]*) S=$V;; *) echo "no suite known for sshd $V" >&2; exit 2;; esac
DIR=${2:-$HALINT_DAEMONS/sshd/$V}
if [ ! -x "$DIR/run" ]; then
  fetch_closure openssh-server "$S" "$DIR" netbase
  # sshd reads a key in PEM as well as in its own form: no ssh-keygen is needed.
  openssl genrsa -traditional -out "$DIR/key" 2048 2>/dev/null || openssl genrsa -out "$DIR/key" 2048 2>/dev/null
  chmod 600 "$DIR/key"
  write_run "$DIR" usr/sbin/sshd
fi
# `OpenSSH_9.2p1 Debian-2, …`: said_version looks for the name and the version as two words.
said=$("$DIR/run" -V 2>&1 || true)
said_version sshd "$V" "$S" "$(sed -E 's/^OpenSSH_([0-9.]+)[p,]/sshd version \1 /' <<< "$said")"
