internal import Collectives
internal import Measurement
internal import Runtime
internal import Text

/// What the ranks of a benchmark are told: rows to time, one after the other.
struct BenchJob: Equatable {
    /// One row's operation.
    struct Entry: Equatable {
        var algorithm: String
        var bytes: Int
        var channels: Int
        var slices: Int
        var room = Room()
    }

    /// What was asked of switches, nil for what suits the algorithm.
    struct Room: Equatable {
        var radix: Int?
        var buffer: Int?
        var outstanding: Int?
    }

    /// How operations are timed.
    enum Mode: String, CaseIterable {
        /// Back to back, in batches.
        case batch
        /// One by one, all ranks starting together.
        case sync
    }

    var collective = Collective.allReduce
    var reduction = Reduction()
    var root = 0
    var ranks: Int
    var entries: [Entry]
    var mode = Mode.batch
    var policy = SamplingPolicy()
    /// Whether results are compared with what they must be.
    var isChecked = true
    /// Whether rows are timed in place too.
    var timesInPlace = true
    /// Whether the ranks only load and store, and wait for nobody.
    var skipsWaiting = false
    /// Pairs of buffers used in turn, so that none is in a cache when it is used again.
    var rotation = 1
    /// From this footprint on stores go past the caches.
    var streamingFrom = Int.max
    /// The node that each endpoint runs on, empty where all share memory.
    var hosts: [Int] = []
    /// RDMA ports that each rank uses.
    var rails = 0

    /// What is measured.
    static let collectives = Collective.allCases.filter { !Algorithm.all(for: $0).isEmpty }

    /// Entries of the board that the samples of one way of placing buffers take, and its parts.
    static let boardStride = 4096 + 8
    static let operationsEntry = 0
    static let batchesEntry = 1
    static let wrongEntry = 2
    /// Where rank 0 tells the others what it decided, and the exchange in picoseconds.
    static let decisionEntry = 3
    static let exchangeEntry = 4
    /// Bytes that the rank sent to other nodes and received from them, in all timed operations.
    static let sentEntry = 5
    static let receivedEntry = 6
    static let samplesEntry = 8
    static let samplesMost = boardStride - samplesEntry
    /// Where a rank leaves what the counters of its RDMA ports have grown by, behind the samples
    /// of both ways of placing buffers.
    static let railsEntry = 2 * boardStride

    /// Entries of a rank's board.
    var boardEntries: Int { Self.railsEntry + rails * RailGrowth.words }

    /// How an entry's buffers are timed: out of place, and in place where the algorithm can.
    func placements(of entry: Entry) -> [Bool] {
        guard timesInPlace, let algorithm = Algorithm.named(entry.algorithm, for: collective),
            algorithm.refusal(of: request(entry, inPlace: true)) == nil
        else { return [false] }
        return [false, true]
    }

    /// What an algorithm is asked for.
    func request(_ entry: Entry, inPlace: Bool) -> Request {
        let elements = elements(ofBytes: entry.bytes)
        return Request(
            ranks: ranks,
            elements: elements,
            counts: counts(elements),
            elementSize: reduction.type.size,
            inPlace: inPlace,
            root: root,
            channels: entry.channels,
            slices: entry.slices,
            radix: entry.room.radix,
            buffer: entry.room.buffer,
            outstanding: entry.room.outstanding,
            nodeSize: nodeSize
        )
    }

    /// Ranks of a node, where all nodes have as many, one node after the other.
    ///
    /// Then levels of an algorithm are those of the machines. Nil leaves them to it.
    private var nodeSize: Int? {
        let ofRanks = hosts.prefix(ranks)
        guard let last = ofRanks.max(), ranks % (last + 1) == 0 else { return nil }
        let size = ranks / (last + 1)
        return ofRanks.indices.allSatisfy { ofRanks[$0] == $0 / size } ? size : nil
    }

    /// Says where ranks are, and has switches run on the nodes in turn, so that none has the work
    /// of all.
    mutating func spread(over nodesOfRanks: [Int], rails: Int = 0) throws(RuntimeError) {
        let count = (nodesOfRanks.max() ?? 0) + 1
        if count == 1 { return }
        hosts = nodesOfRanks
        self.rails = rails
        hosts += (0..<(try endpoints() - ranks)).map { $0 % count }
    }

    /// Why there is no such row, nil if there is.
    func refusal(of entry: Entry) -> String? {
        Algorithm.named(entry.algorithm, for: collective)?
            .refusal(of: request(entry, inPlace: false))
    }

