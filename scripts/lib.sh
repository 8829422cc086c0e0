# shellcheck shell=bash disable=SC2034
# What the scripts share. They source it; by itself it does nothing.

root=$(dirname -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")")
# Logs and what is made on the way; git ignores all of it.
build=$root/.build

# The packages of each purpose, one a line: its Debian name, and a file that is there once it is
# installed. The files are looked for, not the packages, so that a machine of another distribution
# that has them can build too.
packages_to_build='
libibverbs-dev /usr/include/infiniband/verbs.h
librdmacm-dev /usr/include/rdma/rdma_cma.h
libnuma-dev /usr/include/numa.h'
# Tests that lack their program would be skipped, so every one of these is required.
packages_to_test='
groff-base /usr/bin/groff
man-db /usr/bin/man
zsh /bin/zsh
openmpi-bin /usr/bin/mpirun.openmpi
mpich /usr/bin/mpiexec.hydra
slurm-wlm /usr/sbin/slurmctld
openssh-server /usr/sbin/sshd
openssh-client /usr/bin/ssh
python3-numpy /usr/lib/python3/dist-packages/numpy/__init__.py
binutils /usr/bin/nm
pkgconf /usr/bin/pkg-config'
# PMIx's headers: what weft declares of them by hand is compared with them.
packages_to_test+="
libpmix-dev /usr/lib/$(uname -m)-linux-gnu/pkgconfig/pmix.pc"
# Where it is not the machine's own, the C code is also compiled for arm64, and run by an emulator.
case $(uname -m) in
aarch64 | arm64) ;;
*) packages_to_test+='
libc6-dev-arm64-cross /usr/aarch64-linux-gnu/include/stdio.h
gcc-aarch64-linux-gnu /usr/bin/aarch64-linux-gnu-gcc
qemu-user-static /usr/bin/qemu-aarch64-static' ;;
esac
packages_to_package='
binutils /usr/bin/strip'
# Elsewhere only the tarball is made.
if command -v dpkg-deb >/dev/null; then
    packages_to_package+='
dpkg-dev /usr/bin/dpkg-shlibdeps'
fi
# The lab's machines run what is installed here, so what tries RDMA there is among it.
packages_for_lab=''
[ "$(uname -m)" != x86_64 ] || packages_for_lab='
qemu-system-x86 /usr/bin/qemu-system-x86_64
busybox-static /usr/share/doc/busybox-static/copyright
kmod /sbin/modprobe
xz-utils /usr/bin/xz
iproute2 /usr/bin/rdma
ibverbs-providers /etc/libibverbs.d/rxe.driver
ibverbs-utils /usr/bin/ibv_devinfo
perftest /usr/bin/ib_write_bw'
packages_for_root_file_system='
debootstrap /usr/sbin/debootstrap'

say() {
    printf '%s\n' "$*" >&2
}

