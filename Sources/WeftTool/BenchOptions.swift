internal import Collectives
internal import CommandLine
internal import Glibc
internal import Measurement
internal import Models
internal import Runtime
internal import Units

/// What `bench`, `predict` and `calibrate` have in common on their command lines.
struct BenchOptions {
    /// What is run, without its rows.
    let job: BenchJob
    /// What the user named; empty where weft chooses for each size.
    let algorithms: [Algorithm]
    let isAutomatic: Bool
    /// Whether all algorithms are run.
    private let isEvery: Bool
    let sizes: [ByteCount]
    /// Parallel and pipelined parts, where the user said so.
    let channels: Int?
    let slices: Int?
    let room: BenchJob.Room

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
        channels = try invocation.integer("channels", in: 1...64)
        slices = try invocation.integer("slices", in: 1...256)
        room = try BenchJob.Room(invocation)
        let sizes = try Self.sizes(invocation)
        self.sizes = collective == .barrier ? [ByteCount(1)] : sizes
        let request = Collectives.Request(
            ranks: ranks,
            elements: 1,
            channels: channels ?? 1,
            slices: slices ?? 1,
            radix: room.radix,
            buffer: room.buffer,
            outstanding: room.outstanding
        )
        let names = invocation.string("algorithm") ?? "auto"
        isAutomatic = names == "auto"
        isEvery = names == "all"
        algorithms =
            isAutomatic ? [] : try Self.chosen(names, collective, request, invocation)
        try refuseWhatNoneHas(invocation)
        for entry in entries([]) {
            if let refusal = job.refusal(of: entry) { throw invocation.usageError(refusal) }
        }
    }

    /// Refuses what is said of trees and switches where no algorithm has any.
    private func refuseWhatNoneHas(_ invocation: Invocation) throws(UsageError) {
        let names =
            isAutomatic ? "what is chosen for" : algorithms.map(\.name).joined(separator: ", ")
        for parameter in [Algorithm.Parameter.radix, .buffer, .outstanding] {
            let name = parameter.rawValue
            let isHeeded = algorithms.contains { $0.parameters.contains(parameter) }
            if isHeeded || invocation.string(name) == nil { continue }
            throw invocation.usageError("\(names) \(collective.rawValue) has no --\(name)")
        }
    }

    private static func collective(_ invocation: Invocation) throws(UsageError) -> Collective {
        try collective(named: invocation.argument("collective"), invocation)
    }

    static func collective(
        named name: String,
        _ invocation: Invocation
    ) throws(UsageError) -> Collective {
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

    /// What is chosen for each size where the user leaves it to weft, in the order of the sizes.
    func choices(_ selector: Selector, nodes: Int) -> [Selector.Choice] {
        guard isAutomatic else { return [] }
        return sizes.map { size in
            let any = entry(Variant("auto"), size)
            let request = job.request(any, inPlace: false)
            return selector.choice(collective, request, nodes: nodes, either: true)
        }
    }

    /// The rows: algorithm by algorithm, or what was chosen for each size.
    func entries(_ choices: [Selector.Choice]) -> [BenchJob.Entry] {
        if isAutomatic { return zip(choices, sizes).map { entry($0.variant, $1) } }
        let all = algorithms.flatMap { algorithm in
            sizes.map { entry(Variant(algorithm.name), $0) }
        }
        // Of all algorithms those that there are for a size.
        return all.filter { !isEvery || job.refusal(of: $0) == nil }
    }

    private func entry(_ variant: Variant, _ size: ByteCount) -> BenchJob.Entry {
        BenchJob.Entry(
            algorithm: variant.algorithm,
            bytes: job.wholeBytes(size.bytes),
            channels: channels ?? variant.channels,
            slices: slices ?? variant.slices,
            room: room
        )
    }

    /// An entry's row, without figures.
    func row(_ entry: BenchJob.Entry) -> Row {
        let type = job.reduction.type
        var row = Row(
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
        row.channels = entry.channels
        row.slices = entry.slices
        return row
    }

    private static let usualSizes: [ByteCount] = (3...26).map { ByteCount(1 << $0) }

    /// The sizes that the command line names, or the usual ones.
    static func sizes(_ invocation: Invocation) throws(UsageError) -> [ByteCount] {
        let sweep = try invocation.value(
            "sizes",
            default: SizeSweep(usualSizes)
        ) { text throws(UnitError) in try SizeSweep(parsing: text) }
        if let size = sweep.sizes.first(where: { $0 > sizeMost }) {
            throw invocation.usageError(
                "option '--sizes' needs sizes of at most \(sizeMost.short), but got "
                    + "\(size.short)"
            )
        }
        return sweep.sizes
    }
}

extension BenchJob.Room {
    init(_ invocation: Invocation) throws(UsageError) {
        radix = try invocation.integer("radix", in: 2...65_536)
        let buffer = try invocation.value("buffer") { text throws(UnitError) in
            try ByteCount(parsing: text)
        }
        self.buffer = buffer?.bytes
        outstanding = try invocation.integer("outstanding", in: 1...65_536)
    }
}
