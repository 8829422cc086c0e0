import Foundation
import TestSupport
import Testing

/// The library as C and Python programs use it: Tests/Library, and the examples.
@Suite(.everyCore) struct LibraryTests {
    private let library: Library
    private let cases: String

    init() throws {
        library = try Library()
        cases = try library.compile(
            ["cases", "everything", "parts"].map { "Tests/Library/\($0).c" },
            as: "cases"
        )
    }

    private func expectGood(_ outcomes: [Outcome]) {
        for (rank, outcome) in outcomes.enumerated() {
            #expect(outcome.status == 0, "\(outcome.errors)\(outcome.output)")
            let line = "rank \(rank) of \(outcomes.count): "
            #expect(outcome.output.contains(line), "\(outcome.output)")
            #expect(outcome.output.hasSuffix(" 0 wrong\n"), "\(outcome.output)")
        }
    }

    @Test(
        arguments: [(1, nil), (2, nil), (5, nil), (2, 1), (4, 2), (5, 2), (3, 1)] as [(Int, Int?)]
    )
    func everythingIsRight(_ ranks: Int, _ perNode: Int?) throws {
        expectGood(try Job(cases, ["everything"], ranks: ranks, perNode: perNode).wait())
    }

    @Test(arguments: [nil, 1] as [Int?])
    func everythingIsRightWithChecks(_ perNode: Int?) throws {
        let job = try Job(
            cases,
            ["everything"],
            ranks: 3,
            perNode: perNode,
            environment: ["CASES_CHECKED": "1"]
        )
        expectGood(job.wait())
    }

    @Test(arguments: [1, 2, 4])
    func forkedProcessesMeetInMemory(_ ranks: Int) throws {
        let outcome = try RunningProgram(cases, ["fork", "\(ranks)", "everything"]).wait()
        #expect(outcome.status == 0, "\(outcome.output)")
        for rank in 0..<ranks {
            #expect(outcome.output.contains("rank \(rank) of \(ranks): "), "\(outcome.output)")
        }
        #expect(!outcome.output.contains("instead"))
    }

    @Test(arguments: [nil, 1, 2] as [Int?], [SIGKILL, SIGTERM, SIGSEGV])
    func whoEndsIsNamed(_ perNode: Int?, _ signal: Int32) throws {
        var random = SeededRandom(seed: UInt64(signal) * 8 + UInt64(perNode ?? 0))
        for victim in 0..<3 {
            let after = Int(random.next() % 3000)
            let job = try Job(
                cases,
                ["death", "\(victim)", "\(signal)", "\(after)"],
                ranks: 3,
                perNode: perNode
            )
            let process = job.processes[victim].number
            for (rank, outcome) in job.wait().enumerated() where rank != victim {
                #expect(outcome.status == 3, "\(outcome.output)")
                let words = "rank \(rank): -4: rank \(victim) (host "
                #expect(outcome.output.contains(words), "\(outcome.output)")
                #expect(outcome.output.contains("process \(process)"), "\(outcome.output)")
            }
        }
        #expect(Processes.whoseArguments(contain: cases).isEmpty)
    }

    @Test(arguments: [nil, 1] as [Int?])
    func whoIsStoppedIsNamed(_ perNode: Int?) throws {
        let job = try Job(
            cases,
            ["death", "1", "\(SIGSTOP)", "300"],
            ranks: 3,
            perNode: perNode
        )
        for rank in [0, 2] {
            let outcome = job.processes[rank].wait()
            #expect(outcome.status == 3)
            #expect(outcome.output.contains("rank 1 (host "), "\(outcome.output)")
            #expect(outcome.output.contains(") is stopped"), "\(outcome.output)")
        }
        job.processes[1].send(SIGCONT)
        #expect(job.processes[1].wait().status == 3)
    }

    @Test func aForkedProcessThatEndsIsNamed() throws {
        let outcome = try RunningProgram(cases, ["fork", "3", "death"]).wait()
        #expect(outcome.status == 3, "\(outcome.output)")
        #expect(outcome.output.contains("rank 0: -4: rank 1 (process "), "\(outcome.output)")
        #expect(outcome.output.contains("rank 2: -4: rank 1 (process "), "\(outcome.output)")
    }

    @Test func whoNeverComesIsNamed() throws {
        let outcome = try RunningProgram(
            cases,
            ["absent"],
            environment: ["WEFT_TOKEN": "0123456789abcdef"]
        ).wait()
        #expect(outcome.status == 0, "\(outcome.output)")
        #expect(outcome.output.contains("rank 1 did not join within 2 s"), "\(outcome.output)")
    }

    @Test(arguments: ["mpirun.openmpi", "mpiexec.hydra"])
    func anMPILauncherStartsIt(_ launcher: String) throws {
        let program = try library.compile(["examples/training_step.c"], as: "training_step")
        let options =
            launcher == "mpirun.openmpi" ? ["--allow-run-as-root", "--oversubscribe"] : []
        let outcome = try RunningProgram(
            "/usr/bin/\(launcher)",
            options + ["-n", "4", program]
        ).wait()
        #expect(outcome.status == 0, "\(outcome.errors)\(outcome.output)")
        for rank in 0..<4 {
            let line =
                "rank \(rank) of 4: tensor \(rank % 2) of 2, data \(rank / 2) of 2, 0 wrong\n"
            #expect(outcome.output.contains(line), "\(outcome.output)")
        }
    }

    @Test(arguments: [(1, nil), (3, nil), (4, 2)] as [(Int, Int?)])
    func theExamplesAreRight(_ ranks: Int, _ perNode: Int?) throws {
        for name in ["all_reduce", "training_step"] {
            let program = try library.compile(["examples/\(name).c"], as: name)
            expectGood(try Job(program, [], ranks: ranks, perNode: perNode).wait())
        }
    }

    @Test(arguments: [(1, nil), (3, nil), (2, 1)] as [(Int, Int?)])
    func pythonIsRight(_ ranks: Int, _ perNode: Int?) throws {
        let job = try Job(
            "/usr/bin/python3",
            [Repository.root.appending(path: "examples/all_reduce.py").path],
            ranks: ranks,
            perNode: perNode,
            environment: [
                "WEFT_LIBRARY": library.folder.path("libweft.so.0"),
                "PYTHONDONTWRITEBYTECODE": "1",
            ]
        )
        for (rank, outcome) in job.wait().enumerated() {
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.output.hasPrefix("rank \(rank) of \(ranks): good"))
        }
    }

    /// What the header declares is there, and nothing else is.
    @Test func theHeaderSaysWhatThereIs() throws {
        let header = Repository.File(path: "include/weft.h").text
        let declared = Set(
            header.matches(of: /^(?:int|const char \*)\s*(weft_\w+)\(/.anchorsMatchLineEndings())
                .map { String($0.output.1) }
        )
        let symbols = try RunningProgram(
            "/usr/bin/nm",
            ["-D", "--defined-only", library.folder.path("libweft.so.0")]
        ).wait()
        var there: Set<String> = []
        for line in symbols.output.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 3 && words[1] == "T" {
                there.insert(String(words[2].prefix { $0 != "@" }))
            }
        }
        #expect(declared.count > 20)
        #expect(there == declared)
        for (language, compiler) in [("c", "cc"), ("c++", "c++")] {
            let made = try RunningProgram(
                "/usr/bin/\(compiler)",
                [
                    "-x", language, "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only",
                    Repository.root.appending(path: "include/weft.h").path,
                ]
            ).wait()
            #expect(made.status == 0, "\(made.errors)")
        }
    }
}
