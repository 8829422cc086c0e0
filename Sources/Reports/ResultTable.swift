public import Measurement
internal import Text

/// The table that people and scripts know from nccl-tests, with weft's own columns to its right.
///
/// The texts have no line break at their end: each is printed as it comes while rows are measured.
/// Columns 0 to 12 of a row, the comment lines and the two summary lines are as nccl-tests prints
/// them, since parsers in the field split rows on white space and look for those lines.
public enum ResultTable {
    /// What stands for a figure that was not measured, not checked, or that must not be quoted.
    static let absent = "N/A"

    /// The comment lines before the first row, with the names and units of the columns.
    public static func header(_ heading: Heading) -> String {
        (heading.lines + columnNames(withTails: heading.hasTails)).joined(separator: "\n")
    }

    /// One row; with the out-of-place tails at its end when operations were timed one by one.
    ///
    /// The time of an operation with wrong results is shown, but no bandwidth: it would be one of
    /// data that never arrived.
    public static func row(_ row: Row) -> String {
        let identity = [
            leading(String(row.bytes), 12), leading(String(row.count), 12),
            leading(word(row.type), 8), leading(word(row.operation), 6),
            leading(row.root.map { String($0) } ?? "-1", 6),
        ]
        let model = row.model
        let own = [
            figure(model?.microseconds, 7), figure(model?.busBandwidth, 6),
            leading(signed(row.quotedError, 7), 7),
            figure((row.outOfPlace ?? row.inPlace)?.halfWidthPercent, 6),
            row.outOfPlace?.tails == nil
                ? word(row.variant) : padded(word(row.variant), to: 9, .leading),
        ]
        let tails = row.outOfPlace?.tails.map { [$0.p95, $0.p99, $0.max].map { figure($0, 7) } }
        let cells = identity + block(row.outOfPlace) + block(row.inPlace) + own + (tails ?? [])
        return cells.joined(separator: "  ")
    }

    /// A comment line below a row: how far the counters of RDMA ports have grown; nil where none
    /// were used.
    public static func counters(_ row: Row) -> String? {
        guard let counters = row.counters else { return nil }
        let grown = counters.sorted { $0.key < $1.key }
            .map { "\(word($0.key)) \($0.value)" }.joined(separator: ", ")
        return summary("Counters", grown.isEmpty ? "none has grown" : grown)
    }

    /// The comment lines after the last row.
    public static func footer(rows: [Row]) -> String {
        let figures = rows.flatMap { [$0.outOfPlace, $0.inPlace].compactMap(\.self) }
        var wrong = 0
        for figure in figures { wrong = wrong.saturatingAdd(max(0, figure.wrong ?? 0)) }
        let isFailed = figures.contains { !$0.isCorrect }
        var verdict = "\(wrong) \(isFailed ? "FAILED" : "OK")"
        if figures.allSatisfy({ $0.wrong == nil }) { verdict += " (nothing was checked)" }
        let bandwidths = figures.filter(\.isCorrect).map(\.busBandwidth).filter(\.isFinite)
        let mean = bandwidths.reduce(0, +) / Double(bandwidths.count)
        var lines = [
            summary("Out of bounds values", verdict),
            summary("Avg bus bandwidth", mean.isFinite ? significant(mean, 6) : absent),
        ]
        lines += linkLines(rows)
        if let errors = ModelErrors(rows) {
            let worst = rows[errors.worst]
            let place = "at \(shortSize(worst.bytes)) (\(word(worst.algorithm)))"
            let (median, largest) = (significant(errors.median, 3), significant(errors.largest, 3))
            lines.append(
                summary("Model error", "median \(median) %, largest \(largest) % \(place)")
            )
        }
        return (lines + ["#"]).joined(separator: "\n")
    }

    /// What was on the busiest host's link, for each algorithm at its largest size.
    private static func linkLines(_ rows: [Row]) -> [String] {
        var largest: [Row] = []
        for row in rows where row.link != nil {
            if let place = largest.firstIndex(where: { $0.algorithm == row.algorithm }) {
                if row.bytes > largest[place].bytes { largest[place] = row }
            } else {
                largest.append(row)
            }
        }
        return largest.compactMap { row in
            guard let link = row.link else { return nil }
            let share = link.ofRing.map { ", \(fixed($0, 2)) of the ring's" } ?? ""
            let what = "\(word(row.algorithm)) at \(shortSize(row.bytes))"
            let bytes = significant(link.bytes, 4)
            return summary("Busiest host's link", "\(what): \(bytes) B an operation\(share)")
        }
    }

    private static func columnNames(withTails: Bool) -> [String] {
        let blank = names("", "", "", "", "")
        let result = ["time", "algbw", "busbw", "#wrong"]
        let units = ["(us)", "(GB/s)", "(GB/s)", ""]
        let widths = [7, 6, 6, 6]
        func block(_ texts: [String]) -> String {
            zip(texts, widths).map { "  " + leading($0, $1) }.joined()
        }
        let groups = "           out-of-place                       in-place          "
        return [
            "#",
            blank + groups + "               model               measured",
            names("size", "count", "type", "redop", "root") + block(result) + block(result)
                + "     time   busbw    error    ci95  algorithm"
                + (withTails ? "      p95      p99      max" : ""),
            names("(B)", "(elements)", "", "", "") + block(units) + block(units)
                + "     (us)  (GB/s)      (%)   (+-%)"
                + (withTails ? "                (us)     (us)     (us)" : ""),
        ]
    }

    private static func names(
        _ size: String,
        _ count: String,
        _ type: String,
        _ operation: String,
        _ root: String
    ) -> String {
        "# " + leading(size, 10) + "  " + leading(count, 12) + "  " + leading(type, 8) + "  "
            + leading(operation, 6) + "  " + leading(root, 6)
    }

    /// The four columns of out of place or in place.
    private static func block(_ figure: Figure?) -> [String] {
        let isCorrect = figure?.isCorrect ?? false
        var wrong = absent
        if let count = figure?.wrong {
            let text = String(count)
            wrong = text.utf8.count <= 6 ? text : compactWidth(Double(count), width: 6)
        }
        return [
            Self.figure(figure?.microseconds, 7),
            Self.figure(isCorrect ? figure?.algorithmBandwidth : nil, 6),
            Self.figure(isCorrect ? figure?.busBandwidth : nil, 6),
            leading(wrong, 6),
        ]
    }

    private static func figure(_ value: Double?, _ width: Int) -> String {
        guard let value, value.isFinite else { return leading(absent, width) }
        return leading(compactWidth(value, width: width), width)
    }

    private static func signed(_ value: Double?, _ width: Int) -> String {
        guard let value, value.isFinite else { return absent }
        let text = compactWidth(abs(value), width: width - 1)
        return (value < 0 ? "-" : "+") + text
    }

    private static func summary(_ name: String, _ value: String) -> String {
        "# " + padded(name, to: 20, .leading) + " : " + value
    }

    static func leading(_ text: String, _ width: Int) -> String {
        padded(text, to: width, .trailing)
    }

    /// A text as one word, so that it is one column of a row; nccl-tests says none where there is
    /// nothing to say.
    private static func word(_ text: String) -> String {
        guard !text.isEmpty else { return "none" }
        return String(printable(text).map { $0.isWhitespace ? "_" : $0 })
    }
}
