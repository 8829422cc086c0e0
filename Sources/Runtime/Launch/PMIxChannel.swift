internal import CWeft
internal import Glibc

/// PMIx, by its library.
final class PMIxChannel: Channel {
    private let launcher: String
    /// What the server said about this process.
    let seat: Seat

    /// Takes the place that the server has for this process; nil where there is no library.
    init?(launcher: String, within deadline: Deadline) throws(RuntimeError) {
        var rank: UInt32 = 0
        var ranks: UInt32 = 0
        let code = weft_pmix_begin(deadline.milliseconds, &rank, &ranks)
        if code == -ENOENT { return nil }
        try Self.check(
            code,
            launcher,
            deadline,
            advice: "if its variables are left over from elsewhere, unset PMIX_NAMESPACE"
        )
        self.launcher = launcher
        seat = try Seat(rank: Int(rank), of: Int(ranks), from: launcher)
    }

    func share(_ text: String?, within deadline: Deadline) throws(RuntimeError) -> String {
        let shared = UnsafeMutablePointer<CChar>.allocate(capacity: Int(weft_pmix_text))
        defer { shared.deallocate() }
        let code = weft_pmix_share(text, deadline.milliseconds, shared)
        try Self.check(
            code,
            launcher,
            deadline,
            advice: "look whether one of the processes has ended"
        )
        return String(cString: shared)
    }

    func finish() {
        // The process ends well whatever the launcher has to say to that.
        _ = weft_pmix_finish(5000)
    }

    private static func check(
        _ code: Int32,
        _ launcher: String,
        _ deadline: Deadline,
        advice: String
    ) throws(RuntimeError) {
        switch code {
        case -ETIMEDOUT: throw RuntimeError.nobodyCame(launcher, within: deadline)
        case -EPROTO:
            let problem = String(cString: weft_pmix_problem())
            throw RuntimeError("\(launcher) refused: \(problem); \(advice)")
        default: try Runtime.check(code, "speaking with \(launcher)")
        }
    }
}
