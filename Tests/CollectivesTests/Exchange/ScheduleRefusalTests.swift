import Collectives
import Testing
import Text

@Suite struct ScheduleRefusalTests {
    /// Two ranks that gather each other's block: a pattern, and a table.
    private static let text = """
        {
          "schema": "weft-schedule-1",
          "collective": "all-gather",
          "algorithm": "a",
          "ranks": 2,
          "elements": 8,
          "elementSize": 4,
          "chunks": 2,
          "tracks": [{"phases": [
            {"name": "others", "rounds": 1,
              "view": {"size": 2, "order": [1, 0]},
              "actors": {"from": "0*round"},
              "sources": [{"peer": {"shift": 1}, "buffer": "input", "chunks": {"first":
                "position", "blocks": {"scale": 1}}, "from": 0, "to": 1}],
              "targets": [{"peer": "own", "buffer": "output", "chunks": {"first": "position",
                "blocks": {"scale": 1}}}]},
            {"name": "own", "steps": [
              {"round": 0, "actor": 0, "sources": [{"at": 0, "buffer": "input", "first": 0}],
                "targets": [{"at": 0, "buffer": "output", "first": 0}]}]}
          ]}]
        }
        """

    private func refusal(_ text: String, limits: ImportLimits = ImportLimits()) -> String {
        do throws(TextError) {
            _ = try Schedule(json: text, file: "f", limits: limits)
            return "accepted"
        } catch {
            return error.description
        }
    }

    @Test func theTextIsGood() {
        #expect(refusal(Self.text) == "accepted")
    }

    @Test(arguments: [
        (
            "weft-schedule-1", "weft-schedule-9",
            "2:13: schema: expected \"weft-schedule-1\", found "
                + "\"weft-schedule-9\""
        ),
        ("\"schema\": \"weft-schedule-1\",", "", "1:1: the key 'schema' is missing"),
        (
            "all-gather", "all-gathre",
            "3:17: collective: 'all-gathre' is unknown; did you mean "
                + "'all-gather'?"
        ),
        ("\"algorithm\": \"a\"", "\"algorithm\": 3", "4:16: algorithm: expected a string, found 3"),
        ("\"ranks\": 2", "\"ranks\": 0", "5:12: ranks: must be at least 1, not 0"),
        (
            "\"ranks\": 2", "\"ranks\": 3000000000",
            "5:12: ranks: must be at most 1073741824, not "
                + "3000000000"
        ),
        (
            "\"ranks\": 2", "\"ranks\": 3",
            "8:13: chunks: all-gather has a chunk for each of its 3 "
                + "ranks"
        ),
        ("\"ranks\"", "\"rank\"", "5:3: unknown key 'rank'; did you mean 'ranks'?"),
        ("\"elements\": 8", "\"elements\": -8", "6:15: elements: must be at least 0, not -8"),
        ("\"elements\": 8", "\"elements\": 8.5", "6:15: elements: expected an integer, found 8.5"),
        ("\"elements\": 8", "\"root\": 2, \"elements\": 8", "6:11: root: must be at most 1, not 2"),
        (
            "\"elements\": 8", "\"counts\": [1, 2], \"elements\": 8",
            "6:13: counts: blocks of "
                + "all-gather are all alike"
        ),
        (
            "\"elementSize\": 4", "\"elementSize\": 0",
            "7:18: elementSize: must be at least 1, not "
                + "0"
        ),
        (
            "\"chunks\": 2", "\"chunks\": 2, \"slices\": 0",
            "8:26: slices: must be at least 1, not "
                + "0"
        ),
        (
            "\"chunks\": 2", "\"chunks\": 2, \"scratch\": {\"slot\": 2}",
            "8:28: scratch: unknown key "
                + "'slot'; did you mean 'slots'?"
        ),
        (
            "\"chunks\": 2", "\"chunks\": 2, \"aggregators\": 9999999",
            "1:1: 10000001 endpoints with "
                + "2 chunks and 0 slots in each of 1 lanes are more than this program takes"
        ),
        (
            "\"chunks\": 2", "\"chunks\": 2, \"inplace\": true",
            "8:16: unknown key 'inplace'; did you "
                + "mean 'inPlace'?"
        ),
        (
            "[{\"phases\"", "[{\"times\": 0, \"phases\"",
            "9:24: tracks[0].times: must be at least 1, "
                + "not 0"
        ),
        (
            "[{\"phases\"", "[{\"times\": 99999999, \"phases\"",
            "9:14: tracks[0]: 2 endpoints with 2 "
                + "chunks and 0 slots in each of 99999999 lanes are more than this program takes"
        ),
    ])
    func heads(_ old: String, _ new: String, _ message: String) {
        #expect(refusal(Self.text.replacing(old, with: new, maxReplacements: 1)) == "f:\(message)")
    }

    private static let pattern = "tracks[0].phases[0]"

