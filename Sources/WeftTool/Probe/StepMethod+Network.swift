internal import Measurement
internal import Runtime

// What the network says while two flows share: marks of congestion, and packets out of order.
extension StepMethod {
    func congestionMarks(_ outcomes: ProbeRun.Outcomes) -> ProbeFinding {
        let sum = TransportCounts.sum(outcomes)
        let times = delays(outcomes)
        var finding = ProbeFinding(.ecn)
        if sum.connections > 0 {
            finding.answers.append(
                ProbeAnswer(
                    "marked segments",
                    sum.marked,
                    of: sum.segments,
                    method: "Of all that ranks sent, by TCP_INFO's tcpi_delivered_ce"
                )
            )
        }
        if sum.connections == 0 {
            finding.notes.append(
                "Over RDMA only NICs see marks, and count them; soft devices do not"
            )
        } else if sum.withECN == 0 {
            finding.notes.append(
                "No TCP connection agreed on ECN, so no queue could mark: 'sysctl -w "
                    + "net.ipv4.tcp_ecn=1' on all nodes lets them"
            )
        } else if times.isEmpty {
            finding.notes.append(
                "\(sum.withECN) connections agreed on ECN, and nothing on the way marked"
            )
        } else {
            finding.answers.append(
                ProbeAnswer(
                    "first mark after the second joined",
                    .seconds,
                    Estimate(of: times),
                    method: "Median of the \(times.count) of \(outcomes.count) repeats that had "
                        + "any, to within \(Int(seconds / Double(Self.samples) * 1e6)) us"
                )
            )
        }
        let ports = PortGrowth(outcomes, layout)
        finding.answers += ports.answers([.congested])
        finding.notes += ports.notes
        return finding
    }

    /// From when the second flow joined to the first mark on what either has sent.
    private func delays(_ outcomes: ProbeRun.Outcomes) -> [Double] {
        outcomes.compactMap { outcome in
            let times = (0..<2).compactMap { number -> Double? in
                let samples = trace(outcome, number, .initiates)?.samples ?? []
                let before = samples.last { Double($0.nanoseconds) * 1e-9 <= join }?.marks ?? 0
                let first = samples.first {
                    Double($0.nanoseconds) * 1e-9 > join && $0.marks > before
                }
                return first.map { Double($0.nanoseconds) * 1e-9 - join }
            }
            return times.min()
        }
    }

    func order(_ outcomes: ProbeRun.Outcomes) -> ProbeFinding {
        let sum = TransportCounts.sum(outcomes)
        var finding = ProbeFinding(.order)
        if sum.connections > 0 {
            let parts = [
                (
                    "segments that came early", sum.outOfOrder,
                    "Before others that were sent earlier, late or lost: tcpi_rcv_ooopack"
                ),
                (
                    "overtaking seen by senders", sum.reordered,
                    "Without a loss, by TCP_INFO's tcpi_reord_seen"
                ), ("segments sent again", sum.retransmitted, "By tcpi_total_retrans"),
            ]
            finding.answers = parts.map {
                ProbeAnswer($0.0, $0.1, of: sum.segments, method: $0.2)
            }
            finding.notes.append(
                "The kernel joins segments to larger ones where it can, so shares are of what it "
                    + "counts, not of packets on the wire"
            )
        } else {
            finding.notes.append(
                "A reliable connection puts packets in order, or asks for them again, before "
                    + "anybody sees them: counters of ports are all there is"
            )
        }
        let ports = PortGrowth(outcomes, layout)
        finding.answers += ports.answers([.lost])
        finding.notes += ports.notes
        return finding
    }
}

