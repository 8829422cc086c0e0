/// The message sizes of a table: a range that doubles, multiplies or steps, or a list.
public struct SizeSweep: Equatable, Sendable {
    /// The sizes, in the order in which they are measured.
    public let sizes: [ByteCount]

    /// More rows than anybody reads; a step of one byte to a gigabyte is a slip, not a wish.
    public static let rowLimit = 10_000

    /// Makes a sweep of given sizes.
    public init(_ sizes: [ByteCount]) { self.sizes = sizes }

    /// Reads `8:64M` (doubling), `8:64M:x4`, `8:64K:+8K`, `8,1K,1M`, or one size.
    public init(parsing text: String) throws(UnitError) {
        if text.contains(":") {
            try self.init(range: text)
        } else {
            var sizes: [ByteCount] = []
            var character = 1
            for part in text.split(separator: ",", omittingEmptySubsequences: false) {
                sizes.append(try Self.size(part, in: text, at: character))
                character += part.count + 1
            }
            self.init(sizes)
        }
    }

    private init(range text: String) throws(UnitError) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 3 else {
            let at = parts[0].count + parts[1].count + parts[2].count + 3
            throw UnitError(
                text: text,
                character: at,
                message: "a range is MINIMUM:MAXIMUM[:xFACTOR|:+STEP]"
            )
        }
        let first = try Self.size(parts[0], in: text, at: 1)
        let secondAt = parts[0].count + 2
        let last = try Self.size(parts[1], in: text, at: secondAt)
        guard first <= last else {
            throw UnitError(
                text: text,
                character: secondAt,
                message: "the minimum \(parts[0]) is over the maximum \(parts[1])"
            )
        }
        var step = Step.factor(2)
        if parts.count == 3 {
            step = try Step(parts[2], in: text, at: secondAt + parts[1].count + 1)
        }
        if case .factor = step, first.bytes == 0 {
            throw UnitError(
                text: text,
                character: 1,
                message: "a range that multiplies can't start at 0"
            )
        }
        self.init(try Self.fill(from: first.bytes, through: last.bytes, by: step, text: text))
    }

    private enum Step {
        case factor(Int)
        case plus(Int)

        init(_ part: Substring, in text: String, at character: Int) throws(UnitError) {
            let rest = part.dropFirst()
            if part.first == "x", let factor = Int(rest), factor >= 2 {
                self = .factor(factor)
            } else if part.first == "+" {
                let step = try SizeSweep.size(rest, in: text, at: character + 1)
                if step.bytes == 0 {
                    throw UnitError(
                        text: text,
                        character: character + 1,
                        message: "a step of 0 never ends"
                    )
                }
                self = .plus(step.bytes)
            } else {
                throw UnitError(
                    text: text,
                    character: character,
                    message: "a step is x2, x4, … (multiply) or +8K (add)"
                )
            }
        }
    }

    private static func fill(
        from first: Int,
        through last: Int,
        by step: Step,
        text: String
    ) throws(UnitError) -> [ByteCount] {
        var sizes: [ByteCount] = []
        var size = first
        while size <= last {
            if sizes.count == rowLimit {
                throw UnitError(
                    text: text,
                    character: 1,
                    message: "more than \(rowLimit) sizes"
                )
            }
            sizes.append(ByteCount(size))
            let next =
                switch step {
                case .factor(let factor): size.multipliedReportingOverflow(by: factor)
                case .plus(let amount): size.addingReportingOverflow(amount)
                }
            if next.overflow { break }
            size = next.partialValue
        }
        return sizes
    }

    private static func size(
        _ part: Substring,
        in text: String,
        at character: Int
    ) throws(UnitError) -> ByteCount {
        do {
            return try ByteCount(parsing: String(part))
        } catch {
            throw UnitError(
                text: text,
                character: character + error.character - 1,
                message: error.message
            )
        }
    }
}
