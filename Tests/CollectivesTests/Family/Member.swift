import Collectives
import Testing

/// An algorithm that only the tests have, written to show that the patterns can say it.
struct Member: Sendable, CustomTestStringConvertible {
    let name: String
    var allowsInPlace = true
    var hasRoot = false
    /// Whether there is such a schedule for a number of ranks.
    var exists: @Sendable (_ ranks: Int) -> Bool = { _ in true }
    let schedule: @Sendable (_ request: Request, _ root: Int) -> Schedule

    var testDescription: String { name }

    /// The roots worth trying.
    func roots(ranks: Int) -> [Int] {
        hasRoot ? Array(Set([0, 1, ranks / 2, ranks - 1])).filter { $0 < ranks }.sorted() : [0]
    }

    /// In place or not, as far as the algorithm allows.
    var places: [Bool] { allowsInPlace ? [false, true] : [false] }

    /// The whole family.
    static let all: [Member] = [
        Member(
            name: "recursive doubling",
            exists: { $0.nonzeroBitCount == 1 },
            schedule: { request, _ in Doubling.recursiveDoubling(request) }
        ),
        Member(name: "halving-doubling") { request, _ in Doubling.halvingDoubling(request) },
        Member(name: "3-nomial reduce", hasRoot: true) {
            Trees.knomialReduce($0, root: $1, radix: 3)
        },
        Member(name: "binomial broadcast", hasRoot: true) {
            Trees.binomialBroadcast($0, root: $1)
        },
        Member(name: "chain broadcast", hasRoot: true) { Trees.chainBroadcast($0, root: $1) },
        Member(name: "double binary tree") { request, _ in DoubleTree.allReduce(request) },
        Member(name: "pairwise all-to-all", allowsInPlace: false) { request, _ in
            AllToAll.pairwise(request)
        },
        Member(name: "Bruck, radix 2", allowsInPlace: false) { request, _ in
            AllToAll.bruck(request, radix: 2)
        },
        Member(name: "Bruck, radix 3", allowsInPlace: false) { request, _ in
            AllToAll.bruck(request, radix: 3)
        },
        Member(name: "ring all-gather") { request, _ in Rings.allGather(request) },
        Member(name: "ring reduce-scatter") { request, _ in Rings.reduceScatter(request) },
        Member(name: "bidirectional ring") { request, _ in Rings.bidirectional(request) },
        hierarchical(node: 2), hierarchical(node: 3), hierarchical(node: 4),
        Member(name: "aggregation, multicast, radix 2") { request, _ in
            Aggregation.allReduce(request, radix: 2, pulls: false)
        },
        Member(name: "aggregation, multicast, radix 4") { request, _ in
            Aggregation.allReduce(request, radix: 4, pulls: false)
        },
        Member(name: "aggregation, pulled, radix 3") { request, _ in
            Aggregation.allReduce(request, radix: 3, pulls: true)
        },
    ]

    private static func hierarchical(node: Int) -> Member {
        Member(
            name: "two-level, nodes of \(node)",
            exists: { $0 % node == 0 },
            schedule: { request, _ in Hierarchical.allReduce(request, node: node) }
        )
    }
}

extension ChunkSet {
    /// All chunks, however many there are.
    static let whole = ChunkSet(first: 0, count: Int(Int32.max))
}

extension Phase {
    /// Actors copy what they have from one buffer of their own to another.
    static func copy(
        _ view: View,
        actors: Actors = .all,
        _ from: Buffer,
        _ to: Buffer,
        _ chunks: ChunkSet = .whole
    ) -> Phase {
        Phase(
            "copy",
            Pattern(
                view: view,
                actors: actors,
                sources: [Operand(.own, from, chunks)],
                targets: [Operand(.own, to, chunks)]
            )
        )
    }
}

extension Schedule {
    /// A schedule for a request.
    init(
        _ name: String,
        _ collective: Collective,
        _ request: Request,
        aggregators: Int = 0,
        root: Int = 0,
        chunks: Int = 1,
        tracks: [[Phase]],
        stride: Int = 0,
        scratch: Scratch = Scratch()
    ) {
        self.init(
            collective: collective,
            algorithm: name,
            ranks: request.ranks,
            aggregators: aggregators,
            root: root,
            elements: request.elements,
            elementSize: request.elementSize,
            inPlace: request.inPlace,
            chunks: chunks,
            tracks: tracks.map { Track($0) },
            slices: request.slices,
            stride: stride,
            scratch: scratch
        )
    }
}

/// The powers of a radix below a bound.
func powers(of radix: Int, below bound: Int) -> [Int] {
    var result: [Int] = []
    var power = 1
    while power < bound {
        result.append(power)
        power *= radix
    }
    return result
}
