#!/bin/bash
# Runs a demo: a real Orthanc with the plugin in a temporary folder, with some hundred studies.
#
#     [PORT=8042] config/demo.sh
#
# Needs Debian 12 or later. It says what it installs before it does so, as root or through sudo. Ctrl-C ends it. Only
# the installed packages and the built web page remain.
set -euo pipefail

checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=debian.sh
source "$checkout/config/debian.sh"

environment=$checkout/.venv-demo
wanted_port=${PORT:-8042}
folder=

# Ends the processes and removes the temporary folder.
clean_up() {
    trap - EXIT
    local process
    for process in $(jobs -p); do
        kill "$process" 2>/dev/null || true
    done
    wait
    [[ -z $folder ]] || rm --recursive --force "$folder"
}

is_taken() { (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Sets `port` to the wanted port, or to the next one on which nobody listens.
choose_port() {
    [[ $wanted_port =~ ^[0-9]+$ ]] || die "PORT is '$wanted_port'; expected a number"
    port=$wanted_port
    while is_taken "$port"; do
        port=$((port + 1))
    done
    [[ $port -eq $wanted_port ]] ||
        say "Port $wanted_port is in use, perhaps by the Orthanc that Debian's package starts. The demo uses $port."
}

configure() {
    cat >"$folder/orthanc.json" <<JSON
{
    "Name": "orthanc-paging demo",
    "HttpPort": $port,
    "RemoteAccessAllowed": false,
    "DicomServerEnabled": false,
    "StorageDirectory": "$folder/db",
    "IndexDirectory": "$folder/db",
    "Plugins": ["/usr/share/orthanc/plugins/libOrthancPython.so"],
    "PythonScript": "$checkout/orthanc_paging/entry/orthanc_script.py"
}
JSON
}

# Starts Orthanc in the background. With setpriv it ends with this script, even if the script is killed.
start_orthanc() {
    PYTHONDONTWRITEBYTECODE=1 setpriv --pdeathsig TERM \
        /usr/sbin/Orthanc "$folder/orthanc.json" >"$folder/orthanc.log" 2>&1 &
    orthanc=$!
    until curl --silent --fail "$address/paging/status" | grep --quiet ready; do
        kill -0 "$orthanc" 2>/dev/null || die "Orthanc did not start: $(tail -n 20 "$folder/orthanc.log")"
        sleep 0.1
    done
}

# Runs in the background, because bash handles Ctrl-C at once only while it waits.
load_data() {
    PYTHONPATH=$checkout PYTHONDONTWRITEBYTECODE=1 \
        "$environment/bin/python" "$checkout/config/demo_data.py" "$address" &
    wait $!
}

say_what_to_try() {
    cat <<TEXT

Orthanc runs at $address/. The list of its studies is a web page:

    $address/paging/ui/

Programs use the REST API:

    curl '$address/sort-studies?limit=5'
    curl '$address/sort-studies?sort=-StudyDate,PatientName&limit=5&fields=PatientName,StudyDate'
    curl '$address/sort-studies?PatientName=muller*&fields=PatientName'
    curl '$address/paging/facets?field=ModalitiesInStudy'
    curl '$address/paging/status'

Ctrl-C ends it.
TEXT
}

trap clean_up EXIT
trap 'exit 0' INT TERM HUP
install_packages orthanc orthanc-python python3-sortedcontainers python3-venv curl
install_pinned "$checkout" "$environment" pydicom
NPM_CONFIG_OMIT=dev build_page "$checkout" "$environment"
folder=$(mktemp --directory --tmpdir orthanc-paging-demo.XXXXXX)
choose_port
address=http://localhost:$port
configure
start_orthanc
load_data
say_what_to_try
wait "$orthanc" || die "Orthanc ended: $(tail -n 20 "$folder/orthanc.log")"
