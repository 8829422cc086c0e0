/// A table for a terminal: columns as wide as their widest cell, two blanks between them.
public struct TextTable: Sendable {
    /// The side of its column to which a cell is set.
    public enum Alignment: Sendable {
        /// To the left, as words are.
        case leading
        /// To the right, as numbers are.
        case trailing
    }

    /// One column.
    public struct Column: Sendable {
        /// What the header says.
        public let title: String
        /// The side to which the title and the cells are set.
        public let alignment: Alignment
        /// The least width in terminal cells.
        public let minimumWidth: Int

        /// Makes a column.
        public init(_ title: String, _ alignment: Alignment = .leading, minimumWidth: Int = 0) {
            self.title = title
            self.alignment = alignment
            self.minimumWidth = minimumWidth
        }
    }

    /// The columns from left to right.
    public let columns: [Column]
    /// Whether a line is drawn under the header.
    public let hasSeparator: Bool
    /// The rows from top to bottom.
    public private(set) var rows: [[String]] = []

    /// Makes a table without rows.
    public init(columns: [Column], hasSeparator: Bool = false) {
        self.columns = columns
        self.hasSeparator = hasSeparator
    }

    /// Adds a row; cells that are missing at its end stay blank.
    ///
    /// Control characters become blanks, since a line break in a cell would break the table and
    /// an escape sequence from a file could do worse.
    public mutating func append(_ row: [String]) {
        precondition(row.count <= columns.count, "a row has more cells than the table columns")
        rows.append(row.map(printable))
    }

    /// The lines of the table without blanks at their ends, joined by line breaks.
    public func rendered() -> String {
        let titles = columns.map { printable($0.title) }
        var widths = zip(columns, titles).map { max($0.minimumWidth, terminalWidth($1)) }
        for row in rows {
            for (index, cell) in row.enumerated() {
                widths[index] = max(widths[index], terminalWidth(cell))
            }
        }
        var lines = [line(titles, widths: widths)]
        if hasSeparator {
            lines.append(line(widths.map { String(repeating: "-", count: $0) }, widths: widths))
        }
        for row in rows {
            lines.append(line(row, widths: widths))
        }
        return lines.joined(separator: "\n")
    }

    private func line(_ cells: [String], widths: [Int]) -> String {
        var line = ""
        for (index, cell) in cells.enumerated() {
            if index > 0 {
                line += "  "
            }
            line += padded(cell, to: widths[index], columns[index].alignment)
        }
        while line.last == " " {
            line.removeLast()
        }
        return line
    }
}

/// A text with as many blanks as bring it to a width in terminal cells; a longer one as it is.
public func padded(_ text: String, to width: Int, _ alignment: TextTable.Alignment) -> String {
    let blanks = String(repeating: " ", count: max(0, width - terminalWidth(text)))
    return alignment == .leading ? text + blanks : blanks + text
}

/// A text whose control characters are replaced with blanks.
private func printable(_ text: String) -> String {
    let isControl = { (scalar: Unicode.Scalar) in
        scalar.value < 0x20 || 0x7F..<0xA0 ~= scalar.value
    }
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.map { isControl($0) ? " " : $0 }))
}
