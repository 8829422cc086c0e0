/// What the elements of a collective are, and how contributions become one.
public struct Reduction: Hashable, Sendable {
    /// The type of an element.
    public var type: DataType
    /// The operator, for collectives that reduce.
    public var combining: ReductionOperator
    /// By what a premultiplied sum multiplies each rank's input.
    public static let factor = 2.0

    /// Makes a reduction; float sums unless said otherwise.
    public init(_ type: DataType = .float32, _ combining: ReductionOperator = .sum) {
        self.type = type
        self.combining = combining
    }

    /// The factor as kernels take it: a pattern of the type, and of binary32 for MXFP8.
    public var factorBits: UInt64 {
        switch type {
        case .int8, .uint8, .int32, .uint32, .int64, .uint64: UInt64(Self.factor)
        case .mxfp8: UInt64(Float(Self.factor).bitPattern)
        default: type.format?.encode(Self.factor, overflow: .largest) ?? 0
        }
    }
}
