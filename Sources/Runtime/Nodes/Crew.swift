internal import CWeft
internal import Glibc

/// The processes of some endpoints, all children of this one.
struct Crew: ~Copyable {
    /// What an endpoint's process is told of its place by, `ENDPOINT:PARENT:PROCESSOR:BINDING`.
    static let variable = "WEFT_RANK"
    /// The descriptors that it inherits.
    static let segmentDescriptor: Int32 = 3
    static let bellDescriptor: Int32 = 4
    /// How long they have to end by themselves, in tenths of a second.
    private static let grace = 20
    /// How long one may be stopped: a moment may be somebody looking at it.
    private static let patience = Duration.seconds(3)

    private enum State {
        case running
        case stopped(since: ContinuousClock.Instant, signal: Int32)
        case ended
    }

    /// A process, and what it is in the job.
    private struct Member {
        let name: String
        let process: pid_t
        var state = State.running

        var isGone: Bool { if case .ended = state { true } else { false } }
        var isStopped: Bool { if case .stopped = state { true } else { false } }
    }

    private var members: [Member] = []
    /// Where this is, for words: empty, or "host b, ".
    let place: String

    init(place: String = "") { self.place = place }

    /// Whether all have ended.
    var hasEnded: Bool { members.allSatisfy(\.isGone) }

    /// What an endpoint is called.
    static func name(_ endpoint: Int, ranks: Int) -> String {
        endpoint < ranks ? "rank \(endpoint)" : "switch \(endpoint - ranks)"
    }

    /// Starts this program again as an endpoint.
    mutating func start(
        _ endpoint: Int,
        name: String,
        processor: Int?,
        binding: Binding,
        arguments: [String],
        memory: Int32,
        bell: Int32
    ) throws(RuntimeError) {
        let executable = "/proc/self/exe"
        var words = ([executable] + arguments).map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        var process: pid_t = 0
        let code = weft_process_spawn(
            executable,
            words,
            "\(Self.variable)=\(endpoint):\(getpid()):\(processor ?? -1):\(binding.rawValue)",
            [memory, bell],
            2,
            &process
        )
        try check(code, "\(name) can't be started")
        members.append(Member(name: name, process: process))
    }

    /// Takes notice of what has become of the members; what went wrong with the first that failed
    /// or has been stopped for too long, if any.
    mutating func reap() -> String? {
        var failure: String?
        for index in members.indices where !members[index].isGone {
            var state = WEFT_PROCESS_RUNNING
            var status: Int32 = 0
            let process = members[index].process
            let name = "\(members[index].name) (\(place)process \(process))"
            let change = weft_process_change(process, &state, &status)
            if change < 0 {
                // Somebody else has asked for it: nothing more will ever be told.
                members[index].state = .ended
                failure = failure ?? "\(name) ended without a word"
            } else if change > 0 {
                switch state {
                case WEFT_PROCESS_RUNNING: members[index].state = .running
                case WEFT_PROCESS_STOPPED:
                    members[index].state = .stopped(since: .now, signal: status)
                default:
                    members[index].state = .ended
                    let outcome = weft_process_outcome(status)
                    if outcome == 0 || failure != nil { continue }
                    failure =
                        outcome > 0
                        ? "\(name) failed" : "\(name) was killed by \(Self.words(-outcome))"
                }
            }
            if case .stopped(let since, let signal) = members[index].state, failure == nil,
                since.duration(to: .now) >= Self.patience
            {
                failure =
                    "\(name) was stopped by \(Self.words(signal)) and did not go on for "
                    + "\(Self.patience.components.seconds) s"
            }
        }
        return failure
    }

    private static func words(_ signal: Int32) -> String {
        "signal \(signal) (\(String(cString: strsignal(signal))))"
    }

    /// Ends all: those that do not end by themselves, after they were told to, are killed.
    mutating func end() {
        // Who is stopped can't end by itself.
        for member in members where member.isStopped { kill(member.process, SIGKILL) }
        for _ in 0..<Self.grace where members.contains(where: { !$0.isGone }) {
            _ = reap()
            if members.contains(where: { !$0.isGone }) { usleep(100_000) }
        }
        for index in members.indices where !members[index].isGone {
            kill(members[index].process, SIGKILL)
            var status: Int32 = 0
            waitpid(members[index].process, &status, 0)
            members[index].state = .ended
        }
    }
}
