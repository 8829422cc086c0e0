internal import CWeft
internal import Collectives

/// The instruction set of the kernels.
public enum InstructionSet: String, CaseIterable, Sendable {
    case portable
    case avx2
    case avx512
    case neon

    var raw: weft_isa {
        switch self {
        case .portable: WEFT_ISA_PORTABLE
        case .avx2: WEFT_ISA_AVX2
        case .avx512: WEFT_ISA_AVX512
        case .neon: WEFT_ISA_NEON
        }
    }

    /// Whether this machine has it.
    public var isSupported: Bool { weft_isa_supported(raw) }

    /// The fastest that this machine has.
    public static var best: InstructionSet {
        allCases.first { $0.raw == weft_isa_best() } ?? .portable
    }
}

extension DataType {
    fileprivate var raw: weft_type {
        switch self {
        case .int8: WEFT_TYPE_INT8
        case .uint8: WEFT_TYPE_UINT8
        case .int32: WEFT_TYPE_INT32
        case .uint32: WEFT_TYPE_UINT32
        case .int64: WEFT_TYPE_INT64
        case .uint64: WEFT_TYPE_UINT64
        case .float16: WEFT_TYPE_FLOAT16
        case .bfloat16: WEFT_TYPE_BFLOAT16
        case .float32: WEFT_TYPE_FLOAT32
        case .float64: WEFT_TYPE_FLOAT64
        case .fp8E4M3: WEFT_TYPE_FP8_E4M3
        case .fp8E5M2: WEFT_TYPE_FP8_E5M2
        case .mxfp8: WEFT_TYPE_MXFP8
        }
    }
}

extension ReductionOperator {
    fileprivate var raw: weft_operator {
        switch self {
        case .sum: WEFT_OPERATOR_SUM
        case .product: WEFT_OPERATOR_PRODUCT
        case .minimum: WEFT_OPERATOR_MINIMUM
        case .maximum: WEFT_OPERATOR_MAXIMUM
        case .average: WEFT_OPERATOR_AVERAGE
        case .premultipliedSum: WEFT_OPERATOR_PREMULTIPLIED_SUM
        }
    }
}

/// Where a plan's memory lies in every endpoint's heap, in bytes from its start.
public struct Areas: Equatable, Sendable {
    /// Where lines begin.
    public let linesStart: Int
    /// Bytes that an operation's lines take: there are `WEFT_LINE_PARTS` times as many.
    public let linesBytes: Int
    /// Where plain scratch begins.
    public let scratchStart: Int
    /// Bytes of it that an operation takes: there are `WEFT_TURNS` times as many.
    public let scratchBytes: Int
    /// Where the buffers may begin.
    public let buffersStart: Int

    /// Room for lines and plain scratch of so many bytes an operation, for as many as take turns.
    ///
    /// The lines lie first, always at the same place, since what looks like a flag must be one.
    public init(linesBytes: Int, scratchBytes: Int) {
        func roundUp(_ value: Int) -> Int { (value + 127) / 128 * 128 }
        self.linesBytes = roundUp(linesBytes)
        self.scratchBytes = roundUp(scratchBytes)
        linesStart = 0
        scratchStart = Int(WEFT_LINE_PARTS) * self.linesBytes
        // A page: so that buffers are aligned alike on all machines.
        let end = scratchStart + Int(WEFT_TURNS) * self.scratchBytes
        buffersStart = (end + 4095) / 4096 * 4096
    }

    /// Room for each of several plans.
    public init(for drafts: [PlanDraft]) {
        self.init(
            linesBytes: drafts.map(\.linesBytes).max() ?? 0,
            scratchBytes: drafts.map(\.scratchBytes).max() ?? 0
        )
    }
}

/// A plan of one endpoint, laid out in memory and ready to run.
public struct Plan: ~Copyable {
    private let pointer: UnsafeMutablePointer<weft_plan>
    private let areas: Areas

    /// Prepares a draft for its endpoint's segment.
    public init(
        _ draft: PlanDraft,
        segment: borrowing Segment,
        areas: Areas,
        instructions: InstructionSet = .best
    ) throws(RuntimeError) {
        var plan: UnsafeMutablePointer<weft_plan>?
        let code = draft.steps.withUnsafeBufferPointer { steps in
            draft.operands.withUnsafeBufferPointer { operands in
                draft.waits.withUnsafeBufferPointer { waits in
                    draft.notices.withUnsafeBufferPointer { notices in
                        var parts = weft_plan_parts(
                            steps: steps.baseAddress,
                            step_count: UInt32(steps.count),
                            operands: operands.baseAddress,
                            operand_count: UInt32(operands.count),
                            waits: waits.baseAddress,
                            wait_count: UInt32(waits.count),
                            closing: UInt32(draft.closing),
                            notices: notices.baseAddress,
                            notice_count: UInt32(notices.count),
                            entering: UInt32(draft.entering),
                            leaving: UInt32(draft.leaving),
                            is_announced: draft.isAnnounced ? 1 : 0,
                            type: draft.reduction.type.raw,
                            op: draft.reduction.combining.raw,
                            turns: UInt32(draft.turns),
                            ranks: UInt32(draft.ranks),
                            factor: draft.reduction.factorBits
                        )
                        return weft_plan_create(&parts, segment.pointer, instructions.raw, &plan)
                    }
                }
            }
        }
        try check(code, "a plan can't be made")
        guard let plan else { throw RuntimeError("a plan can't be made") }
        pointer = plan
        self.areas = areas
    }

    deinit { weft_plan_destroy(pointer) }

    /// Says where input and output lie in every endpoint's heap.
    public func bind(
        _ segment: borrowing Segment,
        input: Int,
        output: Int
    ) throws(RuntimeError) {
        let starts = [input, output, areas.scratchStart, areas.linesStart].map { UInt64($0) }
        let strides = [0, 0, areas.scratchBytes, areas.linesBytes].map { UInt64($0) }
        try check(
            weft_plan_bind(pointer, segment.pointer, starts, strides),
            "buffers do not fit the heap"
        )
    }

    /// Runs operations back to back.
    @inline(__always)
    public func run(_ segment: borrowing Segment, operations: Int) throws(RuntimeError) {
        let code = weft_plan_run(pointer, segment.pointer, UInt64(operations))
        if code != 0 { throw RuntimeError("running a collective", errno: code) }
    }

    /// Runs operations one by one, each begun by all endpoints at the same time; how long each took
    /// here, in ticks, goes to `ticks`.
    public func runTogether(
        _ segment: borrowing Segment,
        operations: Int,
        ticks: UnsafeMutablePointer<UInt64>
    ) throws(RuntimeError) {
        let code = weft_plan_run_together(pointer, segment.pointer, UInt64(operations), ticks)
        if code != 0 { throw RuntimeError("running a collective", errno: code) }
    }
}

/// The clock that times collectives.
public enum Clock {
    /// Finds the clock's rate; once, before any other use.
    public static func setUp() { weft_clock_setup() }
    /// Ticks since some point in the past.
    public static func now() -> UInt64 { weft_clock_now() }
    /// Ticks of a second.
    public static var rate: Double { weft_clock_rate() }
    /// The processor's counter, or the kernel's clock.
    public static var name: String {
        weft_clock_is_counter() ? "processor counter (invariant)" : "CLOCK_MONOTONIC_RAW"
    }
    /// Seconds that one reading takes.
    public static var cost: Double { Double(weft_clock_cost()) / weft_clock_rate() }
}
