import CWeft
import Glibc
import Runtime
import TestSupport
import Testing

/// Parts of plans that no lowering makes: refused, or run without touching anything but the heaps.
@Suite(.everyCore) struct PlanFuzzTests {
    private final class Memory {
        var segment: UnsafeMutablePointer<weft_segment>
        private let descriptor: Int32

        init(endpoints: UInt32, heapBytes: UInt64) throws {
            var shape = weft_segment_shape(
                endpoints: endpoints,
                oversubscribed: false,
                spans_nodes: false,
                job_bytes: 8,
                board_entries: 1,
                heap_bytes: heapBytes
            )
            var descriptor: Int32 = -1
            var segment: UnsafeMutablePointer<weft_segment>?
            #expect(weft_segment_create(&shape, &descriptor) == 0)
            // The middle one, so that there are neighbours on both sides.
            #expect(weft_segment_attach(descriptor, 1, &segment) == 0)
            self.segment = try #require(segment)
            self.descriptor = descriptor
        }

        deinit {
            weft_segment_detach(segment)
            close(descriptor)
        }
    }

    private struct Parts {
        var steps: [weft_step] = []
        var operands: [weft_operand] = []
        var waits: [weft_wait] = []
        var closing: UInt32 = 0
        var stepCount: UInt32?
        var operandCount: UInt32?
        var waitCount: UInt32?
        var turns = UInt32(WEFT_TURNS)
        var type = WEFT_TYPE_FLOAT32
        var op = WEFT_OPERATOR_SUM

        func create(
            _ segment: UnsafeMutablePointer<weft_segment>,
            _ isa: weft_isa = WEFT_ISA_PORTABLE
        ) -> (code: Int32, plan: UnsafeMutablePointer<weft_plan>?) {
            var plan: UnsafeMutablePointer<weft_plan>?
            let code = steps.withUnsafeBufferPointer { steps in
                operands.withUnsafeBufferPointer { operands in
                    waits.withUnsafeBufferPointer { waits in
                        var parts = weft_plan_parts(
                            steps: steps.baseAddress,
                            step_count: stepCount ?? UInt32(steps.count),
                            operands: operands.baseAddress,
                            operand_count: operandCount ?? UInt32(operands.count),
                            waits: waits.baseAddress,
                            wait_count: waitCount ?? UInt32(waits.count),
                            closing: closing,
                            notices: nil,
                            notice_count: 0,
                            entering: 0,
                            leaving: 0,
                            is_announced: 1,
                            type: type,
                            op: op,
                            turns: turns,
                            ranks: 2,
                            factor: 0
                        )
                        return weft_plan_create(&parts, segment, isa, &plan)
                    }
                }
            }
            return (code, plan)
        }
    }

    private func step(
        _ kind: weft_step_kind,
        sources: UInt32,
        targets: UInt32,
        bytes: UInt64 = 64
    ) -> weft_step {
        weft_step(
            kind: kind.rawValue,
            is_awaited: 0,
            is_streaming: 0,
            is_complete: 0,
            waits: 0,
            sources: sources,
            targets: targets,
            flushes: 0,
            notices: 0,
            reserved: 0,
            progress: 2,
            bytes: bytes
        )
    }

    private func operand(
        _ area: weft_area,
        endpoint: UInt32 = 1,
        offset: UInt64 = 0,
        writer: UInt32 = 0
    ) -> weft_operand {
        weft_operand(
            endpoint: endpoint,
            area: area.rawValue,
            offset: offset,
            writer: writer,
            is_input: 0
        )
    }

    private func sound() -> Parts {
        var parts = Parts()
        parts.steps = [step(WEFT_STEP_COMBINE, sources: 2, targets: 1)]
        parts.operands = [
            operand(WEFT_AREA_INPUT), operand(WEFT_AREA_INPUT, endpoint: 0),
            operand(WEFT_AREA_OUTPUT),
        ]
        return parts
    }

