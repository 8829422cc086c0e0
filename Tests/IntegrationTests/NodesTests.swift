import Foundation
import TestSupport
import Testing

/// Benchmarks whose ranks are on several nodes: agents, TCP, and other launchers.
@Suite(.everyCore) struct NodesTests {
    private let environment = [
        "XDG_STATE_HOME": "/nonexistent", "OMPI_ALLOW_RUN_AS_ROOT": "1",
        "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    ]

    private func run(_ arguments: [String]) throws -> Outcome {
        try Weft.run(["bench"] + arguments, environment: environment)
    }

    /// The values of a column of comma-separated rows.
    private func column(_ name: String, of text: String) -> [String] {
        let lines = text.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        guard let place = lines.first?.firstIndex(of: name) else { return [] }
        return lines.dropFirst().map { $0[place] }
    }

    private func expectRight(_ outcome: Outcome, transport: String, ranks: Int, rows: Int) {
        #expect(outcome.status == 0, "\(outcome.errors)\(outcome.output)")
        #expect(outcome.errors.isEmpty, "\(outcome.errors)")
        #expect(column("transport", of: outcome.output) == Array(repeating: transport, count: rows))
        #expect(column("ranks", of: outcome.output) == Array(repeating: "\(ranks)", count: rows))
        #expect(Set(column("out_of_place_wrong", of: outcome.output)) == ["0"], "\(outcome.output)")
    }

    @Test func ranksOfTwoNodesTalkOverTCP() throws {
        let sizes = ["--sizes", "8,1K,256K", "--csv"]
        for (collective, algorithms) in [
            ("all-reduce", "ring,two-shot,tree,one-shot,sharp-sat"), ("all-to-all", "pairwise"),
            ("broadcast", "tree,direct"), ("barrier", "dissemination"),
        ] {
            let outcome = try run([collective, "--nodes", "2", "--algorithm", algorithms] + sizes)
            let perAlgorithm = collective == "barrier" ? 1 : 3
            let rows = algorithms.split(separator: ",").count * perAlgorithm
            expectRight(outcome, transport: "tcp", ranks: 2, rows: rows)
        }
    }

    @Test func nodesHaveSharedMemoryInside() throws {
        let outcome = try run([
            "all-reduce", "--nodes", "2", "--ranks", "4", "--algorithm", "two-level,ring",
            "--sizes", "8,64K", "--connections", "3", "--csv",
        ])
        expectRight(outcome, transport: "shm+tcp", ranks: 4, rows: 4)
    }

    /// The bar: streaming aggregation leaves on hosts' links n / (2(n - 1)) of what a ring puts
    /// there, as counted at their connections.
    @Test(arguments: [2, 4, 8]) func switchesHalveWhatHostsLinksCarry(_ hosts: Int) throws {
        let count = "\(hosts)"
        let outcome = try run([
            "all-reduce", "--nodes", count, "--ranks", count, "--algorithm", "ring,sharp-sat",
            "--sizes", "2M", "--iterations", "2", "--warmup", "1", "--csv",
        ])
        expectRight(outcome, transport: "tcp", ranks: hosts, rows: 2)
        let links = column("link_bytes", of: outcome.output).compactMap(Double.init)
        let shares = column("link_of_ring", of: outcome.output).compactMap(Double.init)
        try #require(links.count == 2 && shares.count == 2, "\(outcome.output)")
        let expected = Double(hosts) / Double(2 * (hosts - 1))
        #expect(abs(links[1] / links[0] / expected - 1) < 0.02, "\(links)")
        // Measured against what the ring's schedule sends.
        #expect(abs(shares[0] - 1) < 0.02 && abs(shares[1] / expected - 1) < 0.02, "\(shares)")
        #expect(links.allSatisfy { $0 > 0 && $0 < 1.02 * 2 * Double(2 << 20) })
    }

    /// A switch in a server is on the node of its ranks; one of the network is on nobody's.
    @Test func switchesInANodeUseItsMemory() throws {
        let outcome = try run([
            "all-reduce", "--nodes", "2", "--ranks", "4", "--algorithm", "nvls-sharp,nvls-tree",
            "--sizes", "256K", "--iterations", "1", "--csv",
        ])
        expectRight(outcome, transport: "shm+tcp", ranks: 4, rows: 2)
        let shares = column("link_of_ring", of: outcome.output).compactMap(Double.init)
        // Up and down once for the node's vector, of a ring's 2(n - 1)/n.
        try #require(shares.count == 2)
        #expect(abs(shares[0] / (1 / 1.5) - 1) < 0.02, "\(shares)")
    }

    @Test func operationsThatStartTogetherAreTimedAcrossNodes() throws {
        let outcome = try run([
            "all-reduce", "--nodes", "2", "--mode", "sync", "--sizes", "8", "--csv",
        ])
        expectRight(outcome, transport: "tcp", ranks: 2, rows: 1)
    }

    @Test func wrongPlacesAreRefused() throws {
        for (options, words) in [
            (["--nodes", "4", "--ranks", "2"], "2 ranks can't be on 4 nodes"),
            (["--nodes", "2", "--hosts", "a"], "use only one of"),
            (["--hosts", "a:x"], "needs hosts as NAME or NAME:RANKS"),
            (["--hosts", "a:2", "--ranks", "3"], "do not fit the hosts"),
            (["--hosts=-oProxyCommand=x"], "needs hosts as NAME"),
            (["--nodes", "2", "--ports", "9-3"], "needs FIRST-LAST"),
            (["--nodes", "2", "--no-wait"], "for ranks that share memory"),
        ] {
            let outcome = try run(["all-reduce"] + options)
            #expect(outcome.status == 64, "\(options): \(outcome.errors)")
            #expect(outcome.errors.contains(words), "\(options): \(outcome.errors)")
        }
    }

    @Test func placesThatDoNotExistAreNamed() throws {
        let interface = try run(["all-reduce", "--nodes", "2", "--interface", "nosuch0"])
        #expect(interface.status == 1)
        #expect(interface.errors.contains("there is no interface 'nosuch0'"), "\(interface.errors)")
        let shell = try run(["all-reduce", "--hosts", "nowhere", "--ssh", "/nonexistent/ssh"])
        #expect(shell.status == 1)
        #expect(
            shell.errors.contains("nowhere: weft could not be started there"),
            "\(shell.errors)"
        )
    }

