internal import Collectives
internal import Glibc
internal import Measurement
internal import Models
internal import Text
internal import Units

/// What tuning found, as a table that is read at a glance.
struct TuneReport {
    let tuner: Tuner
    let outcome: Tuner.Outcome
    let sections: [SelectionTable.Section]

    var text: String {
        var table = TextTable(columns: [
            .init("sizes"), .init("buffers"), .init("algorithm"), .init("us", .trailing),
            .init("runner-up"), .init("its ratio", .trailing), .init("before"),
            .init("its ratio", .trailing),
        ])
        for section in sections {
            let points = outcome.points(section.key.buffers)
            for (number, range) in section.ranges.enumerated() {
                let end =
                    number + 1 < section.ranges.count ? section.ranges[number + 1].from : Int.max
                let inside = points.filter { $0.bytes >= range.from && $0.bytes < end }
                table.append(row(section.key.buffers, range, inside))
            }
        }
        let place =
            tuner.nodeCount == 1
            ? "shared memory" : "\(tuner.nodeCount) nodes with TCP between them"
        return "\(tuner.collective.rawValue), \(tuner.ranks) ranks, \(place)\n\(table.rendered())"
    }

    private func row(
        _ buffers: SelectionTable.Buffers,
        _ range: SelectionTable.Range,
        _ points: [Tuning.Point]
    ) -> [String] {
        let chosen = range.chosen.variant
        let sizes = points.map { ByteCount($0.bytes).short }
        let times = points.compactMap { $0.times[chosen]?.median }
        func ends(_ texts: [String]) -> String {
            guard let first = texts.first, let last = texts.last else { return "" }
            return texts.count == 1 ? first : "\(first) - \(last)"
        }
        /// What others took in proportion, on average over the sizes.
        func ratio(_ other: (Tuning.Point) -> Variant?) -> Double? {
            let logarithms = points.compactMap { point -> Double? in
                guard let time = other(point).flatMap({ point.times[$0] }),
                    let own = point.times[chosen]
                else { return nil }
                return log(time.median / own.median)
            }
            if logarithms.isEmpty { return nil }
            return exp(logarithms.reduce(0, +) / Double(logarithms.count))
        }
        func before(_ point: Tuning.Point) -> Variant {
            tuner.before(point.bytes, buffers)
        }
        var seen: [Variant] = []
        for variant in points.map(before) where !seen.contains(variant) { seen.append(variant) }
        let runnerUp = range.runnerUp?.variant
        return [
            ends(sizes), buffers.rawValue, chosen.description,
            ends(times.map { significant($0 * 1e6, 3) }),
            runnerUp?.description ?? "none", ratio { _ in runnerUp }.map { fixed($0, 2) } ?? "",
            seen == [chosen] ? "the same" : seen.map(\.description).joined(separator: "; "),
            ratio(before).map { fixed($0, 2) } ?? "",
        ]
    }
}
