internal import Measurement
internal import Models

/// What is known here for choosing algorithms, and what to say about it.
struct Selection {
    let selector: Selector
    private let doubt: String?

    /// Takes what is stored: a table, which is of use on its own machine only, and a calibration
    /// where its model holds for what will be run.
    init(_ table: SelectionTable?, _ calibration: StoredCalibration?, on machine: MachineContext) {
        let isForeign = table.map { $0.machine != machine.identity } ?? false
        selector = Selector(
            tuned: isForeign ? nil : table,
            model: calibration.map { Selector.Model($0.model, date: $0.date) }
        )
        doubt =
            isForeign
            ? "Selection: the stored table is of another machine (\(table?.machine ?? "")); run "
                + "'weft tune --write'" : nil
    }

    /// Lines for the header of rows; none where the user named the algorithms.
    func notes(_ choices: [Selector.Choice]) -> [String] {
        guard let grounds = Self.grounds(choices) else { return [] }
        return ["Selection: \(grounds)"] + (doubt.map { [$0] } ?? [])
    }

    /// On what grounds choices were made, nil when there were none.
    static func grounds(_ choices: [Selector.Choice]) -> String? {
        var seen: [Selector.Origin] = []
        for choice in choices where !seen.contains(choice.origin) { seen.append(choice.origin) }
        return seen.isEmpty ? nil : seen.map(\.description).joined(separator: "; ")
    }
}
