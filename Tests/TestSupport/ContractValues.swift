public import Collectives

/// What ranks contribute to a case, and what must come out of it, as bytes.
public struct ContractValues {
    /// What memory holds before anything is written to it.
    public static let empty: UInt8 = 0x3A

    private let one: ContractCase
    private let schedule: Schedule
    private var type: DataType { one.reduction.type }

    /// The values of a case, whose schedule is given.
    public init(_ one: ContractCase, _ schedule: Schedule) {
        self.one = one
        self.schedule = schedule
    }

    /// Each rank's input: numbers of any size, so that another order of reduction gives other bits.
    public func inputs(operation: Int) -> [[UInt8]] {
        (0..<one.ranks).map { rank in
            var random = SeededRandom(
                seed: UInt64(rank * 1_000_003 + operation * 7919 + one.elements)
            )
            let count = schedule.elementCount(of: .input, rank: rank)
            if type == .mxfp8 {
                // Scales near one, as data has them.
                return (0..<count).flatMap { _ in
                    (0..<32).map { _ in UInt8(truncatingIfNeeded: random.next()) & 0xF7 }
                        + [120 + UInt8(random.below(8))]
                }
            }
            return Self.bytes((0..<count).map { _ in pattern(&random) }, type.size)
        }
    }

    private func pattern(_ random: inout SeededRandom) -> UInt64 {
        let bits = random.next()
        guard let format = type.format else { return bits & .max >> UInt64(64 - 8 * type.size) }
        let number = Double(Int64(bitPattern: bits) >> 40) / Double(1 << 20)
        let scale = [0.0625, 0.5, 1, 8][Int(bits & 3)]
        return format.encode(number * scale, overflow: .largest)
    }

    /// Each rank's output, from the reference interpreter.
    public func expected(_ inputs: [[UInt8]]) -> [[UInt8]] {
        let (reduction, ranks) = (one.reduction, one.ranks)
        if type == .mxfp8 {
            let blocks = inputs.map { bytes in
                stride(from: 0, to: bytes.count, by: 33).map {
                    ScaledBlock(bytes: bytes[$0..<($0 + 33)])
                }
            }
            let outputs = schedule.interpret(
                inputs: blocks,
                empty: ScaledBlock(bytes: Array(repeating: Self.empty, count: 33)),
                arithmetic: BlockArithmetic(
                    .e4m3,
                    reduction.combining,
                    ranks: ranks,
                    factor: Float(Reduction.factor)
                )
            )
            return outputs.map { Self.canonical($0.flatMap(\.bytes), type) }
        }
        let size = type.size
        let patterns = inputs.map { bytes in
            (0..<(bytes.count / size)).map { Self.pattern(bytes, $0 * size, size) }
        }
        let outputs = schedule.interpret(
            inputs: patterns,
            empty: (0..<size).reduce(0) { bits, _ in bits << 8 | UInt64(Self.empty) },
            arithmetic: ScalarArithmetic(
                type,
                reduction.combining,
                ranks: ranks,
                factor: reduction.factorBits
            )
        )
        return outputs.map { Self.canonical(Self.bytes($0, size), type) }
    }

    /// The element of so many bytes that begins at a place.
    private static func pattern(_ bytes: [UInt8], _ start: Int, _ size: Int) -> UInt64 {
        var bits: UInt64 = 0
        for index in (0..<size).reversed() { bits = bits << 8 | UInt64(bytes[start + index]) }
        return bits
    }

    private static func bytes(_ patterns: [UInt64], _ size: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(patterns.count * size)
        for bits in patterns {
            for index in 0..<size { bytes.append(UInt8(truncatingIfNeeded: bits >> (8 * index))) }
        }
        return bytes
    }

    /// Bytes with one NaN instead of any.
    public static func canonical(_ bytes: [UInt8], _ type: DataType) -> [UInt8] {
        guard let format = type.format else { return bytes }
        let size = type.size
        var result = bytes
        for start in stride(from: 0, to: bytes.count, by: size) {
            let bits = pattern(bytes, start, size)
            if !format.isNaN(bits) { continue }
            for (index, byte) in Self.bytes([type.canonical(bits)], size).enumerated() {
                result[start + index] = byte
            }
        }
        return result
    }
}
