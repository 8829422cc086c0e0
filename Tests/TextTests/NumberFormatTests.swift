import Foundation
import Testing
import Text

@Suite struct NumberFormatTests {
    @Test(
        arguments: [
            (0, 2, "0.00"), (-0.0, 1, "0.0"), (-0.001, 2, "0.00"), (-0.006, 2, "-0.01"),
            (1.005, 2, "1.00"), (2.5, 0, "2"), (3.5, 0, "4"), (1234.5678, 3, "1234.568"),
            (1e21, 0, "1000000000000000000000"), (.nan, 2, "nan"), (.infinity, 2, "inf"),
            (-.infinity, 2, "-inf"), (1, -3, "1"),
        ] as [(Double, Int, String)]
    )
    func fixedDigits(_ x: Double, _ digits: Int, _ text: String) {
        #expect(fixed(x, digits) == text)
    }

    @Test func fixedHoldsTheLongest() {
        #expect(fixed(-.greatestFiniteMagnitude, 5_000).utf8.count == 1 + 309 + 1 + 1_100)
    }

    @Test(
        arguments: [
            (0, 3, "0"), (1500, 3, "1500"), (1234.5, 3, "1230"), (1234.5, 5, "1234.5"),
            (1.5, 4, "1.5"), (2, 3, "2"), (100, 1, "100"), (-12.345, 3, "-12.3"),
            (0.25, 3, "0.25"), (0.0001, 3, "0.0001"), (0.000123456, 3, "0.000123"),
            (0.0000999, 3, "9.99e-05"), (0.00009999, 3, "0.0001"), (1.2e-7, 3, "1.2e-07"),
            (-1e-7, 3, "-1e-07"), (999_999_999_999_999, 15, "999999999999999"),
            (999_999_999_999_999, 3, "1e+15"), (1e15, 3, "1e+15"), (9.996, 3, "10"),
            (.nan, 3, "nan"), (-.infinity, 3, "-inf"), (5, 0, "5"),
        ] as [(Double, Int, String)]
    )
    func significantDigits(_ x: Double, _ digits: Int, _ text: String) {
        #expect(significant(x, digits) == text)
    }

    @Test(
        arguments: [
            (0, 6, "0.00"), (12.345, 6, "12.35"), (123.456, 6, "123.46"), (1234.56, 6, "1234.6"),
            (12345.6, 6, "12346"), (123456.7, 6, "123457"), (999.999, 6, "1000.0"),
            (1_234_567, 7, "1234567"), (12_345_678, 7, "1.2e+07"), (1_234_567, 6, "1e+06"),
            (123_456_789, 8, "1.23e+08"), (-1234.5, 6, "-1234"), (1e9, 2, "1e+09"),
            (.nan, 6, "nan"), (.infinity, 2, "inf"),
        ] as [(Double, Int, String)]
    )
    func compactToAWidth(_ x: Double, _ width: Int, _ text: String) {
        #expect(compactWidth(x, width: width) == text)
    }

    @Test func agreesWithFoundation() {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<2_000 {
            let x = random.double()
            let digits = Int(random.next() % 12)
            let expected = String(format: "%.\(digits)f", x)
            if abs(x) > 1 {
                #expect(fixed(x, digits) == expected)
            }
            #expect(abs((Double(significant(x, 17)) ?? .nan) - x) == 0)
        }
    }
}