    /// What can be wrong with parts, by name.
    private var malformed: [(String, (inout Parts) -> Void)] {
        [
            (
                "no source",
                {
                    $0.steps[0].sources = 0
                    $0.operands.removeFirst(2)
                }
            ),
            (
                "no target",
                {
                    $0.steps[0].targets = 0
                    $0.operands.removeLast()
                }
            ),
            ("a kind", { $0.steps[0].kind = 4 }),
            ("a send of a sum", { $0.steps[0].kind = WEFT_STEP_SEND.rawValue }),
            ("notices that are not there", { $0.steps[0].notices = 1 }),
            ("an endpoint", { $0.operands[1].endpoint = 3 }),
            ("an area", { $0.operands[0].area = 4 }),
            ("a writer", { $0.operands[2].writer = 3 }),
            ("too few operands", { $0.operands.removeLast() }),
            ("too many operands", { $0.operands.append($0.operands[0]) }),
            ("more sources than operands", { $0.steps[0].sources = 3 }),
            (
                "a sum that wraps",
                {
                    $0.steps[0].sources = .max
                    $0.steps[0].targets = 4
                }
            ),
            (
                "a sum that wraps to nothing",
                {
                    $0.steps[0].sources = .max
                    $0.steps[0].targets = 1
                    $0.operands = []
                }
            ),
            ("waits that are not there", { $0.steps[0].waits = 1 }),
            ("waits too many", { $0.waits = [weft_wait()] }),
            ("closing waits that are not there", { $0.closing = 2 }),
            (
                "a wait's endpoint",
                {
                    $0.waits = [weft_wait(word: 3, operations: 0, progress: 1)]
                    $0.closing = 1
                }
            ),
            (
                "a wait for the future",
                {
                    $0.waits = [weft_wait(word: 0, operations: 1, progress: 1)]
                    $0.closing = 1
                }
            ),
            (
                "a wait for before the first",
                {
                    $0.waits = [weft_wait(word: 0, operations: -9, progress: 1)]
                    $0.closing = 1
                }
            ),
            ("no turns", { $0.turns = 0 }),
            ("turns that no part of the lines has", { $0.turns = 4 }),
            ("progress beyond its bits", { $0.steps[0].progress = 1 << 20 }),
            ("lines to combine", { $0.operands[0].area = WEFT_AREA_LINES.rawValue }),
            ("lines as target", { $0.operands[2].area = WEFT_AREA_LINES.rawValue }),
            (
                "put to no lines",
                {
                    $0.steps[0] = self.step(WEFT_STEP_PUT, sources: 1, targets: 2)
                }
            ),
            (
                "put from two",
                {
                    $0.steps[0].kind = WEFT_STEP_PUT.rawValue
                    $0.operands[2].area = WEFT_AREA_LINES.rawValue
                }
            ),
        ]
    }

    @Test func refusesWhatIsMalformed() throws {
        let memory = try Memory(endpoints: 3, heapBytes: 1 << 21)
        for (name, change) in malformed {
            var parts = sound()
            change(&parts)
            let (code, plan) = parts.create(memory.segment)
            #expect(code == -EINVAL, "\(name)")
            #expect(plan == nil, "\(name)")
        }
        let (code, plan) = sound().create(memory.segment)
        #expect(code == 0)
        if let plan { weft_plan_destroy(plan) }
    }

    @Test func refusesKernelsThatThereAreNot() throws {
        let memory = try Memory(endpoints: 3, heapBytes: 1 << 21)
        var parts = sound()
        #expect(parts.create(memory.segment, weft_isa(rawValue: 77)).code == -ENOTSUP)
        parts.type = weft_type(rawValue: 99)
        #expect(parts.create(memory.segment).code == -ENOTSUP)
        parts = sound()
        parts.op = weft_operator(rawValue: 9)
        #expect(parts.create(memory.segment).code == -ENOTSUP)
    }

    @Test func refusesOperandsBeyondTheHeap() throws {
        let memory = try Memory(endpoints: 3, heapBytes: 1 << 21)
        let most: UInt64 = memory.segment.pointee.heap_bytes
        let starts: [UInt64] = [0, 0, 0, 0]
        for (offset, bytes) in [
            (most, 4), (most - 60, 64), (.max, 64), (.max - 63, 64), (0, .max - 3),
            (64, .max - 31), (1 << 63, 1 << 63), (0, most + 4),
        ] as [(UInt64, UInt64)] {
            var parts = sound()
            parts.operands[1].offset = offset
            parts.steps[0].bytes = bytes
            let (code, plan) = parts.create(memory.segment)
            #expect(code == 0)
            guard let plan else { continue }
            #expect(weft_plan_bind(plan, memory.segment, starts, starts) == -ERANGE, "\(offset)")
            weft_plan_destroy(plan)
        }
    }

