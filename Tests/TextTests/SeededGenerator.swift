import Text

/// A random generator that repeats itself for the same seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number below `limit`.
    mutating func below(_ limit: Int) -> Int {
        Int.random(in: 0..<limit, using: &self)
    }

    /// A finite double of any magnitude.
    mutating func double() -> Double {
        while true {
            let number = Double(bitPattern: next())
            if number.isFinite { return number }
        }
    }

    /// A text of characters that are likely to be got wrong.
    mutating func text() -> String {
        let parts = [
            "a", "B", "7", " ", "\"", "'", "\\", "/", "\n", "\r", "\t", "\0", "\u{1F}", "\u{7F}",
            "\u{2028}", "é", "e\u{301}", "日", "🚀", "\u{10FFFF}", "\u{FEFF}", "$", "_", "ratio",
        ]
        var text = ""
        for _ in 0..<below(8) {
            text += parts[below(parts.count)]
        }
        return text
    }

    /// A value whose containers nest to at most `depth`.
    mutating func json(depth: Int) -> JSON {
        switch below(depth > 0 ? 9 : 6) {
        case 0: return .null
        case 1: return .bool(below(2) == 0)
        case 2: return .integer(Int64(bitPattern: next()) >> Int64(below(64)))
        case 3: return .number(double())
        case 4: return .number(Double(below(2_000_000)) / 1_000)
        case 5: return .string(text())
        case 6: return .array((0..<below(8)).map { _ in json(depth: depth - 1) })
        default:
            var object = JSONObject()
            for _ in 0..<below(below(10) == 0 ? 40 : 8) {
                object[text()] = json(depth: depth - 1)
            }
            return .object(object)
        }
    }
}
