import CommandLine
import Testing

/// What a conversion of the tests throws.
private struct Unreadable: Error, CustomStringConvertible {
    let description: String
}

private func even(_ text: String) throws(Unreadable) -> Int {
    guard let number = Int(text) else { throw Unreadable(description: "no number") }
    guard number.isMultiple(of: 2) else { throw Unreadable(description: "an odd number") }
    return number
}

@Suite("Typed access to options and arguments")
struct InvocationTests {
    @Test(arguments: [
        ("1", 1), ("1024", 1_024), ("007", 7), ("-0", 0), ("0", 0), ("-5", -5),
        ("9223372036854775807", Int.max), ("-9223372036854775808", Int.min),
    ])
    func integer(text: String, expected: Int) throws {
        let invocation = try Sample.invocation("bench", "broadcast", "--ranks", text)
        #expect(try invocation.integer("ranks") == expected)
        #expect(try invocation.integer("ranks", default: 3) == expected)
    }

    @Test(arguments: [
        "0", "1025", "12x", "x", "1.5", "1e3", "0x10", "1_000", " 1", "1 ", "-", "-1", "٣",
        "9223372036854775808", "99999999999999999999999", "--1",
    ])
    func refusedInteger(text: String) throws {
        let invocation = try Sample.invocation("bench", "broadcast", "--ranks=\(text)")
        let error = try #require(throws: UsageError.self) {
            try invocation.integer("ranks", in: 1...1_024, default: 1)
        }
        #expect(
            error.message
                == "option '--ranks' needs a whole number from 1 to 1024, but got '\(text)'"
        )
        #expect(error.usage == "weft bench COLLECTIVE [options]")
    }

    @Test(arguments: [
        (Int.min...Int.max, ""), (0...Int.max, " of at least 0"),
        (Int.min ... -1, " of at most -1"), (-1...1, " from -1 to 1"),
    ])
    func integerBounds(range: ClosedRange<Int>, words: String) throws {
        let invocation = try Sample.invocation("bench", "broadcast", "-b", "+7")
        let error = try #require(throws: UsageError.self) {
            try invocation.integer("begin", in: range)
        }
        #expect(error.message == "option '-b' needs a whole number\(words), but got '+7'")
    }

    @Test func absentOptions() throws {
        let invocation = try Sample.invocation("bench", "broadcast")
        #expect(invocation.string("output") == nil)
        #expect(try invocation.integer("ranks") == nil)
        #expect(try invocation.integer("ranks", in: 1...2, default: 64) == 64)
        #expect(try invocation.value("ranks", convert: even) == nil)
        #expect(try invocation.value("ranks", default: 10, convert: even) == 10)
    }

    @Test func convertedOptions() throws {
        let invocation = try Sample.invocation("bench", "broadcast", "--ranks", "8", "-b", "7")
        #expect(try invocation.value("ranks", convert: even) == 8)
        #expect(try invocation.value("ranks", default: 10, convert: even) == 8)
        #expect(try invocation.value("ranks") { $0.count } == 1)
        let error = try #require(throws: UsageError.self) {
            try invocation.value("begin", convert: even)
        }
        #expect(error.message == "option '-b' does not accept '7': an odd number")
        #expect(throws: error) { try invocation.value("begin", default: 0, convert: even) }
    }

    @Test func arguments() throws {
        let shown = try Sample.invocation("fabric", "show", "4")
        #expect(shown.argument("FABRIC") == "4")
        #expect(shown.optionalArgument("RANK") == nil)
        #expect(try shown.argument("FABRIC", convert: even) == 4)
        #expect(try shown.arguments("RANK", convert: even) == [])
        let both = try Sample.invocation("fabric", "show", "a", "3")
        #expect(both.optionalArgument("RANK") == "3")
        let error = try #require(throws: UsageError.self) {
            try both.arguments("RANK", convert: even)
        }
        #expect(error.message == "argument RANK does not accept '3': an odd number")
        let launched = try Sample.invocation("launch", "ls", "a", "b")
        #expect(launched.argument("PROGRAM") == "ls")
        #expect(launched.arguments("WORD") == ["a", "b"])
        #expect(try Sample.invocation("launch", "ls").arguments("WORD") == [])
    }

    @Test func ownRefusal() throws {
        let error = try Sample.invocation("fabric", "list").usageError("not today")
        #expect(
            error.rendered(for: "weft") == """
                weft: not today
                usage: weft fabric list [options]
                (see weft help fabric list)
                """
        )
    }

    @Test func undeclaredNamesStopTheProgram() async {
        await #expect(processExitsWith: .failure) {
            _ = try Sample.invocation("bench", "broadcast").flag("jason")
        }
        await #expect(processExitsWith: .failure) {
            _ = try Sample.invocation("bench", "broadcast").string("json")
        }
        await #expect(processExitsWith: .failure) {
            _ = try Sample.invocation("bench", "broadcast").argument("WORD")
        }
    }
}
