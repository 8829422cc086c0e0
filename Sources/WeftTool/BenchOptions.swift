internal import Collectives
internal import CommandLine
internal import Glibc
internal import Measurement
internal import Runtime
internal import Units

/// What `bench`, `predict` and `calibrate` have in common on their command lines.
struct BenchOptions {
    let collective: Collective
    let algorithms: [Algorithm]
    /// Whether the model chooses the algorithm for each size.
    let isAutomatic: Bool
    let sizes: SizeSweep
    let ranks: Int
    let channels: Int
    let slices: Int

    /// The most ranks that one machine runs.
    ///
    /// Every rank analyses the steps of all for itself, so that starting takes a time that grows
    /// with the cube of the ranks: 1 s for 64 on two cores, 5 s for 128.
    static let ranksMost = 128

    /// The largest buffer: no machine has more memory, and sums of all buffers fit an Int.
    static let sizeMost = ByteCount(1 << 40)

    init(_ invocation: Invocation, cores: Int) throws(UsageError) {
        let name = invocation.argument("collective")
        let known = BenchJob.collectives.map(\.rawValue)
        guard let collective = Collective(rawValue: name), known.contains(name) else {
            throw invocation.usageError(
                "unknown collective '\(name)'; known: \(known.joined(separator: ", "))"
            )
        }
        self.collective = collective
        ranks = try invocation.integer("ranks", in: 1...Self.ranksMost, default: cores)
        channels = try invocation.integer("channels", in: 1...64, default: 1)
        slices = try invocation.integer("slices", in: 1...256, default: 1)
        sizes = try invocation.value(
            "sizes",
            default: SizeSweep([])
        ) { text throws(UnitError) in try SizeSweep(parsing: text) }
        if let size = sizes.sizes.first(where: { $0 > Self.sizeMost }) {
            throw invocation.usageError(
                "option '--sizes' needs sizes of at most \(Self.sizeMost.short), but got "
                    + "\(size.short)"
            )
        }
        let names = invocation.string("algorithm") ?? "auto"
        isAutomatic = names == "auto"
        let available = Algorithm.all(for: collective)
        let (ranks, channels, slices) = (ranks, channels, slices)
        func refusal(_ algorithm: Algorithm) -> String? {
            BenchJob.refusal(of: algorithm, ranks: ranks, channels: channels, slices: slices)
        }
        if names == "auto" {
            algorithms = BenchJob.calibrated
        } else if names == "all" {
            algorithms = available.filter { refusal($0) == nil }
        } else {
            var chosen: [Algorithm] = []
            for part in names.split(separator: ",", omittingEmptySubsequences: false) {
                guard let algorithm = available.first(where: { $0.name == part }) else {
                    let list = (["auto", "all"] + available.map(\.name)).joined(separator: ", ")
                    throw invocation.usageError(
                        "unknown algorithm '\(part)' for \(collective.rawValue); known: \(list)"
                    )
                }
                if let refusal = refusal(algorithm) { throw invocation.usageError(refusal) }
                chosen.append(algorithm)
            }
            algorithms = chosen
        }
    }

    /// The rows: algorithm by algorithm, or for each size what the model finds fastest.
    func entries(_ predictor: Predictor?) -> [BenchJob.Entry] {
        let sizes = self.sizes.sizes.isEmpty ? Self.usualSizes : self.sizes.sizes
        func entry(_ algorithm: Algorithm, _ size: ByteCount) -> BenchJob.Entry {
            let whole = size.bytes / BenchJob.elementSize * BenchJob.elementSize
            return BenchJob.Entry(
                algorithm: algorithm.name,
                bytes: whole,
                channels: channels,
                slices: slices
            )
        }
        if isAutomatic {
            return sizes.map { size in
                let candidates = algorithms.map { entry($0, size) }
                return predictor?.fastest(of: candidates) ?? Self.usual(of: candidates)
            }
        }
        return algorithms.flatMap { algorithm in sizes.map { entry(algorithm, $0) } }
    }

    /// An entry's row, without figures.
    func row(_ entry: BenchJob.Entry) -> Row {
        Row(
            collective: collective.rawValue,
            algorithm: entry.algorithm,
            transport: "shm",
            ranks: ranks,
            type: DataType.float32.rawValue,
            operation: ReductionOperator.sum.rawValue,
            bytes: entry.bytes,
            count: entry.bytes / BenchJob.elementSize
        )
    }

    private static let usualSizes: [ByteCount] = (3...26).map { ByteCount(1 << $0) }

    /// What to take without a calibration: one exchange for small messages, the fewest loads and
    /// stores for large ones.
    ///
    /// The two cross near 512 B on the machines that were measured (docs/MEASUREMENT.md).
    private static func usual(of candidates: [BenchJob.Entry]) -> BenchJob.Entry {
        let isSmall = candidates[0].bytes <= 512
        let name = isSmall ? "one-shot" : "two-shot"
        return candidates.first { $0.algorithm == name } ?? candidates[0]
    }
}
