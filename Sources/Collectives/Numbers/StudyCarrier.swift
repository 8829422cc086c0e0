/// How a rank's numbers become what travels, and how that is read.
protocol StudyCarrier: Sendable {
    associatedtype Base: ObservableArithmetic
    /// What reduces it.
    var arithmetic: Base { get }
    /// Elements that travel only together.
    var unit: Int { get }
    /// What lies in memory before anything has arrived.
    var empty: Base.Value { get }
    /// Whether each combination rounds, or only the store that ends a step.
    var roundsAtCombine: Bool { get }

    /// The numbers in the carrier's format, rounded.
    func pack(_ numbers: [Double]) -> [Base.Value]
    /// The numbers, exactly.
    func unpack(_ values: [Base.Value]) -> [Double]
}

/// Scalars, scaled by one power of two that all ranks agreed on before.
struct ScalarCarrier: StudyCarrier {
    let arithmetic: ScalarArithmetic
    let unit = 1
    let empty: UInt64 = 0
    let roundsAtCombine: Bool
    private let format: FloatFormat
    private let overflow: FloatFormat.Overflow
    private let scale: Double
    private let inverse: Double

    /// Makes the carrier of a floating-point type with values divided by 2^`exponent`.
    init(_ type: DataType, _ format: FloatFormat, ranks: Int, exponent: Int = 0) {
        arithmetic = ScalarArithmetic(type, .sum, ranks: ranks)
        roundsAtCombine = type == .float32 || type == .float64
        self.format = format
        overflow = format.width == 8 ? .largest : .infinity
        scale = FloatFormat.powerOfTwo(exponent)
        inverse = FloatFormat.powerOfTwo(-exponent)
    }

    func pack(_ numbers: [Double]) -> [UInt64] {
        numbers.map { format.encode($0 * inverse, overflow: overflow) }
    }

    func unpack(_ values: [UInt64]) -> [Double] { values.map { format.decode($0) * scale } }
}

/// Blocks with a scale each.
struct BlockCarrier: StudyCarrier {
    let arithmetic: BlockArithmetic
    let unit: Int
    let empty = ScaledBlock(elements: [], scale: 0)
    let roundsAtCombine = false

    init(_ format: FloatFormat, block: Int, ranks: Int) {
        arithmetic = BlockArithmetic(format, .sum, ranks: ranks)
        unit = block
    }

    func pack(_ numbers: [Double]) -> [ScaledBlock] {
        stride(from: 0, to: numbers.count, by: unit).map { start in
            let block = numbers[start..<min(start + unit, numbers.count)].map { Float($0) }
            return arithmetic.store(block, isComplete: false)
        }
    }

    func unpack(_ values: [ScaledBlock]) -> [Double] {
        values.flatMap { arithmetic.load($0, isInput: false).map { Double($0) } }
    }
}

/// binary32 on the wire: inputs are of the type, and results are rounded to it once.
struct WideCarrier<Narrow: StudyCarrier>: StudyCarrier {
    let unit = 1
    let empty: UInt64 = 0
    let roundsAtCombine = true
    private let narrow: Narrow
    private let wide: ScalarCarrier

    init(_ narrow: Narrow, ranks: Int) {
        self.narrow = narrow
        wide = ScalarCarrier(.float32, .float32, ranks: ranks)
    }

    var arithmetic: ScalarArithmetic { wide.arithmetic }

    func pack(_ numbers: [Double]) -> [UInt64] { wide.pack(narrow.rounded(numbers)) }

    /// What is of the type already stays as it is.
    func unpack(_ values: [UInt64]) -> [Double] { narrow.rounded(wide.unpack(values)) }
}

extension StudyCarrier {
    /// Numbers as the carrier's format has them.
    func rounded(_ numbers: [Double]) -> [Double] { unpack(pack(numbers)) }
}
