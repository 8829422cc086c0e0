# shellcheck shell=bash disable=SC2154
# The kernel that the lab's machines run, and what accelerates them. scripts/lab sources it.

# Made once: `vmlinux`, `modules/` and `release`.
kernel=$(realpath -m -- "${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/weft/lab/kernel")

# The kernel, and those of its modules that drive no device that the machines can't have.
# Debian's package of all kernels of this kind depends on that of the newest.
download_kernel() {
    local modules='./lib/modules/*' name options=()
    name=$(LC_ALL=C apt-cache depends linux-image-amd64 2>/dev/null |
        awk '$1 == "Depends:" && $2 ~ /^linux-image-/ && !n++ { print $2 }')
    [ -n "$name" ] || return 1
    # Its own user can't write here.
    [ "$(id -u)" != 0 ] || options=(-o APT::Sandbox::User=root)
    (cd -- "$1" && apt-get download -q "${options[@]}" "$name") || return 1
    dpkg-deb --fsys-tarfile "$1/$name"_*.deb |
        tar -x -C "$1" --wildcards --no-wildcards-match-slash './boot/vmlinuz-*' \
            "$modules/modules.*" "$modules"/kernel/{arch,crypto,fs,lib,mm,net} \
            "$modules"/kernel/drivers/{virtio,infiniband/core,infiniband/sw,'net/*.ko'}
}

# The kernel without the part that unpacks it, which takes an emulated processor seconds.
unpack_kernel() {
    local at
    IFS=: read -r at _ < <(LC_ALL=C grep -aobUP '\xfd7zXZ\x00' "$1") || at=''
    if [ -n "$at" ]; then
        xz -dc --single-stream < <(tail -c +$((at + 1)) "$1")
    else
        cat "$1"
    fi
}

make_kernel() {
    local fresh=$1 release
    download_kernel "$fresh" || { as_root apt-get update -q && download_kernel "$fresh"; } ||
        return 1
    release=$(basename "$fresh"/lib/modules/*)
    depmod -b "$fresh" "$release" &&
        unpack_kernel "$fresh/boot/vmlinuz-$release" >"$fresh/vmlinux" &&
        mv "$fresh/lib/modules/$release" "$fresh/modules" &&
        printf '%s\n' "$release" >"$fresh/release" &&
        rm -rf "${fresh:?}"/{boot,lib} "$fresh"/*.deb
}

# Whoever comes second waits for the first.
ensure_kernel() {
    local folder lock
    [ ! -e "$kernel/release" ] || return 0
    folder=$(dirname -- "$kernel")
    mkdir -p -- "$folder" || fail "$folder can't be made; XDG_CACHE_HOME names another place"
    exec {lock}>"$folder/lock"
    flock "$lock"
    if [ ! -e "$kernel/release" ]; then
        rm -rf -- "$folder/new"
        mkdir -- "$folder/new"
        quietly "Fetching Debian's kernel" "$folder/log" make_kernel "$folder/new" ||
            fail "Debian's kernel can't be had from apt-get"
        mv -- "$folder/new" "$kernel"
    fi
    exec {lock}>&-
}

ensure_lab() {
    [ "$(uname -m)" = x86_64 ] || fail "the lab's machines are x86-64, and this one is $(uname -m)"
    ensure_packages "$packages_for_lab"
    ensure_kernel
}

# Whether KVM runs code. That it can be opened says little, nor does a processor that it makes: one
# that does without the hardware's virtualisation takes only kernels that were made for it.
kvm_works() {
    local status=0
    grep -qwE 'vmx|svm' /proc/cpuinfo && [ -w /dev/kvm ] || return 1
    # The machine's firmware is one word: mov al, 16; out 0xf4, al. QEMU ends with 2 * 16 + 1.
    {
        head -c 65520 /dev/zero
        printf '\xb0\x10\xe6\xf4\xf4\xeb\xfd\0\0\0\0\0\0\0\0\0'
    } >"$1"
    timeout 5 qemu-system-x86_64 -accel kvm -cpu host -nodefaults -no-user-config -display none \
        -device isa-debug-exit,iobase=0xf4 -bios "$1" </dev/null >/dev/null 2>&1 || status=$?
    [ "$status" = 33 ]
}