    // MARK: Other launchers

    @Test(arguments: ["mpiexec.hydra -n", "mpirun.openmpi --oversubscribe -n"])
    func anotherLauncherStartsTheRanks(_ launcher: String) throws {
        for ranks in [2, 4] {
            let words = launcher.split(separator: " ").map(String.init) + ["\(ranks)", Weft.path]
            let outcome = try RunningProgram(
                "/usr/bin/env",
                words + ["bench", "all-reduce", "--sizes", "8,64K", "--csv"],
                environment: environment
            ).wait()
            expectRight(outcome, transport: "shm", ranks: ranks, rows: 2)
        }
    }

    @Test func slurmStartsTheRanks() throws {
        let cluster = try SlurmCluster(nodes: 2)
        for kind in ["pmix", "pmi2"] {
            let outcome = try cluster.srun(
                [
                    "--mpi=\(kind)", "-n2", "-N2", Weft.path, "bench", "all-reduce", "--sizes",
                    "8,64K", "--csv",
                ],
                environment: environment
            )
            expectRight(outcome, transport: "shm", ranks: 2, rows: 2)
        }
    }

    /// As pods start: in any order, with strangers at the door.
    @Test func ranksMeetAtAnAddressThatAllKnow() throws {
        let port = 20_000 + Int(getpid()) % 20_000
        func start(_ rank: Int) throws -> RunningProgram {
            try RunningProgram(
                Weft.path,
                ["bench", "all-reduce", "--sizes", "8,64K", "--csv"],
                environment: environment.merging([
                    "JOB_COMPLETION_INDEX": "\(rank)", "WEFT_RANKS": "2",
                    "WEFT_HEAD": "127.0.0.1:\(port)", "WEFT_TOKEN": "0123456789abcdef",
                ]) { $1 }
            )
        }
        let second = try start(1)
        usleep(300_000)
        let first = try start(0)
        var random = SeededRandom(seed: 1)
        for _ in 0..<30 {
            let stranger = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(port).bigEndian
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            let size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let isThere = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(stranger, $0, size) == 0
                }
            }
            if isThere {
                let noise = (0..<200).map { _ in UInt8(random.below(256)) }
                _ = send(stranger, noise, noise.count, Int32(MSG_NOSIGNAL))
            }
            close(stranger)
            usleep(5000)
        }
        expectRight(first.wait(), transport: "shm", ranks: 2, rows: 2)
        #expect(second.wait().status == 0)
    }

    /// The manifest says all that pods must know, as the kubelet would tell it to them.
    @Test func theManifestStartsTheRanks() throws {
        let path = Repository.root.appending(path: "scripts/kubernetes/job.yaml").path
        let manifest = try String(contentsOfFile: path, encoding: .utf8)
        let lines = manifest.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        func value(_ key: String, after start: String) throws -> String {
            let first = try #require(lines.firstIndex(of: start))
            let line = try #require(lines[first...].first { $0.hasPrefix("\(key): ") })
            return line.dropFirst(key.count + 2).replacingOccurrences(of: "\"", with: "")
        }
        let ranks = try value("value", after: "- name: WEFT_RANKS")
        let head = try value("value", after: "- name: WEFT_HEAD")
        #expect(try value("completions", after: "completionMode: Indexed") == ranks)
        #expect(try value("key", after: "- name: WEFT_TOKEN") == "token")
        let arguments = try value("args", after: "- name: weft").filter { !"[],".contains($0) }
        let words = arguments.split(separator: " ").map(String.init)
        let count = try #require(Int(ranks))
        let port = try #require(head.split(separator: ":").last.flatMap { Int($0) })
        #expect(words.prefix(2) == ["bench", "all-reduce"])
        // No name of a pod leads anywhere here.
        let programs = try (0..<count).reversed().map { rank in
            try RunningProgram(
                Weft.path,
                words.prefix(2) + ["--sizes", "8", "--csv"],
                environment: environment.merging([
                    "JOB_COMPLETION_INDEX": "\(rank)", "WEFT_RANKS": ranks,
                    "WEFT_HEAD": "127.0.0.1:\(port)", "WEFT_TOKEN": "0123456789abcdef",
                ]) { $1 }
            )
        }
        let outcomes = programs.map { $0.wait() }
        #expect(outcomes.allSatisfy { $0.status == 0 }, "\(outcomes.map(\.errors))")
        let first = try #require(outcomes.last)
        expectRight(first, transport: "shm", ranks: count, rows: 1)
    }

    @Test func anotherTokenIsRefused() throws {
        let port = 40_001 + Int(getpid()) % 20_000
        func start(_ rank: Int) throws -> RunningProgram {
            try RunningProgram(
                Weft.path,
                ["bench", "all-reduce", "--sizes", "8"],
                environment: environment.merging([
                    "RANK": "\(rank)", "WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1",
                    "MASTER_PORT": "\(port)", "WEFT_TOKEN": "0123456789abcdef\(rank)",
                ]) { $1 }
            )
        }
        let first = try start(0)
        let outcome = try start(1).wait(atMost: 30)
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("its token is not this one's"), "\(outcome.errors)")
        first.send(SIGTERM)
        #expect(first.wait(atMost: 20).status == 1)
    }
}

