#!/bin/sh
# One container, as kubelet and a container runtime would start it: a root of its own with the image in it, volumes, a user
# without rights. Runs in namespaces of its own, and becomes the container's process.
#
#   container.sh ROOT IMAGE USER READ-ONLY MOUNTS COMMAND [ARG …]
#
# IMAGE holds the files of the Dockerfile's last stage, but for the C library and Node's, which are the machine's. MOUNTS has a line
# for each volume: its folder here, a tab, its path in the container, a tab, ro or rw.
set -e
root=$1 image=$2 user=$3 readonly=$4 mounts=$5
shift 5
PATH=/usr/sbin:/usr/bin:/sbin:/bin

mount --make-rprivate /
mount -t tmpfs -o mode=755 tmpfs "$root"
for folder in /lib /lib64 /usr/lib /usr/lib64; do
  if [ -L "$folder" ]; then
    mkdir -p "$root$(dirname "$folder")"
    cp -P "$folder" "$root$folder"
  elif [ -d "$folder" ]; then
    mkdir -p "$root$folder"
    mount --bind "$folder" "$root$folder"
  fi
done
mkdir -p "$root/dev" "$root/proc" "$root/tmp"
chmod 1777 "$root/tmp"
mount --rbind /dev "$root/dev"
mount --rbind /proc "$root/proc"
for entry in "$image"/*; do
  mkdir -p "$root/$(basename "$entry")"
  mount --bind "$entry" "$root/$(basename "$entry")"
done
while IFS='	' read -r source target mode; do
  mkdir -p "$root$target"
  mount --bind "$source" "$root$target"
  [ "$mode" = rw ] || mount -o remount,bind,ro "$root$target"
done < "$mounts"
[ "$readonly" = true ] && mount -o remount,ro "$root"

# Without root on the machine only one user is known in this namespace.
users=$(awk '{ n += $3 } END { printf "%.0f", n }' /proc/self/uid_map)
if [ "$users" -gt "$user" ]; then
  exec chroot --userspec="$user:$user" --groups= "$root" "$@"
fi
exec chroot "$root" "$@"
