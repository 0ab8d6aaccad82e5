#!/bin/bash
# Makes the Debian systems on which the tests run newer Orthancs, and the one from which Docker's images are built.
#
#     tests/systems.sh SYSTEM...
#
# SYSTEM is a suite, such as trixie or sid; or one with -slim after it, that contains nothing but apt. Each becomes
# ${ORTHANC_SYSTEMS:-/var/tmp/orthanc-systems}/SYSTEM, by debootstrap, from the mirror that apt is configured with. An
# existing one gets its missing packages, and stays as it is otherwise. Needs root, through sudo if necessary.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../config/debian.sh
source "$here/../config/debian.sh"

systems=${ORTHANC_SYSTEMS:-/var/tmp/orthanc-systems}
unfinished=

# Prints the packages of a system. Docker's Compose is for the Docker of this machine, as Debian 12 has none.
packages_of() {
    case $1 in
        *-slim) say apt ;;
        trixie) say orthanc orthanc-python orthanc-postgresql python3-sortedcontainers python3-venv docker-compose ;;
        *) say orthanc orthanc-python orthanc-postgresql python3-sortedcontainers python3-venv ;;
    esac
}

# The first Debian archive among apt's sources; the security archive has no complete suite to build from.
mirror() {
    local site
    # shellcheck disable=SC2016  # $(SITE) is apt's, not the shell's
    site=$(apt-get indextargets --format '$(ORIGIN) $(LABEL) $(SITE)' 'Created-By: Packages' |
        awk '$1 == "Debian" && $2 == "Debian" && $3 ~ /^https?:/ && !found { found = $3 } END { print found }')
    say "${site:-http://deb.debian.org/debian}"
}

remove_unfinished() {
    [[ -n $unfinished ]] || return 0
    umount --recursive "$unfinished/proc" 2>/dev/null || true
    rm --recursive --force --one-file-system "$unfinished" "$unfinished.log"
}

# no_services SYSTEM: keeps its packages from starting services. Orthanc's would take a port of this machine.
no_services() {
    printf '#!/bin/sh\nexit 101\n' >"$1/usr/sbin/policy-rc.d"
    chmod 755 "$1/usr/sbin/policy-rc.d"
}

# apt_in SYSTEM ARGUMENT...: runs its own apt-get, with mounts that end with it. The indexes of a suite that moves may
# have expired if the mirror is a copy of one day.
apt_in() {
    # shellcheck disable=SC2016  # the inner shell's own
    unshare --mount bash -euc '
        mount --bind /proc "$1/proc"
        touch "$1/etc/resolv.conf"
        mount --bind /etc/resolv.conf "$1/etc/resolv.conf"
        DEBIAN_FRONTEND=noninteractive exec chroot "$1" apt-get --option Acquire::Check-Valid-Until=false \
            --option Dpkg::Use-Pty=0 --quiet --quiet --yes --no-install-recommends "${@:2}"' apt_in "$@"
}

# Installs the missing packages of a system that was made when the tests needed fewer.
complete_system() {
    local final=$systems/$1
    local -a packages missing
    read -ra packages < <(packages_of "$1")
    mapfile -t missing < <(DPKG_ADMINDIR=$final/var/lib/dpkg missing_packages "${packages[@]}")
    if [[ ${#missing[@]} -eq 0 ]]; then
        say "$1 exists already: $final"
        return
    fi
    say "Installing these Debian packages in $final: ${missing[*]}"
    no_services "$final"
    apt_in "$final" update
    apt_in "$final" install "${missing[@]}"
    apt_in "$final" clean
}

make_system() {
    local suite=${1%-slim} final=$systems/$1
    local from
    local -a packages
    from=$(mirror)
    read -ra packages < <(packages_of "$1")
    say "Making $final, a small Debian $suite, from $from (about a minute, up to 400 MB)"
    mkdir --parents "$systems"
    unfinished=$(mktemp --directory "$systems/.$1.XXXXXX")
    debootstrap --variant=minbase --include="$(IFS=, && say "${packages[*]}")" \
        "$suite" "$unfinished" "$from" >"$unfinished.log" ||
        die "debootstrap failed; the end of its report: $(tail -n 5 "$unfinished.log")"
    umount --recursive "$unfinished/proc" 2>/dev/null || true
    rm --force "$unfinished.log" "$unfinished"/var/cache/apt/archives/*.deb
    no_services "$unfinished"
    say force-unsafe-io >"$unfinished/etc/dpkg/dpkg.cfg.d/unsafe-io" # it can be made again
    chmod 755 "$unfinished"
    mv --no-target-directory "$unfinished" "$final"
    unfinished=
}

[[ $# -gt 0 ]] || die "expected the names of systems, for example: tests/systems.sh trixie trixie-slim sid"
for system; do
    [[ $system =~ ^[a-z]+(-slim)?$ ]] || die "'$system' is not the name of a Debian suite, like trixie or sid"
done
if [[ $EUID -ne 0 ]]; then
    as_root env ORTHANC_SYSTEMS="$systems" "$here/systems.sh" "$@"
    exit
fi
install_packages debootstrap
trap remove_unfinished EXIT
for system; do
    if [[ -d $systems/$system ]]; then
        complete_system "$system"
    else
        make_system "$system"
    fi
done
