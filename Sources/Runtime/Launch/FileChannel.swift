internal import Glibc

/// A file of the user's alone, for launchers that have no channel: rank 0 writes it into the state
/// folder, which all machines must share, and the others wait for it there.
final class FileChannel: Channel {
    /// What no file of ours exceeds.
    private static let longest = 4096

    private let launcher: String
    private let folder: String
    private let path: String
    /// What no other job with the same number has: a file of such a one is passed over.
    private let mark: String
    private var isWritten = false

    /// - Parameters:
    ///   - name: the job's, as its launcher numbers it.
    ///   - mark: of this run of the job.
    init(
        name: String,
        mark: String,
        launcher: String,
        variables: LaunchVariables
    ) throws(RuntimeError) {
        let home = variables["HOME"].map { "\($0)/.local/state" }
        guard let state = variables["XDG_STATE_HOME"] ?? home, state.hasPrefix("/") else {
            throw RuntimeError(
                "\(launcher) offers no way to share a text, and there is no folder for a file: set "
                    + "HOME or XDG_STATE_HOME to a folder that all machines share"
            )
        }
        self.launcher = launcher
        self.mark = mark
        folder = "\(state)/weft"
        path = "\(folder)/meeting-\(Self.plain(name))"
    }

    deinit { forget() }

    /// A name that is none of a folder's.
    private static func plain(_ name: String) -> String {
        let allowed = name.utf8.prefix(120).map { byte in
            let isPlain =
                byte >= 0x30 && byte <= 0x39 || byte >= 0x41 && byte <= 0x5A
                || byte >= 0x61 && byte <= 0x7A || byte == 0x2D || byte == 0x2E
            return isPlain ? byte : 0x5F
        }
        return String(decoding: allowed, as: UTF8.self)
    }

    private var heading: String { "weft-meeting-1 \(PMIMessage.encode(mark))\n" }

    func share(_ text: String?, within deadline: Deadline) throws(RuntimeError) -> String {
        if let text {
            try write("\(heading)\(text)\n")
            return text
        }
        var hasSeenOther = false
        while !deadline.hasPassed {
            if let found = try read() {
                if found.hasPrefix(heading), found.hasSuffix("\n") {
                    return String(found.dropFirst(heading.count).dropLast())
                }
                hasSeenOther = true
            }
            usleep(50_000)
        }
        let found = hasSeenOther ? "only that of an earlier job is there" : "it is not there"
        throw RuntimeError(
            "rank 0 should have left a file '\(path)' within \(deadline.words), but \(found); if "
                + "the machines do not share this folder, set XDG_STATE_HOME to one that they "
                + "share, or set WEFT_HEAD to rank 0's host:port and WEFT_TOKEN to a secret"
        )
    }

    /// Rank 0 takes its file away.
    func forget() {
        if isWritten { unlink(path) }
        isWritten = false
    }

    func finish() { forget() }

    /// Writes the whole file under another name first, so that nobody reads half of it.
    private func write(_ text: String) throws(RuntimeError) {
        var parent = ""
        for part in folder.split(separator: "/") {
            parent += "/\(part)"
            mkdir(parent, 0o755)
        }
        let draft = "\(path).\(getpid())"
        unlink(draft)
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let descriptor = open(draft, flags, 0o600)
        if descriptor < 0 { throw failure("written", errno) }
        let bytes = Array(text.utf8)
        // The mode that was asked for is less what a umask takes away.
        var code = fchmod(descriptor, 0o600) == 0 ? 0 : errno
        if code == 0 {
            let count = Glibc.write(descriptor, bytes, bytes.count)
            if count != bytes.count { code = count < 0 ? errno : ENOSPC }
        }
        if close(descriptor) != 0 && code == 0 { code = errno }
        if code == 0 && rename(draft, path) != 0 { code = errno }
        if code != 0 {
            unlink(draft)
            throw failure("written", code)
        }
        isWritten = true
    }

    /// The file's text; nil while there is none.
    private func read() throws(RuntimeError) -> String? {
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        if descriptor < 0 {
            // On a network file system, a file that has just been replaced may be stale.
            if errno == ENOENT || errno == ESTALE || errno == EINTR { return nil }
            throw failure("read", errno)
        }
        defer { close(descriptor) }
        var status = stat()
        if fstat(descriptor, &status) != 0 { throw failure("read", errno) }
        let isOurs = status.st_mode & S_IFMT == S_IFREG && status.st_uid == geteuid()
        guard isOurs, status.st_mode & 0o077 == 0 else {
            throw RuntimeError(
                "'\(path)' is not a file that only this user can read and write, so what it says "
                    + "is not trusted; remove it"
            )
        }
        var buffer = [UInt8](repeating: 0, count: Self.longest)
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        if count < 0 && (errno == ESTALE || errno == EINTR) { return nil }
        if count < 0 { throw failure("read", errno) }
        return String(decoding: buffer[..<count], as: UTF8.self)
    }

    private func failure(_ what: String, _ code: Int32) -> RuntimeError {
        RuntimeError("'\(path)' can't be \(what): \(String(cString: strerror(code)))")
    }
}