    func schedule(_ entry: Entry, inPlace: Bool) throws(RuntimeError) -> Schedule {
        guard let algorithm = Algorithm.named(entry.algorithm, for: collective) else {
            throw RuntimeError("no algorithm is called \(entry.algorithm)")
        }
        let request = request(entry, inPlace: inPlace)
        if let refusal = algorithm.refusal(of: request) { throw RuntimeError(refusal) }
        return algorithm.schedule(request)
    }

    /// The plans of a row for all endpoints.
    func plans(_ entry: Entry, endpoints: Int) throws(RuntimeError) -> PlanBook {
        var schedules: [Schedule] = []
        for inPlace in placements(of: entry) {
            schedules.append(try schedule(entry, inPlace: inPlace))
        }
        return try PlanBook(
            schedules,
            endpoints: endpoints,
            reduction: reduction,
            streamingFrom: streamingFrom,
            waits: !skipsWaiting,
            nodes: hosts.isEmpty ? [] : schedules[0].nodes(runningOn: hosts)
        )
    }

    /// The node whose memory each endpoint shares, whatever the row: no switch shares any.
    var nodes: [Int] {
        let apart = (hosts.max() ?? 0) + 1
        return hosts.enumerated().map { $0 < ranks ? $1 : apart + $0 - ranks }
    }

    /// Ranks and the switches of those algorithms that have any.
    func endpoints() throws(RuntimeError) -> Int {
        var most = ranks
        for entry in entries { most = max(most, try schedule(entry, inPlace: false).endpoints) }
        return most
    }

    /// Room for the scratch of every row.
    func areas() throws(RuntimeError) -> Areas {
        var lines = 0
        var scratch = 0
        for entry in entries {
            for inPlace in placements(of: entry) {
                let whole = try schedule(entry, inPlace: inPlace)
                let nodes = hosts.isEmpty ? [] : whole.nodes(runningOn: hosts)
                let schedule = whole.spread(over: nodes, reduction)
                lines = max(lines, schedule.linesBytes)
                scratch = max(scratch, schedule.scratchBytes)
            }
        }
        return Team.areas(Areas(linesBytes: lines, scratchBytes: scratch), nodes: nodes)
    }

    /// Bytes of the largest buffer, rounded up to whole pages.
    var bufferBytes: Int { ((entries.map(\.bytes).max() ?? 0) + 4095) / 4096 * 4096 }

    /// Where a pair of buffers lies on every heap.
    func buffers(_ areas: Areas, pair: Int) -> (input: Int, output: Int) {
        let input = areas.buffersStart + 2 * pair * bufferBytes
        return (input, input + bufferBytes)
    }

    /// Where ranks agree on things.
    func teamOffset(_ areas: Areas) -> Int { buffers(areas, pair: rotation).input }

    /// The memory that each rank needs.
    func heapBytes(_ areas: Areas) -> Int {
        teamOffset(areas) + (hosts.isEmpty ? 0 : Team.heapBytes)
    }
}

// Sizes: bytes of the larger of a rank's two buffers, as in nccl-tests.
extension BenchJob {
    /// Elements of the vector, or of each block, whose buffers have at most so many bytes.
    func elements(ofBytes bytes: Int) -> Int {
        bytes / reduction.type.size / collective.blocks(ranks: ranks)
    }

    /// The size that buffers of at most so many bytes really have.
    ///
    /// A barrier has a token of one element.
    func wholeBytes(_ bytes: Int) -> Int {
        let size = reduction.type.size
        let blocks = collective.blocks(ranks: ranks)
        return collective == .barrier ? size : elements(ofBytes: bytes) * blocks * size
    }

    /// Counts where blocks differ: from rank to rank, or from pair to pair, they grow evenly from
    /// few elements to almost twice the average; all of a rank's blocks together are the size.
    private func counts(_ average: Int) -> BlockCounts? {
        func count(_ place: Int) -> Int {
            average + average * (2 * place + 1 - ranks) / (ranks + 1)
        }
        switch collective {
        case .allGatherV: return BlockCounts(perRank: (0..<ranks).map(count))
        case .allToAllV:
            let rows = (0..<ranks).map { source in
                (0..<ranks).map { target in count((source + target) % ranks) }
            }
            return BlockCounts(perPair: rows)
        default: return nil
        }
    }
}
