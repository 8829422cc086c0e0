import Foundation
import Measurement
import TestSupport
import Testing

/// What happens when a result is wrong: somebody writes into the ranks' memory behind their backs.
@Suite(.everyCore) struct WrongResultTests {
    /// Spoils the end of the last rank's output as long as the program runs.
    private func spoil(_ program: RunningProgram) throws {
        var ranks: [pid_t] = []
        _ = eventually(within: 30) {
            ranks = Processes.children(of: program.number)
            return ranks.count == 2 || !program.isRunning
        }
        let rank = try #require(ranks.last)
        // The shared memory is the first descriptor that a rank inherits.
        var memory: FileHandle?
        _ = eventually(within: 30) {
            memory = FileHandle(forUpdatingAtPath: "/proc/\(rank)/fd/3")
            return memory != nil || !program.isRunning
        }
        let descriptor = try #require(memory).fileDescriptor
        let end = lseek(descriptor, 0, SEEK_END)
        let spoilt = [Float](repeating: -1, count: 256)
        while program.isRunning {
            for _ in 0..<1000 { pwrite(descriptor, spoilt, 1024, end - 1024) }
        }
    }

    private func run(_ options: [String]) throws -> Outcome {
        // The last of 16 MiB ends where the memory ends.
        let bench = ["bench", "all-reduce", "--ranks", "2", "--sizes", "16M", "--iterations", "2"]
        let program = try RunningProgram(
            Weft.path,
            bench + ["--algorithm", "two-shot"] + options,
            environment: ["XDG_STATE_HOME": "/nonexistent"]
        )
        try spoil(program)
        return program.wait()
    }

    @Test func isCountedAndIsAnExitCode() throws {
        let outcome = try run(["--json"])
        #expect(outcome.status == 2, "\(outcome.errors)")
        let record = try Record(reading: Array(outcome.output.utf8), name: "output")
        let wrong = try #require(record.rows.first?.outOfPlace?.wrong)
        #expect((1...512).contains(wrong), "\(wrong)")
    }

    @Test func isSaidInTheTableWithoutARate() throws {
        let outcome = try run([])
        #expect(outcome.status == 2, "\(outcome.errors)")
        let row = try #require(rows(outcome.output).first)
        #expect((Int(row[8]) ?? 0) > 0)
        #expect(Array(row[6...7]) == ["N/A", "N/A"])
        #expect(outcome.output.contains(" FAILED"))
    }

    /// Who did not ask for a check is told nothing of it.
    @Test func isNotSeenWithoutACheck() throws {
        let outcome = try run(["--no-check"])
        #expect(outcome.status == 0, "\(outcome.errors)")
    }
}
