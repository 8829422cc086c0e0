import Testing
import Text

/// Feeds the reader with mutants of valid documents.
///
/// It must answer each, with a value or with a refusal that names a place; and what it accepts
/// must survive being written and read again.
private struct JSONFuzzer {
    private static let seeds = [
        #"{"name":"ring","ranks":8,"rate":12.5e3,"on":true,"none":null,"list":[1,2,[3,{}]]}"#,
        "// head\n{a: 'x\\\ny', b: [+.5, 5., 0xFF, -Infinity, NaN,], /* c */ 'd\\u00e9': '\\x41'}",
        #"['\uD83D\uDE80', "é日🚀", '\0\b\v\'', {größe: 1, \u0061b: 2, $_: 3},]"#,
        "[[[[[[[[1e308, 123456789012345678901234567890, -9223372036854775808]]]]]]]]",
    ]
    private static let pieces = [
        "{", "}", "[", "]", ",", ":", "'", "\"", "\\", "\\u", "\\uD83D", "\\x", "//", "/*", "*/",
        "\n",
        "\r", "\u{2028}", "\u{FEFF}", "0x", "1e", "-", "+", ".", "Infinity", "NaN", "null", "a",
        "é",
        "\0", "\u{301}", "1e999", "00",
    ].map { Array($0.utf8) }

    private var random: SeededGenerator
    private(set) var accepted = 0
    private(set) var refused = 0

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    mutating func run(count: Int) {
        for _ in 0..<count {
            var bytes = Array(Self.seeds[random.below(Self.seeds.count)].utf8)
            for _ in 0...random.below(4) {
                mutate(&bytes)
            }
            check(bytes)
        }
    }

    private mutating func mutate(_ bytes: inout [UInt8]) {
        let place = random.below(bytes.count + 1)
        let end = min(bytes.count, place + random.below(6))
        switch random.below(6) {
        case 0: bytes.removeSubrange(place..<end)
        case 1: bytes.removeSubrange(place...)
        case 2: bytes.insert(contentsOf: bytes[place..<end], at: random.below(bytes.count + 1))
        case 3 where place < bytes.count: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 4 where place < bytes.count: bytes[place] ^= 1 << UInt8(random.below(8))
        default: bytes.insert(contentsOf: Self.pieces[random.below(Self.pieces.count)], at: place)
        }
    }

    private mutating func check(_ bytes: [UInt8]) {
        do throws(TextError) {
            let reader = try JSONReader.parse(bytes, name: "fuzz")
            accepted += 1
            let text = reader.json.serialized()
            let again = try JSONReader.parse(text, name: "again").json.serialized()
            if again != text {
                Issue.record("\(bytes) is written as \(text) and then as \(again)")
            }
        } catch {
            refused += 1
            if error.line < 1 || error.column < 1 || error.file != "fuzz" || error.message.isEmpty {
                Issue.record("\(bytes) is refused with \(error)")
            }
        }
    }
}

@Suite struct JSONFuzzTests {
    @Test(arguments: [UInt64](1...5)) func mutants(_ seed: UInt64) {
        var fuzzer = JSONFuzzer(seed: seed)
        fuzzer.run(count: 10_000)
        #expect(fuzzer.accepted > 500 && fuzzer.refused > 500)
    }

    /// Cuts a text at every byte: each end of the text is one that no rule may read beyond.
    @Test func prefixes() {
        let text = #"{a:[1.5e3,0xF,'\u00e9\x41\0\ud83d\ude80',"é日🚀"],/*c*/\u0062:-Infinity}//d"#
        let bytes = Array(text.utf8)
        var accepted = 0
        for count in bytes.indices {
            if (try? JSONReader.parse(Array(bytes[..<count]), name: "cut")) != nil {
                accepted += 1
            }
        }
        // Only a comment at the end may be cut.
        #expect(accepted == 2)
    }
}
