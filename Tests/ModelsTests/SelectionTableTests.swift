import Collectives
import Foundation
import Models
import TestSupport
import Testing
import Text

@Suite struct SelectionTableTests {
    static func section(
        _ collective: Collective,
        ranks: Int,
        nodes: Int = 1,
        buffers: SelectionTable.Buffers = .either,
        _ variants: [(from: Int, Variant)]
    ) -> SelectionTable.Section {
        SelectionTable.Section(
            key: .init(collective, ranks: ranks, nodes: nodes, buffers: buffers),
            date: "2026-11-21T08:00:00Z",
            version: "9.9.9",
            ranges: variants.map { from, variant in
                .init(from: from, chosen: .init(variant, microseconds: 1.5))
            }
        )
    }

    static var sample: SelectionTable {
        var table = SelectionTable(machine: "host \"ä\" · 2 cores")
        table.put(section(.allReduce, ranks: 2, [(0, Variant("ring"))]))
        let fast = SelectionTable.Timed(Variant("chain", slices: 16), microseconds: 0.25)
        let next = SelectionTable.Timed(Variant("tree", channels: 2), microseconds: 0.5)
        table.put(
            SelectionTable.Section(
                key: .init(.broadcast, ranks: 4, nodes: 2, buffers: .inPlace),
                date: "2026-11-22T08:00:00Z",
                version: "9.9.9",
                ranges: [
                    .init(from: 0, chosen: next, runnerUp: nil),
                    .init(from: 1024, chosen: fast, runnerUp: next),
                ]
            )
        )
        return table
    }

    @Test(arguments: [true, false]) func readsBackWhatItWrote(_ isPretty: Bool) throws {
        let text = Self.sample.json.serialized(pretty: isPretty)
        #expect(try SelectionTable(reading: Array(text.utf8), name: "x") == Self.sample)
    }

    /// A change of a good table's text, and the words it must be refused with.
    static let refusals: [(from: String, to: String, words: String)] = [
        ("weft-selection-1", "x", "s.json:1:11: schema: expected \"weft-selection-1\"; run 'weft"),
        ("\"machine\":", "\"m\":", "s.json:1:1: the key 'machine' is missing"),
        ("\"all-reduce\"", "\"sum\"", "sections[0].collective: expected one of all-reduce, red"),
        ("\"ranks\":2", "\"ranks\":0", "sections[0].ranks: expected 1 to 1048576, found 0"),
        ("\"nodes\":2", "\"nodes\":-1", "sections[1].nodes: expected 1 to 1048576, found -1"),
        ("\"in-place\"", "\"both\"", "sections[1].buffers: expected one of out-of-place, in-pl"),
        ("\"from\":0", "\"from\":8", "sections[0].ranges[0].from: expected 0 in the first range"),
        ("\"from\":1024", "\"from\":0", "sections[1].ranges[1].from: expected 0 in the first"),
        ("\"from\":1024", "\"from\":9223372036854775807", "sections[1].ranges[1].from: expected"),
        ("\"ring\"", "\"rnig\"", "ranges[0].chosen.algorithm: all-reduce has no such algorithm"),
        ("\"ring\"", "1", "ranges[0].chosen.algorithm: expected a string, found 1"),
        ("\"slices\":16", "\"slices\":257", "chosen.slices: expected 1 to 256, found 257"),
        ("\"channels\":2", "\"channels\":0", "chosen.channels: expected 1 to 64, found 0"),
        ("\"microseconds\":0.25", "\"microseconds\":0", "microseconds: expected more than zero"),
        ("\"collective\":\"broadcast\"", "\"collective\":7", "collective: expected a string"),
    ]

