internal import Measurement
internal import Text

/// How the figures came about, in sentences.
struct Method {
    let overview: Overview

    func write(to page: inout HTML) {
        let rows = overview.rows
        let measured = rows.filter { $0.outOfPlace != nil || $0.inPlace != nil }
        page.element("div", ["class": "card"]) { page in
            if measured.isEmpty {
                page.element("p", "Nothing ran: every figure is what the model expects.")
            } else {
                page.element("p", batches(measured))
                for (index, record) in overview.records.enumerated() {
                    guard let timing = record.timing else { continue }
                    let label = overview.records.count > 1 ? overview.labels[index] : nil
                    page.element("p", clock(timing, label: label))
                }
                let figures = measured.flatMap { [$0.outOfPlace, $0.inPlace] }
                let isChecked = figures.contains { $0?.wrong != nil }
                page.element("p", isChecked ? Self.checks : "Results were not checked.")
            }
            page.element("p", Self.bandwidth)
            if rows.contains(where: { $0.link != nil }) { page.element("p", Self.link) }
            if rows.contains(where: { $0.model != nil }), !measured.isEmpty {
                page.element("p", Self.model)
            }
        }
    }

    private func batches(_ rows: [Row]) -> String {
        let operations = range(rows.map(\.iterations), "operation")
        let batches = range(rows.map(\.batches), "batch", "batches")
        var text = "Operations run back to back in batches (\(operations) in a batch, "
        text += "\(batches) for a row). A batch takes as long as its slowest rank. "
        text += "The time is the median over the batches, divided by the operations in one. "
        text += "Its interval holds the median with 95% confidence; it is made of order "
        text += "statistics, so it assumes nothing about how times are distributed."
        if rows.contains(where: { $0.outOfPlace?.tails != nil || $0.inPlace?.tails != nil }) {
            text += " For p95, p99 and the maximum, operations were timed one by one, each "
            text += "started on all ranks together."
        }
        return text
    }

    private func clock(_ timing: Record.Timing, label: String?) -> String {
        var text = label.map { "\($0): " } ?? ""
        let read = significant(timing.readNanoseconds, 3)
        let share = significant(timing.overheadPercent, 2)
        text += "The clock is \(timing.clock); to read it takes \(read) ns, at most \(share)% of "
        text += "any batch."
        if let exchange = timing.exchangeNanoseconds {
            text += " A cache line takes \(significant(exchange, 3)) ns from rank to rank: no "
            text += "operation in which ranks wait for one another can take less."
        }
        return text
    }

    private static let checks =
        "Results are checked element by element, out of place and in place. “Wrong” counts the "
        + "elements that differed from the expected result on any rank in any checked operation; "
        + "a row with any has no bandwidth. A dash stands where nothing was measured or checked."

    private static let bandwidth =
        "Algorithm bandwidth is the size over the time. Bus bandwidth is that times the factor of "
        + "the collective which nccl-tests defines (2(n−1)/n for an all-reduce of n ranks), so "
        + "that collectives and rank counts can be held against the same hardware."

    private static let link =
        "On a host's link are the bytes that its ranks sent to other hosts and switches, or "
        + "received from there, whichever are more, as counted at their connections, headers "
        + "included. "
        + "“Of ring” is their share of what a ring over the same ranks sends."

    private static let model =
        "The error is how much more time the model expects than was measured out of place, in "
        + "percent of the measured time; below zero it expects less."

    /// `5 operations`, or `5 to 90 operations`.
    private func range(_ counts: [Int], _ one: String, _ many: String? = nil) -> String {
        let (least, most) = (counts.min() ?? 0, counts.max() ?? 0)
        let noun = most == 1 ? one : many ?? one + "s"
        return least == most ? "\(most) \(noun)" : "\(least) to \(most) \(noun)"
    }
}