fail() {
    printf 'scripts/%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# Bad usage has an exit status of its own, the same as the tool's.
refuse() {
    printf 'scripts/%s: %s\n' "${0##*/}" "$*" >&2
    printf 'Try: scripts/%s --help\n' "${0##*/}" >&2
    exit 64
}

can_be_root() {
    [ "$(id -u)" = 0 ] || command -v sudo >/dev/null
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo -- "$@"
    fi
}

# quietly LABEL LOG COMMAND…: runs the command with its output in LOG. On a terminal, one line tells
# how far it is. When the command fails, the end of the log is shown and its status returned.
quietly() {
    local label=$1 log=$2 ticker='' status=0
    shift 2
    mkdir -p -- "$(dirname -- "$log")"
    : >"$log"
    if [ -t 2 ]; then
        tell_progress "$label" "$log" &
        ticker=$!
    fi
    "$@" </dev/null >"$log" 2>&1 || status=$?
    if [ -n "$ticker" ]; then
        kill "$ticker" 2>/dev/null || true
        wait "$ticker" 2>/dev/null || true
        printf '\r\033[K' >&2
    fi
    if [ "$status" != 0 ]; then
        tail -n 60 -- "$log" >&2
        say "$label failed with status $status; all of its output is in $log"
    fi
    return "$status"
}

# Runs in the background until it is ended, or the script is: ^C does not reach it.
tell_progress() {
    local label=$1 log=$2 start=$SECONDS columns step text
    columns=$(tput cols 2>/dev/null || printf 80)
    while kill -0 "$$" 2>/dev/null; do
        step=$(tail -c 2000 -- "$log" | grep -o '\[[0-9]*/[0-9]*\].*' | tail -n 1) || step=''
        text="$label, $((SECONDS - start)) s $step"
        printf '\r\033[K%s' "${text:0:columns-1}" >&2
        sleep 0.5
    done
}

# The packages of the given lists that are not installed, with blanks between.
missing_packages() {
    local package file missing=''
    while read -r package file; do
        if [ -n "$package" ] && [ ! -e "$file" ]; then missing+=" $package"; fi
    done <<<"$(printf '%s\n' "$@")"
    printf '%s' "${missing# }"
}

# Installs the given packages, or sets `reason` to why it cannot and returns 1.
install_packages() {
    local log=$build/apt.log
    if ! command -v apt-get >/dev/null; then
        reason="there is no apt-get here to install: $*"
    elif ! can_be_root; then
        reason="to install $* you must be root, and there is no sudo"
    # Here sudo may ask for a password, with no line of progress over its question.
    elif ! as_root true; then
        reason="to install $* you must be root, and sudo refuses"
    else
        say "Installing Debian packages: $*"
        # A list that cannot be fetched need not be one that is needed: the installation decides.
        # Machines that have just started may still hold the lock for their own upgrades.
        quietly 'Fetching package lists' "$log" as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get update -q || true
        quietly 'Installing packages' "$log" as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get install -q -y --no-install-recommends -o DPkg::Lock::Timeout=120 "$@" &&
            return 0
        reason="apt-get could not install: $*"
    fi
    return 1
}

# ensure_packages LIST…: installs what is missing of the lists. Nothing is said when nothing is.
ensure_packages() {
    local missing reason list package file
    missing=$(missing_packages "$@")
    [ -n "$missing" ] || return 0
    # shellcheck disable=SC2086 # the names are words
    install_packages $missing && return 0
    if ! command -v apt-get >/dev/null; then
        say "These files are not here:"
        for list in "$@"; do
            while read -r package file; do
                [ -z "$package" ] || [ -e "$file" ] || say "  $file (in Debian: $package)"
            done <<<"$list"
        done
    fi
    fail "$reason"
}

ensure_swift() {
    local version
    command -v swift >/dev/null ||
        fail "there is no 'swift' on the PATH; weft is built with Swift 6.3 or later"
    version=$(swift --version 2>&1 | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1)
    [ "$(printf '%s\n' 6.3 "${version:-0}" | sort -V | head -n 1)" = 6.3 ] ||
        fail "weft is built with Swift 6.3 or later; 'swift' is ${version:-of no known version}"
}

# The release configuration, as what is shipped. SwiftPM compiles for tests with -enable-testing all
# the same, so those that start a program are given the shipped one.
test_flags=(
    --package-path "$root" --scratch-path "$build/test" -c release --disable-xctest
    --explicit-target-dependency-import-check error
    -Xswiftc -warnings-as-errors -Xcc -Wall -Xcc -Wextra -Xcc -Werror
)

build_tests() {
    quietly 'Building the tests' "$build/test.log" swift test list "${test_flags[@]}"
}

# Builds what is shipped, with the Swift library in it, and sets `program` to the tool; the C
# library lies beside it. They have a folder of their own, as the tests do: SwiftPM builds all anew
# when the flags change.
build_program() {
    program=$build/package/release/weft
    local product
    for product in weft weft-c; do
        quietly "Building $product for packages" "$build/package.log" \
            swift build --package-path "$root" --scratch-path "$build/package" -c release \
            --product "$product" --static-swift-stdlib --disable-local-rpath || return 1
    done
}
