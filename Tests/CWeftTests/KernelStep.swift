import CWeft
import Collectives

/// A repeatable source of bits (splitmix64).
struct Bits {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
        return bits ^ bits >> 31
    }

    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
}

extension DataType {
    /// The type as the kernels know it: both count in the same order.
    var raw: weft_type {
        weft_type(rawValue: UInt32(DataType.allCases.firstIndex(of: self) ?? .max))
    }

    /// Patterns at the ends of what a scalar type has, zeros, ones and NaNs.
    var specials: [UInt64] {
        let top = (1 as UInt64) << UInt64(8 * size - 1)
        guard let format else {
            return [0, 1, 2, 3, top - 1, top, top + 1, top | (top - 1)]
        }
        let one = format.encode(1 as Double, overflow: .infinity)
        let least = (1 as UInt64) << UInt64(format.mantissaBits)
        let magnitudes = [
            0, 1, 2, 3, least - 1, least, least + 1, one - 1, one, one + 1, format.largest - 1,
            format.largest, format.infinity ?? 0, format.nan ?? 0,
        ]
        return magnitudes + magnitudes.map { $0 | top }
    }

    /// Units of every kind: special ones, any bits, and numbers of like size that add up.
    func units(_ count: Int, _ bits: inout Bits) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count * size)
        for _ in 0..<count {
            if self == .mxfp8 {
                bytes += Self.block(&bits)
            } else {
                append(pattern(&bits), to: &bytes)
            }
        }
        return bytes
    }

    /// One pattern after another.
    func bytes(_ patterns: some Sequence<UInt64>) -> [UInt8] {
        var bytes: [UInt8] = []
        for pattern in patterns { append(pattern, to: &bytes) }
        return bytes
    }

    private func append(_ pattern: UInt64, to bytes: inout [UInt8]) {
        for byte in 0..<UInt64(size) {
            bytes.append(UInt8(truncatingIfNeeded: pattern >> (8 * byte)))
        }
    }

    private func pattern(_ bits: inout Bits) -> UInt64 {
        let random = bits.next()
        switch random % 4 {
        case 0: return specials[bits.below(specials.count)]
        case 1: return bits.next() >> UInt64(64 - 8 * size)
        default:
            guard let format else { return bits.next() >> UInt64(64 - 8 * size) }
            let magnitude = 1 + Double(bits.next() >> 12) * 0x1p-52
            let exponent = random >> 8 & 7
            let value = (0..<exponent).reduce(magnitude * 0x1p-4) { value, _ in value * 2 }
            return format.encode(random >> 16 & 1 == 0 ? value : -value, overflow: .largest)
        }
    }

    /// A block: with a NaN or without, zeros, small ones only, and scales at both ends.
    private static func block(_ bits: inout Bits) -> [UInt8] {
        let kind = bits.below(12)
        let elements = (0..<32).map { _ in
            let byte = UInt8(truncatingIfNeeded: bits.next())
            if kind == 0 { return byte }
            if kind == 1 { return byte & 0x80 }
            if kind == 2 { return byte & 0x8F }
            return byte & 0x7F == 0x7F ? byte & 0xF0 : byte
        }
        switch kind {
        case 3: return elements + [UInt8(truncatingIfNeeded: bits.next())]
        case 4: return elements + [UInt8(255 - bits.below(12))]
        case 5: return elements + [UInt8(bits.below(12))]
        default: return elements + [UInt8(124 + bits.below(8))]
        }
    }
}

extension ReductionOperator {
    /// The operator as the kernels know it: both count in the same order.
    var raw: weft_operator {
        weft_operator(rawValue: UInt32(ReductionOperator.allCases.firstIndex(of: self) ?? .max))
    }
}

/// A step of a reduction: its operands, and what it must compute.
struct KernelStep {
    let type: DataType
    let reduction: ReductionOperator
    let sources: [[UInt8]]
    var ranks = 3
    var isComplete = true
    var factor: UInt64 = 0
    var isInput: [Bool] = []

    var count: Int { (sources.first?.count ?? 0) / type.size }

