import Foundation
import TestSupport
import Testing

/// Slow is not dead: many more ranks than cores, on a machine that has other things to do.
@Suite(.everyCore) struct SlowTests {
    /// An hour in the long run, a few seconds in the usual one.
    private static let length: Duration =
        ProcessInfo.processInfo.environment["WEFT_LONG"] == nil ? .seconds(8) : .seconds(1800)

    @Test(arguments: [["--ranks", "64"], ["--ranks", "64", "--nodes", "2"]])
    func nobodyIsTakenForDead(_ place: [String]) throws {
        let load = try (0..<4).map { _ in
            try RunningProgram("/bin/sh", ["-c", "while :; do :; done"])
        }
        defer {
            for program in load {
                program.send(SIGKILL)
                _ = program.wait()
            }
        }
        let clock = ContinuousClock()
        let end = clock.now + Self.length
        repeat {
            let outcome = try RunningProgram(
                Weft.path,
                ["bench", "all-reduce", "--sizes", "8,64K", "--algorithm", "tree"] + place,
                environment: ["XDG_STATE_HOME": "/nonexistent"]
            ).wait(atMost: 900)
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.errors.isEmpty)
        } while clock.now < end
    }
}
