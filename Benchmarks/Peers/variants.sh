# shellcheck shell=bash disable=SC2154
# The ways to run each peer that are tried: as it comes, and tuned by hand. Benchmarks/peers sources
# it, with `cores` set; by itself it does nothing.

# variants PEER COLLECTIVE RANKS: a line for each way to run it, a name and settings.
variants() {
    local names=.
    # Where ranks share cores, how they wait decides; the rest would take hours.
    if [ "$3" -gt "$cores" ]; then
        names='^(default|yield|wait|sm|eager|copies|tuned3|adjust1|direct|unbound) '
    fi
    {
        # oneCCL's own thread, one for each rank, would take their cores.
        if [ "$1" != oneccl ] || [ "$3" -le "$cores" ]; then echo "default "; fi
        "variants_${1%-pypi}" "$2" "$3" "$1"
    } | grep -E "$names"
}

# numbered NAME PREFIX NUMBERS…: a variant for each number of an algorithm.
numbered() {
    local name=$1 prefix=$2 number
    shift 2
    for number; do echo "$name$number $prefix$number"; done
}

variants_openmpi() {
    local layer=vader rules=OMPI_MCA_coll_tuned_use_dynamic_rules=1
    local tuned="$rules OMPI_MCA_coll_tuned"
    [ "$3" = openmpi ] || layer=sm
    local eager="OMPI_MCA_btl_${layer}_eager_limit=32768 OMPI_MCA_btl_${layer}_fbox_size=16384"
    echo "two-copies OMPI_MCA_btl_${layer}_single_copy_mechanism=none"
    echo "eager $eager"
    echo "sm OMPI_MCA_coll_sm_priority=100"
    echo "sm-64K OMPI_MCA_coll_sm_priority=100 OMPI_MCA_coll_sm_fragment_size=65536"
    echo "han OMPI_MCA_coll_han_priority=100"
    [ "$2" -le "$cores" ] || echo "yield OMPI_MCA_mpi_yield_when_idle=1"
    case $1 in
    all-reduce)
        numbered tuned "${tuned}_allreduce_algorithm=" 3 4 6
        echo "ring-eager ${tuned}_allreduce_algorithm=4 $eager" ;;
    all-to-all) numbered tuned "${tuned}_alltoall_algorithm=" 1 2 3 ;;
    all-gather) numbered tuned "${tuned}_allgather_algorithm=" 2 3 4 ;;
    reduce-scatter) numbered tuned "${tuned}_reduce_scatter_block_algorithm=" 1 2 3 ;;
    broadcast)
        numbered tuned "${tuned}_bcast_algorithm=" 1 6 8
        echo "pipeline ${tuned}_bcast_algorithm=3" \
            "OMPI_MCA_coll_tuned_bcast_algorithm_segmentsize=131072" ;;
    barrier) numbered tuned "${tuned}_barrier_algorithm=" 1 3 4 ;;
    esac
}

variants_mpich() {
    [ "$2" -le "$cores" ] || echo "yield MPIR_CVAR_POLLS_BEFORE_YIELD=1"
    [ "$3" = mpich ] || echo "two-copies MPIR_CVAR_CH4_CMA_ENABLE=0"
    [ "$3" != mpich ] || echo "ucx UCX_TLS=posix,cma,self"
    local name
    case $1 in
    all-reduce | broadcast | barrier)
        name=${1#all-}
        [ "$1" = broadcast ] && name=bcast || name=${1/-/}
        echo "release-gather MPIR_CVAR_${name^^}_POSIX_INTRA_ALGORITHM=release_gather" ;;
    esac
    local own=MPIR_CVAR_DEVICE_COLLECTIVES=none
    case $1 in
    all-reduce)
        echo "doubling $own MPIR_CVAR_ALLREDUCE_INTRA_ALGORITHM=recursive_doubling"
        echo "halving $own MPIR_CVAR_ALLREDUCE_INTRA_ALGORITHM=reduce_scatter_allgather" ;;
    all-to-all)
        echo "pairwise $own MPIR_CVAR_ALLTOALL_INTRA_ALGORITHM=pairwise"
        echo "scattered $own MPIR_CVAR_ALLTOALL_INTRA_ALGORITHM=scattered" ;;
    all-gather)
        echo "doubling $own MPIR_CVAR_ALLGATHER_INTRA_ALGORITHM=recursive_doubling"
        echo "ring $own MPIR_CVAR_ALLGATHER_INTRA_ALGORITHM=ring" ;;
    reduce-scatter)
        echo "doubling $own MPIR_CVAR_REDUCE_SCATTER_BLOCK_INTRA_ALGORITHM=recursive_doubling"
        echo "pairwise $own MPIR_CVAR_REDUCE_SCATTER_BLOCK_INTRA_ALGORITHM=pairwise" ;;
    broadcast) echo "binomial $own MPIR_CVAR_BCAST_INTRA_ALGORITHM=binomial" ;;
    barrier)
        name=k_dissemination
        [ "$3" != mpich ] || name=dissemination
        echo "dissemination $own MPIR_CVAR_BARRIER_INTRA_ALGORITHM=$name" ;;
    esac
}

