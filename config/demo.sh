#!/bin/bash
# Shows orthanc-paging at work: a real Orthanc in a temporary folder, filled with some hundred studies.
#
#     [PORT=8042] config/demo.sh
#
# Needs Debian 12 or later; says what it installs before it does, as root or through sudo. Ctrl-C ends it, and
# leaves nothing behind but what it installed, and the web page that it built.
set -euo pipefail

checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=debian.sh
source "$checkout/config/debian.sh"

environment=$checkout/.venv-demo
wanted_port=${PORT:-8042}
folder=

# Ends what was started and removes what was made.
clean_up() {
    trap - EXIT
    local process
    for process in $(jobs -p); do
        kill "$process" 2>/dev/null || true
    done
    wait
    [[ -z $folder ]] || rm --recursive --force "$folder"
}

install_pydicom() {
    local pydicom
    pydicom=$(grep --only-matching --max-count=1 'pydicom==[0-9.]*' "$checkout/pyproject.toml")
    ! "$environment/bin/pip" freeze 2>/dev/null | grep --quiet --line-regexp --fixed-strings "$pydicom" || return 0
    say "Installing this Python package into $environment: $pydicom"
    /usr/bin/python3 -m venv --clear "$environment"
    "$environment/bin/pip" install --quiet --disable-pip-version-check "$pydicom"
}

is_taken() { (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# The wanted port, or the next one that nobody listens on.
choose_port() {
    [[ $wanted_port =~ ^[0-9]+$ ]] || die "PORT is '$wanted_port', and should be a number"
    port=$wanted_port
    while is_taken "$port"; do
        port=$((port + 1))
    done
    [[ $port -eq $wanted_port ]] ||
        say "Port $wanted_port is taken, perhaps by the Orthanc that Debian's package starts; taking $port."
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

# Starts Orthanc in the background. setpriv: it ends with this script, even where that is killed.
start_orthanc() {
    PYTHONDONTWRITEBYTECODE=1 setpriv --pdeathsig TERM \
        /usr/sbin/Orthanc "$folder/orthanc.json" >"$folder/orthanc.log" 2>&1 &
    orthanc=$!
    until curl --silent --fail "$address/paging/status" | grep --quiet ready; do
        kill -0 "$orthanc" 2>/dev/null || die "Orthanc did not start: $(tail -n 20 "$folder/orthanc.log")"
        sleep 0.1
    done
}

# In the background and waited for, so that Ctrl-C is heard at once.
load_data() {
    PYTHONPATH=$checkout PYTHONDONTWRITEBYTECODE=1 \
        "$environment/bin/python" "$checkout/config/demo_data.py" "$address" &
    wait $!
}

say_what_to_try() {
    cat <<TEXT

Orthanc is at $address/ and serves its studies page by page. The list of the studies, for people:

    $address/paging/ui/

For programs, try:

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
install_pydicom
build_page "$checkout"
folder=$(mktemp --directory --tmpdir orthanc-paging-demo.XXXXXX)
choose_port
address=http://localhost:$port
configure
start_orthanc
load_data
say_what_to_try
wait "$orthanc" || die "Orthanc ended: $(tail -n 20 "$folder/orthanc.log")"
