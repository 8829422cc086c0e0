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
    static let deepSeek =
        "arXiv:2505.09343, Insights into DeepSeek-V3, Table 5: latency of 64 B"
    static let sharp =
        "docs.nvidia.com/networking/display/sharpv3130 general information"
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
    static let connectX7 =
        "NVIDIA ConnectX-7 data sheet, April 2021"
    static let planner =
        "github.com/haanjack/AIDC-Studio catalogue @e4be7ad"
    static let frontier =
        "notes on Frontier's interconnect"
}
