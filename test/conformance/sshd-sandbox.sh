#!/bin/sh
# usage: unshare -m --propagation private sh sshd-sandbox.sh ROOT DAEMON COMMAND...
# Runs COMMAND, which lies below DAEMON, chrooted into ROOT: DAEMON lies there where it does outside, and nothing else of the machine is there.
# Exit: that of COMMAND; 120 when the sandbox could not be made.
root=$1; daemon=$2; shift 2
{ mount --bind "$daemon" "$root$daemon" && mount --bind /dev/null "$root/dev/null"; } || exit 120
exec chroot "$root" "$@"