/// Whoever of a job on several nodes is killed or stopped is named, and the others are gone soon.
@Suite(.everyCore) struct NodesKillTests {
    private func start() throws -> (program: RunningProgram, agents: [pid_t], ranks: [pid_t]) {
        let sizes = Array(repeating: "1M", count: 2000).joined(separator: ",")
        let program = try RunningProgram(
            Weft.path,
            ["bench", "all-reduce", "--nodes", "2", "--algorithm", "ring", "--sizes", sizes],
            environment: ["XDG_STATE_HOME": "/nonexistent"]
        )
        let isAtWork = eventually(within: 60) {
            rows(program.output).count > 0 || !program.isRunning
        }
        #expect(isAtWork && program.isRunning, "\(program.errors)")
        let agents = Processes.children(of: program.number)
        let ranks = agents.flatMap { Processes.children(of: $0) }
        #expect(agents.count == 2 && ranks.count == 2)
        return (program, agents, ranks)
    }

    private func expectEnd(
        _ program: RunningProgram,
        _ processes: [pid_t],
        within seconds: Double = 5,
        _ words: String...
    ) {
        let areGone = eventually(within: seconds) {
            !program.isRunning && !processes.contains(where: Processes.isAlive)
        }
        #expect(areGone, "still there: \(processes.filter(Processes.isAlive))")
        for process in processes { kill(process, SIGKILL) }
        let outcome = program.wait()
        #expect(outcome.status == 1)
        for text in words { #expect(outcome.errors.contains(text), "\(outcome.errors)") }
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    }

    @Test(arguments: [0, 1])
    func aKilledRankIsNamedWithItsHost(_ victim: Int) throws {
        let (program, agents, ranks) = try start()
        kill(ranks[victim], SIGKILL)
        let name = "process \(ranks[victim])) was killed by signal 9 (Killed) while timing ring"
        expectEnd(program, agents + ranks, "weft: rank ", "(host ", name)
    }

    @Test func aKilledAgentIsNamed() throws {
        let (program, agents, ranks) = try start()
        kill(agents[1], SIGKILL)
        expectEnd(program, agents + ranks, "the agent on ", "(process \(agents[1])) ended without")
    }

    @Test func aStoppedAgentIsNamed() throws {
        let (program, agents, ranks) = try start()
        kill(agents[1], SIGSTOP)
        // Four seconds of silence, and a few for the others to end.
        let name = "(process \(agents[1])) has said nothing for 4 s while timing ring"
        defer { kill(agents[1], SIGCONT) }
        let isSaid = eventually(within: 15) { program.errors.contains(name) || !program.isRunning }
        kill(agents[1], SIGCONT)
        #expect(isSaid)
        expectEnd(program, agents + ranks, within: 15, name)
    }

    @Test func aStoppedRankIsNamed() throws {
        let (program, agents, ranks) = try start()
        kill(ranks[1], SIGSTOP)
        let name = "was stopped by signal 19 (Stopped (signal)) and did not go on for 3 s"
        expectEnd(program, agents + ranks, within: 15, name)
    }

    @Test func allDieWithTheHead() throws {
        let (program, agents, ranks) = try start()
        program.send(SIGKILL)
        let areGone = eventually(within: 5) {
            !(agents + ranks).contains(where: Processes.isAlive)
        }
        #expect(areGone)
        #expect(program.wait().status == 128 + SIGKILL)
    }
}
