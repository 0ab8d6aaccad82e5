#!/bin/bash
# Runs every test, and the checks of the code.
#
#     tests/run.sh [--sid] [PYTEST ARGUMENT...]
#
# Needs nothing but Debian 12: says what it installs before it does, as root or through sudo. --sid runs the tests
# on the Orthanc of Debian sid too. With CI=true, a test that cannot run is a failure, and those of searching
# run on sid.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../config/debian.sh
source "$here/../config/debian.sh"
cd "$here/.."

environment=${ORTHANC_PAGING_VENV:-$PWD/.venv}
systems=(trixie trixie-slim)
[[ " $* " != *" --sid "* && ${CI:-} != true ]] || systems+=(sid)

# Installs the package, as a link to this checkout, and what its tests need; again where the list has changed.
install_python_packages() {
    local list
    list=$(sha256sum pyproject.toml)
    [[ $(cat "$environment/installed" 2>/dev/null) != "$list" ]] || return 0
    say "Installing into $environment the Python packages that pyproject.toml names for the tests"
    [[ -x $environment/bin/python ]] || /usr/bin/python3 -m venv "$environment"
    "$environment/bin/pip" install --quiet --disable-pip-version-check --editable '.[test]'
    say "$list" >"$environment/installed"
}

# Prometheus' own tool for its rules, without the server that comes in the same Debian package.
install_promtool() {
    local folder
    [[ ! -x $environment/bin/promtool ]] || return 0
    say "Putting promtool, of the Debian package prometheus, into $environment"
    folder=$(mktemp --directory)
    (cd "$folder" && apt-get download --quiet --quiet prometheus && dpkg-deb --extract prometheus_*.deb .)
    mv "$folder/usr/bin/promtool" "$environment/bin/"
    rm -r "$folder"
}

check_code() {
    "$environment/bin/ruff" check .
    "$environment/bin/ruff" format --check .
    "$environment/bin/mypy"
    npm --prefix orthanc_paging/ui run --silent check
    npm --prefix orthanc_paging/ui run --silent test
    shopt -s nullglob globstar
    shellcheck --external-sources --source-path=SCRIPTDIR .ci/run config/**/*.sh tests/**/*.sh
}

install_packages orthanc orthanc-python orthanc-postgresql postgresql dcmtk python3-sortedcontainers python3-venv \
    debootstrap curl shellcheck wrk haproxy gnumeric iptables iproute2 chromium
# Where there is another Docker than Debian's, it would have to go for this one.
docker info >/dev/null 2>&1 || command -v dockerd >/dev/null || install_packages docker.io
install_python_packages
install_promtool
build_page "$PWD"
tests/systems.sh "${systems[@]}"
check_code
exec "$environment/bin/python" -m pytest --numprocesses 4 "$@"
