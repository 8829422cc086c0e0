import Testing
import Units

/// A text and what it must be read as.
struct GoodText: Sendable, CustomTestStringConvertible {
    let text: String
    let value: Int

    init(_ text: String, _ value: Int) {
        self.text = text
        self.value = value
    }

    var testDescription: String { text }
}

/// A text that must be refused, where, and in which words.
struct BadText: Sendable, CustomTestStringConvertible {
    let text: String
    let character: Int
    let message: String

    init(_ text: String, _ character: Int, _ message: String) {
        self.text = text
        self.character = character
        self.message = message
    }

    var error: UnitError { UnitError(text: text, character: character, message: message) }
    var testDescription: String { "\"\(text)\"" }
}

@Suite struct ByteCountTests {
    @Test(arguments: [
        GoodText("0", 0), GoodText("8", 8), GoodText("8B", 8), GoodText("0008", 8),
        GoodText("4K", 4096), GoodText("4KiB", 4096), GoodText("4KB", 4000),
        GoodText("64M", 64 << 20), GoodText("64MiB", 64 << 20), GoodText("64MB", 64_000_000),
        GoodText("2G", 2 << 30), GoodText("2GiB", 2 << 30), GoodText("1.5GB", 1_500_000_000),
        GoodText("3T", 3 << 40), GoodText("3TiB", 3 << 40), GoodText("1TB", 1_000_000_000_000),
        GoodText("1.5K", 1536), GoodText("0.5K", 512), GoodText(".5K", 512),
        GoodText("0.0009765625K", 1), GoodText("9223372036854775807", Int.max),
        GoodText("8388607T", 8_388_607 << 40), GoodText("1.00000000G", 1 << 30),
        GoodText("1.000000000000000G", 1 << 30),
    ])
    func reads(_ good: GoodText) throws {
        #expect(try ByteCount(parsing: good.text).bytes == good.value)
    }

    static let examples = "write 8, 4K, 64MiB or 1.5GB"
    static let refused: [BadText] = [
        BadText("", 1, "a size starts with a number"),
        BadText("K", 1, "a size starts with a number"),
        BadText(".", 1, "a size starts with a number"),
        BadText(".K", 1, "a size starts with a number"),
        BadText("-1", 1, "a size starts with a number"),
        BadText("+1", 1, "a size starts with a number"),
        BadText(" 8", 1, "a size starts with a number"),
        BadText("٣", 1, "a size starts with a number"),
        BadText("½", 1, "a size starts with a number"),
        BadText("1.2.3", 4, "a second point"),
        BadText("1..5K", 3, "a second point"),
        BadText("4Q", 2, "unknown unit \"Q\"; \(examples)"),
        BadText("4k", 2, "unknown unit \"k\"; \(examples)"),
        BadText("4 K", 2, "unknown unit \" K\"; \(examples)"),
        BadText("12KK", 3, "unknown unit \"KK\"; \(examples)"),
        BadText("8é", 2, "unknown unit \"é\"; \(examples)"),
        BadText("1e9", 2, "unknown unit \"e9\"; \(examples)"),
        BadText("0x10", 2, "unknown unit \"x10\"; \(examples)"),
        BadText("8٣", 2, "unknown unit \"٣\"; \(examples)"),
        BadText("8\n", 2, "unknown unit \"\n\"; \(examples)"),
        BadText("400Gb/s", 4, "unknown unit \"Gb/s\"; \(examples)"),
        BadText("1.5", 1, "not a whole number of the smallest unit"),
        BadText("0.3K", 1, "not a whole number of the smallest unit"),
        BadText("99999999999999999999", 20, "the number is too large"),
        BadText("18446744073709551616", 20, "the number is too large"),
        BadText("18446744073709551615", 1, "the size is too large"),
        BadText("9223372036854775808", 1, "the size is too large"),
        BadText("8388608T", 1, "the size is too large"),
        BadText("16777216T", 1, "the size is too large"),
        BadText("0.00000000000000000000K", 1, "more decimals than any size has"),
    ]

    @Test(arguments: refused)
    func refuses(_ bad: BadText) {
        #expect(throws: bad.error) { try ByteCount(parsing: bad.text) }
    }

    @Test func quotesTheTextInOneSentence() {
        let error = UnitError(text: "4Q", character: 2, message: "unknown unit \"Q\"")
        #expect(error.description == "\"4Q\": unknown unit \"Q\" (character 2)")
    }

    @Test(arguments: [
        (0, "0"), (1, "1"), (1023, "1023"), (1024, "1K"), (1025, "1025"), (1536, "1536"),
        (64 << 20, "64M"), (3 << 30, "3G"), (5 << 40, "5T"), (2048 << 40, "2048T"),
    ])
    func writesTheShortestExactForm(_ bytes: Int, _ text: String) throws {
        #expect(ByteCount(bytes).short == text)
        #expect(try ByteCount(parsing: text).bytes == bytes)
    }

    @Test func isOrderedByBytes() {
        #expect(ByteCount(1) < ByteCount(2))
        #expect(!(ByteCount(2) < ByteCount(2)))
    }

