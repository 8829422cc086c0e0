internal import Collectives
internal import CommandLine
internal import Glibc
internal import Measurement
internal import Models
internal import Runtime
internal import Text
internal import Units

/// `weft calibrate`: measures a few operations, fits the model, judges and stores it.
struct CalibrateCommand {
    private let benchRun: BenchRun
    private let machine: MachineContext
    private let printsJSON: Bool

    /// How often everything is timed: what disturbs a machine only makes it slower and does not
    /// last as long as a pass, so that the fastest of three is undisturbed.
    private static let passes = 3

    init(_ invocation: Invocation) throws {
        let cores = try Cores()
        let ranks = try invocation.integer("ranks", in: 1...cores.count, default: cores.count)
        machine = MachineContext.here(cores)
        printsJSON = invocation.flag("json")
        let once = Calibration.algorithms.flatMap { algorithm in
            Calibration.sizes.map { size in
                BenchJob.Entry(
                    algorithm: algorithm.name,
                    bytes: size.bytes,
                    channels: 1,
                    slices: 1
                )
            }
        }
        let entries = Array(repeating: once, count: Self.passes).flatMap(\.self)
        var job = BenchJob(ranks: ranks, entries: entries)
        job.policy.rowSeconds = 0.015
        job.policy.batchesMin = 5
        job.isChecked = false
        job.timesInPlace = false
        job.streamingFrom = machine.streamingFrom
        benchRun = BenchRun(job: job, processors: cores.processors, cores: cores.count)
    }

    func run() throws -> ExitCode {
        Clock.setUp()
        var exchange = 100e-9
        let job = benchRun.job
        let rows = job.entries.count / Self.passes
        var fastest = [(seconds: Double, exchange: Double?)](
            repeating: (.infinity, nil),
            count: rows
        )
        try benchRun.run(arguments: ["calibrate"]) { seconds in
            exchange = seconds ?? exchange
        } onRow: { number, samples in
            let seconds = Estimate(of: samples[0].times.slowest).median
            if seconds < fastest[number % rows].seconds {
                fastest[number % rows] = (seconds, samples[0].exchange)
            }
            Output.progress("calibrating: \(number + 1) of \(job.entries.count)")
        }
        var observations: [Observation] = []
        for (number, entry) in job.entries.prefix(rows).enumerated() {
            observations.append(
                Observation(
                    try job.schedule(entry, inPlace: false),
                    bytes: entry.bytes,
                    seconds: fastest[number].seconds,
                    exchange: fastest[number].exchange,
                    isFitted: Calibration.sizes[number % Calibration.sizes.count].isFitted
                )
            )
        }
        Output.progress("")
        let model = Calibration.fit(
            observations,
            exchange: exchange,
            ranks: job.ranks,
            cacheBytes: machine.cacheBytes
        )
        let points = observations.map { observation in
            StoredCalibration.Point(
                algorithm: observation.algorithm,
                bytes: observation.bytes,
                microseconds: observation.seconds * 1e6,
                predicted: observation.seconds * exp(observation.error(of: model)) * 1e6,
                isFitted: observation.isFitted
            )
        }
        let stored = StoredCalibration(
            model: model,
            machine: machine,
            date: Date.now,
            points: points
        )
        try stored.save()
        Output.print(printsJSON ? stored.json.serialized(pretty: true) : describe(stored))
        return .good
    }

    private func describe(_ stored: StoredCalibration) -> String {
        func share(_ points: [StoredCalibration.Point]) -> String {
            let errors = points.map { abs($0.predicted / $0.microseconds - 1) * 100 }.sorted()
            guard let worst = errors.last else { return "none" }
            return "median \(fixed(errors[errors.count / 2], 1)) %, largest \(fixed(worst, 1)) %"
        }
        let model = stored.model
        func nanoseconds(_ seconds: Double) -> String { "\(significant(seconds * 1e9, 3)) ns" }
        var lines = TextTable(columns: [.init(""), .init("", .trailing)])
        lines.append(["flag to flag (alpha)", nanoseconds(model.exchange)])
        lines.append(["an operation", nanoseconds(model.operation)])
        lines.append(["a step", nanoseconds(model.step)])
        lines.append(["a byte in a line", nanoseconds(model.linedByte)])
        for (footprint, value) in zip(model.byte.footprints, model.byte.values) {
            let contended = nanoseconds(model.contendedByte.value(at: footprint))
            lines.append([
                "a byte, \(ByteCount(Int(footprint)).short) touched",
                "\(nanoseconds(value)); \(contended) more when it changes hands",
            ])
        }
        let table = lines.rendered().split(separator: "\n").map { "  \($0)" }
        return """
            \(stored.machine), \(model.ranks) ranks
            \(table.joined(separator: "\n"))
            error at the sizes of the fit: \(share(stored.points.filter(\.isFitted)))
            error at sizes kept back:      \(share(stored.points.filter { !$0.isFitted }))
            stored in \(StoredCalibration.path)
            """
    }
}
