internal import Text
internal import Units

/// What there is to say about a fabric, in rows that a command prints as they are.
public struct FabricSummary: Equatable, Sendable {
    /// One line: what it is about and what it says.
    public struct Row: Hashable, Sendable {
        /// What it is about.
        public let label: String
        /// What it says.
        public let value: String

        init(_ label: String, _ value: String) {
            self.label = label
            self.value = value
        }
    }

    /// Rows under a title.
    public struct Section: Hashable, Sendable {
        /// What the rows are about.
        public let title: String
        /// The rows.
        public let rows: [Row]
    }

    /// The fabric's line in a list; the labels are the same for every fabric.
    public let headline: [Row]
    /// All of it: the whole, each tier, and the sources of the figures.
    public let sections: [Section]

    /// Sums up a fabric.
    public init(of fabric: Fabric) {
        let networks = fabric.networks
        headline = [
            Row("name", fabric.name),
            Row("family", fabric.family),
            Row("endpoints", "\(fabric.endpoints)"),
            Row(
                "rate each way",
                networks.map { rateText(TotalRate($0.rate, times: 1)) }.joined(separator: " + ")
            ),
            Row("bisection each way", rateText(fabric.bisection)),
        ]
        var sections = [Section(title: fabric.name, rows: Self.overview(of: fabric, networks))]
        for index in fabric.tiers.indices {
            sections.append(
                Section(
                    title: "tier \(index + 1): \(fabric.tiers[index].name)",
                    rows: Self.rows(of: index, in: fabric)
                )
            )
        }
        if let measured = fabric.measured {
            sections.append(Section(title: "measured", rows: Self.rows(of: measured)))
        }
        sections.append(Section(title: "sources", rows: fabric.tiers.flatMap(Self.sources)))
        self.sections = sections
    }

    private static func overview(of fabric: Fabric, _ networks: [Network]) -> [Row] {
        var rows = [
            Row("summary", fabric.summary),
            Row("family", fabric.family),
            Row("endpoints", "\(fabric.endpoints) x \(fabric.endpoint)"),
        ]
        for network in networks {
            let names = fabric.tiers[network.tiers].map(\.name).joined(separator: ", ")
            rows.append(Row("injection, \(names)", bothWays(fabric.injection(into: network))))
        }
        rows.append(Row("bisection", bothWays(fabric.bisection)))
        rows.append(Row("all-to-all, sent", "at most " + rateText(fabric.allToAllLimit)))
        return rows
    }

    private static func rows(of index: Int, in fabric: Fabric) -> [Row] {
        let tier = fabric.tiers[index]
        let below = index == 0 ? "endpoints" : "groups of \(fabric.tiers[index - 1].name)"
        var rows = [
            Row("holds", "\(tier.holds.value) \(below)" + mark(tier.holds)),
            Row(
                "groups",
                "\(fabric.endpoints / tier.groupSize), of \(tier.groupSize) endpoints each"
            ),
        ]
        rows += structure(of: index, in: fabric)
        if let link = tier.link {
            rows.append(Row("links per endpoint", "\(tier.linksPerEndpoint) x \(link.name)"))
        } else if index > 0, fabric.tiers[index - 1].network == tier.network {
            rows.append(Row("links per endpoint", "those of \(fabric.tiers[index - 1].name)"))
        }
        let rate = tier.rate.value
        rows.append(Row("rate", bothWays(TotalRate(rate, times: 1)) + mark(tier.rate)))
        rows.append(Row("rate in bits", "\(significant(rate.gigabits, 6)) Gb/s each way"))
        let over = tier.oversubscription.map { "\($0.value)" + mark($0) } ?? "none"
        rows.append(Row("oversubscription", over))
        if tier.sustainedRate != tier.rate.value {
            let sustained = TotalRate(tier.sustainedRate, times: 1)
            rows.append(Row("rate when all send", bothWays(sustained)))
        }
        let peers = "to \(fabric.peers(at: index)) others"
        rows.append(Row("latency", "\(timeText(tier.latency.value)) \(peers)" + mark(tier.latency)))
        let reduction = tier.reduction.map { ($0.value ? "yes" : "no") + mark($0) } ?? "no"
        rows.append(Row("in-network reduction", reduction))
        return rows
    }

    private static func rows(of measured: Measured) -> [Row] {
        var rows = [
            Row("date", measured.date),
            Row(
                "between",
                "\(measured.ranks) ranks on \(measured.nodes) nodes, over \(measured.transport)"
            ),
        ]
        func add<Value>(_ label: String, _ figure: Interval<Value>?, _ text: (Value) -> String) {
            guard let figure else { return }
            let ends = "\(text(figure.low)) to \(text(figure.high))"
            rows.append(Row(label, "\(text(figure.value)), 95 % from \(ends)"))
        }
        add("rate of a flow", measured.rate) { rateText(TotalRate($0, times: 1)) }
        add("latency", measured.latency, timeText)
        add("latency under load, p99", measured.loadedLatency, timeText)
        add("cost of a message", measured.perMessage, timeText)
        add("until a flow that joins has its share", measured.step?.joined, timeText)
        add("until the other has recovered", measured.step?.recovered, timeText)
        add("fairness of shares", measured.step?.fairness) { significant($0, 4) }
        for burst in measured.incast {
            let what = "\(burst.senders) senders of \(burst.bytes.short) bytes"
            add("incast, \(what)", burst.latency, timeText)
        }
        for onset in measured.onsets {
            add("incast bends, \(onset.bytes.short) bytes each", onset.senders) {
                "\(significant($0, 3)) senders"
            }
        }
        return rows
    }

    private static func sources(of tier: Tier) -> [Row] {
        var rows: [Row] = []
        func add(_ label: String, _ source: String?) {
            rows.append(Row("\(tier.name): \(label)", source ?? "none, unverified"))
        }
        add("rate", tier.rate.source)
        add("latency", tier.latency.source)
        add("holds", tier.holds.source)
        if let over = tier.oversubscription { add("oversubscription", over.source) }
        if let reduction = tier.reduction { add("in-network reduction", reduction.source) }
        return rows
    }
}

func mark<Value>(_ figure: Figure<Value>) -> String {
    figure.isVerified ? "" : " (unverified)"
}

private func bothWays(_ rate: TotalRate) -> String {
    "\(rateText(rate)) each way, \(rateText(rate.bothDirections)) both ways together"
}

func rateText(_ rate: TotalRate) -> String {
    let steps: [(scale: Double, unit: String)] = [
        (1e6, "PB/s"), (1e3, "TB/s"), (1, "GB/s"), (1e-3, "MB/s"),
    ]
    let step = steps.first { rate.gigabytes >= $0.scale } ?? (1e-9, "B/s")
    return "\(significant(rate.gigabytes / step.scale, 4)) \(step.unit)"
}

func timeText(_ time: Picoseconds) -> String {
    time.count >= 1_000_000
        ? "\(significant(time.microseconds, 4)) us"
        : "\(significant(time.microseconds * 1e3, 4)) ns"
}
