import CWeft
import Foundation
import Testing

/// One instruction set and one way to store, of those this machine can run.
struct KernelCase: Sendable, CustomTestStringConvertible {
    let isaValue: UInt32
    let streaming: Bool

    static let all: [KernelCase] = (0..<UInt32(WEFT_ISA_COUNT)).flatMap { isaValue in
        [false, true].map { KernelCase(isaValue: isaValue, streaming: $0) }
    }.filter { weft_isa_supported($0.isa) }

    var isa: weft_isa { weft_isa(rawValue: isaValue) }

    var testDescription: String {
        String(cString: weft_isa_name(isa)) + (streaming ? " streaming" : "")
    }

    func sum() throws -> weft_combine_fn {
        try #require(weft_combine_kernel(isa, WEFT_TYPE_FLOAT32, WEFT_OPERATOR_SUM, streaming))
    }

    func copy() throws -> weft_combine_fn {
        try #require(weft_copy_kernel(isa, streaming))
    }
}

/// Operands in slots of guard bytes: what a kernel must not write has to stay as it was.
final class Arena {
    static let slotCount = 42
    static let slotBytes = 17_024
    private let memory = UnsafeMutableRawPointer.allocate(
        byteCount: slotCount * slotBytes,
        alignment: 64
    )
    private let expected = UnsafeMutableRawPointer.allocate(byteCount: slotBytes, alignment: 64)

    deinit {
        memory.deallocate()
        expected.deallocate()
    }

    /// Fills a slot with guard bytes, then writes `bytes` at `offset` past a cache line.
    func place(_ bytes: some Collection<UInt8>, slot: Int, offset: Int) -> UnsafeMutableRawPointer {
        clear(slot: slot)
        let start = address(slot: slot, offset: offset)
        UnsafeMutableRawBufferPointer(start: start, count: bytes.count).copyBytes(from: bytes)
        return start
    }

    func clear(slot: Int) {
        memset(memory + slot * Self.slotBytes, 0xA5, Self.slotBytes)
    }

    func address(slot: Int, offset: Int) -> UnsafeMutableRawPointer {
        memory + slot * Self.slotBytes + 128 + offset
    }

    /// Whether a slot has exactly the first `count` of `bytes` at `offset`, and guards around.
    func slot(_ slot: Int, offset: Int, holds bytes: [UInt8], count: Int) -> Bool {
        memset(expected, 0xA5, Self.slotBytes)
        bytes.withUnsafeBytes { all in
            UnsafeMutableRawBufferPointer(start: expected + 128 + offset, count: count)
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: all[..<count]))
        }
        return memcmp(expected, memory + slot * Self.slotBytes, Self.slotBytes) == 0
    }
}

/// Repeatable operands and the scalar fold that every kernel must reproduce.
struct Oracle {
    let sources: [[Float]]

    init(sourceCount: Int, length: Int, seed: UInt64) {
        var state = seed
        sources = (0..<sourceCount).map { _ in
            (0..<length).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Float(Int32(truncatingIfNeeded: state >> 32)) * 0x1p-20
            }
        }
    }

    init(sources: [[Float]]) {
        self.sources = sources
    }

    /// The left fold of every element.
    func sum() -> [Float] {
        sources.dropFirst().reduce(sources[0]) { left, right in
            zip(left, right).map { $0 + $1 }
        }
    }

    static func bytes(_ floats: [Float]) -> [UInt8] {
        floats.withUnsafeBytes { Array($0) }
    }
}

private let counts = Array(0...70) + [127, 1000, 4099]
private let sourceCounts = [1, 2, 3, 4, 5, 8, 33]
private let targetCounts = [1, 2, 3, 4, 9]
/// In bytes: all operands alike, operands in steps, and addresses that no element has.
private let placements = [(0, 0), (4, 0), (8, 0), (12, 0), (0, 4), (4, 8), (1, 0), (3, 4)]

