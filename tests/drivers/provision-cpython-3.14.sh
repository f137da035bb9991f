#!/bin/sh
# Provides a CPython 3.14 with its test helpers, without touching the system's own packages.
#
#     provision-cpython-3.14.sh [DEST]
#
# Fetches Debian unstable's python3.14 and the libraries it needs through the mirror that this machine's apt already
# uses, with a sources list and a state folder of its own, unpacks them into DEST (default: .cache/cpython-3.14 at the
# root of the repository) and writes the launcher DEST/python3.14. Nothing is installed; removing DEST undoes it all.
# Running it again does nothing once the launcher works. Needs: apt-get, dpkg, about 90 MB of disk.
set -eu

packages="python3.14 python3.14-minimal libpython3.14-minimal libpython3.14-stdlib libpython3.14-testsuite
    libc6 libexpat1 zlib1g libssl3t64 libffi8 libbz2-1.0 liblzma5 libzstd1 libuuid1 libgcc-s1"
suite=sid

say() { printf '%s\n' "provision: $*" >&2; }
fail() { say "$*"; exit 1; }

root=$(cd "$(dirname "$0")/../.." && pwd)
dest=${1:-$root/.cache/cpython-3.14}

# The test helpers are what makes the interpreter useful here, so the check asks for them too.
works() {
    [ -x "$dest/python3.14" ] &&
        "$dest/python3.14" -c 'import sys, _interpreters, _testinternalcapi; assert sys.version_info[:2] == (3, 14)' \
            >/dev/null 2>&1
}

# Both formats of apt's configuration, first Debian mirror found; the file names say nothing about the order.
mirror() {
    cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null |
        sed -n -e 's/^deb .*\(https\{0,1\}:\/\/[^ ]*\/debian\)\/\{0,1\} .*/\1/p' \
            -e 's/^URIs: *\(https\{0,1\}:\/\/[^ ]*\/debian\)\/\{0,1\} *$/\1/p' | head -n 1
}

keyring() {
    for file in /usr/share/keyrings/debian-archive-keyring.gpg /usr/share/keyrings/debian-archive-keyring.pgp; do
        [ -f "$file" ] && { printf '%s\n' "$file"; return; }
    done
}

private_apt() {
    apt-get -q -o Dir::State="$state" -o Dir::State::status="$state/status" -o Dir::Cache="$state/cache" \
        -o Dir::Etc::sourcelist="$state/sources.list" -o Dir::Etc::sourceparts=/dev/null \
        -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null \
        -o APT::Architecture="$arch" -o APT::Sandbox::User=root -o Acquire::Languages=none \
        -o Acquire::Retries=3 "$@"
}

prepare_state() {
    state=$dest/apt
    mkdir -p "$state/lists/partial" "$state/cache/archives/partial" "$state/debs"
    : >"$state/status"
    printf 'deb [signed-by=%s] %s %s main\n' "$1" "$2" "$suite" >"$state/sources.list"
}

download() {
    say "asking $1 for the packages of $suite"
    private_apt update >"$state/log" 2>&1 || fail "apt-get update failed; see $state/log"
    # shellcheck disable=SC2086 # a list of words on purpose
    (cd "$state/debs" && private_apt download $packages) >>"$state/log" 2>&1 ||
        fail "apt-get download failed; see $state/log"
}

unpack() {
    for deb in "$state"/debs/*.deb; do
        dpkg -x "$deb" "$dest/root" || fail "could not unpack $deb"
    done
}

# The unpacked libc is newer than the system's, so the program must be started by its own loader.
write_launcher() {
    loader=$(find "$dest/root" -name 'ld-linux-*.so.*' | head -n 1)
    [ -n "$loader" ] || fail "no dynamic loader among the unpacked files"
    cat >"$dest/python3.14" <<END
#!/bin/sh
here=\$(cd "\$(dirname "\$0")" && pwd)
export PYTHONHOME="\$here/root/usr" PYTHONDONTWRITEBYTECODE=1
exec "\$here${loader#"$dest"}" --library-path "\$here/root/usr/lib/$triplet:\$here/root/lib/$triplet" \\
    --argv0 "\$here/python3.14" "\$here/root/usr/bin/python3.14" "\$@"
END
    chmod +x "$dest/python3.14"
}

main() {
    works && { say "$dest/python3.14 is there already"; return; }
    command -v apt-get >/dev/null || fail "needs apt-get: this works on Debian and its children only"
    arch=$(dpkg --print-architecture)
    case $arch in
        amd64) triplet=x86_64-linux-gnu ;;
        arm64) triplet=aarch64-linux-gnu ;;
        *) fail "unknown architecture $arch: add its triplet to this script" ;;
    esac
    mirror=$(mirror)
    [ -n "$mirror" ] || fail "found no Debian mirror under /etc/apt"
    keyring=$(keyring)
    [ -n "$keyring" ] || fail "found no Debian archive keyring; install debian-archive-keyring"
    mkdir -p "$dest"
    dest=$(cd "$dest" && pwd)
    # Only what this script makes: DEST may be somebody's folder.
    rm -rf "$dest/root" "$dest/apt" "$dest/python3.14"
    prepare_state "$keyring" "$mirror"
    download "$mirror"
    unpack
    write_launcher
    works || { "$dest/python3.14" -c 'import _interpreters, _testinternalcapi' || true; fail "the unpacked Python does not start"; }
    rm -rf "$state"
    say "ready: $dest/python3.14 ($("$dest/python3.14" -V))"
}

main
