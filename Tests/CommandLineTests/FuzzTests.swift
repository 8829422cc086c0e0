import CommandLine
import Testing

/// SplitMix64: the same seed gives the same numbers everywhere.
private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

@Suite("Random command lines")
struct FuzzTests {
    private static let words = [
        "bench", "compare", "fabric", "list", "show", "launch", "secret", "help", "all-reduce",
        "broadcast", "--begin", "--end", "--ranks", "--op", "--output", "--json", "--check",
        "--version", "--help", "-h", "-b", "-e", "-o", "-c", "-b8", "--", "-", "---", "=", "--=",
        "-=", "--json=", "--begin=8", "--op=sum", "-1", "-.", "-.5", "1", "99999999999999999999",
        "sum", "", " ", "\u{0}", "\u{301}", "-\u{301}", "--json=\u{301}", "👩‍👩‍👧‍👦", "-é", "\u{FFFD}",
    ]

    private func word(_ random: inout Seeded) -> String {
        switch Int.random(in: 0..<10, using: &random) {
        case 0:
            let count = Int.random(in: 0..<12, using: &random)
            return String(
                String.UnicodeScalarView(
                    (0..<count).compactMap { _ in
                        Unicode.Scalar(UInt32.random(in: 0...0x2_FFFF, using: &random))
                    }
                )
            )
        case 1:
            let letters = Array("abehjno-=8 .")
            let count = Int.random(in: 0..<10, using: &random)
            return String((0..<count).map { _ in letters.randomElement(using: &random) ?? "-" })
        case 2:
            // A known word with one character lost, so that suggestions are made.
            var characters = Array(FuzzTests.words.randomElement(using: &random) ?? "")
            if let index = characters.indices.randomElement(using: &random) {
                characters.remove(at: index)
            }
            return String(characters)
        default:
            return FuzzTests.words.randomElement(using: &random) ?? ""
        }
    }

    /// Every line is understood or refused in one line; what is understood can be asked for.
    @Test func twentyThousandLines() throws {
        var random = Seeded(state: 20_261_121)
        var counts: [String: Int] = [:]
        for _ in 0..<20_000 {
            let count = Int.random(in: 0..<8, using: &random)
            var arguments = (0..<count).map { _ in word(&random) }
            if Bool.random(using: &random) {
                let starts = [["bench", "broadcast"], ["fabric", "list"], ["launch", "ls"]]
                arguments = (starts.randomElement(using: &random) ?? []) + arguments
            }
            do throws(UsageError) {
                switch try Sample.program.parse(arguments, width: 80) {
                case .run(let invocation):
                    counts["run", default: 0] += 1
                    if invocation.path == ["bench"] { ask(invocation) }
                case .help(let text), .version(let text):
                    counts["text", default: 0] += 1
                    #expect(!text.isEmpty)
                }
            } catch {
                counts["refused", default: 0] += 1
                let isOneLine = error.message.unicodeScalars.allSatisfy { $0.value >= 0x20 }
                #expect(isOneLine && !error.message.isEmpty, "\(arguments)")
            }
        }
        for kind in ["run", "text", "refused"] { #expect(counts[kind, default: 0] > 100) }
    }

    private func ask(_ invocation: Invocation) {
        #expect(!invocation.argument("COLLECTIVE").isEmpty)
        #expect(invocation.flag("json") || !invocation.flag("json"))
        for name in ["begin", "end", "ranks", "op", "output"] {
            #expect(invocation.string(name)?.isEmpty != true)
            do throws(UsageError) {
                let number = try invocation.integer(name, in: 1...9, default: 1)
                #expect((1...9).contains(number))
            } catch {
                #expect(error.message.contains("needs a whole number from 1 to 9"))
            }
        }
    }
}
