#!/bin/sh
# Pid 1 of the node: gives it /run, /var/lib and /var/log of its own below $1, and then only holds its namespaces.
set -eu
root=$1
# /proc is still that of the machine, which knows this process by another number.
read -r pid _ </proc/self/stat
mount -t proc proc /proc
mount --make-rshared /
for folder in run var/lib var/log; do
  mkdir -p "$root/$folder"
  mount --bind "$root/$folder" "/$folder"
done
# The kubelet sets these for the whole machine. Here it finds its values in files that lie over them.
for setting in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1 \
  kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000; do
  file=$root/$(basename "${setting%=*}")
  echo "${setting#*=}" >"$file"
  mount --bind "$file" "/proc/sys/${setting%=*}"
done
ip link set lo up
echo 1 >/proc/sys/net/ipv4/ip_forward
echo "$pid" >"$root/pid.new"
mv "$root/pid.new" "$root/pid"
exec sleep infinity
