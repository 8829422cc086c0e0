import Foundation
import TestSupport
import Testing

/// `weft probe` with real ranks on nodes of this machine.
@Suite(.everyCore) struct ProbeCommandTests {
    private func run(_ words: String) throws -> Outcome {
        try Weft.run(["probe"] + words.split(separator: " ").map(String.init))
    }

    private func findings(_ text: String) throws -> [[String: Any]] {
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        let whole = try #require(object)
        #expect(whole["schema"] as? String == "weft-probe-1")
        return try #require(whole["findings"] as? [[String: Any]])
    }

    /// Every answer lies in its interval, or says why there is none.
    private func expectSound(_ finding: [String: Any]) throws {
        let name = try #require(finding["probe"] as? String)
        for answer in try #require(finding["answers"] as? [[String: Any]]) {
            let method = try #require(answer["method"] as? String)
            #expect(!method.isEmpty)
            guard let value = answer["value"] as? Double else { continue }
            let low = try #require(answer["low"] as? Double)
            let high = try #require(answer["high"] as? Double)
            #expect(low <= value && value <= high, "\(name): \(answer)")
        }
        let columns = finding["columns"] as? [[String: Any]] ?? []
        for row in finding["rows"] as? [[Any]] ?? [] { #expect(row.count == columns.count) }
    }

    private func answer(_ name: String, _ finding: [String: Any]) -> Double? {
        let answers = finding["answers"] as? [[String: Any]] ?? []
        return answers.first { $0["name"] as? String == name }?["value"] as? Double
    }

    @Test func everyProbeAnswers() throws {
        let outcome = try run("--nodes 2 --seconds 1.5 --json")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let findings = try findings(outcome.output)
        let names = findings.compactMap { $0["probe"] as? String }
        #expect(
            names == [
                "step", "incast", "limit", "messages", "latency", "paths", "ecn", "pause", "order",
            ]
        )
        for finding in findings { try expectSound(finding) }
        let alone = try #require(answer("rate alone", findings[0]))
        #expect(alone > 0)
        let fairness = try #require(answer("fairness", findings[0]))
        #expect((0.5...1).contains(fairness))
        // Three sizes, from one and from two senders.
        #expect((findings[1]["rows"] as? [[Any]])?.count == 6)
        #expect(try #require(answer("one way, idle", findings[4])) > 0)
        #expect(try #require(answer("one way, loaded", findings[4])) > 0)
        #expect(try #require(answer("fairness of 4 flows", findings[5])) <= 1)
        // Loopback has neither marks nor pauses, which is said.
        for place in [6, 7] {
            let notes = try #require(findings[place]["notes"] as? [String])
            #expect(!notes.isEmpty)
        }
    }

    /// From the probe to the fabric and back to a reader's eyes.
    @Test func whatWasMeasuredIsAFabric() throws {
        let folder = try TemporaryFolder()
        let file = folder.path("fabric.json5")
        let page = folder.path("page.html")
        let outcome = try run(
            "incast step messages latency --nodes 3 --ranks 7 --seconds 2 --csv "
                + "--write \(file) --report \(page)"
        )
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.errors == "The report is \(page)\nThe fabric is \(file)\n")
        #expect(outcome.output.hasPrefix("probe,row,name,unit,value,"))
        let shown = try Weft.run(["fabric", "show", file])
        #expect(shown.status == 0, "\(shown.errors)")
        #expect(shown.output.contains("7 ranks on 3 nodes, over tcp"), "\(shown.output)")
        #expect(shown.output.contains("incast, 5 senders of 64K bytes"), "\(shown.output)")
        #expect(shown.output.contains("cost of a message"), "\(shown.output)")
        let html = try String(contentsOfFile: page, encoding: .utf8)
        #expect(html.contains("A burst from several senders") && html.contains("<svg"))
        // A file that is none is refused where it goes wrong.
        let wrong = try folder.write("{ name: 1 }", to: "wrong.json5")
        let refused = try Weft.run(["fabric", "show", wrong])
        #expect(refused.status == 1)
        #expect(refused.errors.contains("wrong.json5:1:9"), "\(refused.errors)")
    }

    /// Two ranks have one flow, and what needs two says so.
    @Test func fewRanksAnswerWhatTheyCan() throws {
        let outcome = try run("step latency paths --nodes 2 --ranks 2 --seconds 0.2")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("# Two ranks must send to one node"))
        #expect(outcome.output.contains("one way, idle: "))
        #expect(outcome.output.contains("# A load needs a second sender"))
        #expect(outcome.output.contains("# Four flows between two nodes are needed"))
    }

    @Test func anotherLauncherStartsTheRanks() throws {
        let port = 20_000 + Int(getpid()) % 20_000
        func start(_ rank: Int) throws -> RunningProgram {
            try RunningProgram(
                Weft.path,
                ["probe", "latency", "--seconds", "0.2"],
                environment: [
                    "RANK": "\(rank)", "WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1",
                    "MASTER_PORT": "\(port)", "WEFT_TOKEN": "0123456789abcdef",
                ]
            )
        }
        let programs = [try start(1), try start(0)]
        let outcomes = programs.map { $0.wait() }
        // They find that they share memory, so there is no network to probe.
        #expect(outcomes.allSatisfy { $0.status == 1 }, "\(outcomes.map(\.errors))")
        #expect(outcomes[1].errors.contains("all 2 ranks are on one node"), "\(outcomes[1].errors)")
    }

    @Test(arguments: [
        ("", "a probe needs two nodes"),
        ("stpe --nodes 2", "unknown probe 'stpe'; did you mean 'step'?"),
        ("xyzzy --nodes 2", "known: all, step, incast"),
        ("--nodes 2 --seconds 0", "needs a number from 0.1 to 600, but got '0'"),
        ("--nodes 2 --seconds nan", "needs a number from 0.1 to 600"),
        ("--nodes 2 --seconds 1e2", "needs a number from 0.1 to 600"),
        ("--nodes 4 --ranks 3", "3 ranks can't be on 4 nodes"),
        ("--nodes 2 --ranks 129", "from 2 to 128"),
        ("--nodes 2 --json --csv", "exclude each other"),
        ("step --nodes 2 --write x.json5", "'--write' needs the probes messages and latency"),
    ])
    func wrongCommandLinesAreRefused(_ words: String, _ sentence: String) throws {
        let outcome = try run(words)
        #expect(outcome.status == 64, "\(outcome.errors)")
        #expect(outcome.errors.contains(sentence), "\(outcome.errors)")
    }

    @Test func aFileThatCannotBeWrittenIsRefusedFirst() throws {
        let outcome = try run("--nodes 2 --seconds 600 --write /nonexistent/fabric.json5")
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("'/nonexistent/fabric.json5' can't be written"))
    }

    @Test func aKilledRankIsNamed() throws {
        let program = try RunningProgram(
            Weft.path,
            ["probe", "latency", "--nodes", "2", "--ranks", "2", "--seconds", "600"]
        )
        var ranks: [pid_t] = []
        _ = eventually(within: 60) {
            let agents = Processes.children(of: program.number)
            ranks = agents.flatMap { Processes.children(of: $0) }
            return ranks.count == 2 || !program.isRunning
        }
        try #require(ranks.count == 2, "\(program.errors)")
        usleep(500_000)
        kill(ranks[0], SIGKILL)
        let outcome = program.wait(atMost: 30)
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("was killed by signal 9 (Killed) while "))
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
        #expect(!ranks.contains(where: Processes.isAlive))
    }
}
