import Collectives
import Testing
import Text

/// Small files that ask for much: each is refused at once, and at its place.
@Suite struct HostileFileTests {
    private func refusal(_ tracks: String, ranks: Int = 2, _ more: String = "") -> String {
        let text = """
            {schema: "weft-schedule-1", collective: "all-reduce", algorithm: "a", ranks: \(ranks),
            elements: 8, elementSize: 4, chunks: 2, \(more)
            tracks: \(tracks)}
            """
        do throws(TextError) {
            _ = try Schedule(json: text, file: "f")
            return "accepted"
        } catch {
            return error.description
        }
    }

    private static let own = """
        sources: [{peer: "own", buffer: "input", chunks: "all"}],
        targets: [{peer: "own", buffer: "output", chunks: "all"}]
        """

    private static let tooMuch = "its steps read and write more than 33554432 chunks, all in all"

    /// Rounds, items and runs that cost time though they move nothing.
    @Test(arguments: [
        ("rounds: 1073741824, view: 2, actors: {lowBelow: 0}, sources: [], targets: []", tooMuch),
        ("rounds: 33554432, view: 2, sources: [], targets: []", tooMuch),
        (
            "view: 2, targets: [], sources: [{peer: 'own', buffer: 'input', to: 99999999, "
                + "chunks: {first: 0, count: 0}}]",
            "must be at least 1, not 0"
        ),
        (
            "view: 2, targets: [], sources: [{peer: 'own', buffer: 'input', "
                + "chunks: {first: 0, runs: 0}}]",
            "must be at least 1, not 0"
        ),
        (
            "view: 2, targets: [], sources: [{peer: 'own', buffer: 'input', chunks: "
                + "{first: 0, count: 2147483647, runs: 1073741824, stride: -1, wraps: true}}]",
            "1073741824 runs of 2147483647, -1 apart, meet again in 2 chunks, in round 0 of rank 0"
        ),
        (
            "view: {size: 2, order: []}, rounds: 16777216, sources: [], targets: []", tooMuch
        ),
    ])
    func patternsWithoutEnd(_ pattern: String, _ message: String) {
        let found = refusal("[{phases: [{name: 'p', \(pattern)}]}]")
        #expect(found.hasPrefix("f:3:") && found.hasSuffix(": \(message)"), "\(found)")
    }

    @Test func manyOperandsWithoutItems() {
        let operand = "{peer: 'own', buffer: 'input', chunks: 0, to: 0}"
        let operands = repeatElement(operand, count: 20).joined(separator: ",")
        let pattern = "name: 'p', rounds: 1000000, view: 2, sources: [\(operands)], targets: []"
        let found = refusal("[{phases: [{\(pattern)}]}]")
        #expect(found.hasPrefix("f:3:") && found.hasSuffix(": \(Self.tooMuch)"), "\(found)")
    }

    @Test func manyTracksOfNothing() {
        let steps = "{name: 's', steps: [{round: 0, actor: 0, sources: [], targets: []}]}"
        let phases = repeatElement(steps, count: 20).joined(separator: ",")
        let found = refusal("[{times: 1000000, phases: [\(phases)]}]")
        #expect(found.hasPrefix("f:3:") && found.hasSuffix(": \(Self.tooMuch)"), "\(found)")
    }

