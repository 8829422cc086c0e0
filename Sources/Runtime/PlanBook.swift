internal import CWeft
public import Collectives

/// The plans of all endpoints for one row, made once by the launcher and read by everybody.
///
/// To find what an endpoint waits for, all steps of all endpoints must be looked at: if each did
/// that for itself, starting n ranks would cost n times as much.
public struct PlanBook: Sendable {
    /// By placement of the buffers, then by endpoint.
    private let drafts: [[PlanDraft]]

    /// Bytes that a book may have; memory is only taken for those that are written.
    public static let capacity = 1 << 30

    /// Lowers schedules for so many endpoints, of which each schedule may have fewer.
    ///
    /// - Parameters:
    ///   - streamingFrom: bytes that all endpoints touch in an operation from which on stores go
    ///     past the caches.
    ///   - waits: whether anybody waits for anybody.
    ///   - nodes: the node of each endpoint, empty where all share memory.
    public init(
        _ schedules: [Schedule],
        endpoints: Int,
        reduction: Reduction,
        streamingFrom: Int,
        waits: Bool = true,
        nodes: [Int] = []
    ) throws(RuntimeError) {
        var books: [[PlanDraft]] = []
        for schedule in schedules.map({ $0.spread(over: nodes, reduction) }) {
            let graph = DependencyGraph(schedule, nodes: nodes)
            let talk = FarTalk(graph, nodes: nodes)
            let streams = graph.footprint(schedule) >= streamingFrom
            var drafts: [PlanDraft] = []
            for endpoint in 0..<endpoints {
                let draft = try PlanDraft(
                    schedule,
                    graph: graph,
                    endpoint: endpoint,
                    reduction: reduction,
                    isStreaming: streams,
                    talk: talk
                )
                drafts.append(waits ? draft : draft.withoutWaiting())
            }
            books.append(drafts)
        }
        drafts = books
    }

    /// The plans of a placement of the buffers, by endpoint.
    public func plans(placement: Int) -> [PlanDraft] { drafts[placement] }

    /// Writes the book for others to read.
    public func write(to memory: UnsafeMutableRawBufferPointer) throws(RuntimeError) {
        let all = drafts.flatMap(\.self)
        var end = (all.count + 1) * 8
        for draft in all { end += draft.writtenBytes }
        if end > memory.count {
            throw RuntimeError(
                "the plans of all ranks take \(end >> 20) MiB, and \(memory.count >> 20) MiB is "
                    + "the most; use fewer ranks"
            )
        }
        guard let start = memory.baseAddress else { return }
        start.storeBytes(of: UInt64(drafts.first?.count ?? 0), as: UInt64.self)
        var at = (all.count + 1) * 8
        for (index, draft) in all.enumerated() {
            start.storeBytes(of: UInt64(at), toByteOffset: 8 * (index + 1), as: UInt64.self)
            draft.write(to: start + at)
            at += draft.writtenBytes
        }
    }

    /// An endpoint's plan from a book that was written.
    public static func draft(
        in memory: UnsafeRawPointer,
        placement: Int,
        endpoint: Int,
        reduction: Reduction
    ) -> PlanDraft {
        let endpoints = Int(memory.load(as: UInt64.self))
        let index = placement * endpoints + endpoint
        let at = Int(memory.load(fromByteOffset: 8 * (index + 1), as: UInt64.self))
        return PlanDraft(reading: memory + at, endpoint: endpoint, reduction: reduction)
    }
}

extension DependencyGraph {
    /// Bytes that all endpoints load and store in one operation.
    func footprint(_ schedule: Schedule) -> Int {
        let traffic = Traffic(schedule, programs)
        return programs.indices.reduce(0) { $0 + traffic.footprint(of: $1) }
    }
}

// Launcher and ranks are one program, so that a plan's parts mean the same to both as they lie.
extension PlanDraft {
    private static let headerWords = 13

    fileprivate var writtenBytes: Int {
        Self.headerWords * 8 + steps.count * MemoryLayout<weft_step>.stride
            + operands.count * MemoryLayout<weft_operand>.stride
            + waits.count * MemoryLayout<weft_wait>.stride
            // Whole words, so that the next plan is aligned.
            + (notices.count + 1) / 2 * 8
    }

    fileprivate func write(to memory: UnsafeMutableRawPointer) {
        let header = [
            steps.count, operands.count, waits.count, closing, isAnnounced ? 1 : 0, ranks,
            linesBytes, scratchBytes, inPlace ? 1 : 0, notices.count, entering, leaving,
            turns,
        ]
        var to = memory
        func copy<T>(_ values: [T]) {
            values.withUnsafeBytes { bytes in
                if let start = bytes.baseAddress {
                    to.copyMemory(from: start, byteCount: bytes.count)
                }
                to += bytes.count
            }
        }
        copy(header.map { UInt64($0) })
        copy(steps)
        copy(operands)
        copy(waits)
        copy(notices)
    }

    fileprivate init(
        reading memory: UnsafeRawPointer,
        endpoint: Int,
        reduction: Reduction
    ) {
        let header = memory.assumingMemoryBound(to: UInt64.self)
        func word(_ index: Int) -> Int { Int(header[index]) }
        self.init(
            endpoint: endpoint,
            reduction: reduction,
            ranks: word(5),
            inPlace: word(8) != 0
        )
        var from = memory + Self.headerWords * 8
        func take<T>(_ type: T.Type, _ count: Int) -> [T] {
            let values = UnsafeBufferPointer(
                start: from.assumingMemoryBound(to: type),
                count: count
            )
            from += count * MemoryLayout<T>.stride
            return Array(values)
        }
        steps = take(weft_step.self, word(0))
        operands = take(weft_operand.self, word(1))
        waits = take(weft_wait.self, word(2))
        notices = take(UInt32.self, word(9))
        closing = word(3)
        isAnnounced = word(4) != 0
        linesBytes = word(6)
        scratchBytes = word(7)
        entering = word(10)
        leaving = word(11)
        turns = word(12)
    }
}
