/// Why a call of a communicator was not done.
public enum CallError: Error, Equatable, CustomStringConvertible {
    /// It can't be right: nothing was done.
    case invalid(String)
    /// The system refused something: nothing was done.
    case failed(String)
    /// Ranks called different things: nothing was done.
    case mismatch(String)
    /// A process is gone, or something else that can't be mended: nothing works any more.
    case broken(String)

    /// A sentence.
    public var description: String {
        switch self {
        case .invalid(let words), .failed(let words), .mismatch(let words), .broken(let words):
            words
        }
    }
}
