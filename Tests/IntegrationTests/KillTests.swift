import Foundation
import TestSupport
import Testing

/// Whoever is killed: the others are gone within five seconds, who it was is said, and nothing
/// is left.
@Suite(.everyCore) struct KillTests {
    /// A benchmark that would run for minutes, once its ranks are at work.
    private func start(
        ranks: Int,
        switches: Int = 0,
        sizes: String = "16M"
    ) throws -> (RunningProgram, [pid_t]) {
        let list = Array(repeating: sizes, count: 2000).joined(separator: ",")
        let program = try RunningProgram(
            Weft.path,
            ["bench", "all-reduce", "--ranks", "\(ranks)", "--sizes", list]
                + (switches > 0 ? ["--algorithm", "sharp-sat"] : []),
            environment: ["XDG_STATE_HOME": "/nonexistent"]
        )
        // A row is printed when the ranks have come through one.
        let isAtWork = eventually(within: 60) {
            rows(program.output).count > 0 || !program.isRunning
        }
        #expect(isAtWork && program.isRunning, "\(program.errors)")
        let children = Processes.children(of: program.number)
        #expect(children.count == ranks + switches)
        return (program, children)
    }

    private func expectNoneLeft(_ program: RunningProgram, _ ranks: [pid_t]) {
        let areGone = eventually(within: 5) {
            !program.isRunning && !ranks.contains(where: Processes.isAlive)
        }
        #expect(areGone, "still there: \(ranks.filter(Processes.isAlive))")
        for rank in ranks { kill(rank, SIGKILL) }
    }

    private var sharedMemory: Set<String> {
        Set((try? FileManager.default.contentsOfDirectory(atPath: "/dev/shm")) ?? [])
    }

    @Test(arguments: [2, 5], [0, 1])
    func aKilledRankIsNamed(_ ranks: Int, _ victim: Int) throws {
        let before = sharedMemory
        let (program, children) = try start(ranks: ranks)
        // Which rank a child is, its environment tells.
        let named = try #require(children.first { rank(of: $0) == victim })
        kill(named, SIGKILL)
        expectNoneLeft(program, children)
        let outcome = program.wait()
        #expect(outcome.status == 1)
        let start = "weft: rank \(victim) (process \(named)) was killed by signal 9 (Killed) while "
        #expect(outcome.errors.hasPrefix(start), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
        #expect(sharedMemory == before)
    }

    /// A switch is a process like a rank.
    @Test func aKilledSwitchIsNamed() throws {
        let (program, children) = try start(ranks: 2, switches: 1, sizes: "64K")
        let victim = try #require(children.first { rank(of: $0) == 2 })
        kill(victim, SIGKILL)
        expectNoneLeft(program, children)
        let outcome = program.wait()
        #expect(outcome.status == 1)
        let start = "weft: switch 0 (process \(victim)) was killed by signal 9 (Killed) while "
        #expect(outcome.errors.hasPrefix(start), "\(outcome.errors)")
    }

    /// Stopped is not slow: it is said so, after three seconds.
    @Test func aStoppedRankIsNamed() throws {
        let (program, children) = try start(ranks: 3)
        let victim = try #require(children.first { rank(of: $0) == 1 })
        kill(victim, SIGSTOP)
        let areGone = eventually(within: 20) {
            !program.isRunning && !children.contains(where: Processes.isAlive)
        }
        #expect(areGone)
        for child in children { kill(child, SIGKILL) }
        let outcome = program.wait()
        #expect(outcome.status == 1)
        let start =
            "weft: rank 1 (process \(victim)) was stopped by signal 19 (Stopped (signal)) "
            + "and did not go on for 3 s while "
        #expect(outcome.errors.hasPrefix(start), "\(outcome.errors)")
    }

    /// Who goes on in time, as after a look with a debugger, is forgiven.
    @Test func aRankThatGoesOnIsForgiven() throws {
        let (program, children) = try start(ranks: 2)
        let rowsBefore = rows(program.output).count
        kill(children[0], SIGSTOP)
        usleep(500_000)
        kill(children[0], SIGCONT)
        let goesOn = eventually(within: 20) { rows(program.output).count > rowsBefore + 1 }
        #expect(goesOn && program.isRunning, "\(program.errors)")
        program.send(SIGTERM)
        expectNoneLeft(program, children)
        _ = program.wait()
    }

    /// As under a parent that ignores the ends of its children, which is inherited.
    @Test func theEndOfRanksIsSeenWhereItIsIgnored() throws {
        let program = try RunningProgram(
            "/usr/bin/env",
            ["--ignore-signal=CHLD", Weft.path, "bench", "all-reduce", "--sizes", "8"],
            environment: ["XDG_STATE_HOME": "/nonexistent"]
        )
        let hasEnded = eventually(within: 20) { !program.isRunning }
        #expect(hasEnded)
        if !hasEnded { program.send(SIGKILL) }
        #expect(program.wait().status == 0)
    }

    private func rank(of process: pid_t) -> Int? {
        let data = try? Data(contentsOf: URL(filePath: "/proc/\(process)/environ"))
        let variables = String(decoding: data ?? Data(), as: UTF8.self).split(separator: "\0")
        let mine = variables.first { $0.hasPrefix("WEFT_RANK=") }?.dropFirst(10)
        return mine?.split(separator: ":").first.flatMap { Int($0) }
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func anInterruptEndsAll(_ signal: Int32) throws {
        let before = sharedMemory
        let (program, children) = try start(ranks: 3)
        program.send(signal)
        expectNoneLeft(program, children)
        let outcome = program.wait()
        #expect(outcome.status == 1)
        #expect(outcome.errors.hasPrefix("weft: interrupted while timing "), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
        #expect(sharedMemory == before)
    }

    /// As the terminal does it: everyone gets the signal at once.
    @Test func anInterruptOfEverybodyEndsAll() throws {
        let (program, children) = try start(ranks: 2)
        for child in children { kill(child, SIGINT) }
        program.send(SIGINT)
        expectNoneLeft(program, children)
        #expect(program.wait().status == 1)
    }

    @Test func ranksDieWithTheirLauncher() throws {
        let before = sharedMemory
        let (program, children) = try start(ranks: 3)
        program.send(SIGKILL)
        expectNoneLeft(program, children)
        #expect(program.wait().status == 128 + SIGKILL)
        #expect(sharedMemory == before)
    }

    /// A rank that does not answer is killed when another has failed.
    @Test func aStoppedRankDoesNotKeepTheOthers() throws {
        let (program, children) = try start(ranks: 3)
        kill(children[1], SIGSTOP)
        kill(children[2], SIGKILL)
        expectNoneLeft(program, children)
        #expect(program.wait().status == 1)
    }

    @Test func aRankThatIsKilledAtTheStartIsNamedToo() throws {
        for _ in 0..<5 {
            let program = try RunningProgram(
                Weft.path,
                ["bench", "all-reduce", "--ranks", "2", "--sizes", "64M"],
                environment: ["XDG_STATE_HOME": "/nonexistent"]
            )
            var children: [pid_t] = []
            _ = eventually(within: 30) {
                children = Processes.children(of: program.number)
                return children.count == 2 || !program.isRunning
            }
            guard let victim = children.last else { continue }
            kill(victim, SIGKILL)
            expectNoneLeft(program, children)
            let outcome = program.wait()
            #expect(outcome.status == 1)
            let words = "(process \(victim)) was killed by signal 9 (Killed) while "
            #expect(outcome.errors.contains(words), "\(outcome.errors)")
        }
    }
}