    @Test(arguments: [
        ("\"rounds\": 1", "\"rounds\": -1", "10:34", ".rounds: must be at least 0, not -1"),
        ("\"rounds\": 1", "\"round\": 1", "10:24", ": unknown key 'round'; did you mean 'rounds'?"),
        (
            "\"rounds\": 1", "\"rounds\": 99999999", "10:5",
            ": its steps read and write more than "
                + "33554432 chunks, all in all"
        ),
        ("\"size\": 2", "\"size\": 0", "11:24", ".view.size: must be at least 1, not 0"),
        (
            "\"size\": 2", "\"size\": 1", "11:36",
            ".view.order: an order names each of 1 places, not 2"
        ),
        ("[1, 0]", "[1, 2]", "11:40", ".view.order[1]: must be at most 1, not 2"),
        ("[1, 0]", "[1, 1]", "11:40", ".view.order[1]: place 1 is named twice"),
        ("[1, 0]", "[1]", "11:36", ".view.order: an order names each of 2 places, not 1"),
        (
            "[1, 0]", "[1, 0], \"stride\": 2, \"groups\": 3", "11:67",
            ".view.groups: must be at "
                + "most 2, not 3"
        ),
        ("[1, 0]", "[1, 0], \"stride\": 0", "11:54", ".view.stride: must be at least 1, not 0"),
        ("[1, 0]", "[1, 0], \"stride\": 3", "11:54", ".view.stride: must be at most 2, not 3"),
        ("[1, 0]", "[1, 0], \"rotation\": 2", "11:56", ".view.rotation: must be at most 1, not 2"),
        (
            "0*round", "(round) mod 2", "12:26",
            ".actors.from: a range that moves with the round has "
                + "no modulus"
        ),
        (
            "{\"shift\": 1}", "\"shift\"", "13:28",
            ".sources[0].peer: 'shift' is unknown; it is one of "
                + "own, digit, each, child, parent"
        ),
        ("{\"shift\": 1}", "{}", "13:28", ".sources[0].peer: the key 'ahead' is missing"),
        (
            "{\"shift\": 1}", "{\"shift\": 1, \"ahead\": 1}", "13:50",
            ".sources[0].peer.ahead: a peer "
                + "is at one distance, not two"
        ),
        (
            "{\"shift\": 1}", "{\"shift\": \"9999999*9999999*item\"}", "13:47",
            ".sources[0].peer.shift"
                + ": expected a number or a name"
        ),
        (
            "\"to\": 1", "\"to\": \"(0) mod 2 + 1073741824\"", "14:63",
            ".sources[0].to: items lie "
                + "between -1073741824 and 1073741824"
        ),
        (
            "\"to\": 1", "\"to\": 1000000000", "13:19",
            ".sources[0]: its steps read and write more "
                + "than 33554432 chunks, all in all"
        ),
        (
            "\"scale\": 1}", "\"scale\": 9999999999}", "14:41",
            ".sources[0].chunks.blocks.scale: must "
                + "be at most 1073741824, not 9999999999"
        ),
        (
            "\"buffer\": \"input\"", "\"buffer\": \"in\"", "13:52",
            ".sources[0].buffer: 'in' is "
                + "unknown; it is one of input, output, scratch"
        ),
    ])
    func patterns(_ old: String, _ new: String, _ place: String, _ message: String) {
        let found = refusal(Self.text.replacing(old, with: new, maxReplacements: 1))
        #expect(found == "f:\(place): \(Self.pattern)\(message)")
    }

