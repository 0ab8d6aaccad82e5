# shellcheck shell=bash
# Sourced by the scripts that install something: how Debian packages are found missing, announced and installed, and
# what they are needed for where that is the same.

say() { printf '%s\n' "$*"; }

die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# as_root COMMAND...: runs it as root, through sudo where we are not.
as_root() {
    if [[ $EUID -eq 0 ]]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "needs root for: $* (there is no sudo; run this script as root)"
    fi
}

# missing_packages PACKAGE...: those that are not installed, one a line.
missing_packages() {
    local package
    for package; do
        [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
            say "$package"
    done
}

# install_packages PACKAGE...: says what is missing, then installs it.
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

# build_page CHECKOUT: builds its web page where that is not built yet. npm may be there without Debian's package.
build_page() {
    command -v npm >/dev/null || install_packages npm
    /usr/bin/python3 "$1/orthanc_paging/ui/page.py"
}
