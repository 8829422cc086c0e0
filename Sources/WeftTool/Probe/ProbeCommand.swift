internal import CommandLine
internal import Fabrics
internal import Glibc
internal import Measurement
internal import Reports
internal import Runtime
internal import Text

/// `weft probe`: measures what congestion does on the network that is there.
struct ProbeCommand {
    private let plan: ProbePlan
    private let head: Head
    private let manager: ProcessManager?
    private let words: [String]
    private let machine: MachineContext
    private let format: OutputFormat
    private let page: String?
    private let fabric: String?

    /// Ranks of each node where the user does not say: flows that share a link need two.
    private static let ranksOfNode = 2

    /// Prepares a probe.
    ///
    /// - Parameter manager: what started this process as rank 0 of several, if anything did.
    init(_ invocation: Invocation, _ words: [String], _ manager: ProcessManager?) throws {
        let probes = try Self.probes(invocation)
        let seconds = try Self.seconds(invocation)
        let place = try JobPlace(invocation)
        let usual = manager?.ranks ?? place.ranks(ofNode: Self.ranksOfNode)
        guard let usual else {
            throw invocation.usageError(
                "a probe needs two nodes: '--hosts a,b' names hosts, and '--nodes 2' treats this "
                    + "machine as two"
            )
        }
        let ranks = try invocation.integer("ranks", in: 2...BenchOptions.ranksMost, default: usual)
        if let manager, manager.ranks != ranks {
            throw invocation.usageError(
                "\(manager.name) has started \(manager.ranks) ranks; leave out '--ranks'"
            )
        }
        format = try OutputFormat(invocation)
        page = invocation.string("report")
        fabric = invocation.string("write")
        if fabric != nil, !Set(probes).isSuperset(of: [.messages, .latency]) {
            throw invocation.usageError(
                "a fabric has a rate and a latency: '--write' needs the probes messages and latency"
            )
        }
        for path in [page, fabric] { if let path { try Output.checkWritable(path) } }
        machine = MachineContext.here(try Cores())
        self.words = words
        self.manager = manager
        // All that can be refused has been: from here on others take part.
        guard
            let head = try manager.map({ try place.gather($0) })
                ?? place.gather(ranks: ranks, invocation)
        else { throw RuntimeError("there is only one node") }
        let nodes = head.nodesOfRanks
        if Set(nodes).count < 2 {
            throw RuntimeError(
                "all \(ranks) ranks are on one node and share memory; a probe needs two nodes, and "
                    + "'--nodes 2' treats this machine as two"
            )
        }
        self.head = head
        plan = ProbePlan(
            probes,
            ProbeSetting(layout: ProbeLayout(nodes: nodes), seconds: seconds)
        )
    }

    /// Those that are named, in the order of the manual; all where none is.
    private static func probes(_ invocation: Invocation) throws(UsageError) -> [Probe] {
        let names = invocation.arguments("what")
        var chosen: Set<Probe> = []
        for name in names where name != "all" {
            guard let probe = Probe(rawValue: name) else {
                let known = Probe.allCases.map(\.rawValue)
                let hint = nearest(name, in: known).map { "; did you mean '\($0)'?" }
                throw invocation.usageError(
                    "unknown probe '\(name)'"
                        + (hint ?? "; known: all, \(known.joined(separator: ", "))")
                )
            }
            chosen.insert(probe)
        }
        let isAll = names.isEmpty || names.contains("all")
        return Probe.allCases.filter { isAll || chosen.contains($0) }
    }

    private static func seconds(_ invocation: Invocation) throws(UsageError) -> Double {
        guard let text = invocation.string("seconds") else { return 3 }
        let isPlain = text.utf8.allSatisfy { "0123456789.".utf8.contains($0) }
        guard isPlain, let seconds = Double(text), (0.1...600).contains(seconds) else {
            throw invocation.usageError(
                "option '--seconds' needs a number from 0.1 to 600, but got '\(text)'"
            )
        }
        return seconds
    }

    func run() throws -> ExitCode {
        Clock.setUp()
        var record = ProbeRecord(
            command: ["weft"] + words,
            date: Date.now,
            machine: machine,
            transport: head.transport.rawValue,
            nodes: plan.setting.layout.nodeCount,
            ranks: plan.setting.layout.nodes.count,
            seconds: plan.setting.seconds,
            sharesCores: sharesCores
        )
        if case .table = format { Output.print(ProbeReport.heading(record)) }
        let phases = plan.job.phases
        let outcomes = try ProbeRun(job: plan.job, head: head).run(arguments: words) { done in
            Output.progress(
                done < phases.count ? "\(done) of \(phases.count): \(phases[done].name)" : ""
            )
        }
        record.findings = plan.findings(outcomes)
        try print(record)
        if let page {
            try TextFile.write(ProbeReport.page(record), to: page)
            Output.complain("The report is \(page)")
        }
        if let fabric {
            let measured = plan.measured(outcomes, date: record.date, transport: record.transport)
            guard let text = measured.fabricText(name: "measured") else {
                throw RuntimeError(
                    "no rate or no latency could be measured, so '\(fabric)' is not written; give "
                        + "it more '--seconds'"
                )
            }
            try TextFile.write(text, to: fabric)
            Output.complain("The fabric is \(fabric)")
        }
        manager?.finish()
        return .good
    }

    private func print(_ record: ProbeRecord) throws {
        switch format {
        case .table: for finding in record.findings { Output.print(ProbeReport.text(finding)) }
        case .json: Output.print(record.json.serialized(pretty: true))
        case .csv: Output.print(String(ProbeReport.csv(record).dropLast()))
        }
    }

    /// Whether some machine has more ranks than cores.
    private var sharesCores: Bool {
        var ranks: [String: Int] = [:]
        for arrival in head.arrivals { ranks[arrival.machine, default: 0] += 1 }
        return head.arrivals.contains { ranks[$0.machine, default: 0] > $0.cores }
    }
}
