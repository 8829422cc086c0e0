internal import Measurement

/// The probes that are asked for, and which phases of one job each of them looks at.
struct ProbePlan {
    /// A probe with its phases.
    struct Part {
        let probe: Probe
        let method: any ProbeMethod
        let phases: Range<Int>
    }

    let setting: ProbeSetting
    private(set) var parts: [Part] = []
    private(set) var job = ProbeJob(phases: [])

    init(_ probes: [Probe], _ setting: ProbeSetting) {
        self.setting = setting
        var ranges: [String: Range<Int>] = [:]
        for probe in probes {
            let method = Self.method(probe, setting)
            let first = job.phases.count
            if ranges[method.key] == nil { job.phases += method.phases }
            let range = ranges[method.key] ?? first..<job.phases.count
            ranges[method.key] = range
            parts.append(Part(probe: probe, method: method, phases: range))
        }
    }

    private static func method(_ probe: Probe, _ setting: ProbeSetting) -> any ProbeMethod {
        switch probe {
        case .step, .ecn, .order: StepMethod(setting: setting, probe: probe)
        case .incast, .pause: IncastMethod(setting: setting, probe: probe)
        case .limit: LimitMethod(setting: setting)
        case .messages: MessagesMethod(setting: setting)
        case .latency: LatencyMethod(setting: setting)
        case .paths: PathsMethod(setting: setting)
        }
    }

    /// What each probe found.
    func findings(_ outcomes: ProbeRun.Outcomes) -> [ProbeFinding] {
        parts.map { $0.method.finding(Array(outcomes[$0.phases])) }
    }
}