    /// What the arithmetic of `Collectives` makes of the operands, with one NaN for all.
    func expected() -> [UInt8] {
        guard type == .mxfp8 else {
            let arithmetic = ScalarArithmetic(type, reduction, ranks: ranks, factor: factor)
            return type.bytes(
                (0..<count).map { unit in
                    let values = sources.map { read($0, unit) }
                    return type.canonical(combine(arithmetic, values))
                }
            )
        }
        let scale = Float(bitPattern: UInt32(truncatingIfNeeded: factor))
        let arithmetic = BlockArithmetic(.e4m3, reduction, ranks: ranks, factor: scale)
        return (0..<count).flatMap { unit in
            let blocks = sources.map { ScaledBlock(bytes: $0[33 * unit..<33 * unit + 33]) }
            return combine(arithmetic, blocks).bytes
        }
    }

    /// Results with one NaN for all of a scalar type.
    func canonical(_ bytes: [UInt8]) -> [UInt8] {
        guard type.format != nil else { return bytes }
        return type.bytes((0..<bytes.count / type.size).map { type.canonical(read(bytes, $0)) })
    }

    private func combine<A: Arithmetic>(_ arithmetic: A, _ values: [A.Value]) -> A.Value {
        var sum = arithmetic.load(values[0], isInput: isInput.first ?? false)
        for index in values.indices.dropFirst() {
            let isInput = index < isInput.count && isInput[index]
            sum = arithmetic.combine(sum, arithmetic.load(values[index], isInput: isInput))
        }
        return arithmetic.store(sum, isComplete: isComplete)
    }

    private func read(_ bytes: [UInt8], _ unit: Int) -> UInt64 {
        (0..<type.size).reduce(0) { bits, byte in
            bits | UInt64(bytes[unit * type.size + byte]) << UInt64(8 * byte)
        }
    }

    /// Runs a kernel with operands at the given offsets; the bytes of each target, or nil where
    /// anything around a target was written.
    ///
    /// - Parameters:
    ///   - sourceOffsets: for each source, its distance from a cache line.
    ///   - targetOffsets: for each target the same, but for those in place.
    ///   - inPlace: for each target, the source that it is, if it is one.
    func run(
        _ kernel: weft_combine_fn,
        sourceOffsets: [Int],
        targetOffsets: [Int],
        inPlace: [Int?]
    ) -> [[UInt8]?] {
        let length = count * type.size
        let slot = (length + 320) / 64 * 64
        let memory = UnsafeMutableRawBufferPointer.allocate(
            byteCount: slot * (sources.count + inPlace.count),
            alignment: 64
        )
        defer { memory.deallocate() }
        _ = memory.initializeMemory(as: UInt8.self, repeating: 0xA5)
        let places = sources.indices.map { slot * $0 + 128 + sourceOffsets[$0] }
        for (place, bytes) in zip(places, sources) {
            UnsafeMutableRawBufferPointer(rebasing: memory[place..<place + length])
                .copyBytes(from: bytes)
        }
        let starts = inPlace.indices.map { target in
            inPlace[target].map { places[$0] }
                ?? slot * (sources.count + target) + 128 + targetOffsets[target]
        }
        call(kernel, memory, places, starts)
        return starts.map { start in
            let end = start + length
            let isUntouched = [start - 64..<start, end..<end + 64].allSatisfy { around in
                memory[around].allSatisfy { $0 == 0xA5 }
            }
            return isUntouched ? Array(memory[start..<end]) : nil
        }
    }

    private func call(
        _ kernel: weft_combine_fn,
        _ memory: UnsafeMutableRawBufferPointer,
        _ places: [Int],
        _ starts: [Int]
    ) {
        guard let base = memory.baseAddress else { return }
        let inputs = isInput.map { $0 ? 1 : 0 as UInt8 }
        inputs.withUnsafeBufferPointer { inputs in
            var scalars = weft_scalars(
                ranks: UInt32(ranks),
                is_complete: isComplete ? 1 : 0,
                factor: factor,
                is_input: isInput.isEmpty ? nil : inputs.baseAddress
            )
            kernel(
                starts.map { base + $0 },
                UInt32(starts.count),
                places.map { UnsafeRawPointer(base + $0) },
                UInt32(places.count),
                UInt64(count),
                &scalars
            )
        }
    }
}
