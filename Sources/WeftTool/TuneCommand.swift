internal import Collectives
internal import CommandLine
internal import Measurement
internal import Models
internal import Runtime
internal import Text
internal import Units

/// `weft tune`: measures which algorithm is fastest for what, and stores it.
struct TuneCommand {
    private let invocation: Invocation
    private let collectives: [Collective]
    private let ranks: [Int]
    private let sizes: [Int]
    private let writes: Bool
    private let printsJSON: Bool
    private let place: JobPlace
    private let cores: Cores
    private let machine: MachineContext

    init(_ invocation: Invocation) throws {
        self.invocation = invocation
        cores = try Cores()
        machine = MachineContext.here(cores)
        place = try JobPlace(invocation)
        var collectives: [Collective] = []
        for name in invocation.arguments("collective") where name != "all" {
            collectives.append(try BenchOptions.collective(named: name, invocation))
        }
        self.collectives = collectives.isEmpty ? BenchJob.collectives : collectives
        ranks = try Self.ranks(invocation) ?? [place.ranks ?? cores.count]
        sizes = try BenchOptions.sizes(invocation).map(\.bytes)
        writes = invocation.flag("write")
        printsJSON = invocation.flag("json")
    }

    private static func ranks(_ invocation: Invocation) throws(UsageError) -> [Int]? {
        guard let list = invocation.string("ranks") else { return nil }
        let words = list.split(separator: ",", omittingEmptySubsequences: false)
        let numbers = words.compactMap { Int($0) }
        guard numbers.count == words.count,
            numbers.allSatisfy((1...BenchOptions.ranksMost).contains)
        else {
            throw invocation.usageError(
                "option '--ranks' needs whole numbers from 1 to \(BenchOptions.ranksMost) with "
                    + "commas between, but got '\(list)'"
            )
        }
        return numbers
    }

    func run() throws -> ExitCode {
        Clock.setUp()
        var stored: SelectionTable?
        do {
            stored = try SelectionTable.load()
        } catch {
            Output.complain("weft: \(error); it counts as none")
        }
        var table = SelectionTable(machine: machine.identity)
        if let stored, stored.machine == table.machine { table = stored }
        // What can't be written is refused before any time is spent on it.
        if writes { try table.save() }
        var found = SelectionTable(machine: machine.identity)
        var isWrong = false
        for ranks in ranks {
            for collective in collectives {
                let report = try tune(collective, ranks, stored)
                Output.progress("")
                if report.outcome.wrong > 0 {
                    isWrong = true
                    Output.complain(
                        "weft: \(report.outcome.wrong) elements of \(collective.rawValue) are "
                            + "wrong; nothing is stored of it"
                    )
                    continue
                }
                for section in report.sections {
                    found.put(section)
                    table.put(section)
                }
                if !printsJSON { Output.print(report.text + "\n") }
                if writes { try table.save() }
            }
        }
        if printsJSON { Output.print(found.json.serialized(pretty: true)) }
        if !printsJSON {
            Output.print(
                writes
                    ? "stored in \(SelectionTable.path)"
                    : "nothing is stored; '--write' stores it for '--algorithm auto'"
            )
        }
        return isWrong ? .wrongResult : .good
    }

    private func tune(
        _ collective: Collective,
        _ ranks: Int,
        _ stored: SelectionTable?
    ) throws -> TuneReport {
        let calibration = ranks <= cores.count ? try StoredCalibration.load() : nil
        let head = try place.gather(ranks: ranks, invocation)
        var waiting = head
        let tuner = Tuner(
            collective: collective,
            ranks: ranks,
            sizes: collective == .barrier ? [1] : sizes,
            nodes: head?.nodesOfRanks ?? [],
            streamingFrom: machine.streamingFrom,
            selector: Selection(stored, head == nil ? calibration : nil, on: machine).selector,
            run: { job, onRow in
                var benchRun = BenchRun(
                    job: job,
                    processors: cores.processors,
                    cores: cores.count
                )
                // A head is there for one job.
                benchRun.head = try waiting ?? place.gather(ranks: ranks, invocation)
                waiting = nil
                try benchRun.run(
                    arguments: ["tune", collective.rawValue],
                    onStart: { _ in },
                    onRow: onRow
                )
            },
            onProgress: { step, done, count in
                Output.progress(
                    "\(collective.rawValue), \(ranks) ranks: \(step), \(done) of \(count)"
                )
            }
        )
        let outcome = try tuner.tune()
        let date = Date.now
        let sections = SelectionTable.Buffers.allCases.compactMap { buffers in
            let points = outcome.points(buffers)
            return points.isEmpty
                ? nil
                : SelectionTable.Section(
                    key: .init(collective, ranks: ranks, nodes: tuner.nodeCount, buffers: buffers),
                    date: date,
                    version: Tool.version,
                    ranges: Tuning.ranges(points)
                )
        }
        return TuneReport(tuner: tuner, outcome: outcome, sections: sections)
    }
}
