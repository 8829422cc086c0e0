import Glibc

/// A program that runs until its object goes.
///
/// Foundation's `Process` can't be used for one: it takes a daemon that closes what it inherited
/// for one that has ended, and then waits for that before it sees the end of any other process.
public final class Daemon {
    private let process: pid_t
    private var hasEnded = false

    /// Starts a program with both of its outputs in a file.
    public init(_ path: String, _ arguments: [String], output: String) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // The threads that run tests block signals, and that is inherited.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var words = ([path] + arguments).map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        var number: pid_t = 0
        let code = posix_spawn(&number, path, &actions, &attributes, words, environ)
        if code != 0 {
            throw SlurmCluster.Failure(
                description: "'\(path)' can't be started: \(String(cString: strerror(code)))"
            )
        }
        process = number
    }

    deinit { end() }

    /// Asks it to end, and makes it end when it takes more than some seconds.
    public func end() {
        if hasEnded { return }
        hasEnded = true
        kill(process, SIGTERM)
        var status: Int32 = 0
        let isGone = eventually(within: 10) { waitpid(process, &status, WNOHANG) != 0 }
        if isGone { return }
        kill(process, SIGKILL)
        waitpid(process, &status, 0)
    }
}
