internal import CWeft
public import Collectives

/// What endpoints of different nodes tell each other in one operation, beyond the data they send.
///
/// Within a node an endpoint says how far it is by one word that all its neighbours see. To those
/// on other nodes it must be sent, so it is sent only to who waits for it.
struct FarTalk {
    /// Bytes of a copy from which on it goes straight to its place on another node.
    ///
    /// Below, a copy out of a mailbox costs less than being told first that the place is free, an
    /// exchange of messages: mailboxes are faster up to 64 KiB and no faster from 128 KiB on
    /// (docs/MEASUREMENT.md).
    static let directFrom = 96 << 10

    /// The node of each endpoint of the job; a schedule may have fewer.
    let nodes: [Int]
    /// For each endpoint whom it tells that it has entered.
    private(set) var entering: [[UInt32]]
    /// For each endpoint whom it tells that it has left.
    private(set) var leaving: [[UInt32]]
    /// For each endpoint, whom it tells that a step is done.
    private(set) var after: [[Int: [UInt32]]]
    /// For each endpoint, the sends that neighbours wait for: to have left memory which they write.
    private(set) var awaitedSends: [Set<Int>]

    init(_ graph: DependencyGraph, nodes: [Int]) {
        self.nodes = nodes
        let endpoints = graph.programs.count
        entering = Array(repeating: [], count: endpoints)
        leaving = entering
        after = Array(repeating: [:], count: endpoints)
        awaitedSends = Array(repeating: [], count: endpoints)
        for endpoint in 0..<endpoints {
            var met: Set<Int> = []
            var free: [Int] = []
            for wait in graph.waits[endpoint].joined() + graph.closing[endpoint] {
                switch wait {
                case .step(let other, let index):
                    note(index, of: other, for: endpoint, graph, &met)
                case .entered(let other) where graph.isFar(other, from: endpoint):
                    entering[other].append(UInt32(endpoint))
                    met.insert(other)
                case .free(let other) where graph.isFar(other, from: endpoint):
                    free.append(other)
                default: break
                }
            }
            // Who is heard of in every operation has left the one before the last.
            for other in free where !met.contains(other) {
                leaving[other].append(UInt32(endpoint))
            }
        }
    }

    private mutating func note(
        _ index: Int,
        of other: Int,
        for endpoint: Int,
        _ graph: DependencyGraph,
        _ met: inout Set<Int>
    ) {
        let target = graph.farTarget(of: index, at: other)
        if !graph.isFar(other, from: endpoint) {
            if target != nil { awaitedSends[other].insert(index) }
            return
        }
        let landing = graph.landing(of: index, from: other, for: endpoint)
        if landing == endpoint { met.insert(other) }
        if landing != target { after[other][index, default: []].append(UInt32(endpoint)) }
    }

    /// The word that tells an endpoint of a wait's fulfilment.
    func word(_ wait: Wait, at endpoint: Int, _ graph: DependencyGraph) -> UInt32 {
        func landed(_ landing: Int, _ other: Int) -> UInt32 {
            UInt32(nodes.count * (1 + landing) + other)
        }
        switch wait {
        case .step(let other, let index) where graph.isFar(other, from: endpoint):
            return landed(graph.landing(of: index, from: other, for: endpoint), other)
        case .entered(let other) where graph.isFar(other, from: endpoint),
            .free(let other) where graph.isFar(other, from: endpoint):
            return landed(endpoint, other)
        case .step(let other, _), .entered(let other), .free(let other): return UInt32(other)
        }
    }
}

extension Schedule {
    /// The schedule as it runs on nodes: cut for them where there are several.
    ///
    /// - Parameter nodes: the node of each endpoint of the job, empty where all share memory.
    public func spread(over nodes: [Int], _ reduction: Reduction) -> Schedule {
        if nodes.isEmpty { return self }
        return cut(
            nodes: Array(nodes.prefix(endpoints)),
            directFrom: FarTalk.directFrom,
            inputsChange: reduction.combining == .premultipliedSum
        )
    }
}

/// Memory that sends read and may not be changed before they have left.
struct UnsentRanges {
    private var ranges: [(area: UInt32, endpoint: UInt32, from: UInt64, to: UInt64)] = []
    private let inPlace: Bool

    init(inPlace: Bool) { self.inPlace = inPlace }

    private func range(
        _ operand: weft_operand,
        _ bytes: UInt64
    ) -> (area: UInt32, endpoint: UInt32, from: UInt64, to: UInt64) {
        let isInput = operand.area == WEFT_AREA_INPUT.rawValue
        let area = isInput && inPlace ? WEFT_AREA_OUTPUT.rawValue : operand.area
        return (area, operand.endpoint, operand.offset, operand.offset + bytes)
    }

    mutating func add(_ operand: weft_operand, _ bytes: UInt64) {
        ranges.append(range(operand, bytes))
    }

    mutating func clear() { ranges = [] }

    /// Whether something that is still to leave would be overwritten.
    func overlap(_ operand: weft_operand, _ bytes: UInt64) -> Bool {
        let one = range(operand, bytes)
        return ranges.contains {
            $0.area == one.area && $0.endpoint == one.endpoint && $0.from < one.to
                && one.from < $0.to
        }
    }
}
