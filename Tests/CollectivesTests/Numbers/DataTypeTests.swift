import Collectives
import Testing

/// Names, sizes and units of the types, and the names of the operators.
@Suite struct DataTypeTests {
    @Test func typesAreFoundByEveryName() {
        for type in DataType.allCases {
            #expect(DataType(named: type.rawValue) == type)
            #expect(DataType(named: type.rawValue.uppercased()) == type)
        }
        let aliases: [(String, DataType)] = [
            ("float16", .float16), ("fp16", .float16), ("BF16", .bfloat16), ("fp32", .float32),
            ("float32", .float32), ("f32", .float32), ("fp64", .float64), ("float64", .float64),
            ("f8e4m3", .fp8E4M3), ("fp8_e4m3", .fp8E4M3), ("E5M2", .fp8E5M2),
            ("f8e5m2", .fp8E5M2), ("mxfp8", .mxfp8), ("mxfp8-e4m3", .mxfp8),
        ]
        for (name, type) in aliases { #expect(DataType(named: name) == type, "\(name)") }
        for name in ["", "-", "int", "fp4", "float128", "fp8", "half "] {
            #expect(DataType(named: name) == nil, "\(name)")
        }
    }

    @Test func namesAreThoseOfNCCLTests() {
        let names = DataType.allCases.map(\.rawValue)
        #expect(
            names == [
                "int8", "uint8", "int32", "uint32", "int64", "uint64", "half", "bfloat16",
                "float", "double", "fp8-e4m3", "fp8-e5m2", "mxfp8",
            ]
        )
        let operators = ReductionOperator.allCases.map(\.rawValue)
        #expect(operators == ["sum", "prod", "min", "max", "avg", "mulsum"])
    }

    @Test func sizesAreThoseOfTheFormats() {
        for type in DataType.allCases where type != .mxfp8 {
            #expect(type.unitElements == 1 && type.size == type.unitBytes)
            #expect(type.units(of: 7) == 7)
            if let format = type.format { #expect(format.width == 8 * type.size) }
        }
        #expect(DataType.mxfp8.unitElements == 32 && DataType.mxfp8.unitBytes == 33)
        let counts = [0, 1, 32, 33, 64, 65]
        #expect(counts.map { DataType.mxfp8.units(of: $0) } == [0, 1, 1, 2, 2, 3])
        #expect(DataType.mxfp8.units(of: .max) == Int.max / 32 + 1)
        #expect(DataType.mxfp8.format == nil && DataType.int8.format == nil)
    }

    @Test func allNaNsAreOne() {
        #expect(DataType.float16.canonical(0xFE01) == 0x7E00)
        #expect(DataType.float32.canonical(0xFFC0_0000) == 0x7FC0_0000)
        #expect(DataType.fp8E4M3.canonical(0xFF) == 0x7F)
        #expect(DataType.fp8E5M2.canonical(0x7D) == 0x7E)
        #expect(DataType.fp8E5M2.canonical(0xFC) == 0xFC)
        #expect(DataType.float16.canonical(0x8000) == 0x8000)
        #expect(DataType.uint8.canonical(0xFF) == 0xFF)
    }
}
