// Errors are made out of line, so that the code which finds none stays small.
extension JSONParser {
    /// An error at a byte of the text.
    @inline(never)
    func error(_ message: String, at offset: Int) -> TextError {
        TextError(message, at: offset, in: bytes, file: name)
    }

    /// The error that the grammar wants something else at the position.
    @inline(never)
    func expected(_ what: String) -> TextError {
        error("expected \(what), found \(found)", at: position)
    }

    /// The same within a container, whose beginning helps to find a bracket that is missing.
    @inline(never)
    func expected(_ what: String, in container: Int) -> TextError {
        guard position >= bytes.count else { return expected(what) }
        let start = nodes[container].start
        let bracket = nodes[container].kind == .array ? "[" : "{"
        let line = LineTable(bytes).line(at: start)
        return error(
            "expected \(what), found \(found); the '\(bracket)' is on line \(line)",
            at: position
        )
    }

    /// What stands at the position, in words.
    private var found: String {
        guard position < bytes.count else { return "the end of the text" }
        let (scalar, _) = scalar(in: bytes, at: position)
        switch scalar.properties.generalCategory {
        case .control where scalar == "\n" || scalar == "\r":
            return "the end of the line"
        case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .unassigned,
            .privateUse, .nonspacingMark, .enclosingMark:
            let digits = String(scalar.value, radix: 16, uppercase: true)
            return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        default:
            return "'\(scalar)'"
        }
    }
}
