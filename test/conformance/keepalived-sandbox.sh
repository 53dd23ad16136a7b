#!/bin/sh
# usage: unshare -m -n -u --propagation private sh keepalived-sandbox.sh ROOT DAEMON COMMAND...
# Runs COMMAND, which lies below DAEMON, chrooted into ROOT in the namespaces it was started in: the interfaces that ROOT.links makes
# (ip -batch) and lo are there and nothing else of the network, /proc is that of the namespaces, DAEMON lies where it does outside.
# Exit: that of COMMAND; 120 when the sandbox could not be made.
root=$1; daemon=$2; shift 2
{
  echo sandbox > /proc/sys/kernel/hostname &&
  ip link set lo up &&
  # A name that the kernel refuses stays away, and the daemon tells that it does.
  { ip -force -batch "$root.links" 2> /dev/null || true; } &&
  mount --bind "$daemon" "$root$daemon" &&
  mount -t proc proc "$root/proc" &&
  mount --bind /dev/null "$root/dev/null"
} || exit 120
exec chroot "$root" "$@"
