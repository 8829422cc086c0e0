/// Why a schedule can't be written in some format.
public struct ExchangeError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A sentence.
    public let message: String

    /// The sentence.
    public var description: String { message }
}
