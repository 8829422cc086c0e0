import Collectives
import Testing
import Text

@Suite struct ScheduleJSONTests {
    @Test func everyAlgorithm() throws {
        for schedule in ExchangeSamples.all {
            let text = schedule.json()
            let again = try Schedule(json: text, file: schedule.summary)
            #expect(again == schedule, "\(schedule.summary)")
            #expect(again.json() == text, "\(schedule.summary)")
        }
    }

    @Test func tables() throws {
        for schedule in ExchangeSamples.all where schedule.ranks < 5 {
            let plain = try schedule.pointToPoint()
            #expect(try Schedule(json: plain.json(), file: "f") == plain)
            let table = schedule.tabulated()
            #expect(try Schedule(json: table.json(), file: "f") == table)
        }
    }

    @Test func howItLooks() throws {
        let ring = try #require(Algorithm.named("ring", for: .allGather))
        let text = ring.schedule(Request(ranks: 8, elements: 1024, channels: 2)).json()
        let expected = """
            {
              "schema": "weft-schedule-1",
              "collective": "all-gather",
              "algorithm": "ring",
              "ranks": 8,
              "elements": 1024,
              "elementSize": 4,
              "chunks": 8,
              "tracks": [
                {
                  "times": 2,
                  "phases": [

            """
        #expect(text.hasPrefix(expected))
        #expect(text.split(separator: "\n").allSatisfy { $0.utf8.count <= 160 })
    }

    @Test(arguments: [
        "0", "-7", "position", "-position + 7", "-3*round + 2*item + 1", "partner - group",
        "low + digit + high", "(position - round - 1) mod 8", "(0) mod 1",
        "(position) mod 4 + 3", "(position + 2*group) mod 4 - 3 - 2*group",
    ])
    func formulas(_ formula: String) throws {
        let text = schedule(first: "\"\(formula)\"")
        let again = try Schedule(json: text, file: "f").json()
        let isNumber = Int(formula) != nil
        #expect(again.contains("\"chunks\":" + (isNumber ? formula : "\"\(formula)\"")))
    }

    @Test func formulasInOtherWords() throws {
        for (formula, normal) in [
            (" 3 * position+1 ", "3*position + 1"), ("round+round", "2*round"), ("+1-2", "-1"),
            ("1 + position - 1", "position"), ("( 5 )mod 3+group", "(5) mod 3 + group"),
            ("0*item", "0"),
        ] {
            let again = try Schedule(json: schedule(first: "\"\(formula)\""), file: "f")
            #expect(try again == Schedule(json: schedule(first: "\"\(normal)\""), file: "f"))
        }
    }

    @Test(arguments: [
        ("", 21, "expected a number or a name"),
        ("position round", 30, "expected + or -"),
        ("position +", 31, "expected a number or a name"),
        ("3*", 23, "expected a number or a name"),
        (
            "rank", 21,
            "'rank' means nothing here; the names are position, round, item, low, digit, "
                + "high, partner, group"
        ),
        ("(position", 30, "expected + or -"),
        ("(position) 4", 32, "expected mod behind the parentheses"),
        ("(position) mod 0", 36, "a modulus is a number of at least 1"),
        ("(position) mod n", 36, "a modulus is a number of at least 1"),
        (
            "(position) mod 4 + round", 40,
            "'round' means nothing here; behind a modulus only group "
                + "and numbers may follow"
        ),
        ("(position) mod 4 group", 38, "expected + or -"),
        ("9999999999", 21, "this number is too large"),
        ("1073741824*position*4", 40, "expected + or -"),
    ])
    func wrongFormulas(_ formula: String, _ column: Int, _ message: String) {
        let path = "tracks[0].phases[0].sources[0].chunks"
        #expect(
            refusal(schedule(first: "\"\(formula)\"")) == "f:6:\(column): \(path): \(message)"
        )
    }

    /// A schedule whose only source has its chunks on line 6 from column 20 on.
    ///
    /// It has no rounds, so the chunks need not be there.
    private func schedule(first: String) -> String {
        """
        {schema: "weft-schedule-1", collective: "broadcast", algorithm: "a", ranks: 4,
        elements: 8, elementSize: 4, chunks: 2,
        tracks: [{phases: [
        {name: "one", view: 4, rounds: 0,
        sources: [{peer: "own", buffer: "input",
        chunks:            \(first)}],
        targets: [{peer: "own", buffer: "output", chunks: "all"}]}]}]}
        """
    }

    func refusal(_ text: String, limits: ImportLimits = ImportLimits()) -> String {
        do throws(TextError) {
            _ = try Schedule(json: text, file: "f", limits: limits)
            return "accepted"
        } catch {
            return error.description
        }
    }
}
