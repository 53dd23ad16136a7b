#!/bin/sh
# usage: unshare -m -n -p -f --kill-child --mount-proc sh bind-play.sh FOLDER FIRST SECOND      (FIRST, SECOND: sshd, haproxy or -)
# Starts sshd -f FOLDER/sshd_config with the words of FOLDER/sshd.args and haproxy -f FOLDER/haproxy.cfg in that order, with FOLDER/hosts as
# /etc/hosts, in a network of their own made by FOLDER/network (ip -batch) and FOLDER/sysctl, and tells what became of them: `SERVICE up` or
# `SERVICE exit N`, then `ss -Hltnp`. Exit 120: no network.
folder=$1; shift
{
  ip link set lo up && ip -batch "$folder/network" && sysctl -q -p "$folder/sysctl" &&
  mount --bind "$folder/hosts" /etc/hosts && mkdir -p /run/sshd && mount -t tmpfs -o mode=755 tmpfs /run/sshd
} > /dev/null 2> "$folder/network.log" || { cat "$folder/network.log" >&2; exit 120; }
# Alive and listening, or gone: looked at every 0.05 s.
settle() { # NAME PID
  i=0
  while [ $i -lt 80 ]; do
    kill -0 "$2" 2> /dev/null || { wait "$2"; echo "$1 exit $?"; return; }
    if ss -Hltnp | grep -q "pid=$2,"; then
      # Further sockets follow at once.
      sleep 0.25
      kill -0 "$2" 2> /dev/null && { echo "$1 up"; return; }
    fi
    sleep 0.05
    i=$((i + 1))
  done
  echo "$1 silent"
}
for service in "$@"; do
  case $service in
    sshd) "$SSHD" -D -e -f "$folder/sshd_config" $(cat "$folder/sshd.args") > /dev/null 2> "$folder/sshd.log" & settle sshd $!;;
    haproxy) "$HAPROXY" -db -f "$folder/haproxy.cfg" > /dev/null 2> "$folder/haproxy.log" & settle haproxy $!;;
  esac
done
ss -Hltnp
