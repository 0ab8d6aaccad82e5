#!/bin/bash
# Starts Orthanc in its container, with the named configuration. Refuses one that would let anybody in.
set -euo pipefail

refuse() {
    printf 'orthanc-paging: %s\n' "$*" >&2
    exit 78
}

if [[ -z ${ORTHANC_USER:-} || -z ${ORTHANC_PASSWORD:-} ]]; then
    refuse 'ORTHANC_USER or ORTHANC_PASSWORD is empty: nobody could log in. Set both in .env.'
fi
case ${PUBLISHED_ON:-} in
    127.* | ::1 | '[::1]' | localhost) ;;
    *)
        [[ $ORTHANC_PASSWORD != "$DEMO_PASSWORD" ]] ||
            refuse "ADDRESS is '${PUBLISHED_ON:-}', beyond this machine, and ORTHANC_PASSWORD is the one of the demo:" \
                'set one of your own in .env.'
        ;;
esac

if [[ -n ${SNAPSHOTS:-} ]]; then
    export SNAPSHOTS=$SNAPSHOTS/$HOSTNAME # each replica has its own
    mkdir --parents "$SNAPSHOTS"
fi
exec Orthanc "/opt/orthanc-paging/$1"
