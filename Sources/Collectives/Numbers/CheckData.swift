/// The inputs of a checked operation, and how many elements of its outputs are wrong.
///
/// What must come out follows from the collective alone, not from any algorithm. Reductions get
/// whole numbers whose results are exact in any order (`CheckValues`), everything else random bits.
public struct CheckData: Sendable {
    private let schedule: Schedule
    private let reduction: Reduction
    private let values: CheckValues
    /// The patterns of whole numbers from `-8` on, for types that need an encoder, and those of the
    /// results: they differ where an average is divided.
    private let inputPatterns: [UInt64]
    private let resultPatterns: [UInt64]

    private static let lowest = -8

    /// Data for one check; another salt gives other data.
    public init(_ schedule: Schedule, _ reduction: Reduction, salt: UInt32) {
        self.schedule = schedule
        self.reduction = reduction
        let ranks = schedule.ranks
        values = CheckValues(reduction.type, reduction.combining, ranks: ranks, salt: salt)
        guard let format = reduction.type.format, format.width < 32 else {
            (inputPatterns, resultPatterns) = ([], [])
            return
        }
        let numbers = Self.lowest...2_048
        let divisor: Float = reduction.combining == .average ? Float(ranks) : 1
        inputPatterns = numbers.map { format.encode(Float($0), overflow: .largest) }
        resultPatterns = numbers.map { format.encode(Float($0) / divisor, overflow: .largest) }
    }

    /// Writes a rank's input.
    public func fill(_ buffer: UnsafeMutableRawPointer, rank: Int) {
        for part in parts(of: .input, rank: rank) {
            let start = buffer + part.span.offset * schedule.elementSize
            if !schedule.collective.reduces {
                fillBits(start, part, origin: rank)
            } else if reduction.type == .mxfp8 {
                fillBlocks(start, part, rank)
            } else {
                fillNumbers(start, part, rank)
            }
        }
    }

    /// How many elements of a rank's output are wrong.
    public func countWrong(_ buffer: UnsafeMutableRawPointer, rank: Int) -> Int {
        var wrong = 0
        for part in parts(of: .output, rank: rank) {
            let outcome = schedule.collective.outcome(
                rank: rank,
                chunk: part.chunk,
                root: schedule.root,
                ranks: schedule.ranks
            )
            guard let outcome else { continue }
            let start = buffer + part.span.offset * schedule.elementSize
            let what = Part(span: part.span, chunk: outcome.chunk)
            if let origin = outcome.origin {
                wrong += countWrongBits(start, what, origin: origin)
            } else if schedule.collective.reduces {
                // A barrier's tokens may be anything: that all have come is what it is about.
                wrong +=
                    reduction.type == .mxfp8
                    ? countWrongBlocks(start, what) : countWrongNumbers(start, what)
            }
        }
        return wrong
    }

    /// A contiguous part of a buffer, and which chunk of the data it is.
    private struct Part {
        let span: Span
        let chunk: Int

        /// The number of an element among those of all chunks.
        @inline(__always)
        func index(_ element: Int) -> UInt64 {
            UInt64(truncatingIfNeeded: chunk) << 40 ^ UInt64(truncatingIfNeeded: element)
        }
    }

    private func parts(of buffer: Buffer, rank: Int) -> [Part] {
        let collective = schedule.collective
        guard collective.has(buffer, rank: rank, root: schedule.root) else { return [] }
        switch collective.layout(of: buffer) {
        case .vector: return [Part(span: Span(offset: 0, count: schedule.elements), chunk: 0)]
        case .block:
            let count = schedule.elementCount(of: buffer, rank: rank)
            return [Part(span: Span(offset: 0, count: count), chunk: rank)]
        case .blocks:
            return (0..<schedule.ranks).map { chunk in
                let span =
                    schedule.counts?.block(chunk, in: buffer, of: rank)
                    ?? Span(offset: chunk * schedule.elements, count: schedule.elements)
                return Part(span: span, chunk: chunk)
            }
        }
    }
}

// Data that is only moved: words of the largest width that divides an element.
extension CheckData {
    private var wordSize: Int { schedule.elementSize % 2 == 1 ? 1 : schedule.elementSize }

    private func fillBits(_ start: UnsafeMutableRawPointer, _ part: Part, origin: Int) {
        let count = part.span.count * (schedule.elementSize / wordSize)
        func fill<Word: FixedWidthInteger & UnsignedInteger>(_ word: Word.Type) {
            let words = start.assumingMemoryBound(to: word)
            for index in 0..<count {
                let bits = values.bits(part.index(index), rank: origin)
                words[index] = Word(truncatingIfNeeded: bits)
            }
        }
        switch wordSize {
        case 1: fill(UInt8.self)
        case 2: fill(UInt16.self)
        case 4: fill(UInt32.self)
        default: fill(UInt64.self)
        }
    }

    private func countWrongBits(_ start: UnsafeMutableRawPointer, _ part: Part, origin: Int) -> Int
    {
        let count = part.span.count * (schedule.elementSize / wordSize)
        func countWrong<Word: FixedWidthInteger & UnsignedInteger>(_ word: Word.Type) -> Int {
            let words = start.assumingMemoryBound(to: word)
            var wrong = 0
            for index in 0..<count {
                let bits = values.bits(part.index(index), rank: origin)
                if words[index] != Word(truncatingIfNeeded: bits) { wrong += 1 }
            }
            return wrong
        }
        return switch wordSize {
        case 1: countWrong(UInt8.self)
        case 2: countWrong(UInt16.self)
        case 4: countWrong(UInt32.self)
        default: countWrong(UInt64.self)
        }
    }
}