    /// Random parts, most of them nearly sound.
    ///
    /// What is accepted and bound runs once, on a segment whose waits end at once, and leaves what
    /// lies around its areas alone.
    @Test func randomPartsStayInBounds() throws {
        let memory = try Memory(endpoints: 3, heapBytes: 1 << 21)
        weft_segment_abort(memory.segment)
        var random = SeededRandom(seed: 31)
        let heapBytes = Int(memory.segment.pointee.heap_bytes)
        // Heaps of endpoints 0 and 2 lie on both sides; of each only the middle is used.
        let area = 4096
        let starts = (0..<4).map { UInt64(heapBytes / 2 + $0 * 2 * area) }
        let strides = (0..<4).map { _ in UInt64(area) }
        // Lines come last, and an operand may begin where its area ends.
        let parts = 6 + Int(WEFT_LINE_PARTS) + 2
        let used = (heapBytes / 2)..<(heapBytes / 2 + parts * area)
        for endpoint in 0..<3 {
            memset(weft_segment_heap(memory.segment, UInt32(endpoint)), 0xa5, heapBytes)
        }
        var ran = 0
        var refused = 0
        for _ in 0..<20_000 {
            let parts = randomParts(&random, area)
            let (code, plan) = parts.create(memory.segment)
            guard let plan else {
                #expect(code < 0)
                refused += 1
                continue
            }
            if weft_plan_bind(plan, memory.segment, starts, strides) == 0 {
                let result = weft_plan_run(plan, memory.segment, 2)
                // There is no network that a send could use.
                #expect([0, -ECANCELED, -ENOTCONN].contains(result))
                ran += 1
            }
            weft_plan_destroy(plan)
        }
        #expect(ran > 1000 && refused > 1000, "\(ran) ran, \(refused) refused")
        for endpoint in 0..<3 {
            let heap = UnsafeRawBufferPointer(
                start: weft_segment_heap(memory.segment, UInt32(endpoint)),
                count: heapBytes
            )
            #expect(heap[..<used.lowerBound].allSatisfy { $0 == 0xa5 })
            #expect(heap[used.upperBound...].allSatisfy { $0 == 0xa5 })
        }
    }

    private func randomParts(_ random: inout SeededRandom, _ area: Int) -> Parts {
        var parts = Parts()
        let slip = { (random: inout SeededRandom) in random.below(60) == 0 }
        for _ in 0..<(1 + random.below(4)) {
            let kind = weft_step_kind(UInt32(random.below(slip(&random) ? 5 : 3)))
            let isPut = kind == WEFT_STEP_PUT
            var one = step(
                kind,
                sources: isPut ? 1 : UInt32(1 + random.below(11)),
                targets: UInt32(1 + random.below(11)),
                bytes: UInt64(random.below(2000))
            )
            one.is_awaited = UInt32(random.below(2))
            one.is_streaming = UInt32(random.below(2))
            one.progress = UInt64(2 + random.below(9))
            if slip(&random) { one.progress = random.next() }
            for number in 0..<Int(one.sources + one.targets) {
                let isSource = number < one.sources
                let isLines = isSource ? kind == WEFT_STEP_TAKE && random.below(2) == 0 : isPut
                let place = isLines ? 3 : random.below(slip(&random) ? 5 : 3)
                let offset = isLines ? random.below(area / 128) * 64 : random.below(area / 2)
                parts.operands.append(
                    operand(
                        weft_area(UInt32(place)),
                        endpoint: UInt32(random.below(3)),
                        offset: slip(&random) ? random.next() : UInt64(offset),
                        writer: UInt32(random.below(slip(&random) ? 5 : 3))
                    )
                )
            }
            if random.below(4) == 0 {
                one.waits = UInt32(1 + random.below(2))
                for _ in 0..<one.waits {
                    parts.waits.append(
                        weft_wait(
                            word: UInt32(random.below(slip(&random) ? 5 : 3)),
                            operations: Int32(random.below(slip(&random) ? 9 : 3)) - 2,
                            progress: UInt64(random.below(12))
                        )
                    )
                }
            }
            if slip(&random) { one.sources = UInt32(truncatingIfNeeded: random.next()) }
            if slip(&random) { one.targets = UInt32(truncatingIfNeeded: random.next()) }
            if slip(&random) { one.bytes = random.next() }
            parts.steps.append(one)
        }
        if slip(&random) { parts.closing = UInt32(random.below(3)) }
        return parts
    }
}
