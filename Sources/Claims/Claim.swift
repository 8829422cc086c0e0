public import Text

/// What somebody says about a system, with the figures that would make it true.
public struct Claim: Sendable {
    /// The figures that support it.
    public enum Expectation: Hashable, Sendable {
        /// Both ends included.
        case between(Double, Double)
        /// This or more.
        case atLeast(Double)

        /// Whether a figure is among them.
        public func contains(_ figure: Double) -> Bool {
            switch self {
            case .between(let low, let high): figure >= low && figure <= high
            case .atLeast(let low): figure >= low
            }
        }
    }

    /// A name of its own.
    public let id: String
    /// The row of the list of claims that it belongs to; nil for a user's own.
    public let row: Int?
    /// What is computed.
    public let quantity: String
    /// For what.
    public let arguments: JSON
    /// Which figures support it.
    public let expected: Expectation
    /// The unit of all figures.
    public let unit: String
    /// What is said, in words.
    public let claimed: String
    /// Who says it.
    public let source: String
    let figure: @Sendable () throws(NotTestable) -> Double

    /// Computes the quantity and judges.
    public func check() -> Finding {
        do {
            let figure = try figure()
            guard figure.isFinite else {
                return Finding(figure: nil, verdict: .notTestable("the figure is not finite"))
            }
            return Finding(
                figure: figure,
                verdict: expected.contains(figure) ? .supported : .notSupported
            )
        } catch {
            return Finding(figure: nil, verdict: .notTestable(error.reason))
        }
    }
}

/// What became of a claim.
public struct Finding: Hashable, Sendable {
    /// The figure that was found, in the claim's unit; nil when there is none.
    public let figure: Double?
    /// What it says about the claim.
    public let verdict: Verdict
}

/// What a figure says about a claim.
public enum Verdict: Hashable, Sendable, CustomStringConvertible {
    /// It is among the figures that the claim expects.
    case supported
    /// It is not.
    case notSupported
    /// There is no figure, and why.
    case notTestable(String)

    /// In words.
    public var description: String {
        switch self {
        case .supported: "supported"
        case .notSupported: "not supported"
        case .notTestable(let why): "not testable: \(why)"
        }
    }
}

/// Why a quantity has no figure.
public struct NotTestable: Error, Equatable {
    /// One sentence.
    public let reason: String

    /// Makes a reason.
    public init(_ reason: String) { self.reason = reason }
}
