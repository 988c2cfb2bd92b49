#!/usr/bin/env bash
# The first process of a node: init.sh <file to write its pid to>
#
# It runs in mount, network and pid namespaces of its own. When it ends, however it ends, the kernel ends every process
# in them and takes every mount, interface and packet filter with them; so a node leaves nothing to clean up but its files.
set -euo pipefail

# The pid as the rest of the machine counts: /proc is still that of the machine.
read -r pid _ < /proc/self/stat

mount -t proc proc /proc
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /var/log
mkdir -p /run/containerd /run/netns /run/lock /run/lib/upper /run/lib/work /run/tunables

# kubelet insists on a few paths; what it writes there is kept in memory.
mount -t overlay overlay -o lowerdir=/var/lib,upperdir=/run/lib/upper,workdir=/run/lib/work /var/lib

# It also sets the kernel of the whole machine to its liking. It may think that it has.
for tunable in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1 \
  kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000; do
  path=/proc/sys/${tunable%%=*}
  [ -e "$path" ] || continue
  copy=/run/tunables/$(basename "$path")
  echo "${tunable##*=}" > "$copy"
  mount --bind "$copy" "$path"
done

ip link set lo up
echo 1 > /proc/sys/net/ipv4/ip_forward

trap 'exit 0' TERM
echo "$pid" > "$1.new"
mv "$1.new" "$1"

# Waits for children that others left behind, for as long as it lives.
while :; do
  sleep infinity &
  wait "$!" || true
done