extension IncastMethod {
    /// From how many senders on a port had to wait before it could send.
    func pauses(_ outcomes: ProbeRun.Outcomes) -> ProbeFinding {
        let ports = PortGrowth(outcomes, setting.layout)
        var finding = ProbeFinding(.pause, answers: ports.answers([.paused]))
        finding.notes = ports.notes
        if ports.count == 0 {
            finding.notes.append(
                "No program sees a pause frame, only counters of NICs do; of one that is no RDMA "
                    + "device, look at rx_prio0_pause and its like ('ethtool -S') before and after"
            )
            return finding
        }
        var table = ProbeTable(columns: [
            .init("bytes", .bytes), .init("senders", .count), .init("waits", .count),
        ])
        for (point, outcome) in zip(points, outcomes) {
            let waits = PortGrowth([outcome], setting.layout).total([.paused])
            table.rows.append([Double(point.bytes), Double(point.senders), Double(waits)])
        }
        finding.table = table
        for bytes in Self.sizes {
            let first = table.rows.first { $0[0] == Double(bytes) && ($0[2] ?? 0) > 0 }?[1]
            finding.answers.append(
                ProbeAnswer(
                    "waits from senders, \(bytes >> 10)K",
                    .count,
                    first.map { Estimate(median: $0, low: $0, high: $0, count: 1) },
                    method: first == nil
                        ? "no port had to wait" : "The fewest with which a port had to wait"
                )
            )
        }
        return finding
    }
}

/// What the counters of all nodes' RDMA ports together grew by.
struct PortGrowth {
    /// Ports of all nodes.
    private(set) var count = 0
    private var growth: [PortCounters.Name: Int] = [:]

    /// All ranks of a node read the same counters: its first one counts.
    init(_ outcomes: ProbeRun.Outcomes, _ layout: ProbeLayout) {
        let firsts = Set(layout.nodes).compactMap { layout.nodes.firstIndex(of: $0) }
        for (number, outcome) in outcomes.enumerated() {
            for rank in firsts where outcome.indices.contains(rank) {
                if number == 0 { count += outcome[rank].ports }
                let grown = outcome[rank].growth.mapValues { Int(clamping: $0) }
                growth.merge(grown) { $0.saturatingAdd($1) }
            }
        }
    }

    private func counters(_ kinds: [KnownCounter.Kind]) -> [KnownCounter] {
        KnownCounter.all.filter { kinds.contains($0.kind) }
    }

    func total(_ kinds: [KnownCounter.Kind]) -> Int {
        counters(kinds).reduce(0) { $0.saturatingAdd(growth[$1.name, default: 0]) }
    }

    /// An answer for each counter of these kinds that grew.
    func answers(_ kinds: [KnownCounter.Kind]) -> [ProbeAnswer] {
        counters(kinds).compactMap { counter in
            guard let grown = growth[counter.name], grown > 0 else { return nil }
            let value = Double(grown)
            return ProbeAnswer(
                counter.name.text,
                .count,
                Estimate(median: value, low: value, high: value, count: count),
                method: "\(counter.meaning); all ports of all nodes"
            )
        }
    }

    /// What ports can't say.
    var notes: [String] {
        if count == 0 { return ["No node has an active RDMA port whose counters could tell"] }
        return [
            "Counters of \(count) RDMA ports were read; what is not listed did not grow, or is not "
                + "counted (soft RoCE knows neither ECN nor pauses)"
        ]
    }
}

extension Int {
    fileprivate func saturatingAdd(_ other: Int) -> Int {
        let (sum, over) = addingReportingOverflow(other)
        return over ? .max : sum
    }
}

extension ProbeAnswer {
    /// A share of all in percent.
    fileprivate init(_ name: String, _ count: Int, of all: Int, method: String) {
        let share = all > 0 ? Double(count) / Double(all) * 100 : nil
        self.init(
            name,
            .percent,
            share.map { Estimate(median: $0, low: $0, high: $0, count: all) },
            method: share == nil ? "nothing was sent" : method
        )
    }
}

extension TransportCounts {
    /// What all ranks counted, in all phases; of connections the most that a rank had.
    fileprivate static func sum(_ outcomes: ProbeRun.Outcomes) -> TransportCounts {
        var sum = TransportCounts()
        for counts in outcomes.joined().map(\.counts) {
            sum.connections = max(sum.connections, counts.connections)
            sum.withECN = max(sum.withECN, counts.withECN)
            sum.segments = sum.segments.saturatingAdd(counts.segments)
            sum.retransmitted = sum.retransmitted.saturatingAdd(counts.retransmitted)
            sum.marked = sum.marked.saturatingAdd(counts.marked)
            sum.reordered = sum.reordered.saturatingAdd(counts.reordered)
            sum.outOfOrder = sum.outOfOrder.saturatingAdd(counts.outOfOrder)
        }
        return sum
    }
}
