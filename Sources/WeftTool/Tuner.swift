internal import Collectives
internal import Measurement
internal import Models
internal import Runtime

/// Measures the candidates of one collective and number of ranks.
struct Tuner {
    let collective: Collective
    let ranks: Int
    let sizes: [Int]
    /// The node of each rank, empty where all share memory.
    let nodes: [Int]
    /// From this footprint on stores go past the caches.
    let streamingFrom: Int
    /// What chose before, so that its choices are measured too.
    let selector: Selector
    /// Runs a job.
    let run: (BenchJob, _ onRow: (Int, [BenchRun.Samples]) -> Void) throws -> Void
    /// Told what is being done, how much of it is, and how much there is.
    let onProgress: (_ step: String, _ done: Int, _ of: Int) -> Void

    /// How often everything is timed: what disturbs a machine only makes it slower and does not
    /// last as long as a pass, so that the fastest of several is undisturbed.
    private static let (coarsePasses, passes, passesOfLarge) = (2, 5, 3)
    /// Above this a row takes longest, so that there are fewer passes; and candidates are sorted
    /// out below: who is far behind here is no better there.
    private static let large = 4 << 20
    /// From here on data is also cut into slices; below, a slice is not worth its step.
    private static let slicedFrom = 256 << 10
    private static let slices = [1, 4, 16]

    /// Times and what else was found.
    struct Outcome {
        /// By size, then by variant: out of place, and in place where the algorithm can.
        var times: [Int: [Variant: [Tuning.Time]]] = [:]
        var wrong = 0

        /// Keeps the fastest of several measurements.
        fileprivate mutating func add(_ entry: BenchJob.Entry, _ samples: [BenchRun.Samples]) {
            let new = samples.map { sample in
                let estimate = Estimate(of: sample.times.slowest)
                return Tuning.Time(
                    median: estimate.median,
                    low: estimate.low,
                    high: estimate.high
                )
            }
            let variant = Variant(entry.algorithm, channels: entry.channels, slices: entry.slices)
            let old = times[entry.bytes]?[variant] ?? new
            times[entry.bytes, default: [:]][variant] =
                zip(old, new).map { $0.median <= $1.median ? $0 : $1 }
            wrong += samples.reduce(0) { $0 + $1.wrong }
        }

        /// The points of a way of placing buffers, by size.
        func points(_ buffers: SelectionTable.Buffers) -> [Tuning.Point] {
            let isEverInPlace = times.values.contains { $0.values.contains { $0.count > 1 } }
            return times.sorted { $0.key < $1.key }.compactMap { bytes, variants in
                let fitting = variants.compactMapValues { times -> Tuning.Time? in
                    switch buffers {
                    case .outOfPlace: times[0]
                    case .inPlace: times.count > 1 ? times[1] : nil
                    case .either where isEverInPlace:
                        times.count > 1 ? times[0] + times[1] : nil
                    case .either: times[0]
                    }
                }
                return fitting.isEmpty ? nil : Tuning.Point(bytes: bytes, times: fitting)
            }
        }
    }

    var nodeCount: Int { max(1, Set(nodes).count) }

    /// The job without its rows.
    private var job: BenchJob {
        var job = BenchJob(ranks: ranks, entries: [])
        job.collective = collective
        job.policy.rowSeconds = 0.006
        job.policy.batchesMin = 5
        job.streamingFrom = streamingFrom
        job.hosts = nodeCount > 1 ? nodes : []
        return job
    }

    /// Sorts candidates out at a few sizes, and measures those that are left at all.
    func tune() throws -> Outcome {
        let base = job
        // The smallest has one element in each block.
        let least = base.reduction.type.size * collective.blocks(ranks: ranks)
        let sizes = Array(Set(self.sizes.map { max(least, base.wholeBytes($0)) })).sorted()
        var passes = Array(
            repeating: coarse(sizes).flatMap { bytes in
                candidates(bytes).map { entry($0, bytes) }
            },
            count: Self.coarsePasses
        )
        var coarse = Outcome()
        try measure(base, passes, into: &coarse, "sorting out")
        passes = (0..<Self.passes).map { pass in
            sizes.filter { pass < Self.passesOfLarge || $0 <= Self.large }.flatMap { bytes in
                kept(bytes, coarse).map { entry($0, bytes) }
            }
        }
        var outcome = Outcome()
        outcome.wrong = coarse.wrong
        try measure(base, passes.filter { !$0.isEmpty }, into: &outcome, "measuring")
        return outcome
    }

    private func measure(
        _ base: BenchJob,
        _ passes: [[BenchJob.Entry]],
        into outcome: inout Outcome,
        _ step: String
    ) throws {
        var done = 0
        for entries in passes {
            var job = base
            job.entries = entries
            var found = outcome
            try run(job) { number, samples in
                found.add(entries[number], samples)
                done += 1
                onProgress(step, done, passes.reduce(0) { $0 + $1.count })
            }
            outcome = found
        }
    }

    private func entry(_ variant: Variant, _ bytes: Int) -> BenchJob.Entry {
        BenchJob.Entry(
            algorithm: variant.algorithm,
            bytes: bytes,
            channels: variant.channels,
            slices: variant.slices
        )
    }

    /// Every fourth size, and the last one that is not too large.
    private func coarse(_ sizes: [Int]) -> [Int] {
        let small = sizes.prefix { $0 <= Self.large }
        let from = small.isEmpty ? sizes.prefix(1) : small
        return from.enumerated().filter { $0.offset % 4 == 0 || $0.offset == from.count - 1 }
            .map(\.element)
    }

    private func candidates(_ bytes: Int) -> [Variant] {
        let request = job.request(entry(Variant("any"), bytes), inPlace: false)
        let slices = bytes >= Self.slicedFrom ? Self.slices : [1]
        return Selector.candidates(collective, request).flatMap { algorithm in
            slices.map { Variant(algorithm.name, slices: $0) }
        }
    }

    /// What is worth measuring at a size: the best of the coarse sizes on both sides of it, and
    /// what was chosen before.
    private func kept(_ bytes: Int, _ coarse: Outcome) -> [Variant] {
        var kept: [Variant] = []
        for buffers in [SelectionTable.Buffers.outOfPlace, .inPlace] {
            let points = coarse.points(buffers)
            let sides = [
                points.last { $0.bytes <= bytes }, points.first { $0.bytes >= bytes },
            ]
            kept += sides.compactMap(\.self).flatMap { Tuning.near($0, within: 1.5).prefix(3) }
        }
        kept += SelectionTable.Buffers.allCases.map { before(bytes, $0) }
        var seen: Set<Variant> = []
        return kept.filter { seen.insert($0).inserted }
    }

    /// What is chosen without what is being measured.
    func before(_ bytes: Int, _ buffers: SelectionTable.Buffers) -> Variant {
        let request = job.request(entry(Variant("any"), bytes), inPlace: buffers == .inPlace)
        return selector.choice(
            collective,
            request,
            nodes: nodeCount,
            either: buffers == .either
        ).variant
    }
}
