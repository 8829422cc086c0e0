internal import Units

/// What links carry, by what tools say of them.
///
/// All are data rates in one direction: what is left after the line's encoding and error
/// correction, which is what standards advertise.
enum LinkRates {
    // MARK: PCIe

    /// So many lanes of so many transfers a second.
    ///
    /// PCI Express Base Specification 6.0: 8b/10b up to 5 GT/s; 128b/130b up to 32; from 64 on
    /// flits of 256 bytes, of which 242 are left by checks and correction (236 carry packets).
    static func pcie(gigatransfers: Double, lanes: Int) -> BitsPerSecond? {
        guard (1...1000).contains(gigatransfers), (1...64).contains(lanes) else { return nil }
        let share: (Double, Double) =
            switch gigatransfers {
            case ...5: (8, 10)
            case ...32: (128, 130)
            default: (242, 256)
            }
        return BitsPerSecond(Int(gigatransfers * 1e9 * Double(lanes) * share.0 / share.1))
    }

    /// The same from the words of the kernel: `16.0 GT/s PCIe`, of older ones `16 GT/s`.
    static func pcie(speed: some StringProtocol, lanes: Int) -> BitsPerSecond? {
        let words = speed.split(separator: " ")
        guard words.count > 1, words[1] == "GT/s", let speed = Double(words[0]) else { return nil }
        return pcie(gigatransfers: speed, lanes: lanes)
    }

    // MARK: InfiniBand

    /// What a lane carries, by the name of its generation.
    ///
    /// InfiniBand Architecture Specification, volume 2: SDR, DDR and QDR signal 2.5, 5 and
    /// 10 Gb/s in 8b/10b; FDR10, FDR and EDR 10.3125, 14.0625 and 25.78125 in 64b/66b; HDR, NDR
    /// and XDR 53.125, 106.25 and 212.5 with Reed-Solomon codes of 544 symbols for 514.
    private static let lanes: [(name: String, signal: String, bits: Int)] = [
        ("SDR", "2.5", 2_000_000_000), ("DDR", "5", 4_000_000_000), ("QDR", "10", 8_000_000_000),
        ("FDR10", "10.3125", 10_000_000_000), ("FDR", "14.0625", 13_636_363_636),
        ("EDR", "25.78125", 25_000_000_000), ("HDR", "53.125", 50_000_000_000),
        ("NDR", "106.25", 100_000_000_000), ("XDR", "212.5", 200_000_000_000),
    ]

    /// So many lanes of a generation: 4 and `EDR`.
    static func infiniband(_ generation: some StringProtocol, lanes count: Int) -> BitsPerSecond? {
        guard (1...12).contains(count) else { return nil }
        return lanes.first { $0.name == generation }.map { BitsPerSecond($0.bits * count) }
    }

    /// The generation of a lane's signal in Gb/s, as tools print it: exactly, or cut to a whole
    /// number, as `ibdiagnet` does.
    static func generation(signal: some StringProtocol) -> String? {
        if lanes.contains(where: { $0.name == signal }) { return String(signal) }
        var text = String(signal)
        if text.contains(".") {
            while text.hasSuffix("0") { text.removeLast() }
            if text.hasSuffix(".") { text.removeLast() }
        }
        let short = ["14": "FDR", "25": "EDR", "50": "HDR", "100": "NDR", "200": "XDR"]
        return short[text] ?? lanes.first { $0.signal == text }?.name
    }

    /// The kind of a link of four lanes, where it is one of those known by name.
    static func infinibandKind(_ generation: some StringProtocol, lanes: Int) -> LinkKind? {
        lanes == 4 ? LinkKind.named("ib-\(generation.lowercased())") : nil
    }

    // MARK: Links between GPUs

    /// The NVLink of a GPU, by its compute capability times ten, as NCCL has it.
    ///
    /// Compute capabilities are in the CUDA C++ Programming Guide: 6.0 is P100, 7.0 V100, 8.0
    /// A100, 9.0 H100, 10.0 and 10.3 B200 and B300.
    static func nvlink(capability: Int) -> (kind: LinkKind?, rate: BitsPerSecond?) {
        if capability == 86 {
            // NVIDIA Ampere GA102 whitepaper: four links of 14.0625 GB/s each way.
            return (nil, BitsPerSecond(112_500_000_000))
        }
        let name: String? =
            switch capability {
            case 60..<70: "nvlink1"
            case 70..<80: "nvlink2"
            case 80: "nvlink3"
            case 90..<100: "nvlink4"
            case 100..<107: "nvlink5"
            default: nil
            }
        let kind = name.flatMap { LinkKind.named($0) }
        return (kind, kind?.rate.value)
    }

    /// What one xGMI link carries, by the architecture that rccl writes as `gcn`.
    ///
    /// AMD's data sheets of accelerators: MI100 has three links of 92 GB/s both ways together,
    /// MI200 links of 100, MI300 links of 128.
    static func xgmi(architecture: some StringProtocol) -> BitsPerSecond? {
        let digits =
            architecture.hasPrefix("gfx") ? architecture.dropFirst(3)[...] : architecture[...]
        let gigabytes: Int? =
            switch digits.prefix(3) {
            case "908": 46
            case "90a", "910": 50
            case "940", "941", "942": 64
            default: nil
            }
        return gigabytes.map { BitsPerSecond($0 * 8_000_000_000) }
    }
}
