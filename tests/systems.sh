#!/bin/bash
# Makes the Debian systems on which the tests run the newer Orthancs.
#
#     tests/systems.sh trixie [sid]
#
# Each becomes ${ORTHANC_SYSTEMS:-/var/tmp/orthanc-systems}/SUITE, by debootstrap, from the mirror that apt is
# configured with. One that is there already is left as it is. Needs root, and asks sudo for it.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../config/debian.sh
source "$here/../config/debian.sh"

systems=${ORTHANC_SYSTEMS:-/var/tmp/orthanc-systems}
unfinished=

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

make_system() {
    local suite=$1 final=$systems/$1
    if [[ -x $final/usr/sbin/Orthanc ]]; then
        say "$suite is there: $final"
        return
    fi
    local from
    from=$(mirror)
    say "Making $final, a small Debian $suite with Orthanc, from $from (about a minute, 400 MB)"
    mkdir --parents "$systems"
    unfinished=$(mktemp --directory "$systems/.$suite.XXXXXX")
    debootstrap --variant=minbase --include=orthanc,orthanc-python,python3-sortedcontainers \
        "$suite" "$unfinished" "$from" >"$unfinished.log" ||
        die "debootstrap failed; the end of its report: $(tail -n 5 "$unfinished.log")"
    umount --recursive "$unfinished/proc" 2>/dev/null || true
    rm --force "$unfinished.log" "$unfinished"/var/cache/apt/archives/*.deb
    chmod 755 "$unfinished"
    mv --no-target-directory "$unfinished" "$final"
    unfinished=
}

[[ $# -gt 0 ]] || die "which? tests/systems.sh trixie [sid]"
for suite; do
    [[ $suite =~ ^[a-z]+$ ]] || die "'$suite' is not the name of a Debian suite, like trixie or sid"
done
if [[ $EUID -ne 0 ]]; then
    as_root env ORTHANC_SYSTEMS="$systems" "$here/systems.sh" "$@"
    exit
fi
install_packages debootstrap
trap remove_unfinished EXIT
for suite; do
    make_system "$suite"
done
