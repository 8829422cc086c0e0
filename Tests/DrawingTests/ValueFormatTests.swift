import Drawing
import Testing

@Suite("Value format")
struct ValueFormatTests {
    struct Case: Sendable {
        var format: ValueFormat
        var value: Double
        var text: String
    }

    private static let cases: [Case] =
        [
            (0, "0"), (-0.0, "0"), (0.5, "0.5"), (20, "20"), (9999, "9999"), (10_000, "10,000"),
            (1_234_567, "1,234,567"), (0.1 + 0.2, "0.3"), (-2.5, "−2.5"), (1e9, "10⁹"),
            (1.5e12, "1.5×10¹²"), (-1e-7, "−10⁻⁷"), (0.000_012_5, "0.0000125"),
            (1.797e308, "1.797×10³⁰⁸"), (.leastNonzeroMagnitude, "4.941×10⁻³²⁴"),
            (.nan, "no value"),
            (.infinity, "∞"), (-.infinity, "−∞"), (999_999_999.9, "1,000,000,000"),
        ].map { Case(format: .plain, value: $0.0, text: $0.1) }
        + [
            (0, "0"), (8, "8"), (1000, "1000"), (1024, "1K"), (1536, "1.5K"), (65_536, "64K"),
            (0x1p20, "1M"), (0x1p26, "64M"), (0x1p30, "1G"), (0x1p40, "1T"), (0x1p50, "1P"),
            (-2048, "−2K"), (0.5, "0.5"), (.nan, "no value"),
        ].map { Case(format: .bytes, value: $0.0, text: $0.1) }
        + [
            (0, "0"), (0.08, "80 ns"), (0.000_5, "0.5 ns"), (1.5, "1.5 µs"), (12.34, "12.3 µs"),
            (999.96, "1 ms"), (2000, "2 ms"), (3e6, "3 s"), (-5, "−5 µs"), (.infinity, "∞"),
        ].map { Case(format: .microseconds, value: $0.0, text: $0.1) }
        + [
            (12.5, "12.5%"), (0, "0%"), (-3, "−3%"), (.nan, "no value"),
        ].map { Case(format: .percent, value: $0.0, text: $0.1) }

    @Test("writes values", arguments: cases)
    func text(of example: Case) {
        #expect(example.format.text(example.value) == example.text)
    }

    @Test("tells values apart that stand beside one another")
    func steps() {
        #expect(ValueFormat.plain.text(123.456_7, step: 0.000_1) == "123.4567")
        #expect(ValueFormat.microseconds.text(1000.5, step: 0.5) == "1.0005 ms")
    }

    @Test("calls the caller's closure")
    func custom() {
        #expect(ValueFormat.custom { "<\(Int($0))>" }.text(4) == "<4>")
    }
}
