/// A moment by which something must have happened.
struct Deadline {
    /// How long there was from the start.
    let limit: Duration
    private let end: ContinuousClock.Instant

    init(_ limit: Duration) {
        self.limit = limit
        end = .now + limit
    }

    var hasPassed: Bool { milliseconds == 0 }

    /// What is left, rounded up, so that a wait of so long does not end too early.
    var milliseconds: Int32 {
        let left = ContinuousClock.now.duration(to: end)
        if left <= .zero { return 0 }
        let (seconds, attoseconds) = left.components
        if seconds > 1_000_000 { return .max }
        return Int32(clamping: seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1)
    }

    /// The limit in words.
    var words: String {
        let (seconds, attoseconds) = limit.components
        return seconds > 0
            ? "\(seconds) s" : "\(attoseconds / 1_000_000_000_000_000) ms"
    }
}
