public import Testing

/// Holds tests back so that one of them runs at a time, in whichever suite they are: ranks that
/// spin need the cores, and so do programs that run as many processes.
public struct EveryCore: SuiteTrait, TestTrait, TestScoping {
    /// Each test of a suite by itself.
    public var isRecursive: Bool { true }

    /// Runs one test when no other one does.
    public func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        await Turns.shared.take()
        do {
            try await function()
        } catch {
            await Turns.shared.give()
            throw error
        }
        await Turns.shared.give()
    }
}

extension Trait where Self == EveryCore {
    /// Runs at no time when another test that needs every core runs.
    public static var everyCore: Self { Self() }
}

/// Whose turn it is.
private actor Turns {
    static let shared = Turns()

    private var isTaken = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func take() async {
        if !isTaken {
            isTaken = true
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    func give() {
        if waiting.isEmpty {
            isTaken = false
        } else {
            waiting.removeFirst().resume()
        }
    }
}
