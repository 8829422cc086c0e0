/// The order in which contributions are combined: floating point depends on it.
public struct ReductionOrder: Hashable, Sendable, CustomStringConvertible {
    /// A step of a stack machine.
    public enum Term: Hashable, Sendable {
        /// Puts a rank's contribution on the stack.
        case rank(Int)
        /// Combines the two values on top, the lower one on the left.
        case combine
    }

    /// The order, operands before operators.
    public let terms: [Term]

    /// How many combinations the deepest contribution goes through.
    public var depth: Int {
        var stack: [Int] = []
        for term in terms {
            switch term {
            case .rank: stack.append(0)
            case .combine:
                let right = stack.removeLast()
                stack[stack.count - 1] = max(stack[stack.count - 1], right) + 1
            }
        }
        return stack.last ?? 0
    }

    /// For example `((0 + 1) + (2 + 3))`, without the parentheses that left to right implies.
    public var description: String {
        var stack: [(text: String, isSum: Bool)] = []
        for term in terms {
            switch term {
            case .rank(let rank): stack.append(("\(rank)", false))
            case .combine:
                let right = stack.removeLast()
                let left = stack.removeLast()
                let tail = right.isSum ? "(\(right.text))" : right.text
                stack.append(("\(left.text) + \(tail)", true))
            }
        }
        return stack.last?.text ?? ""
    }
}
