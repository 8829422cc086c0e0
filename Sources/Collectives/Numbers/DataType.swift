/// The element types that the data plane moves and reduces.
///
/// The raw values are what is printed: nccl-tests' words, but for FP8, where its `f8e4m3` is spelt
/// out; it has no block type.
public enum DataType: String, CaseIterable, Sendable {
    /// Two's complement, 8 bits.
    case int8
    /// Unsigned, 8 bits.
    case uint8
    /// Two's complement, 32 bits.
    case int32
    /// Unsigned, 32 bits.
    case uint32
    /// Two's complement, 64 bits.
    case int64
    /// Unsigned, 64 bits.
    case uint64
    /// IEEE 754 binary16.
    case float16 = "half"
    /// The upper half of binary32: its range with 8 bits of precision.
    case bfloat16
    /// IEEE 754 binary32.
    case float32 = "float"
    /// IEEE 754 binary64.
    case float64 = "double"
    /// OCP OFP8 E4M3: 4 bits of precision up to 448, NaN and no infinity.
    case fp8E4M3 = "fp8-e4m3"
    /// OCP OFP8 E5M2: 3 bits of precision up to 57344, NaN and infinity.
    case fp8E5M2 = "fp8-e5m2"
    /// OCP MX v1.0 MXFP8: blocks of 32 E4M3 elements with one E8M0 scale.
    case mxfp8

    /// The type of a name that users may give: the raw value, or another that is in use for it.
    ///
    /// Case, hyphens and underscores don't matter.
    public init?(named name: String) {
        let plain = name.lowercased().filter { $0 != "-" && $0 != "_" }
        let known = DataType.allCases.first { type in
            plain == type.rawValue.filter { $0 != "-" } || type.aliases.contains(plain)
        }
        guard let known else { return nil }
        self = known
    }

    private var aliases: [String] {
        switch self {
        case .int8, .uint8, .int32, .uint32, .int64, .uint64: []
        case .float16: ["float16", "fp16", "f16"]
        case .bfloat16: ["bf16"]
        case .float32: ["float32", "fp32", "f32"]
        case .float64: ["float64", "fp64", "f64"]
        case .fp8E4M3: ["f8e4m3", "e4m3"]
        case .fp8E5M2: ["f8e5m2", "e5m2"]
        case .mxfp8: ["mxfp8e4m3"]
        }
    }

    /// Elements that are moved and reduced only together: 1, and 32 where they share a scale.
    ///
    /// A schedule counts units as its elements.
    public var unitElements: Int { self == .mxfp8 ? 32 : 1 }

    /// Bytes of a unit.
    ///
    /// A block of MXFP8 is 33 bytes, its 32 elements in order and behind them their scale; blocks
    /// follow one another without a gap. The specification leaves the layout open; this one keeps
    /// a unit in one piece, so that it can be moved like any element.
    public var unitBytes: Int {
        switch self {
        case .int8, .uint8, .fp8E4M3, .fp8E5M2: 1
        case .float16, .bfloat16: 2
        case .int32, .uint32, .float32: 4
        case .int64, .uint64, .float64: 8
        case .mxfp8: 33
        }
    }

    /// Bytes of what a schedule calls an element.
    public var size: Int { unitBytes }

    /// Units that hold so many elements; the last is padded with zeros, which stay zero under every
    /// operator.
    public func units(of elements: Int) -> Int {
        elements / unitElements + (elements % unitElements == 0 ? 0 : 1)
    }

    /// The format of an element that is a floating-point number by itself.
    ///
    /// It is nil for integers and for blocks.
    public var format: FloatFormat? {
        switch self {
        case .int8, .uint8, .int32, .uint32, .int64, .uint64, .mxfp8: nil
        case .float16: .half
        case .bfloat16: .bfloat16
        case .float32: .float32
        case .float64: .float64
        case .fp8E4M3: .e4m3
        case .fp8E5M2: .e5m2
        }
    }

    /// A bit pattern of a scalar type, or the one NaN that stands for all others.
    ///
    /// Which NaN comes out of an addition depends on the processor: results are compared by this.
    public func canonical(_ bits: UInt64) -> UInt64 {
        guard let format, format.isNaN(bits), let nan = format.nan else { return bits }
        return nan
    }
}
