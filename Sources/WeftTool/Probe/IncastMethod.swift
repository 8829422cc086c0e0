internal import Measurement
internal import Runtime
internal import Units

/// Bursts of several senders to one receiver, who asks all of them at the same time.
struct IncastMethod: ProbeMethod {
    let setting: ProbeSetting
    /// Which of the probes that look at this is asked for: incast or pause.
    let probe: Probe
    let key = "incast"

    /// What each sender sends.
    static let sizes = [16 << 10, 64 << 10, 256 << 10]
    private static let roundsMost = 400

    /// How many send: all numbers up to eight, and then fewer.
    static func counts(senders: Int) -> [Int] {
        let usual = Array(1...8) + [10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, 112]
        let counts = usual.filter { $0 <= senders }
        return counts.last == senders ? counts : counts + [senders]
    }

    private var counts: [Int] { Self.counts(senders: setting.layout.senders.count) }
    private var receiver: Int { setting.layout.receivers[0] }

    var points: [(bytes: Int, senders: Int)] {
        Self.sizes.flatMap { bytes in counts.map { (bytes, $0) } }
    }

    /// The receiver initiates: it asks, and an answer is a burst's part.
    ///
    /// So one clock times all.
    var phases: [ProbeJob.Phase] {
        let seconds = setting.seconds / Double(points.count)
        return points.map { point in
            let flows = setting.layout.senders.prefix(point.senders).map { sender in
                var flow = ProbeJob.Flow(from: receiver, to: sender, bytes: 0, stop: seconds)
                flow.replyBytes = point.bytes
                flow.isTogether = true
                flow.most = Self.roundsMost
                flow.delays = Self.roundsMost
                return flow
            }
            let size = ByteCount(point.bytes).short
            return ProbeJob.Phase(
                name: "bursts of \(size) bytes from \(point.senders) senders",
                seconds: seconds,
                interval: seconds,
                flows: Array(flows)
            )
        }
    }

    /// Seconds of each round, until the last sender's last byte.
    private func bursts(_ outcome: [FlowRunner.Outcome], senders: Int) -> [Double] {
        let delays = setting.layout.senders.prefix(senders).compactMap {
            outcome.trace(from: receiver, to: $0, at: .initiates)?.delaySeconds
        }
        let rounds = delays.map(\.count).min() ?? 0
        // The first finds connections that have been idle.
        return (0..<rounds).dropFirst(rounds > 1 ? 1 : 0).map { round in
            delays.map { $0[round] }.max() ?? 0
        }
    }

    /// What was measured at one place.
    struct Place {
        var bytes: Int
        var senders: Int
        var seconds: [Double]
    }

    func places(_ outcomes: ProbeRun.Outcomes) -> [Place] {
        zip(points, outcomes).map { point, outcome in
            Place(
                bytes: point.bytes,
                senders: point.senders,
                seconds: bursts(outcome, senders: point.senders)
            )
        }.filter { !$0.seconds.isEmpty }
    }

    static func bend(_ places: [Place]) -> Bend? {
        Bend(places.map { Bend.Place(x: Double($0.senders), samples: $0.seconds) })
    }

    func finding(_ outcomes: ProbeRun.Outcomes) -> ProbeFinding {
        probe == .pause ? pauses(outcomes) : bursts(outcomes)
    }

    private func bursts(_ outcomes: ProbeRun.Outcomes) -> ProbeFinding {
        let places = places(outcomes)
        var finding = ProbeFinding(.incast)
        var table = ProbeTable(columns: [
            .init("bytes", .bytes), .init("senders", .count), .init("bursts", .count),
            .init("median", .seconds), .init("low", .seconds), .init("high", .seconds),
            .init("p99", .seconds), .init("rate", .bytesPerSecond),
        ])
        var lines: [ProbePlot.Line] = []
        for bytes in Self.sizes {
            let some = places.filter { $0.bytes == bytes }
            let size = ByteCount(bytes).short
            var points: [ProbePlot.Point] = []
            for place in some {
                let time = Estimate(of: place.seconds)
                points.append(.init(Double(place.senders), time))
                table.rows.append([
                    Double(bytes), Double(place.senders), Double(time.count), time.median,
                    time.low, time.high, Tails(of: place.seconds).p99,
                    time.median > 0 ? Double(bytes * place.senders) / time.median : nil,
                ])
            }
            lines.append(ProbePlot.Line("\(size) bytes each", points))
            if let straight = Self.straight(some, size) { lines.append(straight) }
            finding.answers += Self.answers(some, size)
        }
        finding.table = table
        finding.plots = [
            ProbePlot(
                title: "A burst from several senders",
                subtitle: "From the request to the last byte; dashes join the ends.",
                x: .init("Senders", .count),
                y: .init("Time of a burst", .seconds),
                lines: lines
            )
        ]
        let senders = setting.layout.senders
        if counts.count < Bend.fewest {
            finding.notes.append(
                "A bend needs five senders at least, and there are \(senders.count): take more "
                    + "'--ranks', or more nodes"
            )
        }
        let nodes = Set(senders.map { setting.layout.nodes[$0] }).count
        if nodes < senders.count {
            finding.notes.append(
                "\(senders.count) senders are on \(nodes) "
                    + (nodes == 1 ? "node, whose" : "nodes, whose")
                    + " links they share: a switch's queue fills from as many nodes only"
            )
        }
        return finding
    }

    /// From the first place to the last, as if one more sender only added its bytes.
    private static func straight(_ places: [Place], _ size: String) -> ProbePlot.Line? {
        guard let first = places.first, let last = places.last, last.senders > first.senders else {
            return nil
        }
        let one = Estimate(of: first.seconds).median
        let rise = Estimate(of: last.seconds).median - one
        let slope = rise / Double(last.senders - first.senders)
        return ProbePlot.Line(
            "\(size), straight",
            style: .expected,
            places.map {
                let more = Double($0.senders - first.senders)
                return .init(x: Double($0.senders), y: one + slope * more)
            }
        )
    }

    private static func answers(_ places: [Place], _ size: String) -> [ProbeAnswer] {
        guard let bend = bend(places) else { return [] }
        let method =
            "Two straight lines through the medians, relative errors squared; interval by drawing "
            + "bursts again"
        var answers = [
            ProbeAnswer("a sender more, \(size)", .seconds, bend.slope, method: method)
        ]
        if let place = bend.place, let behind = bend.slopeBehind {
            answers.append(
                ProbeAnswer("bends from senders, \(size)", .count, place, method: method)
            )
            answers.append(
                ProbeAnswer("a sender more behind it, \(size)", .seconds, behind, method: method)
            )
        } else {
            answers.append(
                ProbeAnswer(
                    "bends from senders, \(size)",
                    .count,
                    nil,
                    method: "up to \(places.last?.senders ?? 0) senders there is no bend"
                )
            )
        }
        return answers
    }
}