@Suite struct KernelTests {
    @Test(arguments: KernelCase.all)
    func sumMatchesTheScalarFold(_ kernelCase: KernelCase) throws {
        let kernel = try kernelCase.sum()
        for sourceCount in sourceCounts {
            let oracle = Oracle(sourceCount: sourceCount, length: 4099, seed: 7)
            let sums = Oracle.bytes(oracle.sum())
            let bytes = oracle.sources.map(Oracle.bytes)
            for (offset, step) in placements {
                let arena = Arena()
                let sources = bytes.indices.map {
                    let place = arena.place(bytes[$0], slot: $0, offset: offset + step * ($0 % 4))
                    return UnsafeRawPointer(place)
                }
                for targetCount in targetCounts {
                    let slots = (0..<targetCount).map { sourceCount + $0 }
                    let offsets = (0..<targetCount).map { offset + step * ($0 % 4) }
                    let targets = zip(slots, offsets).map(arena.address)
                    for count in counts {
                        slots.forEach(arena.clear)
                        kernel(
                            targets,
                            UInt32(targetCount),
                            sources,
                            UInt32(sourceCount),
                            UInt64(count),
                            nil
                        )
                        let right = zip(slots, offsets).allSatisfy {
                            arena.slot($0, offset: $1, holds: sums, count: count * 4)
                        }
                        let shape = "\(sourceCount) to \(targetCount)"
                        try #require(right, "\(shape), \(count) at \(offset) + \(step)")
                    }
                }
            }
        }
    }

    @Test(arguments: KernelCase.all)
    func sumInPlaceOfEverySource(_ kernelCase: KernelCase) throws {
        let kernel = try kernelCase.sum()
        for sourceCount in sourceCounts {
            let oracle = Oracle(sourceCount: sourceCount, length: 1000, seed: 11)
            let sums = Oracle.bytes(oracle.sum())
            let bytes = oracle.sources.map(Oracle.bytes)
            let arena = Arena()
            for count in [0, 1, 3, 7, 8, 31, 33, 64, 127, 1000] {
                // Each source alone, each with one more target, and all sources at once.
                var slotSets = (0..<sourceCount).flatMap { [[$0], [$0, sourceCount]] }
                slotSets.append(Array(0..<sourceCount))
                for slots in slotSets {
                    let places = bytes.indices.map {
                        arena.place(bytes[$0].prefix(count * 4), slot: $0, offset: 4)
                    }
                    arena.clear(slot: sourceCount)
                    let targets = slots.map { arena.address(slot: $0, offset: 4) }
                    kernel(
                        targets,
                        UInt32(targets.count),
                        places.map { UnsafeRawPointer($0) },
                        UInt32(sourceCount),
                        UInt64(count),
                        nil
                    )
                    let right = (0...sourceCount).allSatisfy { slot in
                        let kept = slot < sourceCount ? bytes[slot] : []
                        return slots.contains(slot)
                            ? arena.slot(slot, offset: 4, holds: sums, count: count * 4)
                            : arena.slot(
                                slot,
                                offset: 4,
                                holds: kept,
                                count: kept.isEmpty ? 0 : count * 4
                            )
                    }
                    try #require(right, "\(sourceCount) sources, \(count), in place of \(slots)")
                }
            }
        }
    }

