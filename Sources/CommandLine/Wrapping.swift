internal import Glibc

/// The columns to wrap help to: those of the terminal on standard output, within reason.
func terminalWidth() -> Int {
    var size = winsize()
    guard isatty(STDOUT_FILENO) == 1, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0,
        size.ws_col > 0
    else { return 80 }
    return Int(size.ws_col)
}

/// Breaks text into lines of at most `width` characters, all indented alike.
///
/// Blank lines separate paragraphs. A line that starts with a space stands as it is; others are
/// joined and wrapped between words. A word that is too long gets a line of its own.
func wrapped(_ text: String, width: Int, indent: Int = 0) -> [String] {
    let margin = String(repeating: " ", count: indent)
    var lines: [String] = []
    var line = ""
    func endLine() {
        if !line.isEmpty { lines.append(margin + line) }
        line = ""
    }
    for source in text.split(separator: "\n", omittingEmptySubsequences: false) {
        if source.allSatisfy(\.isWhitespace) {
            endLine()
            if lines.last?.isEmpty == false { lines.append("") }
        } else if source.first == " " {
            endLine()
            lines.append(margin + source)
        } else {
            for word in source.split(separator: " ") {
                if !line.isEmpty, indent + line.count + 1 + word.count > width { endLine() }
                line += line.isEmpty ? word : " \(word)"
            }
        }
    }
    endLine()
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines
}

/// A line of help: a label and what it means.
struct Row {
    let label: String
    let meaning: String
}

/// The column where meanings start, such that no label takes more than two fifths of the width.
func secondColumn(_ rows: [Row], width: Int) -> Int {
    let widest = width * 2 / 5
    let lengths = rows.map { $0.label.count + 4 }
    return lengths.filter { $0 <= widest }.max() ?? 4
}

/// Lays out labels and what they mean in two columns, the second one wrapped.
///
/// A label that is too wide for its column has its meaning on the lines below.
func twoColumns(_ rows: [Row], column: Int, width: Int) -> [String] {
    rows.flatMap { row in
        let meaning = wrapped(row.meaning, width: width, indent: column)
        let gap = column - 2 - row.label.count
        guard gap >= 2, let first = meaning.first else { return ["  \(row.label)"] + meaning }
        let start = "  \(row.label)" + String(repeating: " ", count: gap)
        return [start + first.dropFirst(column)] + meaning.dropFirst()
    }
}
