internal import Glibc

/// PMI's wire protocol, version 1, over the descriptor that the launcher left open.
///
/// MPICH's hydra and its kin (Intel MPI, MVAPICH) speak it. Slurm's plugin `pmi2` does too: it
/// takes whichever of its two versions a process begins with.
final class PMIChannel: Channel {
    private static let key = "weft-meeting"
    /// An answer is shorter; what is longer is not one.
    private static let longestLine = 8192

    private let descriptor: Int32
    private let launcher: String
    private var received: [UInt8] = []
    private var hasBegun = false

    init(descriptor: Int32, launcher: String) {
        self.descriptor = descriptor
        self.launcher = launcher
    }

    /// Whether a number names an open socket.
    ///
    /// A launcher's variables are inherited further than its
    /// descriptor, so this tells whether it started this very process or one before it.
    static func isOpen(_ descriptor: Int32) -> Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
    }

    func share(_ text: String?, within deadline: Deadline) throws(RuntimeError) -> String {
        let greeting = "cmd=init pmi_version=1 pmi_subversion=1"
        try ask(greeting, "response_to_init", within: deadline)
        hasBegun = true
        let limits = try ask("cmd=get_maxes", "maxes", within: deadline)
        let name = try ask("cmd=get_my_kvsname", "my_kvsname", within: deadline)
        guard let space = name["kvsname"], !space.isEmpty else {
            throw RuntimeError("\(launcher) does not name the place for what processes share")
        }
        if let text {
            let value = PMIMessage.encode(text)
            let longest = limits["vallen_max"].flatMap { LaunchVariables.number($0) } ?? 0
            guard value.utf8.count < longest else {
                throw RuntimeError(
                    "\(launcher) shares texts of less than \(longest) bytes only, and "
                        + "\(value.utf8.count) are needed; set WEFT_HEAD and WEFT_TOKEN instead"
                )
            }
            let put = "cmd=put kvsname=\(space) key=\(Self.key) value=\(value)"
            try ask(put, "put_result", within: deadline)
        }
        try ask("cmd=barrier_in", "barrier_out", within: deadline)
        if let text { return text }
        let get = "cmd=get kvsname=\(space) key=\(Self.key)"
        let answer = try ask(get, "get_result", within: deadline)
        guard let value = answer["value"], let text = PMIMessage.decode(value) else {
            throw RuntimeError("\(launcher) does not hand over what rank 0 shared")
        }
        return text
    }

    func finish() {
        if !hasBegun { return }
        hasBegun = false
        // The process ends well whatever the launcher has to say to that.
        _ = try? ask("cmd=finalize", "finalize_ack", within: Deadline(.seconds(5)))
    }

    /// Sends a line and reads the answer.
    @discardableResult private func ask(
        _ line: String,
        _ answer: String,
        within deadline: Deadline
    ) throws(RuntimeError) -> PMIMessage {
        try send(line)
        let text = try receive(within: deadline)
        guard let message = PMIMessage(text), message.command == answer else {
            throw RuntimeError(
                "\(launcher) answered \(quoted(text)) where '\(answer)' was expected"
            )
        }
        guard message.isSuccess else {
            throw RuntimeError("\(launcher) refused \(quoted(line)): \(quoted(text))")
        }
        return message
    }

    private func send(_ line: String) throws(RuntimeError) {
        var rest = Array("\(line)\n".utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0 && errno == EINTR { continue }
            if count < 0 { throw gone(String(cString: strerror(errno))) }
            rest = rest.dropFirst(count)
        }
    }

    private func receive(within deadline: Deadline) throws(RuntimeError) -> String {
        while true {
            if let end = received.firstIndex(of: 0x0A) {
                let line = String(decoding: received[..<end], as: UTF8.self)
                received.removeFirst(end + 1)
                return line
            }
            if received.count > Self.longestLine {
                throw RuntimeError("\(launcher) answers with a line that does not end")
            }
            var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let left = deadline.milliseconds
            if left == 0 { throw RuntimeError.nobodyCame(launcher, within: deadline) }
            if Glibc.poll(&poll, 1, left) <= 0 { continue }
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0 && (errno == EINTR || errno == EAGAIN) { continue }
            if count < 0 { throw gone(String(cString: strerror(errno))) }
            if count == 0 { throw gone("it has closed the connection") }
            received += buffer[..<count]
        }
    }

    private func gone(_ reason: String) -> RuntimeError {
        RuntimeError(
            "\(launcher) can't be spoken with any more: \(reason); if another weft ran in this "
                + "script before, have the launcher start each of them"
        )
    }
}
