internal import Glibc

/// The environment in which a process was started, as launchers fill it: what is foreign is checked
/// before it is used.
public struct LaunchVariables: Sendable {
    private let values: [String: String]

    /// Takes variables by their names.
    public init(_ values: [String: String]) { self.values = values }

    /// Those of this process.
    public static var current: LaunchVariables {
        var values: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if let equals = text.firstIndex(of: "=") {
                values[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            next += 1
        }
        return LaunchVariables(values)
    }

    /// A variable; an empty one is none.
    subscript(_ name: String) -> String? {
        values[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A whole number, nil where the variable is not set.
    func number(_ name: String, in range: ClosedRange<Int>) throws(RuntimeError) -> Int? {
        guard let text = self[name] else { return nil }
        guard let number = Self.number(text), range.contains(number) else {
            throw RuntimeError(
                "the variable \(name) is \(quoted(text)), but should be a whole number from "
                    + "\(range.lowerBound) to \(range.upperBound); set it right, or unset it"
            )
        }
        return number
    }

    /// The first of some variables that is set.
    func number(_ names: [String], in range: ClosedRange<Int>) throws(RuntimeError) -> Int? {
        for name in names {
            if let number = try number(name, in: range) { return number }
        }
        return nil
    }

    /// A variable that must be there.
    func required(_ name: String, for launcher: String) throws(RuntimeError) -> String {
        guard let text = self[name] else {
            throw RuntimeError(
                "\(launcher) started this process, but the variable \(name) is not set"
            )
        }
        return text
    }

    /// Digits only: no sign, no blanks.
    static func number(_ text: some StringProtocol) -> Int? {
        text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } ? Int(text) : nil
    }
}

/// A foreign text as it can stand in a message: short, and of visible characters only.
func quoted(_ text: some StringProtocol) -> String {
    let shown = text.unicodeScalars.prefix(40).map { scalar in
        scalar.value >= 0x20 && scalar.value < 0x7F ? Character(scalar) : "?"
    }
    return "'\(String(shown))\(text.unicodeScalars.count > 40 ? "…" : "")'"
}
