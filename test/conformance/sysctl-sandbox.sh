#!/bin/sh
# usage: unshare -m -n --propagation private sh sysctl-sandbox.sh FOLDER TOOL COMMAND...
# Runs COMMAND where it may write every kernel setting: those of the network are the real ones of a namespace of its own, the others plain
# files that take anything. FOLDER/interfaces names interfaces to make, FOLDER/keys the settings to tell afterwards, as `path TAB value`.
# Exit: that of COMMAND; 120 when the sandbox could not be made.
folder=$1; shift
{
  ip link set lo up
  while read -r name; do ip link add "$name" type veth peer name "p$$" 2> /dev/null && ip link set "p$$" name "p${name#?}" 2> /dev/null; done < "$folder/interfaces"
  mkdir "$folder/sys" "$folder/net" &&
  mount -t tmpfs tmpfs "$folder/sys" &&
  mount --bind /proc/sys/net "$folder/net" &&
  (cd /proc/sys && find . -path ./net -prune -o -type d -print) | (cd "$folder/sys" && xargs mkdir -p) &&
  (cd /proc/sys && find . -path ./net -prune -o -type f -print) | (cd "$folder/sys" && xargs touch) &&
  mkdir "$folder/sys/net" && mount --bind "$folder/net" "$folder/sys/net" &&
  mount --bind "$folder/sys" /proc/sys && mount --bind "$folder/net" /proc/sys/net
} || exit 120
"$@"
code=$?
while read -r path; do
  # What a namespace may only read is not its own.
  if [ -n "$(find "/proc/sys/$path" -perm -u+w 2> /dev/null)" ]; then printf '=\t%s\t%s\n' "$path" "$(tr '\n\t' '  ' < "/proc/sys/$path" 2> /dev/null)"; fi
done < "$folder/keys"
exit $code
