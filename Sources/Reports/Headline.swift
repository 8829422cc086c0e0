internal import Measurement

/// What a reader should take away, in words.
struct Headline {
    let overview: Overview

    private typealias Find = (figure: Figure, name: String, bytes: Int)

    func write(to page: inout HTML) {
        let measured = finds { $0.outOfPlace ?? $0.inPlace }
        let found = measured.isEmpty ? finds(\.model) : measured
        let rows = overview.rows
        page.element("p", ["class": "lead"]) { page in
            guard let fastest = found.max(by: { $0.figure.busBandwidth < $1.figure.busBandwidth }),
                let soonest = found.min(by: { $0.figure.microseconds < $1.figure.microseconds })
            else {
                page.text(rows.isEmpty ? "There are no rows." : "No row has a figure to quote.")
                return
            }
            if measured.isEmpty { page.text("Nothing was measured. By the model, the ") }
            page.text(measured.isEmpty ? "best bus bandwidth is " : "The best bus bandwidth is ")
            page.element("strong", proseBandwidth(fastest.figure.busBandwidth))
            page.text(" (\(fastest.name), \(proseSize(fastest.bytes))), the smallest latency ")
            page.element("strong", proseTime(soonest.figure.microseconds))
            page.text(" (\(soonest.name), \(proseSize(soonest.bytes))).")
            if let errors = ModelErrors(rows) { write(errors, to: &page) }
        }
        writeAlert(rows, to: &page)
    }

    private func write(_ errors: ModelErrors, to page: inout HTML) {
        page.text(" The model is off by ")
        page.element("strong", prosePercent(errors.median))
        page.text(" in the median and ")
        page.element("strong", prosePercent(errors.largest))
        let places = overview.records.enumerated().flatMap { index, record in
            record.rows.map { (row: $0, record: index) }
        }
        let (row, record) = places[errors.worst]
        let name = overview.name(row, record: record)
        page.text(" at worst (\(name), \(proseSize(row.bytes))).")
    }

    private func writeAlert(_ rows: [Row], to page: inout HTML) {
        let wrong = rows.filter { row in
            [row.outOfPlace, row.inPlace].contains { $0?.isCorrect == false }
        }
        guard let first = wrong.first else { return }
        page.element("p", ["class": "alert", "role": "alert"]) { page in
            let isOne = wrong.count == 1
            page.element(
                "strong",
                isOne ? "1 row has wrong results" : "\(wrong.count) rows have wrong results"
            )
            page.text(isOne ? ": " : ", the first of them ")
            page.text("\(first.algorithm), \(proseSize(first.bytes)). ")
            page.text("What was wrong has no bandwidth and is in no plot.")
        }
    }

    /// The figures that may be quoted.
    private func finds(_ part: (Row) -> Figure?) -> [Find] {
        overview.records.enumerated().flatMap { index, record in
            record.rows.compactMap { row -> Find? in
                guard let figure = part(row), figure.isCorrect, figure.microseconds > 0,
                    figure.microseconds.isFinite, figure.busBandwidth.isFinite
                else { return nil }
                return (figure, overview.name(row, record: index), row.bytes)
            }
        }
    }
}
