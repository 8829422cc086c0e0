import CWeft
import Collectives
import Runtime
import TestSupport

/// Cases as `Tests/Contract/cases.h` describes them.
struct CaseFile {
    private static let version = 3

    private(set) var bytes: [UInt8] = []
    private let operations: Int

    /// The cases in order, each of so many operations.
    init(_ cases: [ContractCase], operations: Int) throws {
        self.operations = operations
        bytes += "weftcase".utf8
        add(Self.version, cases.count)
        for one in cases { try add(one) }
    }

    private mutating func add(_ one: ContractCase) throws {
        let schedule = try one.schedule
        let drafts = try one.drafts()
        guard let first = drafts.first else { return }
        add(Array(one.plainDescription.utf8))
        add(
            drafts.count,
            one.ranks,
            index(of: first.reduction.type),
            index(of: first.reduction.combining)
        )
        add(raw: [first.reduction.factorBits])
        add(operations, first.linesBytes, first.scratchBytes, one.inPlace ? 1 : 0)
        for rank in 0..<one.ranks {
            for buffer in [Buffer.input, .output] {
                add(schedule.startOfSpans(in: buffer, of: rank) * schedule.elementSize)
            }
            for buffer in [Buffer.input, .output] {
                add(schedule.memoryElements(of: buffer, rank: rank) * schedule.elementSize)
            }
        }
        for draft in drafts {
            add(draft.steps.count, draft.operands.count, draft.waits.count, draft.closing)
            add(draft.turns, draft.isAnnounced ? 1 : 0)
            add(raw: draft.steps)
            add(raw: draft.operands)
            add(raw: draft.waits)
        }
        let values = ContractValues(one, schedule)
        for operation in 0..<operations {
            let inputs = values.inputs(operation: operation)
            for (input, output) in zip(inputs, values.expected(inputs)) {
                add(input)
                add(output)
            }
        }
    }

    /// The raw values of the engine's enumerations are in the order of Swift's.
    private func index<Value: CaseIterable & Equatable>(of value: Value) -> Int {
        Array(Value.allCases).firstIndex(of: value) ?? 0
    }

    private mutating func add(_ words: Int...) { add(raw: words.map { UInt64($0) }) }

    private mutating func add<Value>(raw values: [Value]) {
        values.withUnsafeBytes { bytes += $0 }
    }

    /// A text or a buffer: how long it is, and its bytes up to a whole word.
    private mutating func add(_ buffer: [UInt8]) {
        add(buffer.count)
        bytes += buffer
        bytes += repeatElement(0, count: (8 - buffer.count % 8) % 8)
    }
}
