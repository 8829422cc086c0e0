import Fabrics
import Glibc
import TestSupport
import Testing
import Text

/// Changes texts at random: bytes, numbers, pieces of syntax, and whole lines.
private struct WiringMutator {
    var random: SeededRandom
    private static let pieces = [
        "<", ">", "/>", "</", "\"", "'", "&#48;", "<!--", "-->", "<!DOCTYPE topology [", "{", "}",
        "[", "]", ",", ":", "#", "-", "0x", "==(", ")==>", " - ", "{ SW ", "} LID:", "\t", "\r\n",
        "\n", "\u{1B}[4m", "é", "\u{0}", "NaN", "1e999", "inf", "X", "NV18", "SYS", "Gbps", "ms",
        "<pci busid=\"0:0:0.0\">", "<object type=\"NUMANode\" os_index=\"7\"/>", "count: 9,",
        "from: \"gpu\", ", "- ", "topology: [Switch]\n", "[1]\t\"H-1\"[1]\n", "nan", "null",
    ].map { Array($0.utf8) }
    /// None is a size that is read but takes long.
    private static let large = [-1, 255, 256, 4_097, 1 << 21, 1 << 31, 1 << 40, 1 << 62, Int.max]

    mutating func mutate(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        let place = random.below(bytes.count)
        switch random.below(12) {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 1: bytes.removeSubrange(place..<min(bytes.count, place + 1 + random.below(8)))
        case 2, 3:
            bytes.insert(contentsOf: Self.pieces[random.below(Self.pieces.count)], at: place)
        case 4 where random.below(8) == 0: bytes.removeSubrange(place...)
        case 5, 6, 7: changeLine(&bytes, place)
        default: changeNumber(&bytes, place)
        }
    }

    /// Removes, repeats or moves the line that holds a byte.
    private mutating func changeLine(_ bytes: inout [UInt8], _ place: Int) {
        let start = bytes[..<place].lastIndex(of: 10).map { $0 + 1 } ?? 0
        let end = bytes[place...].firstIndex(of: 10).map { $0 + 1 } ?? bytes.count
        let line = Array(bytes[start..<end])
        if random.below(3) > 0 { bytes.removeSubrange(start..<end) }
        guard random.below(3) > 0 else { return }
        let other = random.below(bytes.count + 1)
        let target = bytes[..<other].lastIndex(of: 10).map { $0 + 1 } ?? 0
        bytes.insert(contentsOf: line, at: target)
    }

    /// Replaces the next number behind a byte.
    private mutating func changeNumber(_ bytes: inout [UInt8], _ place: Int) {
        func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
        guard let start = bytes[place...].firstIndex(where: isDigit) else { return }
        let end = bytes[start...].firstIndex { !isDigit($0) } ?? bytes.count
        let isLarge = random.below(6) == 0
        let number = isLarge ? Self.large[random.below(Self.large.count)] : random.below(12)
        bytes.replaceSubrange(start..<end, with: Array("\(number)".utf8))
    }
}

/// Feeds every importer with mutants of good files.
///
/// Each answers, with a network or with a refusal that names a place; and a network is written and
/// read again as it was.
@Suite struct WiringFuzzTests {
    /// Inputs for each form.
    private static let count = getenv("WEFT_LONG") == nil ? 1_500 : 200_000

    @Test(arguments: WiringFormat.allCases)
    func mutants(_ format: WiringFormat) {
        let seeds = WiringSamples.all.filter { $0.format == format }.map { Array($0.text.utf8) }
        let ordinal = WiringFormat.allCases.firstIndex(of: format) ?? 0
        var mutator = WiringMutator(random: SeededRandom(seed: UInt64(ordinal + 1)))
        var accepted = 0
        var refused = 0
        for _ in 0..<Self.count {
            var bytes = seeds[mutator.random.below(seeds.count)]
            for _ in 0...mutator.random.below(4) { mutator.mutate(&bytes) }
            // Its own form is what is tried; sometimes it is guessed, and sometimes another is.
            let turn = mutator.random.below(8)
            let other = WiringFormat.allCases[mutator.random.below(WiringFormat.allCases.count)]
            do throws(TextError) {
                let wiring = try Wiring.reading(
                    bytes,
                    name: "fuzz",
                    as: turn == 0 ? nil : turn == 1 ? other : format
                )
                accepted += 1
                if mutator.random.below(4) == 0 { check(wiring, bytes) }
            } catch {
                refused += 1
                if error.line < 1 || error.column < 1 || error.file != "fuzz"
                    || error.message.isEmpty
                {
                    Issue.record("\(String(decoding: bytes, as: UTF8.self)): \(error)")
                }
            }
        }
        #expect(accepted > Self.count / 50 && refused > Self.count / 50, "\(accepted) \(refused)")
    }

    private func check(_ wiring: Wiring, _ bytes: [UInt8]) {
        // Most networks of mutants are small; large ones are many equal lines.
        guard wiring.devices.count + wiring.links.count < 2_000 else { return }
        let summary = WiringSummary(of: wiring)
        if summary.components > wiring.devices.count {
            Issue.record("\(String(decoding: bytes, as: UTF8.self)): more parts than devices")
        }
        if (try? Wiring.reading(wiring.json5, name: "again")) != wiring {
            Issue.record("\(String(decoding: bytes, as: UTF8.self)) comes back otherwise")
        }
        _ = wiring.dot
    }

    /// Cuts each file at every byte: it is read, or refused at a place.
    @Test func prefixes() {
        for (format, text) in WiringSamples.all {
            let bytes = Array(text.utf8)
            for count in bytes.indices {
                do throws(TextError) {
                    _ = try Wiring.reading(Array(bytes[..<count]), name: "cut", as: format)
                } catch {
                    #expect(error.line > 0 && error.column > 0 && error.file == "cut", "\(error)")
                }
            }
        }
    }
}
