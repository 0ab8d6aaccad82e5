#!/bin/bash
# Checks the code and runs the tests.
#
#     tests/run.sh --quick                      the checks of the code and the unit tests
#     tests/run.sh [--sid] [PYTEST ARGUMENT...] everything, or the tests that the arguments select
#
# Needs Debian 12. It says what it installs before it does so, as root or through sudo. --quick needs no Orthanc, no
# browser and no Docker. --sid runs the tests on the Orthanc of Debian sid too. With CI=true, a test that cannot run is
# a failure, and the tests of searching run on sid.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../config/debian.sh
source "$here/../config/debian.sh"
cd "$here/.."

environment=${ORTHANC_PAGING_VENV:-$PWD/.venv}
systems=(trixie trixie-slim)
[[ " $* " != *" --sid "* && ${CI:-} != true ]] || systems+=(sid)

# Installs the package, as a link to this checkout, and the packages of its tests, after each change of the list.
install_python_packages() {
    local list
    list=$(sha256sum pyproject.toml)
    [[ $(cat "$environment/installed" 2>/dev/null) != "$list" ]] || return 0
    say "Installing into $environment the Python packages that pyproject.toml names for the tests"
    [[ -x $environment/bin/python ]] || /usr/bin/python3 -m venv "$environment"
    "$environment/bin/pip" install --quiet --disable-pip-version-check --editable '.[test]'
    say "$list" >"$environment/installed"
}

# Installs the tool that checks Prometheus' rules, without the server of the same Debian package.
install_promtool() {
    local folder
    [[ ! -x $environment/bin/promtool ]] || return 0
    say "Installing promtool, from the Debian package prometheus, into $environment"
    folder=$(mktemp --directory)
    (cd "$folder" && apt-get download --quiet --quiet prometheus && dpkg-deb --extract prometheus_*.deb .)
    mv "$folder/usr/bin/promtool" "$environment/bin/"
    rm -r "$folder"
}

install_for_checks() {
    install_packages python3-venv
    install_python_packages
    build_page "$PWD" "$environment"
}

install_for_all_tests() {
    install_packages orthanc orthanc-python orthanc-postgresql postgresql dcmtk python3-sortedcontainers \
        debootstrap curl wrk haproxy gnumeric iptables iproute2 chromium
    # Debian's Docker conflicts with other packages of Docker, so an installed one stays.
    docker info >/dev/null 2>&1 || command -v dockerd >/dev/null || install_packages docker.io
    install_promtool
    tests/systems.sh "${systems[@]}"
}

check_code() {
    "$environment/bin/ruff" check .
    "$environment/bin/ruff" format --check .
    "$environment/bin/mypy"
    npm --prefix orthanc_paging/ui run --silent check
    npm --prefix orthanc_paging/ui run --silent test
    shopt -s nullglob globstar
    "$environment/bin/shellcheck" --external-sources --source-path=SCRIPTDIR .ci/run config/**/*.sh tests/**/*.sh
}

run_pytest() { "$environment/bin/python" -m pytest "$@"; }

# Runs the unit tests and reports which lines and branches they run. The rooms without Orthanc have a floor.
measure_coverage() {
    local -a floored=(dicom studies queries index changes)
    run_pytest --numprocesses auto --cov --cov-report= tests/unit
    "$environment/bin/coverage" report
    say "The same for ${floored[*]}, which need 95 %:"
    "$environment/bin/coverage" report --fail-under 95 \
        --include "$(printf 'orthanc_paging/%s/*,' "${floored[@]}")"
}

install_for_checks
if [[ ${1:-} == --quick ]]; then
    check_code
    run_pytest --numprocesses auto tests/unit
    exit
fi
install_for_all_tests
check_code
if [[ $# -eq 0 || $* == --sid ]]; then
    measure_coverage
    set -- --ignore=tests/unit "$@"
fi
run_pytest --numprocesses 4 "$@"
