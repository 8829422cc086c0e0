/// Elements that share a scale: the value of an element is its own times the scale.
public struct ScaledBlock: Hashable, Sendable {
    /// The elements, a pattern of their format in each byte.
    public var elements: [UInt8]
    /// The scale, a pattern of E8M0; if it is the NaN, so are all elements.
    public var scale: UInt8

    /// Makes a block.
    public init(elements: [UInt8], scale: UInt8) {
        self.elements = elements
        self.scale = scale
    }

    /// Reads a block from memory: the elements in order, then the scale.
    public init(bytes: some Collection<UInt8>) {
        precondition(!bytes.isEmpty)
        elements = Array(bytes.dropLast())
        scale = bytes.suffix(1).reduce(0) { $1 }
    }

    /// The block as it lies in memory.
    public var bytes: [UInt8] { elements + [scale] }
}

/// What reduces blocks of MXFP8, and the meaning that every faster kernel must keep to the bit.
///
/// As in `ScalarArithmetic`, a step loads, combines and rounds once, and a product with the factor
/// of premultiplied sum is rounded. Loading multiplies the elements by their scale, in binary32.
/// Storing chooses a new scale as OCP MX v1.0, 6.3 says: the
/// power of two that puts the largest magnitude into the elements' highest binade, and no less than
/// 2^-127 (which is also that of a block of zeros). Elements are then rounded to the nearest,
/// half-way to even, and saturate.
///
/// Where the specification leaves a choice: a value that is NaN or infinite makes the whole block
/// NaN, as it does in microxcaling, the specification's emulation library; the scale is then 0xFF
/// and the elements are the format's NaN, or zero without one.
public struct BlockArithmetic: Arithmetic {
    private let format: FloatFormat
    private let reduction: ReductionOperator
    private let ranks: Int
    private let factor: Float
    /// The value of each pattern of an element.
    private let values: [Float]

    /// Makes the arithmetic; blocks may have any number of elements, MX has 32.
    ///
    /// - Parameters:
    ///   - format: the format of elements, of up to 8 bits.
    ///   - ranks: what average divides by.
    ///   - factor: what premultiplied sum multiplies by.
    public init(
        _ format: FloatFormat = .e4m3,
        _ reduction: ReductionOperator,
        ranks: Int,
        factor: Float = 1
    ) {
        precondition(format.width <= 8 && format.isSigned && ranks > 0)
        self.format = format
        self.reduction = reduction
        self.ranks = ranks
        self.factor = factor
        values = (0..<256).map { Float(format.decode($0)) }
    }

    /// Only premultiplied sum changes inputs.
    public var preparesInputs: Bool { reduction == .premultipliedSum }
    /// Only average changes complete sums.
    public var finishesResults: Bool { reduction == .average }

    /// The values of a block's elements.
    public func load(_ value: ScaledBlock, isInput: Bool) -> [Float] {
        let scale = Float(FloatFormat.e8m0.decode(UInt64(value.scale)))
        let sum = value.elements.map { values[Int($0)] * scale }
        guard isInput && reduction == .premultipliedSum else { return sum }
        return load(store(sum.map { $0 * factor }, isComplete: false), isInput: false)
    }

    /// Two blocks' values, element by element, the left one first.
    public func combine(_ left: [Float], _ right: [Float]) -> [Float] {
        var sum = left
        for index in sum.indices { sum[index] = reduction.combine(left[index], right[index]) }
        return sum
    }

    /// A block with a scale of its own; what is not complete is the conversion from binary32.
    public func store(_ sum: [Float], isComplete: Bool) -> ScaledBlock {
        let (values, scale) = scaled(sum, isComplete: isComplete)
        if scale == 0xFF {
            let nan = UInt8(truncatingIfNeeded: format.nan ?? 0)
            return ScaledBlock(elements: sum.map { _ in nan }, scale: scale)
        }
        let elements = values.map {
            UInt8(truncatingIfNeeded: format.encode($0, overflow: .largest))
        }
        return ScaledBlock(elements: elements, scale: scale)
    }

    /// The finished values, divided by their new scale.
    private func scaled(_ sum: [Float], isComplete: Bool) -> (values: [Float], scale: UInt8) {
        var values = sum
        if isComplete && reduction == .average {
            for index in values.indices { values[index] /= Float(ranks) }
        }
        // As integers magnitudes are in order, and infinity and NaN come last.
        let largest = values.reduce(0 as UInt32) { max($0, $1.bitPattern & 0x7FFF_FFFF) }
        let field = Int(largest >> 23)
        if field == 0xFF { return (values, 0xFF) }
        // Both fields have a bias of 127. Subnormals are below every scale.
        let scale = max(0, field - format.maximumExponent)
        let inverse = Float(FloatFormat.powerOfTwo(127 - scale))
        for index in values.indices { values[index] *= inverse }
        return (values, UInt8(scale))
    }
}

extension BlockArithmetic: ObservableArithmetic {
    func overflows(_ sum: [Float], isComplete: Bool) -> Int {
        let (values, scale) = scaled(sum, isComplete: isComplete)
        return scale == 0xFF ? 0 : values.count { format.overflows(Double($0)) }
    }
}