variants_intelmpi() {
    echo "copies I_MPI_SHM_CMA=0"
    echo "heap I_MPI_SHM_HEAP=1 PEERS_MEMORY=mpi"
    echo "avx2 I_MPI_SHM=bdw_avx2"
    echo "cells I_MPI_SHM_FRAME_THRESHOLD=-1"
    if [ "$2" -gt "$cores" ]; then
        echo "yield I_MPI_THREAD_YIELD=2"
        echo "wait I_MPI_WAIT_MODE=1"
    fi
    case $1 in
    all-reduce) numbered adjust I_MPI_ADJUST_ALLREDUCE= 1 2 9 12 16 22 23 25 ;;
    all-to-all) numbered adjust I_MPI_ADJUST_ALLTOALL= 1 2 3 4 ;;
    all-gather) numbered adjust I_MPI_ADJUST_ALLGATHER= 1 2 3 4 5 ;;
    reduce-scatter) numbered adjust I_MPI_ADJUST_REDUCE_SCATTER_BLOCK= 1 2 3 4 ;;
    broadcast) numbered adjust I_MPI_ADJUST_BCAST= 1 3 7 9 11 13 14 ;;
    barrier) numbered adjust I_MPI_ADJUST_BARRIER= 1 2 3 5 8 9 ;;
    esac
}

variants_ucc() {
    echo "zcopy UCX_RNDV_SCHEME=get_zcopy"
    echo "cma UCX_TLS=posix,cma,self UCX_RNDV_THRESH=8k"
    echo "copies UCX_TLS=posix,self UCX_RNDV_THRESH=inf"
    echo "sysv UCX_TLS=sysv,cma,self"
    local tune=UCC_TL_UCP_TUNE
    case $1 in
    all-reduce)
        echo "knomial $tune=allreduce:@knomial"
        echo "sra $tune=allreduce:@sra_knomial"
        echo "sra-zcopy $tune=allreduce:@sra_knomial UCX_RNDV_SCHEME=get_zcopy"
        echo "ring $tune=allreduce:@ring" ;;
    all-to-all)
        echo "pairwise $tune=alltoall:@pairwise"
        echo "bruck $tune=alltoall:@bruck" ;;
    all-gather)
        echo "knomial $tune=allgather:@knomial"
        echo "ring $tune=allgather:@ring" ;;
    reduce-scatter)
        echo "knomial $tune=reduce_scatter:@knomial"
        echo "ring $tune=reduce_scatter:@ring" ;;
    broadcast)
        echo "knomial $tune=bcast:@knomial"
        echo "sag $tune=bcast:@sag_knomial" ;;
    esac
}

variants_oneccl() {
    # Without a thread of its own, for which there is no core.
    local alone="CCL_ATL_TRANSPORT=mpi CCL_WORKER_OFFLOAD=0"
    echo "alone $alone"
    case $1 in
    all-reduce)
        echo "direct $alone CCL_ALLREDUCE=direct"
        echo "ring $alone CCL_ALLREDUCE=ring"
        echo "halving $alone CCL_ALLREDUCE=rabenseifner" ;;
    all-to-all) echo "direct $alone CCL_ALLTOALL=direct" ;;
    all-gather) echo "direct $alone CCL_ALLGATHER=direct" ;;
    reduce-scatter) echo "direct $alone CCL_REDUCE_SCATTER=direct" ;;
    broadcast) echo "direct $alone CCL_BCAST=direct" ;;
    barrier) echo "direct $alone CCL_BARRIER=direct" ;;
    esac
}

variants_gloo() {
    # Its thread for the network need not be on its rank's core.
    echo "unbound PEERS_BIND=none"
    [ "$1" != all-reduce ] || echo "bcube PEERS_GLOO_ALGORITHM=bcube"
}
