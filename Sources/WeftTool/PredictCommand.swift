internal import Collectives
internal import CommandLine
internal import Measurement
internal import Models
internal import Reports
internal import Runtime
internal import Units

/// `weft predict`: the rows of a benchmark from the model alone.
struct PredictCommand {
    private let options: BenchOptions
    private let output: RecordOutput
    private let calibration: StoredCalibration
    private let machine: MachineContext
    private let words: [String]

    init(_ invocation: Invocation, _ words: [String]) throws {
        let cores = try Cores()
        options = try BenchOptions(invocation, usualRanks: cores.count)
        output = try RecordOutput(invocation)
        machine = MachineContext.here(cores)
        self.words = words
        guard let calibration = try StoredCalibration.load() else {
            throw RuntimeError("there is no calibration of this machine; run 'weft calibrate'")
        }
        self.calibration = calibration
        if !options.isModelled {
            throw invocation.usageError(
                "the model knows reductions as sums of float; leave out '--type' and '--op'"
            )
        }
        if options.ranks > cores.count {
            throw RuntimeError(
                "the model has a core for each rank; \(options.ranks) ranks are more than the "
                    + "\(cores.count) cores here"
            )
        }
    }

    func run() throws -> ExitCode {
        let predictor = Predictor(calibration, options.job)
        let selection = Selection(
            options.isAutomatic ? try SelectionTable.load() : nil,
            calibration,
            on: machine
        )
        let choices = options.choices(selection.selector, nodes: 1)
        let entries = options.entries(choices)
        let notes =
            ["Model: calibrated \(calibration.date) with \(calibration.model.ranks) ranks"]
            + calibration.doubts(on: machine, ranks: options.ranks).map { "Model: \($0)" }
            + selection.notes(choices)
        output.begin(
            ResultTable.Heading(
                version: "\(Tool.version) (\(machine.revision.prefix(12)))",
                collective: options.collective.rawValue,
                sizes: entries.map { ByteCount($0.bytes) },
                isChecked: false,
                notes: notes
            )
        )
        var rows: [Row] = []
        for (number, entry) in entries.enumerated() {
            var row = options.row(entry)
            row.model = predictor.figure(entry)
            rows.append(row)
            output.row(row, number + 1, of: entries.count)
        }
        try output.end(
            Record(
                command: ["weft"] + words,
                date: Date.now,
                machine: machine,
                timing: nil,
                selection: Selection.grounds(choices),
                rows: rows
            )
        )
        return .good
    }
}