    @Test(arguments: refusals.indices)
    func refuses(_ index: Int) throws {
        let (from, to, words) = Self.refusals[index]
        let good = Self.sample.json.serialized()
        let at = try #require(good.firstRange(of: from), "\(from)")
        let bad = good.replacingCharacters(in: at, with: to)
        let error = #expect(throws: TextError.self) {
            try SelectionTable(reading: Array(bad.utf8), name: "s.json")
        }
        let description = error?.description ?? ""
        #expect(description.hasPrefix("s.json:1:"), "\(description)")
        #expect(description.contains(words), "\(description)")
    }

    @Test func refusesTwoSectionsForTheSame() throws {
        let section = Self.sample.json.serialized()
        let start = try #require(section.firstRange(of: "[{\"collective\"")).lowerBound
        let end = try #require(section.firstRange(of: "},{\"collective\"")).lowerBound
        let first = section[section.index(after: start)...end]
        let bad = section.replacing("\"sections\":[", with: "\"sections\":[\(first),")
        let error = #expect(throws: TextError.self) {
            try SelectionTable(reading: Array(bad.utf8), name: "s.json")
        }
        #expect(error?.description.contains("for the same already") == true, "\(bad)")
    }

    /// Mutants of a good table: each is a table that reads back as it is, or refused at a place.
    @Test(arguments: [UInt64](1...4)) func mutants(_ seed: UInt64) throws {
        let good = Array(Self.sample.json.serialized().utf8)
        var random = SeededRandom(seed: seed)
        var refused = 0
        for _ in 0..<3000 {
            var bytes = good
            for _ in 0...random.below(3) {
                let at = random.below(bytes.count)
                switch random.below(4) {
                case 0: bytes.removeSubrange(at..<min(bytes.count, at + random.below(8)))
                case 1: bytes[at] = UInt8(random.below(256))
                case 2: bytes.insert(UInt8(ascii: "9"), at: at)
                default: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + 9)], at: at)
                }
            }
            do throws(TextError) {
                let table = try SelectionTable(reading: bytes, name: "s.json")
                let text = Array(table.json.serialized().utf8)
                let again = try SelectionTable(reading: text, name: "again")
                #expect(again == table)
            } catch {
                refused += 1
                #expect(error.file == "s.json" && error.line >= 1 && error.column >= 1)
            }
        }
        #expect(refused > 1000)
    }

    // MARK: - Looking up

    private func key(
        _ ranks: Int,
        nodes: Int = 1,
        _ buffers: SelectionTable.Buffers = .either
    ) -> SelectionTable.Key {
        SelectionTable.Key(.allReduce, ranks: ranks, nodes: nodes, buffers: buffers)
    }

    @Test func sizesBelongToTheRangeThatStartsBeforeThem() {
        let section = Self.section(
            .allReduce,
            ranks: 2,
            [(0, Variant("one-shot")), (1024, Variant("ring")), (4096, Variant("two-shot"))]
        )
        let expected = [
            (0, "one-shot"), (1023, "one-shot"), (1024, "ring"), (4095, "ring"),
            (4096, "two-shot"), (1 << 40, "two-shot"),
        ]
        for (bytes, name) in expected {
            #expect(section.variant(bytes: bytes).algorithm == name)
        }
    }

    @Test func theNearestRanksAreTaken() {
        var table = SelectionTable(machine: "m")
        for ranks in [2, 8, 16] {
            table.put(Self.section(.allReduce, ranks: ranks, [(0, Variant("ring"))]))
        }
        table.put(Self.section(.allReduce, ranks: 2, nodes: 2, [(0, Variant("ring"))]))
        let expected = [
            (1, 2), (2, 2), (3, 2), (4, 8), (5, 8), (8, 8), (11, 8), (12, 16), (32, 16),
        ]
        for (ranks, nearest) in expected {
            let found = table.nearest(to: key(ranks), within: 1)?.key
            #expect(found == key(nearest), "\(ranks)")
        }
        // Too far: nobody knows. Shared memory is not near to TCP.
        #expect(table.nearest(to: key(33), within: 1) == nil)
        #expect(table.nearest(to: key(33), within: .infinity)?.key == key(16))
        #expect(table.nearest(to: key(16, nodes: 2), within: 1) == nil)
        #expect(table.nearest(to: key(4, nodes: 2), within: 1)?.key == key(2, nodes: 2))
        #expect(table.nearest(to: key(4, nodes: 4), within: 1) == nil)
        #expect(table.nearest(to: key(4, nodes: 4), within: 2)?.key == key(2, nodes: 2))
        let other = SelectionTable.Key(.reduce, ranks: 2, nodes: 1, buffers: .either)
        #expect(table.nearest(to: other, within: .infinity) == nil)
    }

    @Test func buffersHaveTheirOwnSections() {
        var table = SelectionTable(machine: "m")
        table.put(Self.section(.allReduce, ranks: 2, buffers: .either, [(0, Variant("ring"))]))
        #expect(table.nearest(to: key(2, .inPlace), within: 1)?.key == key(2))
        table.put(Self.section(.allReduce, ranks: 2, buffers: .inPlace, [(0, Variant("tree"))]))
        #expect(table.nearest(to: key(2, .inPlace), within: 1)?.key == key(2, .inPlace))
        #expect(table.nearest(to: key(2, .outOfPlace), within: 1)?.key == key(2))
        #expect(table.nearest(to: key(2), within: 1)?.key == key(2))
        table.put(Self.section(.allReduce, ranks: 2, buffers: .inPlace, [(0, Variant("chain"))]))
        #expect(table.sections.count == 2)
    }
}