    @Test(arguments: KernelCase.all)
    func copyReachesEveryTargetAtAnyAddress(_ kernelCase: KernelCase) throws {
        let kernel = try kernelCase.copy()
        let bytes = (0..<16_396).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ $0 >> 8) }
        let byteCounts = Array(0...140) + [255, 511, 512, 513, 1000, 1023, 1025, 4099, 16_396]
        let offsets = [(0, 0), (0, 1), (1, 0), (1, 1), (3, 7), (13, 31), (33, 33), (63, 62)]
        for (sourceOffset, targetOffset) in offsets {
            let arena = Arena()
            let source = arena.place(bytes, slot: 0, offset: sourceOffset)
            for targetCount in targetCounts {
                let slots = Array(1...targetCount)
                let targets = slots.map { arena.address(slot: $0, offset: targetOffset) }
                for count in byteCounts {
                    slots.forEach(arena.clear)
                    let sources = [UnsafeRawPointer(source)]
                    kernel(targets, UInt32(targetCount), sources, 1, UInt64(count), nil)
                    let right = slots.allSatisfy {
                        arena.slot($0, offset: targetOffset, holds: bytes, count: count)
                    }
                    try #require(right, "\(count) from \(sourceOffset) to \(targetOffset)")
                }
            }
            kernel([source], 1, [UnsafeRawPointer(source)], 1, UInt64(bytes.count), nil)
            #expect(arena.slot(0, offset: sourceOffset, holds: bytes, count: bytes.count))
        }
    }

    @Test(arguments: KernelCase.all)
    func sumKeepsSpecialValues(_ kernelCase: KernelCase) throws {
        let kernel = try kernelCase.sum()
        let specials: [Float] = [
            0, -0, 1, -1, .infinity, -.infinity, .nan, .leastNonzeroMagnitude,
            -.leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude,
            -.greatestFiniteMagnitude,
        ]
        // Every ordered triple, so that each pair also meets a third operand.
        let indices = Array(0..<(specials.count * specials.count * specials.count))
        let square = specials.count * specials.count
        let oracle = Oracle(sources: [
            indices.map { specials[$0 / square] },
            indices.map { specials[$0 / specials.count % specials.count] },
            indices.map { specials[$0 % specials.count] },
        ])
        for sourceCount in 1...3 {
            let expected = Oracle(sources: Array(oracle.sources.prefix(sourceCount))).sum()
            var result = [Float](repeating: 5, count: indices.count)
            oracle.sources[0].withUnsafeBytes { first in
                oracle.sources[1].withUnsafeBytes { second in
                    oracle.sources[2].withUnsafeBytes { third in
                        result.withUnsafeMutableBytes { target in
                            let sources = [first, second, third].compactMap(\.baseAddress)
                            let targets = [target].compactMap(\.baseAddress)
                            kernel(
                                targets,
                                1,
                                sources,
                                UInt32(sourceCount),
                                UInt64(indices.count),
                                nil
                            )
                        }
                    }
                }
            }
            for (found, wanted) in zip(result, expected) {
                #expect(found.isNaN ? wanted.isNaN : found.bitPattern == wanted.bitPattern)
            }
        }
    }

    @Test(arguments: KernelCase.all)
    func noSourceOrNoTargetDoesNothing(_ kernelCase: KernelCase) throws {
        let arena = Arena()
        let place = arena.place(Oracle.bytes([1, 2, 3]), slot: 0, offset: 0)
        for kernel in [try kernelCase.sum(), try kernelCase.copy()] {
            kernel([place], 1, [], 0, 2000, nil)
            for sourceCount: UInt32 in 1...2 {
                kernel(
                    [],
                    0,
                    [UnsafeRawPointer(place), UnsafeRawPointer(place)],
                    sourceCount,
                    2000,
                    nil
                )
            }
        }
        #expect(arena.slot(0, offset: 0, holds: Oracle.bytes([1, 2, 3]), count: 12))
    }

    @Test func dispatchAnswersForEveryValue() {
        #expect(weft_isa_supported(WEFT_ISA_PORTABLE))
        #expect(weft_isa_supported(weft_isa_best()))
        for isaValue in 0..<UInt32(WEFT_ISA_COUNT) + 2 {
            let isa = weft_isa(rawValue: isaValue)
            let isThere = weft_isa_supported(isa)
            for type in 0..<UInt32(WEFT_TYPE_COUNT) {
                for op in 0..<UInt32(WEFT_OPERATOR_COUNT) {
                    let (type, op) = (weft_type(rawValue: type), weft_operator(rawValue: op))
                    #expect((weft_combine_kernel(isa, type, op, false) != nil) == isThere)
                    #expect((weft_combine_kernel(isa, type, op, true) != nil) == isThere)
                }
            }
            #expect((weft_copy_kernel(isa, true) != nil) == isThere)
        }
        let isa = weft_isa_best()
        let noType = weft_type(rawValue: UInt32(WEFT_TYPE_COUNT))
        let noOperator = weft_operator(rawValue: UInt32(WEFT_OPERATOR_COUNT))
        #expect(weft_combine_kernel(isa, noType, WEFT_OPERATOR_SUM, false) == nil)
        #expect(weft_combine_kernel(isa, WEFT_TYPE_FLOAT32, noOperator, false) == nil)
        #expect(weft_type_size(noType) == 0)
    }
}
