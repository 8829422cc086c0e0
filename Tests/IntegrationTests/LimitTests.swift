import TestSupport
import Testing

/// Limits that the system sets: a sentence that says which, and never a signal.
@Suite(.everyCore) struct LimitTests {
    @Test(arguments: [
        ("ulimit -f 100", "raise that limit"),
        ("ulimit -v 200000", "use fewer ranks or smaller sizes"),
    ])
    func limitsAreNamed(_ limit: String, _ words: String) throws {
        let outcome = try RunningProgram(
            "/bin/sh",
            ["-c", "\(limit); exec \"$0\" bench all-reduce --ranks 2 --sizes 4M", Weft.path],
            environment: ["XDG_STATE_HOME": "/nonexistent"]
        ).wait()
        #expect(outcome.status == 1, "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.hasPrefix("weft: shared memory can't be "), "\(outcome.errors)")
        #expect(outcome.errors.contains(words), "\(outcome.errors)")
    }

    @Test func aPortThatIsTakenIsNamed() throws {
        let outcome = try Weft.run(
            ["bench", "all-reduce", "--nodes", "2", "--sizes", "8", "--ports", "28765-28765"],
            environment: ["XDG_STATE_HOME": "/nonexistent"]
        )
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("port 28765 can't be listened on: Address already in use"))
    }
}
