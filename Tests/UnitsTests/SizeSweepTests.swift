import Testing
import Units

@Suite struct SizeSweepTests {
    /// A sweep and its sizes.
    static let good: [(text: String, sizes: [Int])] = [
        ("8:64", [8, 16, 32, 64]),
        ("8:63", [8, 16, 32]),
        ("8:8", [8]),
        ("8:1K:x4", [8, 32, 128, 512]),
        ("3:100:x10", [3, 30]),
        ("8:64K:+8K", [8, 8200, 16_392, 24_584, 32_776, 40_968, 49_160, 57_352]),
        ("0:16:+8", [0, 8, 16]),
        ("0:0:+1", [0]),
        ("8", [8]),
        ("8,1K,1M", [8, 1024, 1 << 20]),
        ("1M,8,8", [1 << 20, 8, 8]),
        ("1.5K,0", [1536, 0]),
        // Growth stops where an Int does.
        ("8388606T:8388607T", [8_388_606 << 40]),
        ("9223372036854775806:9223372036854775807:+1", [Int.max - 1, Int.max]),
    ]

    @Test(arguments: good.indices)
    func reads(_ index: Int) throws {
        let (text, sizes) = Self.good[index]
        #expect(try SizeSweep(parsing: text).sizes.map(\.bytes) == sizes, "\(text)")
    }

    static let range = "a range is MINIMUM:MAXIMUM[:xFACTOR|:+STEP]"
    static let step = "a step is x2, x4, … (multiply) or +8K (add)"
    static let number = "a size starts with a number"
    static let units = "write 8, 4K, 64MiB or 1.5GB"
    static let bad: [BadText] = [
        BadText("", 1, number),
        BadText(",", 1, number),
        BadText("8,", 3, number),
        BadText("8,,9", 3, number),
        BadText("8,1Q", 4, "unknown unit \"Q\"; \(units)"),
        BadText("8,1.2.3", 6, "a second point"),
        BadText(":", 1, number),
        BadText("8:", 3, number),
        BadText(":8", 1, number),
        BadText("8:4Q", 4, "unknown unit \"Q\"; \(units)"),
        BadText("8,9:10", 2, "unknown unit \",9\"; \(units)"),
        BadText("1M:8", 4, "the minimum 1M is over the maximum 8"),
        BadText("64:8:x2", 4, "the minimum 64 is over the maximum 8"),
        BadText("8:64:", 6, step),
        BadText("8:64:2", 6, step),
        BadText("8:64:x", 6, step),
        BadText("8:64:x1", 6, step),
        BadText("8:64:x0", 6, step),
        BadText("8:64:x-2", 6, step),
        BadText("8:64:x1.5", 6, step),
        BadText("8:64:x99999999999999999999", 6, step),
        BadText("8:64:+", 7, number),
        BadText("8:64:+0", 7, "a step of 0 never ends"),
        BadText("8:64:+4Q", 8, "unknown unit \"Q\"; \(units)"),
        BadText("8:64:x2:", 8, range),
        BadText("8:64:x2:x2", 8, range),
        BadText("0:64", 1, "a range that multiplies can't start at 0"),
        BadText("0:0", 1, "a range that multiplies can't start at 0"),
        BadText("0:64:x4", 1, "a range that multiplies can't start at 0"),
        BadText("0:1T:+1", 1, "more than 10000 sizes"),
        BadText("1:10001:+1", 1, "more than 10000 sizes"),
    ]

    @Test(arguments: bad)
    func refuses(_ bad: BadText) {
        #expect(throws: bad.error) { try SizeSweep(parsing: bad.text) }
    }

    @Test func allowsAsManyRowsAsItSays() throws {
        #expect(try SizeSweep(parsing: "1:10000:+1").sizes.count == SizeSweep.rowLimit)
    }

    /// The words of an error point into the text that the user typed, wherever the part begins.
    @Test func pointsAtTheWrongCharacter() throws {
        for prefix in ["8,", "1024,8,", "64MiB,1.5K,"] {
            let error = #expect(throws: UnitError.self) {
                try SizeSweep(parsing: prefix + "7Z")
            }
            #expect(error?.character == prefix.count + 2)
            #expect(error?.text == prefix + "7Z")
        }
    }
}
