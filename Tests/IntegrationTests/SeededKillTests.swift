import Foundation
import TestSupport
import Testing

/// Any process at any moment, drawn from a seed: start-up, every kind of step, teardown.
///
/// Thirty in the usual run, a hundred and more in the long one.
@Suite(.everyCore) struct SeededKillTests {
    private static let isLong = ProcessInfo.processInfo.environment["WEFT_LONG"] != nil

    private static let commands: [[String]] = [
        ["all-reduce", "--ranks", "3", "--algorithm", "ring,one-shot,tree"],
        ["all-reduce", "--ranks", "2", "--algorithm", "sharp-sat,nvls"],
        ["all-reduce", "--nodes", "2", "--algorithm", "ring,two-shot,sharp-sat"],
        ["all-to-all", "--nodes", "2", "--ranks", "4", "--algorithm", "pairwise"],
    ]

    /// A process of a job, and whether its end says who it was.
    private func processes(of job: pid_t) -> [pid_t] {
        let children = Processes.children(of: job)
        return [job] + children + children.flatMap { Processes.children(of: $0) }
    }

    @Test(arguments: commands.indices, [SIGKILL, SIGTERM])
    func nothingIsLeftOfAJob(_ index: Int, _ signal: Int32) throws {
        var random = SeededRandom(seed: UInt64(index) << 8 | UInt64(signal))
        let command =
            ["bench"] + Self.commands[index] + ["--sizes", "8,64K,1M", "--iterations", "20"]
        let clock = ContinuousClock()
        // How long the job takes when nobody is killed, on this machine as it is now.
        let begin = clock.now
        let whole = try Weft.run(command, environment: ["XDG_STATE_HOME": "/nonexistent"])
        #expect(whole.status == 0, "\(whole.errors)")
        let length = begin.duration(to: clock.now) / .microseconds(1)
        for _ in 0..<(Self.isLong ? 16 : 4) {
            let program = try RunningProgram(
                Weft.path,
                command,
                environment: ["XDG_STATE_HOME": "/nonexistent"]
            )
            usleep(UInt32(random.below(Int(length))))
            let all = processes(of: program.number)
            let victim = all[random.below(all.count)]
            // It may have ended by itself by now.
            let isKilled = Processes.isAlive(victim) && kill(victim, signal) == 0
            let areGone = eventually(within: isKilled ? 5 : 60) {
                !program.isRunning && !all.contains(where: Processes.isAlive)
            }
            #expect(areGone, "\(command), victim \(victim) of \(all), \(program.errors)")
            for process in all { kill(process, SIGKILL) }
            let outcome = program.wait()
            let words = "\(command.joined(separator: " ")): \(outcome.errors)\(outcome.output)"
            if outcome.status == 0 {
                // Who had done its part when it was killed is not missed.
                #expect(rows(outcome.output).count >= 3, "\(words)")
            } else if victim != program.number {
                #expect(outcome.status == 1, "\(words)")
                #expect(outcome.errors.contains("\(victim)"), "\(words)")
            }
        }
    }
}
