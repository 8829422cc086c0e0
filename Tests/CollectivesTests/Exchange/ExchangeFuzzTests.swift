import Collectives
import Glibc
import Testing
import Text

/// Changes texts at random: bytes, numbers, words, and whole lines.
struct TextMutator {
    var random: SplitMix64
    let pieces: [[UInt8]]

    init(seed: UInt64, pieces: [String]) {
        random = SplitMix64(seed: seed)
        self.pieces = pieces.map { Array($0.utf8) }
    }

    mutating func mutate(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        let place = random.below(bytes.count)
        switch random.below(12) {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 1: bytes.removeSubrange(place..<min(bytes.count, place + 1 + random.below(8)))
        case 2: bytes.insert(contentsOf: pieces[random.below(pieces.count)], at: place)
        case 3, 4, 5: changeLine(&bytes, place)
        default: changeNumber(&bytes, place)
        }
    }

    /// Removes, repeats or moves the line that holds a byte.
    private mutating func changeLine(_ bytes: inout [UInt8], _ place: Int) {
        let newline = UInt8(ascii: "\n")
        let start = bytes[..<place].lastIndex(of: newline).map { $0 + 1 } ?? 0
        let end = bytes[place...].firstIndex(of: newline).map { $0 + 1 } ?? bytes.count
        let line = Array(bytes[start..<end])
        if random.below(3) > 0 { bytes.removeSubrange(start..<end) }
        guard random.below(3) > 0 else { return }
        let other = random.below(bytes.count + 1)
        let target = bytes[..<other].lastIndex(of: newline).map { $0 + 1 } ?? 0
        bytes.insert(contentsOf: line, at: target)
    }

    /// Replaces the next number behind a byte.
    private mutating func changeNumber(_ bytes: inout [UInt8], _ place: Int) {
        func isDigit(_ byte: UInt8) -> Bool {
            byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
        }
        guard let start = bytes[place...].firstIndex(where: isDigit) else { return }
        let end = bytes[start...].firstIndex { !isDigit($0) } ?? bytes.count
        let large = [-1, 8, 9, 64, 1 << 20, 1 << 30, 1 << 31, 1 << 40, 1 << 62, Int.max]
        let number = random.below(6) > 0 ? random.below(5) : large[random.below(large.count)]
        bytes.replaceSubrange(start..<end, with: Array("\(number)".utf8))
    }
}

/// Feeds importers with mutants of good files.
///
/// Each answers, with a schedule or with a refusal that names a place. A schedule can be proved or
/// found wrong; and what is right can be written and read again.
@Suite struct ExchangeFuzzTests {
    private struct Tally: CustomStringConvertible {
        var refused = 0
        var wrong = 0
        var right = 0
        var description: String { "\(refused) refused, \(wrong) wrong, \(right) right" }
    }

    private static let isLong = getenv("WEFT_LONG") != nil
    private static let limits = ImportLimits(cells: 1 << 12, touches: 1 << 14)

    private func run(
        _ seeds: [String],
        _ mutator: TextMutator,
        count: Int,
        read: ([UInt8]) throws(TextError) -> Schedule
    ) -> Tally {
        var mutator = mutator
        var tally = Tally()
        for _ in 0..<count {
            var bytes = Array(seeds[mutator.random.below(seeds.count)].utf8)
            for _ in 0...mutator.random.below(3) { mutator.mutate(&bytes) }
            do throws(TextError) {
                check(try read(bytes), bytes, &tally)
            } catch {
                tally.refused += 1
                if error.line < 1 || error.column < 1 || error.file != "fuzz"
                    || error.message.isEmpty
                {
                    Issue.record("\(String(decoding: bytes, as: UTF8.self)): \(error)")
                }
            }
        }
        return tally
    }

    private func check(_ schedule: Schedule, _ bytes: [UInt8], _ tally: inout Tally) {
        func isRead(_ text: String) -> Bool {
            (try? Schedule(json: text, file: "again")) == schedule
        }
        if !isRead(schedule.json()) {
            Issue.record("\(String(decoding: bytes, as: UTF8.self)) is not written as it is read")
        }
        do throws(Flaw) {
            _ = try schedule.prove()
        } catch {
            tally.wrong += 1
            if error.message.isEmpty { Issue.record("a flaw without words") }
            return
        }
        tally.right += 1
        do throws(ExchangeError) {
            let plain = try schedule.pointToPoint()
            if (try? plain.prove()) == nil {
                Issue.record("\(schedule.json()) is wrong point to point")
            }
            let canonical = try schedule.canonical()
            let text = try schedule.mscclXML()
            let again = try? Schedule(
                msccl: text,
                file: "again",
                elements: schedule.elements,
                elementSize: schedule.elementSize,
                root: schedule.root
            )
            if again != canonical { Issue.record("\(schedule.json()) does not come back") }
        } catch {
            // Not everything that is right can be said in another format.
            if error.message.hasPrefix("a wrong") { Issue.record("\(schedule.json()): \(error)") }
        }
    }

    @Test func msccl() throws {
        let pieces = [
            "<step", "/>", "<tb", "</tb>", "<gpu", "\"", "nop", "rrcs", "-1", "\"o\"", "\"s\"",
            "<!--",
            "-->", "&#48;", " depid=\"0\"", "allreduce", "alltoall", "inplace=\"1\"",
        ]
        let count = Self.isLong ? 1_000_000 : 4_000
        let mutator = TextMutator(seed: 1, pieces: pieces)
        let written = try ExchangeSamples.plain.filter { (2...3).contains($0.ranks) }
            .map { try $0.mscclXML() }
        let seeds = MSCCLFixtures.all + written
        let tally = run(seeds, mutator, count: count) { bytes throws(TextError) in
            try Schedule(
                msccl: bytes,
                file: "fuzz",
                elements: 50,
                elementSize: 4,
                limits: Self.limits
            )
        }
        #expect(
            tally.refused > count / 10 && tally.wrong > count / 100 && tally.right > count / 100
        )
    }

    @Test func json() throws {
        let pieces = [
            "{", "}", "[", "]", ",", "\"", "own", "each", "shift", "position", "(item) mod 3", "-",
            "*",
            "true", "null", "\"wraps\":true,", "\"stride\":-1,", "\"runs\":2,", "\"count\":2,",
        ]
        let patterns = ExchangeSamples.all.filter { (2...4).contains($0.ranks) }
        let tables = try patterns.prefix(8).map { try $0.pointToPoint() }
        let seeds = (patterns + tables).map { $0.json() }
        let count = Self.isLong ? 1_000_000 : 4_000
        let mutator = TextMutator(seed: 2, pieces: pieces)
        let tally = run(seeds, mutator, count: count) { bytes throws(TextError) in
            try Schedule(json: bytes, file: "fuzz", limits: Self.limits)
        }
        #expect(
            tally.refused > count / 10 && tally.wrong > count / 100 && tally.right > count / 100
        )
    }

    /// Cuts a file at every byte.
    @Test func prefixes() throws {
        for text in [MSCCLFixtures.ring, ExchangeSamples.all[9].json()] {
            let bytes = Array(text.utf8)
            let end = bytes.lastIndex { $0 == UInt8(ascii: ">") || $0 == UInt8(ascii: "}") } ?? 0
            for count in 0..<end {
                let cut = Array(bytes[..<count])
                #expect(throws: TextError.self) {
                    text.hasPrefix("<")
                        ? try Schedule(msccl: cut, file: "f", elements: 1, elementSize: 4)
                        : try Schedule(json: cut, file: "f")
                }
            }
        }
    }
}
