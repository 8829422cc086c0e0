import Drawing
import Testing

@Suite("Ticks")
struct TicksTests {
    private func labels(_ ticks: Ticks) -> [String] { ticks.major.map(\.label) }

    @Test("are 1, 2 or 5 times a power of ten on a linear axis")
    func linear() {
        let axis = Axis(label: "")
        let wide = axis.ticks(from: 0.3, to: 9.4, count: 6, includingZero: true)
        #expect(labels(wide) == ["0", "2", "4", "6", "8", "10"])
        #expect((wide.lower, wide.upper) == (0, 10))
        #expect(
            labels(axis.ticks(from: 0, to: 1, count: 6)) == ["0", "0.2", "0.4", "0.6", "0.8", "1"]
        )
        #expect(
            labels(axis.ticks(from: 0, to: 20_000, count: 4)) == [
                "0", "5000", "10,000", "15,000", "20,000",
            ]
        )
        #expect(
            labels(axis.ticks(from: 1000.1, to: 1000.3, count: 4)) == [
                "1000.1", "1000.15", "1000.2", "1000.25", "1000.3",
            ]
        )
    }

    @Test("surround zero where values do")
    func aroundZero() {
        let axis = Axis(label: "", format: .percent)
        let ticks = axis.ticks(from: -14, to: 17, count: 5)
        #expect(labels(ticks) == ["−20%", "−10%", "0%", "10%", "20%"])
    }

    @Test("are powers of two on a binary axis")
    func binary() {
        let axis = Axis(label: "", scale: .log2, format: .bytes)
        let ticks = axis.ticks(from: 8, to: 0x1p26, count: 13)
        #expect(
            labels(ticks) == [
                "16", "64", "256", "1K", "4K", "16K", "64K", "256K", "1M", "4M", "16M", "64M",
            ]
        )
        #expect((ticks.lower, ticks.upper) == (8, 0x1p26))
        #expect(ticks.minor.count == 12)
        let coarse = axis.ticks(from: 8, to: 0x1p26, count: 4)
        #expect(labels(coarse) == ["1K", "1M"])
        let middle = axis.ticks(from: 8, to: 0x1p26, count: 6)
        #expect(labels(middle) == ["16", "256", "4K", "64K", "1M", "16M"])
        #expect(labels(axis.ticks(from: 3, to: 30, count: 8)) == ["2", "4", "8", "16", "32"])
    }

    @Test("are powers of ten with minor marks on a decimal axis")
    func decimal() {
        let axis = Axis(label: "", scale: .log10, format: .microseconds)
        let ticks = axis.ticks(from: 7, to: 12_000, count: 6)
        #expect(labels(ticks) == ["10 µs", "100 µs", "1 ms", "10 ms"])
        #expect((ticks.lower, ticks.upper) == (5, 20_000))
        #expect(ticks.minor.prefix(6) == [6, 7, 8, 9, 20, 30])
        #expect(!ticks.minor.contains(10))
    }

    @Test("show 1, 2 and 5 where a decimal axis is short")
    func shortDecimal() {
        let axis = Axis(label: "", scale: .log10)
        #expect(labels(axis.ticks(from: 3, to: 40, count: 6)) == ["2", "5", "10", "20", "50"])
    }

    @Test("exist for a single value", arguments: [Axis.Scale.linear, .log2, .log10])
    func single(scale: Axis.Scale) {
        let ticks = Axis(label: "", scale: scale).ticks(from: 64, to: 64, count: 5)
        #expect(ticks.lower < 64)
        #expect(ticks.upper > 64)
        #expect(!ticks.major.isEmpty)
    }

    @Test(
        "are finite, rising and distinct for any bounds",
        arguments: [Axis.Scale.linear, .log2, .log10]
    )
    func hostile(scale: Axis.Scale) {
        let bounds: [Double] = [
            .nan, .infinity, -.infinity, 0, -0.0, 1, -1, 1e308, -1e308, 1e-308,
            .leastNonzeroMagnitude, 1e16,
            1e16 + 2, 1e-9, 123.456,
        ]
        for lower in bounds {
            for upper in bounds {
                for count in [Int.min, 0, 1, 5, 40, Int.max] {
                    let axis = Axis(label: "", scale: scale)
                    let ticks = axis.ticks(from: lower, to: upper, count: count)
                    let name: Comment = "\(lower) \(upper) \(count)"
                    #expect(ticks.lower.isFinite && ticks.upper.isFinite, name)
                    #expect(ticks.lower < ticks.upper, name)
                    #expect(ticks.major.count < 5000, name)
                    let values = ticks.major.map(\.value)
                    #expect(zip(values, values.dropFirst()).allSatisfy { $0 < $1 }, name)
                    #expect(Set(ticks.major.map(\.label)).count == values.count, name)
                }
            }
        }
    }
}
