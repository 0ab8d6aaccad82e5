#!/bin/bash
# Runs a command inside a Debian system, where only the given folders of this machine are seen as well.
#
#     unshare --mount [--map-root-user] enter-system.sh SYSTEM FOLDER... -- COMMAND...
#
# In a mount namespace of its own: every mount ends with the command, however it ends, and SYSTEM, which may serve
# several runs at once, is never written to. With --map-root-user it needs no root.
set -euo pipefail

system=$1
shift
root=$system/mnt

# bind SOURCE TARGET: shows the folder SOURCE at TARGET.
bind() {
    mkdir --parents "$2"
    mount --rbind "$1" "$2"
}

mount -t tmpfs tmpfs "$root"
bind "$system/usr" "$root/usr"
bind "$system/etc" "$root/etc"
bind /proc "$root/proc"
bind /dev "$root/dev"
mkdir --mode=1777 "$root/tmp"
cp --no-dereference "$system"/{bin,sbin,lib*} "$root"
while [[ $1 != -- ]]; do
    bind "$1" "$root$1"
    shift
done
shift
# A test run that is killed takes its Orthancs along.
exec setpriv --pdeathsig KILL chroot "$root" "$@"
