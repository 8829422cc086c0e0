internal import Collectives
internal import CommandLine
internal import Glibc
internal import Measurement
internal import Runtime
internal import Units

/// What `bench`, `predict` and `calibrate` have in common on their command lines.
struct BenchOptions {
    /// What is run, without its rows.
    let job: BenchJob
    let algorithms: [Algorithm]
    /// Whether the model chooses the algorithm for each size.
    let isAutomatic: Bool
    let sizes: SizeSweep
    let channels: Int
    let slices: Int

    var collective: Collective { job.collective }
    var ranks: Int { job.ranks }

    /// Whether the model is of what is run: it is fitted to copies and to sums of float.
    var isModelled: Bool { !collective.reduces || job.reduction == Reduction() }

    /// The most ranks that one machine runs.
    ///
    /// The launcher looks at every step of every rank for each row, and rings have as many rounds
    /// as ranks, each of which switches between processes where they share cores.
    static let ranksMost = 128

    /// The largest buffer: no machine has more memory, and sums of all buffers fit an Int.
    static let sizeMost = ByteCount(1 << 40)

    init(_ invocation: Invocation, usualRanks: Int) throws(UsageError) {
        let collective = try Self.collective(invocation)
        let ranks = try invocation.integer("ranks", in: 1...Self.ranksMost, default: usualRanks)
        var job = BenchJob(ranks: ranks, entries: [])
        job.collective = collective
        job.reduction = try Self.reduction(invocation, collective)
        if collective.hasRoot {
            job.root = try invocation.integer("root", in: 0...(ranks - 1), default: 0)
        } else if invocation.string("root") != nil {
            throw invocation.usageError("\(collective.rawValue) has no root; leave out '--root'")
        }
        self.job = job
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
        let request = Collectives.Request(
            ranks: ranks,
            elements: 1,
            channels: channels,
            slices: slices
        )
        let names = invocation.string("algorithm") ?? "auto"
        isAutomatic = names == "auto"
        algorithms = try Self.chosen(names, collective, request, invocation)
    }

    private static func collective(_ invocation: Invocation) throws(UsageError) -> Collective {
        let name = invocation.argument("collective")
        guard let collective = Collective(rawValue: name), BenchJob.collectives.contains(collective)
        else {
            let known = BenchJob.collectives.map(\.rawValue).joined(separator: ", ")
            throw invocation.usageError("unknown collective '\(name)'; known: \(known)")
        }
        return collective
    }

    private static func reduction(
        _ invocation: Invocation,
        _ collective: Collective
    ) throws(UsageError) -> Reduction {
        var reduction = Reduction()
        if let name = invocation.string("type") {
            guard let type = DataType(named: name) else {
                let known = DataType.allCases.map(\.rawValue).joined(separator: ", ")
                throw invocation.usageError("unknown type '\(name)'; known: \(known)")
            }
            reduction.type = type
        }
        if let name = invocation.string("op") {
            guard let combining = ReductionOperator(rawValue: name) else {
                let known = ReductionOperator.allCases.map(\.rawValue).joined(separator: ", ")
                throw invocation.usageError("unknown operator '\(name)'; known: \(known)")
            }
            if !collective.reduces {
                throw invocation.usageError(
                    "\(collective.rawValue) reduces nothing; leave out '--op'"
                )
            }
            reduction.combining = combining
        }
        return reduction
    }

    private static func chosen(
        _ names: String,
        _ collective: Collective,
        _ request: Collectives.Request,
        _ invocation: Invocation
    ) throws(UsageError) -> [Algorithm] {
        let available = Algorithm.all(for: collective)
        func exists(_ algorithm: Algorithm) -> Bool { algorithm.refusal(of: request) == nil }
        if names == "all" { return available.filter(exists) }
        if names == "auto" {
            if collective == .allReduce { return BenchJob.calibrated }
            // Switches are processes here: what they save on a network costs a core.
            return available.filter { exists($0) && $0.schedule(request).aggregators == 0 }
        }
        var chosen: [Algorithm] = []
        for part in names.split(separator: ",", omittingEmptySubsequences: false) {
            guard let algorithm = available.first(where: { $0.name == part }) else {
                let list = (["auto", "all"] + available.map(\.name)).joined(separator: ", ")
                throw invocation.usageError(
                    "unknown algorithm '\(part)' for \(collective.rawValue); known: \(list)"
                )
            }
            if let refusal = algorithm.refusal(of: request) {
                throw invocation.usageError(refusal)
            }
            chosen.append(algorithm)
        }
        return chosen
    }

    /// The rows: algorithm by algorithm, or for each size what the model finds fastest.
    func entries(_ predictor: Predictor?) -> [BenchJob.Entry] {
        var sizes = self.sizes.sizes.isEmpty ? Self.usualSizes : self.sizes.sizes
        if collective == .barrier { sizes = [ByteCount(1)] }
        func entry(_ algorithm: Algorithm, _ size: ByteCount) -> BenchJob.Entry {
            BenchJob.Entry(
                algorithm: algorithm.name,
                bytes: job.wholeBytes(size.bytes),
                channels: channels,
                slices: slices
            )
        }
        if isAutomatic {
            return sizes.map { size in
                let candidates = algorithms.map { entry($0, size) }
                return predictor?.fastest(of: candidates) ?? usual(of: candidates)
            }
        }
        return algorithms.flatMap { algorithm in sizes.map { entry(algorithm, $0) } }
    }

    /// An entry's row, without figures.
    func row(_ entry: BenchJob.Entry) -> Row {
        let type = job.reduction.type
        return Row(
            collective: collective.rawValue,
            algorithm: entry.algorithm,
            transport: "shm",
            ranks: ranks,
            type: type.rawValue,
            operation: collective.reduces ? job.reduction.combining.rawValue : "none",
            root: collective.hasRoot ? job.root : nil,
            bytes: collective == .barrier ? 0 : entry.bytes,
            count: collective == .barrier
                ? 0 : job.elements(ofBytes: entry.bytes) * type.unitElements
        )
    }

    private static let usualSizes: [ByteCount] = (3...26).map { ByteCount(1 << $0) }

    /// What to take without a calibration: one exchange for small messages, the fewest loads and
    /// stores for large ones.
    ///
    /// The two cross near 512 B on the machines that were measured (docs/MEASUREMENT.md), whatever
    /// the collective. Above that, where one transfer for each pair of ranks does it, that is the
    /// fewest of both.
    private func usual(of candidates: [BenchJob.Entry]) -> BenchJob.Entry {
        let isSmall = candidates[0].bytes <= 512
        let wanted = [isSmall ? "one-shot" : "two-shot", "direct", "linear"]
        for name in wanted {
            if let found = candidates.first(where: { $0.algorithm == name }) { return found }
        }
        return candidates[0]
    }
}
