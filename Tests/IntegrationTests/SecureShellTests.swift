import Foundation
import TestSupport
import Testing

/// Hosts that are reached over ssh: a real sshd of the test's own.
@Suite(.everyCore) struct SecureShellTests {
    private let folder: TemporaryFolder
    private let server: Daemon
    private let port = 21_000 + Int(getpid()) % 20_000

    init() throws {
        folder = try TemporaryFolder()
        for name in ["host", "user"] {
            let made = try RunningProgram(
                "/usr/bin/ssh-keygen",
                ["-q", "-t", "ed25519", "-N", "", "-f", folder.path(name)]
            ).wait()
            #expect(made.status == 0, "\(made.errors)")
        }
        try FileManager.default.copyItem(
            atPath: folder.path("user.pub"),
            toPath: folder.path("authorized")
        )
        // Where nobody has started one yet; it is sshd's own and always empty.
        try? FileManager.default.createDirectory(
            atPath: "/run/sshd",
            withIntermediateDirectories: true
        )
        server = try Daemon(
            "/usr/sbin/sshd",
            [
                "-D", "-e", "-f", "/dev/null", "-p", "\(port)", "-h", folder.path("host"),
                "-o", "AuthorizedKeysFile=\(folder.path("authorized"))", "-o", "StrictModes=no",
                "-o", "UsePAM=no", "-o", "PidFile=none", "-o", "ListenAddress=127.0.0.1",
                "-o", "PermitRootLogin=yes", "-o", "MaxStartups=100",
            ],
            output: folder.path("log")
        )
        let isUp = eventually(within: 10) {
            let text = try? String(contentsOfFile: folder.path("log"), encoding: .utf8)
            return text?.contains("Server listening") ?? false
        }
        #expect(isUp)
    }

    private var shell: [String] {
        [
            "--ssh",
            "ssh -p \(port) -i \(folder.path("user")) -o BatchMode=yes -o "
                + "StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR",
        ]
    }

    private func start(_ hosts: String, _ arguments: [String]) throws -> RunningProgram {
        try RunningProgram(
            Weft.path,
            ["bench", "all-reduce", "--hosts", hosts] + arguments + shell,
            environment: ["XDG_STATE_HOME": "/nonexistent"]
        )
    }

    /// Two agents on one machine share its memory, as they find out.
    @Test func ranksOnHostsAreStarted() throws {
        let outcome = try start("127.0.0.1:2,localhost:1", ["--sizes", "8,64K"]).wait()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("Out of bounds values : 0 OK"), "\(outcome.output)")
        #expect(rows(outcome.output).count == 2)
        let file = try folder.write("# two of them\n127.0.0.1 slots=2\n", to: "hosts")
        let fromFile = try RunningProgram(
            Weft.path,
            ["bench", "all-reduce", "--hostfile", file, "--sizes", "8"] + shell,
            environment: ["XDG_STATE_HOME": "/nonexistent"]
        ).wait()
        #expect(fromFile.status == 0, "\(fromFile.errors)")
    }

    @Test func aHostThatRefusesIsNamed() throws {
        try FileManager.default.removeItem(atPath: folder.path("authorized"))
        let outcome = try start("127.0.0.1", ["--sizes", "8"]).wait(atMost: 60)
        #expect(outcome.status == 1)
        let words = "weft: 127.0.0.1: weft could not be started there"
        #expect(outcome.errors.contains(words), "\(outcome.errors)")
        #expect(outcome.errors.contains("Permission denied"), "\(outcome.errors)")
    }

    /// When the one who looks on is killed, nobody stays on the hosts.
    @Test func noAgentOutlivesItsHead() throws {
        let sizes = Array(repeating: "16M", count: 500).joined(separator: ",")
        let program = try start("127.0.0.1:2", ["--sizes", sizes])
        let isAtWork = eventually(within: 60) {
            rows(program.output).count > 0 || !program.isRunning
        }
        #expect(isAtWork && program.isRunning, "\(program.errors)")
        program.send(SIGKILL)
        _ = program.wait()
        let areGone = eventually(within: 6) {
            Processes.whoseArguments(contain: sizes).isEmpty
        }
        #expect(areGone)
    }
}
