/// A call that goes on by itself.
public final class Operation: @unchecked Sendable {
    let call: Call
    let input: UnsafeRawPointer?
    let output: UnsafeMutableRawPointer?
    private let outcome = Monitor(Outcome())

    private struct Outcome {
        var isDone = false
        var error: CallError?
    }

    init(_ call: Call, _ input: UnsafeRawPointer?, _ output: UnsafeMutableRawPointer?) {
        self.call = call
        self.input = input
        self.output = output
    }

    /// Whether it is done.
    public var isDone: Bool { outcome.withLock(\.isDone) }

    /// Waits until it is done; its error, where it went wrong.
    public func wait() throws(CallError) {
        let error = outcome.wait { $0.isDone ? .some($0.error) : .none }
        if let error { throw error }
    }

    func finish(_ error: CallError?) {
        outcome.change { outcome in
            outcome.error = error
            outcome.isDone = true
        }
    }
}
