/// The documents that more than one entry takes figures from.
enum Document {
    static let mlEngineering =
        "github.com/stas00/ml-engineering network/README.md @744d01e"
    /// The step of a ring over NVLink in the low-latency protocol.
    static let ncclTuning =
        "NCCL 2.30 src/graph/tuning.cc @5067397: ring step over NVLink, LL"
    /// Switch reduction begins with the third NVSwitch generation and Hopper.
    static let nvls =
        "NCCL user guide, environment variables, NCCL_NVLS_ENABLE"
    static let nvswitch =
        "docs.nvidia.com/ai-enterprise/release-9 NVIDIA NVSwitch: 8-GPU baseboards"
    static let nvl72 =
        "docs.nvidia.com/enterprise-reference-architectures/nvl72-ai-factory components"
    static let nvl72Network =
        "docs.nvidia.com/enterprise-reference-architectures/nvl72-ai-factory network, four rails"
    static let deepSeek =
        "arXiv:2505.09343, Insights into DeepSeek-V3, Table 5: latency of 64 B"
    static let sharp =
        "docs.nvidia.com/networking/display/sharpv3130 general information"
    static let multicastH200 =
        "github.com/NVIDIA/nccl issue 2077: 128 multicast slots, as found on a server of H200"
    static let multicastGB200 =
        "github.com/dsx-ai-factory/infra-controller issue 1558: 1024 groups in a rack of GB200"
    static let spectrum =
        "docs.nvidia.com/networking/display/sn5000 data interfaces: SN5600, 128 ports of 400GbE"
    static let oracle =
        "oci-gpu-quickstarts README-GB300.md: perftest over 400G RoCE"
    static let quantumX800 =
        "ziash.github.io/nvidia-nca-aiio-study-guide 2.9: Q3400-RA, 144 ports of 800 Gb/s"
    static let nvidiaPapers =
        "NVIDIA white papers on NVLink, DGX-1, DGX-2 and DGX A100, as retold by others"
    static let qm8700 =
        "docs.nvidia.com/networking QM8700: 40 ports of 200 Gb/s"
    static let qm8790 =
        "NVIDIA QM8790 brief, quoted by others"
    static let qm9700 =
        "NVIDIA QM97x0 manual, specifications, quoted by others"
    static let nvidiaSwitches =
        "networking-docs.nvidia.com, tables of 2026-09-17"
    static let x800 =
        "NVIDIA Quantum-X800 data sheet, quoted by others"
    static let photonics =
        "NVIDIA on Quantum-X Photonics, quoted by others: 9 W a port of 800 Gb/s"
    static let sn3700 =
        "SN3700 comparison table"
    static let sn5600 =
        "NVIDIA SN5000 manual, specifications, quoted by others"
    static let sn4600 =
        "NVIDIA SN4000 manual and data sheet, quoted by others"
    static let history =
        "a history of NVIDIA's architectures"
    static let connectX7 =
        "NVIDIA ConnectX-7 data sheet, April 2021"
    static let planner =
        "github.com/haanjack/AIDC-Studio catalogue @e4be7ad"
    static let frontier =
        "notes on Frontier's interconnect"
    static let scalingBook =
        "github.com/jax-ml/scaling-book gpus.md @1a55377"
    static let tpus =
        "github.com/jax-ml/scaling-book tpus.md @0819a7d"
    static let topology =
        "github.com/microsoft/msccl-tools tests/test_topologies.py @5084697: a DGX-1 with V100"
    static let superPodB200 =
        "NVIDIA DGX SuperPOD B200, RA-11334-001, quoted by others"
    static let superPodB300 =
        "NVIDIA DGX SuperPOD B300 XDR, RA-11339-001, quoted by others"
    static let guideB300 =
        "NVIDIA DGX B300 user guide, quoted by others: 8 ConnectX-8"
    static let enterprise =
        "NVIDIA Enterprise RA of B300 and GB300, quoted by others"
    static let deepSeekTrees =
        "arXiv:2505.09343, Insights into DeepSeek-V3, Table 3"
    static let deepSeekRoCE =
        "arXiv:2505.09343, Insights into DeepSeek-V3, Table 5: latency of 64 B over RoCE"
    static let semiAnalysis =
        "SemiAnalysis, 100,000 H100 Clusters, 2024, quoted by others"
    static let simAI =
        "github.com/aliyun/SimAI inputs/topo/gen_Topo_Template.py @cef83f9"
    static let olcf =
        "github.com/olcf/olcf-user-docs systems/frontier_user_guide.rst @2745903"
    static let lumiC =
        "github.com/Lumi-supercomputer/lumi-userguide docs/hardware/lumic.md @6c3a26c"
    static let leonardo =
        "CINECA, Leonardo user guide, quoted by others"
    static let jupiter =
        "JUPITER, configuration page, quoted by others"
    static let nvl4Site =
        "overview of a system of 400 GB200 NVL4 nodes"
    static let rubin =
        "github.com/haanjack/AIDC-Studio seeds/nvidia-extra.ts @91d7b2f"
    static let kyber =
        "reports on NVIDIA's roadmap: 144 packages of four dies, 600 kW a rack"
    static let colossus =
        "nvidianews.nvidia.com, Colossus, quoted by others: SN5600, 400GbE a GPU, three tiers"
    static let xAI =
        "notes on xAI's hardware: racks of 8 servers, in sets of 8"
    static let sites =
        "table of sites of 2026-09-27: a million and more are planned at Colossus 2"
    static let fibre =
        "glossary of reedos/intelligence_factory: about 5 ms for 1,000 km"
    static let waves =
        "glossary of reedos/intelligence_factory: 32 waves of 800G, 25.6 Tb/s"
    static let aws =
        "github.com/awslabs/awsome-distributed-training gpu-cluster-healthcheck @0edaf15"
    static let googleA3Ultra =
        "github.com/GoogleCloudPlatform/cluster-toolkit a3ultra-slurm-blueprint.yaml @1047080"
    static let azure =
        "github.com/MicrosoftDocs/azure-compute-docs"
    static let oracleShapes =
        "github.com/oracle-quickstart/oci-hpc-oke parameters by shape @61d210a"
    static let coreWeave =
        "a comment on CoreWeave's instances: gd-8xh100ib-i128"
}
