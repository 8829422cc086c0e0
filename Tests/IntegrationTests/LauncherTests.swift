import Foundation
import TestSupport
import Testing

/// What the program that tests launchers says.
enum ManagerProbe {
    static let path = Weft.managerProbe
    static let text = "192.0.2.1:4711 secret-of-rank-0 = [fe80::1%eth0]:4711"

    /// What all ranks of a launcher say when each of them has rank 0's text.
    static func lines(_ name: String, _ ranks: Int, _ text: String = text) -> [String] {
        if ranks == 1 { return ["a plain run"] }
        return (0..<ranks).map { "\(name): \($0) of \(ranks): \(text)" }
    }
}

extension Outcome {
    /// The lines of the output, sorted: processes write when they like.
    var lines: [String] { output.split(separator: "\n").map(String.init).sorted() }

    /// How many processes complained of something.
    func complaints(of sentence: String) -> Int {
        errors.split(separator: "\n").filter {
            $0.contains("manager-probe: ") && $0.contains(sentence)
        }.count
    }
}

/// Open MPI and MPICH start several processes on this machine.
@Suite(.everyCore) struct LauncherTests {
    /// The user of a container is often root, which Open MPI does not like.
    private static let openMPIVariables = [
        "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    ]

    static let mpich = "mpiexec.hydra -n"
    static let openMPI = "mpirun.openmpi --oversubscribe -n"
    static let names = [mpich: "MPICH (PMI)", openMPI: "Open MPI (PMIx)"]

    private func run(_ arguments: [String]) throws -> Outcome {
        try RunningProgram("/usr/bin/env", arguments, environment: Self.openMPIVariables).wait()
    }

    private func run(_ line: String) throws -> Outcome {
        try run(line.split(separator: " ").map(String.init) + [ManagerProbe.path])
    }

    @Test(arguments: [mpich, openMPI], [1, 2, 5])
    func whatRankZeroSharesArrivesEverywhere(_ launcher: String, _ ranks: Int) throws {
        let outcome = try run("\(launcher) \(ranks)")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.errors.isEmpty, "\(outcome.errors)")
        let name = try #require(Self.names[launcher])
        #expect(outcome.lines == ManagerProbe.lines(name, ranks))
    }

    /// The longest text, of the characters that protocols use themselves.
    @Test(arguments: [mpich, openMPI])
    func longTextsArrive(_ launcher: String) throws {
        let text = String(repeating: "cmd=get; %20 \"'\\", count: 25)
        #expect(text.utf8.count == 400)
        let arguments = "\(launcher) 2".split(separator: " ").map(String.init)
        let outcome = try run(arguments + [ManagerProbe.path, "--text", text])
        let name = try #require(Self.names[launcher])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.lines == ManagerProbe.lines(name, 2, text))
    }

    @Test(arguments: [mpich, openMPI], [0, 2])
    func aRankThatIsGoneIsMissed(_ launcher: String, _ gone: Int) throws {
        let arguments = "\(launcher) 3".split(separator: " ").map(String.init)
        let outcome = try run(
            arguments + [ManagerProbe.path, "--gone", "\(gone)", "--limit", "2"]
        )
        #expect(outcome.status != 0)
        #expect(!outcome.output.contains(ManagerProbe.text))
        // Launchers end the others as soon as one complains. Open MPI may see by itself that a
        // process has left without a word, and then ends them before they can.
        let isComplaint = outcome.complaints(of: "look whether one") >= 1
        let isSeen = launcher == Self.openMPI && outcome.errors.contains("exiting improperly")
        #expect(isComplaint || isSeen, "\(outcome.errors)")
    }

    /// A rank that has not said that it ends well has not.
    @Test(arguments: [mpich, openMPI])
    func aRankThatIsKilledIsAFailure(_ launcher: String) throws {
        let arguments = "\(launcher) 2".split(separator: " ").map(String.init)
        let outcome = try run(arguments + [ManagerProbe.path, "--killed", "1"])
        #expect(outcome.status != 0)
    }

    /// The variables of the outer launcher are all there, but it is not the one that counts.
    @Test func theInnerLauncherCounts() throws {
        let openMPI = try run("\(Self.mpich) 1 \(Self.openMPI) 2")
        #expect(openMPI.lines == ManagerProbe.lines("Open MPI (PMIx)", 2), "\(openMPI.errors)")
        let mpich = try run("\(Self.openMPI) 1 \(Self.mpich) 2")
        #expect(mpich.lines == ManagerProbe.lines("MPICH (PMI)", 2), "\(mpich.errors)")
    }

    /// Variables that a launcher left behind are refused when nobody answers.
    @Test func nobodyAnswers() throws {
        let outcome = try RunningProgram(
            ManagerProbe.path,
            [],
            environment: [
                "PMIX_NAMESPACE": "x", "PMIX_RANK": "0",
                "PMIX_SERVER_URI2": "x.0;tcp4://127.0.0.1:9",
            ]
        ).wait()
        #expect(outcome.status == 1)
        #expect(outcome.complaints(of: "unset PMIX_NAMESPACE") == 1, "\(outcome.errors)")
    }

    /// Where all know an address there is nothing to share.
    @Test func anAddressThatAllKnow() throws {
        let token = "0123456789abcdef"
        for variables in [
            ["RANK": "1", "WORLD_SIZE": "2", "MASTER_ADDR": "h", "MASTER_PORT": "5"],
            ["JOB_COMPLETION_INDEX": "1", "WEFT_RANKS": "2", "WEFT_HEAD": "h:5"],
        ] {
            let outcome = try RunningProgram(
                ManagerProbe.path,
                [],
                environment: variables.merging(["WEFT_TOKEN": token]) { $1 }
            ).wait()
            let name = variables["RANK"] != nil ? "torchrun" : "Kubernetes"
            #expect(outcome.output == "\(name): 1 of 2: h 5 \(token)\n", "\(outcome.errors)")
        }
    }

    /// Open MPI may bring its own copy of PMIx's library, and nobody else finds it.
    @Test(.enabled(if: Namespaces.canMount))
    func withoutTheLibraryAFileDoes() throws {
        let folder = try TemporaryFolder()
        let outcome = try run(
            ["env", "XDG_STATE_HOME=\(folder.url.path)"]
                + Self.openMPI.split(separator: " ").map(String.init)
                + ["2"] + Namespaces.withoutPMIx(ManagerProbe.path)
        )
        #expect(outcome.lines == ManagerProbe.lines("Open MPI", 2), "\(outcome.errors)")
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path("weft"))
        #expect(left.isEmpty)
    }
}

/// Mounts of a test's own.
enum Namespaces {
    /// Whether this user may have them.
    static let canMount: Bool = {
        let probe = try? RunningProgram("/usr/bin/env", ["unshare", "-m", "true"]).wait()
        return probe?.status == 0
    }()

    /// A command that runs a program where PMIx's library can't be loaded.
    static func withoutPMIx(_ program: String) -> [String] {
        let hide = """
            for f in $(ldconfig -p | sed -n 's/.*libpmix.* => //p'); do
                mount --bind /dev/null "$f"
            done
            exec "$0"
            """
        return ["unshare", "-m", "sh", "-ec", hide, program]
    }
}