// Reductions of scalars.
extension CheckData {
    /// Calls `body` with the width of a pattern, and with how whole numbers become patterns.
    @inline(__always)
    private func withEncoder<Result>(
        isResult: Bool,
        _ body: (any Encoder.Type, [UInt64]) -> Result
    ) -> Result {
        let patterns = isResult ? resultPatterns : inputPatterns
        return switch reduction.type {
        case .int8: body(Integers<Int8>.self, patterns)
        case .uint8: body(Integers<UInt8>.self, patterns)
        case .int32: body(Integers<Int32>.self, patterns)
        case .uint32: body(Integers<UInt32>.self, patterns)
        case .int64: body(Integers<Int64>.self, patterns)
        case .uint64: body(Integers<UInt64>.self, patterns)
        case .float32: body(Floats.self, patterns)
        case .float64: body(Doubles.self, patterns)
        case .float16, .bfloat16: body(Patterns<UInt16>.self, patterns)
        case .fp8E4M3, .fp8E5M2, .mxfp8: body(Patterns<UInt8>.self, patterns)
        }
    }

    private func fillNumbers(_ start: UnsafeMutableRawPointer, _ part: Part, _ rank: Int) {
        func fill<E: Encoder>(_ encoder: E.Type, _ patterns: [UInt64]) {
            let words = start.assumingMemoryBound(to: E.Word.self)
            patterns.withUnsafeBufferPointer { patterns in
                for index in 0..<part.span.count {
                    let value = values.value(part.index(index), rank: rank)
                    words[index] = E.word(value, 1, patterns, Self.lowest)
                }
            }
        }
        withEncoder(isResult: false) { encoder, patterns in fill(encoder, patterns) }
    }

    private func countWrongNumbers(_ start: UnsafeMutableRawPointer, _ part: Part) -> Int {
        let divisor = reduction.combining == .average ? schedule.ranks : 1
        func countWrong<E: Encoder>(_ encoder: E.Type, _ patterns: [UInt64]) -> Int {
            let words = start.assumingMemoryBound(to: E.Word.self)
            return patterns.withUnsafeBufferPointer { patterns in
                var wrong = 0
                for index in 0..<part.span.count {
                    let value = values.result(part.index(index))
                    let expected = E.word(value, divisor, patterns, Self.lowest)
                    if words[index] != expected { wrong += 1 }
                }
                return wrong
            }
        }
        return withEncoder(isResult: true) { encoder, patterns in countWrong(encoder, patterns) }
    }
}

// Reductions of blocks with a scale.
extension CheckData {
    private func block(_ numbers: [Int]) -> [UInt8] {
        let arithmetic = BlockArithmetic(.e4m3, reduction.combining, ranks: schedule.ranks)
        return arithmetic.store(numbers.map { Float($0) }, isComplete: false).bytes
    }

    private func fillBlocks(_ start: UnsafeMutableRawPointer, _ part: Part, _ rank: Int) {
        let unit = reduction.type.unitElements
        for block in 0..<part.span.count {
            let numbers = (0..<unit).map { element in
                values.value(part.index(block * unit + element), rank: rank)
            }
            let at = start + block * reduction.type.unitBytes
            UnsafeMutableRawBufferPointer(start: at, count: reduction.type.unitBytes)
                .copyBytes(from: self.block(numbers))
        }
    }

    private func countWrongBlocks(_ start: UnsafeMutableRawPointer, _ part: Part) -> Int {
        let arithmetic = BlockArithmetic(.e4m3, reduction.combining, ranks: schedule.ranks)
        let unit = reduction.type.unitElements
        var wrong = 0
        for block in 0..<part.span.count {
            let numbers = (0..<unit).map { element in
                Float(values.result(part.index(block * unit + element)))
            }
            let expected = arithmetic.store(numbers, isComplete: true).bytes
            let at = start + block * reduction.type.unitBytes
            let found = UnsafeRawBufferPointer(start: at, count: reduction.type.unitBytes)
            wrong += zip(found, expected).count { $0 != $1 }
        }
        return wrong
    }
}

/// How whole numbers, divided, become the patterns of a type.
private protocol Encoder {
    associatedtype Word: Equatable

    static func word(
        _ value: Int,
        _ divisor: Int,
        _ patterns: UnsafeBufferPointer<UInt64>,
        _ lowest: Int
    ) -> Word
}

private enum Integers<Word: FixedWidthInteger>: Encoder {
    @inline(__always)
    static func word(
        _ value: Int,
        _ divisor: Int,
        _ patterns: UnsafeBufferPointer<UInt64>,
        _ lowest: Int
    ) -> Word { Word(truncatingIfNeeded: divisor == 1 ? value : value / divisor) }
}

private enum Floats: Encoder {
    @inline(__always)
    static func word(
        _ value: Int,
        _ divisor: Int,
        _ patterns: UnsafeBufferPointer<UInt64>,
        _ lowest: Int
    ) -> UInt32 { (divisor == 1 ? Float(value) : Float(value) / Float(divisor)).bitPattern }
}

private enum Doubles: Encoder {
    @inline(__always)
    static func word(
        _ value: Int,
        _ divisor: Int,
        _ patterns: UnsafeBufferPointer<UInt64>,
        _ lowest: Int
    ) -> UInt64 { (divisor == 1 ? Double(value) : Double(value) / Double(divisor)).bitPattern }
}

/// The table has divided already.
private enum Patterns<Word: FixedWidthInteger>: Encoder {
    @inline(__always)
    static func word(
        _ value: Int,
        _ divisor: Int,
        _ patterns: UnsafeBufferPointer<UInt64>,
        _ lowest: Int
    ) -> Word { Word(truncatingIfNeeded: patterns[value &- lowest]) }
}
