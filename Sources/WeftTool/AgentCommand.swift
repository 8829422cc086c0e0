internal import CommandLine
internal import Glibc
internal import Measurement
internal import Runtime

/// `weft agent`: the part of a job on one of several hosts, started there by `weft bench` and
/// others.
enum AgentCommand {
    /// Talks over the standard streams, which a remote shell carries.
    static func run() throws -> ExitCode {
        if isatty(STDIN_FILENO) != 0 {
            throw RuntimeError(
                "'weft bench --hosts' starts this on other hosts; it is not for people"
            )
        }
        return outcome(try Agent.runRemote(try arrival(seenFrom: remoteShell), plans: plans))
    }

    /// Talks over the descriptor that the head has left open.
    static func runLocal() throws -> ExitCode {
        outcome(try Agent.runLocal(try arrival(seenFrom: nil), plans: plans))
    }

    /// Dials the head of a job that another launcher started.
    static func run(dialing head: [Address], rank: Int, token: String) throws -> ExitCode {
        outcome(
            try Agent.run(
                dialing: head,
                rank: rank,
                Handshake.Secret(token: token, version: Tool.version),
                try arrival(seenFrom: nil),
                seconds: 120,
                plans: plans
            )
        )
    }

    private static func outcome(_ isGood: Bool) -> ExitCode { isGood ? .good : .failed }

    /// The two ends of the remote shell's connection, as sshd tells them: where the head is, and by
    /// which address it reached this host.
    private static var remoteShell: (head: String, here: String)? {
        let text = getenv("SSH_CONNECTION").map { String(cString: $0) } ?? ""
        let words = text.split(separator: " ")
        return words.count == 4 ? (String(words[0]), String(words[2])) : nil
    }

    private static func arrival(seenFrom shell: (head: String, here: String)?) throws -> Arrival {
        let machine = MachineContext.here(try Cores())
        return try Arrival.here(
            version: Tool.version,
            host: machine.host,
            boot: machine.boot,
            model: machine.processor,
            address: shell?.here ?? "",
            headAddress: shell?.head ?? ""
        )
    }

    /// The plans of the row that follows an event.
    private static func plans(_ payload: [UInt8], _ event: Int) throws(RuntimeError) -> PlanBook? {
        do {
            // Flows need no plans.
            if ProbeJob.isOne(payload) { return nil }
            let job = try BenchJob(reading: payload)
            guard event < job.entries.count else { return nil }
            return try job.plans(job.entries[event], endpoints: job.endpoints())
        } catch let error as RuntimeError {
            throw error
        } catch {
            throw RuntimeError("\(error)")
        }
    }
}