    @Test func numbersThatGoTooFar() {
        let far = Self.text.replacing("\"rounds\": 1", with: "\"rounds\": 2000")
            .replacing("\"position\", \"blocks\"", with: "\"1073741824*round\", \"blocks\"")
        #expect(
            refusal(far) == "f:14:9: tracks[0].phases[0].sources[0].chunks.first: this leads "
                + "further than any chunk or rank"
        )
        let groups = Self.text.replacing("\"ranks\": 2", with: "\"ranks\": 3")
            .replacing("\"chunks\": 2", with: "\"chunks\": 3")
            .replacing("[1, 0]", with: "[1, 0], \"stride\": 2, \"groups\": 3")
        #expect(
            refusal(groups) == "f:11:15: tracks[0].phases[0].view: 3 groups 2 apart do not lie "
                + "between each other"
        )
        let limits = ImportLimits(cells: 8, touches: 5)
        #expect(refusal(Self.text, limits: limits).hasSuffix("more than 5 chunks, all in all"))
        #expect(refusal(Self.text, limits: ImportLimits(cells: 7)).contains("2 endpoints with 2"))
    }

    @Test(arguments: [
        ("\"round\": 0", "\"round\": -1", "18:17", "[0].round: must be at least 0, not -1"),
        ("\"actor\": 0", "\"actor\": 2", "18:29", "[0].actor: must be at most 1, not 2"),
        ("\"at\": 0", "\"at\": 2", "18:51", "[0].sources[0].at: must be at most 1, not 2"),
        (
            "\"at\": 0, \"buffer\": \"input\"", "\"at\": 0, \"buffer\": 1", "18:64",
            "[0].sources[0].buffer: expected a string, found 1"
        ),
        (
            "\"first\": 0", "\"fist\": 0", "18:73",
            "[0].sources[0]: unknown key 'fist'; did you mean "
                + "'first'?"
        ),
        (
            "\"first\": 0", "\"first\": 0, \"count\": -1", "18:94",
            "[0].sources[0].count: must be at "
                + "least 1, not -1"
        ),
        ("\"first\": 0", "\"first\": 7", "18:44", "[0].sources[0]: chunk 7 is none of the 2"),
        ("\"first\": 0", "\"first\": -7", "18:44", "[0].sources[0]: chunk -7 is none of the 2"),
        (
            "\"first\": 0", "\"first\": 0, \"runs\": 1073741824, \"stride\": 1", "18:44",
            "[0].sources[0]: 1073741824 runs, 1 apart, do not fit 2 chunks"
        ),
        (
            "\"buffer\": \"input\"", "\"buffer\": \"scratch\", \"slot\": 5",
            "18:44", "[0].sources[0]: slot 5 is none of the 0"
        ),
    ])
    func tables(_ old: String, _ new: String, _ place: String, _ message: String) {
        let parts = Self.text.split(separator: "\"steps\"")
        let table = String(parts[1]).replacing(old, with: new, maxReplacements: 1)
        #expect(
            refusal(parts[0] + "\"steps\"" + table)
                == "f:\(place): tracks[0].phases[1].steps\(message)"
        )
    }

    @Test func counts() {
        func text(_ collective: String, _ counts: String) -> String {
            """
            {schema: "weft-schedule-1", collective: "\(collective)", algorithm: "a", ranks: 2,
            elements: 8, elementSize: 4, chunks: 2, tracks: [], counts: \(counts)}
            """
        }
        for (collective, counts, message) in [
            ("all-gather-v", "[1, 2]", "accepted"),
            ("all-to-all-v", "[[1, 2], [3, 4]]", "accepted"),
            ("all-gather-v", "[1]", "f:2:61: counts: expected 2 counts, found 1"),
            ("all-gather-v", "[1, -2]", "f:2:65: counts[1]: must be at least 0, not -2"),
            (
                "all-gather-v", "[[1, 2], [3, 4]]",
                "f:2:62: counts[0]: expected an integer, found "
                    + "an array"
            ),
            ("all-to-all-v", "[1, 2]", "f:2:62: counts[0]: expected an array, found 1"),
            ("all-to-all-v", "[[1, 2]]", "f:2:61: counts: expected 2 lists of counts, found 1"),
            ("all-to-all-v", "[[1, 2], [1]]", "f:2:70: counts[1]: expected 2 counts, found 1"),
            (
                "all-gather-v", "[281474976710656, 1]",
                "f:2:61: counts: these are too many elements, "
                    + "all in all"
            ),
        ] {
            #expect(refusal(text(collective, counts)) == message)
        }
    }

    // MARK: What is wrong, but imports

    /// Rank 0 waits for rank 1, whose steps are listed in the other order than their rounds.
    @Test func aDeadlock() throws {
        func step(_ round: Int, _ actor: Int, _ from: String, _ to: String) -> String {
            """
            {round: \(round), actor: \(actor), sources: [\(from)], targets: [\(to)]}
            """
        }
        func place(_ at: Int, _ buffer: String, _ chunk: Int) -> String {
            "{at: \(at), buffer: '\(buffer)', first: \(chunk)}"
        }
        let steps = [
            step(2, 1, place(0, "output", 1), place(1, "output", 1)),
            step(0, 1, place(1, "input", 0), place(1, "output", 0)),
            step(1, 0, place(1, "output", 0), place(0, "output", 0)),
            step(2, 0, place(0, "input", 1), place(0, "output", 1)),
        ]
        let text = """
            {schema: "weft-schedule-1", collective: "all-gather", algorithm: "a", ranks: 2,
            elements: 8, elementSize: 4, chunks: 2,
            tracks: [{phases: [{name: "steps", steps: [\(steps.joined(separator: ",\n"))]}]}]}
            """
        let schedule = try Schedule(json: text, file: "f")
        #expect(throws: Flaw.self) { try schedule.prove() }
    }

    /// Nothing that imports may trap the prover, however odd.
    @Test(arguments: [
        ("[{\"at\": 0, \"buffer\": \"input\", \"first\": 0}]", "[]"),
        ("\"first\": 0", "\"first\": 0, \"count\": 2147483647"),
        ("\"first\": 0", "\"first\": 1, \"count\": 2, \"wraps\": true"),
        ("\"buffer\": \"input\"", "\"buffer\": \"output\""),
        ("\"round\": 0", "\"round\": 1073741822"),
        ("\"round\": 0", "\"complete\": true, \"round\": 0"),
    ])
    func oddSteps(_ old: String, _ new: String) throws {
        let parts = Self.text.split(separator: "\"steps\"")
        let table = String(parts[1]).replacing(old, with: new, maxReplacements: 1)
        let schedule = try Schedule(json: parts[0] + "\"steps\"" + table, file: "f")
        #expect(throws: Flaw.self) { try schedule.prove() }
    }
}