    /// Where a sum is wrong, the proof keeps a set of ranks for each.
    @Test func manySumsOfManyRanks() {
        let sums = """
            rounds: 300, view: 16384,
            sources: [{peer: 'own', buffer: 'input', chunks: 0},
              {peer: {shift: 'round'}, buffer: 'input', chunks: 0}],
            targets: [{peer: 'own', buffer: 'output', chunks: 0}]
            """
        let found = refusal("[{phases: [{name: 'p', \(sums)}]}]", ranks: 16_384)
        #expect(
            found.hasSuffix(": the steps of 16384 ranks are more than this program takes"),
            "\(found)"
        )
    }

    /// Logical times must fit, whatever rounds a table is said to span.
    @Test func stepsBehindTheRoundsOfTheirPhase() {
        let found = refusal(
            """
            [{phases: [{name: "a", rounds: 1073741824, steps: []},
            {name: "b", rounds: 0, steps: [{round: 1073741824, actor: 0, sources: [], targets: []}]}
            ]}]
            """
        )
        let place = "tracks[0].phases[1].steps"
        #expect(found == "f:4:31: \(place): the steps go on to round 1073741824 of 0")
    }

    /// Patterns that lead to memory that there is not.
    @Test(arguments: [
        ("view: 2", "chunks: 'all'", "chunks: '-position'", "chunk -1 is none of the 2"),
        ("view: 2", "chunks: 'all'", "chunks: '9*position'", "chunk 9 is none of the 2"),
        (
            "view: 2", "buffer: 'input'", "buffer: 'scratch', slot: '-7*position'",
            "slot 0 is none of the 0"
        ),
        (
            "view: 2", "peer: 'own'", "peer: {shift: 1}, view: {size: 2, base: 1}",
            "endpoint 2 does not exist"
        ),
    ])
    func patternsThatLeadNowhere(_ view: String, _ old: String, _ new: String, _ message: String) {
        let operand = "{peer: 'own', buffer: 'input', chunks: 'all'}"
            .replacing(old, with: new)
        let pattern = "name: 'p', \(view), sources: [\(operand)], targets: []"
        let found = refusal("[{phases: [{\(pattern)}]}]")
        let place = "f:3:51: tracks[0].phases[0].sources[0]: \(message), in round 0 of rank "
        #expect(found.hasPrefix(place), "\(found)")
    }

    /// MSCCL's XML does not say its root, and what was read of it is written and read again.
    @Test func anotherRoot() throws {
        let broadcast = try #require(Algorithm.named("direct", for: .broadcast))
        let text = try broadcast.schedule(Request(ranks: 3, elements: 9)).mscclXML()
        let other = try Schedule(msccl: text, file: "f", elements: 9, elementSize: 4, root: 2)
        #expect(try Schedule(json: other.json(), file: "again") == other)
        #expect(throws: Flaw.self) { try other.prove() }
    }

    @Test func actorsThatAreNotThere() {
        let found = refusal("[{phases: [{name: 'p', view: {size: 2, base: 1}, \(Self.own)}]}]")
        #expect(
            found == "f:3:20: tracks[0].phases[0]: its actor 2 does not exist, in round 0"
        )
    }

    @Test func aLimitCanBeAsLargeAsANumber() throws {
        let limits = ImportLimits(cells: .max, touches: .max)
        for schedule in ExchangeSamples.plain.prefix(3) {
            #expect(try Schedule(json: schedule.json(), file: "f", limits: limits) == schedule)
        }
        _ = try Schedule(
            msccl: MSCCLFixtures.ring,
            file: "f",
            elements: 9,
            elementSize: 4,
            limits: limits
        )
    }

    // MARK: MSCCL

    private func refusal(msccl short: String, _ limits: ImportLimits) -> String {
        do throws(TextError) {
            _ = try Schedule(
                msccl: MSCCLFixtures.xml(short),
                file: "f",
                elements: 8,
                elementSize: 4,
                limits: limits
            )
            return "accepted"
        } catch {
            return error.description
        }
    }

    /// Sums that are stored nowhere take slots, of which every GPU gets as many.
    @Test func manySlots() {
        let count = 50
        func steps(_ step: String) -> String {
            repeatElement(step + "\n", count: count).joined()
        }
        let others = (3..<40).map { "gpu \($0) 4 4 0\n" }.joined()
        let text = """
            algo a allreduce 40 4 outofplace
            gpu 0 4 4 0
            tb 0 1 -1 0
            \(steps("s i0 i0 4"))
            gpu 1 4 4 0
            tb 0 2 0 0
            \(steps("rrs i0 o0 4"))
            gpu 2 4 4 0
            tb 0 -1 1 0
            \(steps("r i0 o0 4"))
            \(others)
            """
        #expect(
            refusal(msccl: text, ImportLimits(cells: 1 << 10))
                == "f:1:1: 40 endpoints with 4 chunks and 200 slots in each of 1 lanes are more "
                + "than this program takes"
        )
    }

    /// Many that wait to write what many are to read, one chunk after the other.
    @Test func manyThatWait() {
        let count = 60
        var text = "algo a allreduce 2 \(count) outofplace\ngpu 0 \(count) \(count) 0\n"
        text += "tb 0 1 -1 0\n"
        for chunk in 0..<count { text += "s o\(chunk) o0 1\n" }
        for writer in 1...count { text += "tb \(writer) -1 -1 0\ncpy i0 o0 \(count)\n" }
        text += "gpu 1 \(count) \(count) 0\ntb 0 -1 0 0\n"
        for chunk in 0..<count { text += "r i0 o\(chunk) 1\n" }
        let found = refusal(msccl: text, ImportLimits(touches: 12_000))
        #expect(
            found.hasSuffix("the steps wait for one another too often to be followed"),
            "\(found)"
        )
    }
}
