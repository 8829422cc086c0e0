/// A place in an endpoint's memory: the only thing that steps read and write.
public struct Place: Hashable, Sendable {
    /// Whose memory: ranks first, then aggregators.
    public var endpoint: Int
    /// Which memory.
    public var buffer: Buffer
    /// The first slot, in scratch; each chunk takes one.
    public var slot: Int
    /// Whether chunk c takes slot `slot + c`; otherwise chunks take neighbouring slots in order.
    public var byChunk: Bool
    /// The first chunk of the first run.
    public var first: Int
    /// Neighbours in a run; those beyond the schedule's last chunk are cut off.
    public var count: Int
    /// Runs.
    public var runs: Int
    /// From the start of a run to the next.
    public var stride: Int
    /// Whether chunk numbers wrap around behind the last chunk instead.
    public var wraps: Bool

    /// Makes a place of one run of chunks.
    public init(
        endpoint: Int,
        buffer: Buffer,
        slot: Int = 0,
        byChunk: Bool = false,
        first: Int,
        count: Int = 1,
        runs: Int = 1,
        stride: Int = 0,
        wraps: Bool = false
    ) {
        self.endpoint = endpoint
        self.buffer = buffer
        self.slot = slot
        self.byChunk = byChunk
        self.first = first
        self.count = count
        self.runs = runs
        self.stride = stride
        self.wraps = wraps
    }

    /// The slot of a chunk, given its number within the place too.
    @inline(__always)
    func slot(ofChunk chunk: Int, piece: Int) -> Int { slot &+ (byChunk ? chunk : piece) }

    /// Calls `body` with each chunk and its number within the place.
    @inline(__always)
    func forEachChunk(of chunks: Int, _ body: (_ chunk: Int, _ piece: Int) -> Void) {
        var piece = 0
        if wraps {
            for run in 0..<runs {
                let start = first + run * stride
                for chunk in start..<(start + count) {
                    let turned = chunk % chunks
                    body(turned < 0 ? turned + chunks : turned, piece)
                    piece += 1
                }
            }
            return
        }
        for run in 0..<runs {
            let start = first + run * stride
            for chunk in start..<(start + max(0, min(count, chunks - start))) {
                body(chunk, piece)
                piece += 1
            }
        }
    }
}

/// Steps one by one, each with the round in which it happens.
///
/// The round decides what a step reads: what was written in earlier rounds. The order of an
/// actor's steps in the table is the order in which it executes them; where the two contradict
/// each other there may be a deadlock, which the prover finds.
public struct StepTable: Hashable, Sendable {
    /// One step.
    public struct Step: Hashable, Sendable {
        /// When, from 0.
        public var round: Int
        /// Who combines.
        public var actor: Int
        /// What is combined, in order.
        public var sources: [Place]
        /// Where the result goes.
        public var targets: [Place]
        /// Whether the result holds every contribution, as `Phase.completeFrom` says of patterns.
        public var isComplete: Bool

        /// Makes a step.
        public init(
            round: Int,
            actor: Int,
            sources: [Place],
            targets: [Place],
            isComplete: Bool = false
        ) {
            self.isComplete = isComplete
            self.round = round
            self.actor = actor
            self.sources = sources
            self.targets = targets
        }
    }

    /// All steps; those of one actor in its order.
    public private(set) var steps: [Step]
    /// The rounds that the steps span.
    public let rounds: Int
    /// For each actor below `offsets.count - 1`, where its steps begin in `byActor`.
    private let offsets: [Int32]
    private let byActor: [Int32]

    /// Makes a table; a round or actor below zero is a programmer's error.
    public init(_ steps: [Step]) {
        self.steps = steps
        rounds = (steps.map(\.round).max() ?? -1) + 1
        precondition(steps.allSatisfy { $0.round >= 0 && $0.actor >= 0 }, "counted from 0")
        var offsets = [Int32](repeating: 0, count: (steps.map(\.actor).max() ?? -1) + 2)
        for step in steps { offsets[step.actor + 1] += 1 }
        for actor in 1..<offsets.count { offsets[actor] += offsets[actor - 1] }
        var next = offsets
        var byActor = [Int32](repeating: 0, count: steps.count)
        for (index, step) in steps.enumerated() {
            byActor[Int(next[step.actor])] = Int32(index)
            next[step.actor] += 1
        }
        self.offsets = offsets
        self.byActor = byActor
    }

    /// The indices of an actor's steps, in its order.
    func steps(of actor: Int) -> ArraySlice<Int32> {
        guard actor >= 0, actor + 1 < offsets.count else { return [] }
        return byActor[Int(offsets[actor])..<Int(offsets[actor + 1])]
    }
}