    @Test func isNeverNegative() async {
        await #expect(processExitsWith: .failure) { _ = ByteCount(-1) }
    }
}

@Suite struct PicosecondsTests {
    @Test(arguments: [
        GoodText("0s", 0), GoodText("7ps", 7), GoodText("300ns", 300_000),
        GoodText("1.5us", 1_500_000), GoodText("1.5µs", 1_500_000),
        GoodText("10ms", 10_000_000_000), GoodText("2s", 2_000_000_000_000),
        GoodText("0.000001us", 1), GoodText("9223372s", 9_223_372_000_000_000_000),
    ])
    func reads(_ good: GoodText) throws {
        #expect(try Picoseconds(parsing: good.text).count == good.value)
    }

    @Test(arguments: [
        BadText("", 1, "a time starts with a number"),
        BadText("us", 1, "a time starts with a number"),
        BadText("-1us", 1, "a time starts with a number"),
        BadText("1.5", 4, "a unit is missing; write 300ns, 1.5us or 10ms"),
        BadText("12", 3, "a unit is missing; write 300ns, 1.5us or 10ms"),
        BadText("1.5 us", 4, "unknown unit \" us\"; write 300ns, 1.5us or 10ms"),
        BadText("3m", 2, "unknown unit \"m\"; write 300ns, 1.5us or 10ms"),
        BadText("3US", 2, "unknown unit \"US\"; write 300ns, 1.5us or 10ms"),
        BadText("0.5ps", 1, "not a whole number of the smallest unit"),
        BadText("9223373s", 1, "the time is too large"),
        BadText("99999999s", 1, "the time is too large"),
    ])
    func refuses(_ bad: BadText) {
        #expect(throws: bad.error) { try Picoseconds(parsing: bad.text) }
    }

    @Test func addsAndSubtracts() {
        #expect(Picoseconds(3) + Picoseconds(4) == Picoseconds(7))
        #expect(Picoseconds(3) - Picoseconds(4) == Picoseconds(-1))
        #expect(Picoseconds.zero < Picoseconds(1))
        #expect(Picoseconds(1_500_000).microseconds == 1.5)
    }
}

@Suite struct RateTests {
    @Test(arguments: [
        GoodText("1b/s", 1), GoodText("1B/s", 8), GoodText("400Gb/s", 400_000_000_000),
        GoodText("50GB/s", 400_000_000_000), GoodText("1.8TB/s", 14_400_000_000_000),
        GoodText("10Mb/s", 10_000_000), GoodText("10MB/s", 80_000_000),
        GoodText("2.5Kb/s", 2500), GoodText("1KB/s", 8000), GoodText("1.6Tb/s", 1_600_000_000_000),
    ])
    func reads(_ good: GoodText) throws {
        #expect(try BitsPerSecond(parsing: good.text).bits == good.value)
    }

    static let examples = "write 400Gb/s (bits) or 50GB/s (bytes)"
    static let refused: [BadText] = [
        BadText("400", 4, "a unit is missing; \(examples)"),
        BadText("400Gbps", 4, "unknown unit \"Gbps\"; \(examples)"),
        BadText("400G", 4, "unknown unit \"G\"; \(examples)"),
        BadText("400gb/s", 4, "unknown unit \"gb/s\"; \(examples)"),
        BadText("50GiB/s", 3, "unknown unit \"GiB/s\"; \(examples)"),
        BadText("fast", 1, "a rate starts with a number"),
        BadText("2000000TB/s", 1, "the rate is too large"),
        BadText("0.1b/s", 1, "not a whole number of the smallest unit"),
    ]

    @Test(arguments: refused)
    func refuses(_ bad: BadText) {
        #expect(throws: bad.error) { try BitsPerSecond(parsing: bad.text) }
    }

    /// Bits a second, bytes, and the picoseconds, rounded up by hand.
    @Test(arguments: [
        (800_000_000_000, 1, 10), (400_000_000_000, 1, 20), (400_000_000_000, 0, 0),
        (3, 1, 2_666_666_666_667), (7_000_000_000_000, 1, 2), (8_000_000_000_000, 1, 1),
        (8_000_000_000_001, 1, 1), (7_999_999_999_999, 1, 2), (8_000_000_000_000, 1 << 50, 1 << 50),
        (1_000_000_000, 1 << 30, 8_589_934_592_000),
    ])
    func roundsDurationsUp(_ bits: Int, _ bytes: Int, _ picoseconds: Int) {
        let duration = BitsPerSecond(bits).duration(of: ByteCount(bytes))
        #expect(duration.count == picoseconds)
    }

    @Test func keepsBitsAndBytesApart() throws {
        let rate = try BitsPerSecond(parsing: "400Gb/s")
        #expect(rate.gigabits == 400)
        #expect(rate.gigabytes == 50)
        #expect(try BitsPerSecond(parsing: "400Gb/s") < BitsPerSecond(parsing: "400GB/s"))
    }

    @Test func movesNothingAtRateZero() async {
        await #expect(processExitsWith: .failure) {
            _ = BitsPerSecond(0).duration(of: ByteCount(1))
        }
    }
}
