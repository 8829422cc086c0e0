internal import Collectives
internal import CommandLine
internal import Text

/// What the proof of a schedule found.
struct ProofReport {
    private let subject: ScheduleSubject
    private let proof: Proof?
    private let flaw: Flaw?
    private let loss: Loss?

    /// The format of the JSON; it changes when a reader would have to.
    private static let format = "weft-proof-1"
    /// A line that lists an order.
    private static let width = 96
    /// As many orders as a proof states.
    private static let ordersMost = 8

    init(_ subject: ScheduleSubject) {
        self.subject = subject
        do throws(Flaw) {
            proof = try subject.schedule.prove(listsOrders: true)
            flaw = nil
            loss = nil
        } catch {
            proof = nil
            flaw = error
            loss = subject.schedule.firstLoss()
        }
    }

    var isRight: Bool { flaw == nil }

    func print(asJSON: Bool) -> ExitCode {
        Output.print(asJSON ? json.serialized(pretty: true) : text)
        return isRight ? .good : .wrongResult
    }

    private var title: String {
        let schedule = subject.schedule
        let known = "\(schedule.algorithm) \(schedule.collective.rawValue)"
        let file = subject.name == known ? "" : "\(subject.name): "
        return "\(file)\(known) for \(ScheduleSummary.count(schedule.ranks, "rank")) is "
            + (isRight ? "right" : "wrong")
    }

    private var text: String {
        if let proof { return rightText(proof) }
        return flaw.map(wrongText) ?? ""
    }

    // MARK: - What is right

    private func rightText(_ proof: Proof) -> String {
        let schedule = subject.schedule
        let scratch = proof.scratchElements * schedule.elementSize
        var rows = [
            ("results", "every contribution arrives where it must, and exactly once"),
            ("steps", "\(proof.steps), and none of them touches what another one writes"),
            (
                "progress",
                "no step waits forever, whether transfers are eager or synchronous"
            ),
            (
                "memory",
                scratch == 0
                    ? "no scratch" : "\(ScheduleSummary.bytes(scratch)) of scratch at each endpoint"
            ),
        ]
        if schedule.collective == .barrier { rows[0].1 = "no rank ends before all have begun" }
        if schedule.collective.reduces {
            rows.append(
                (
                    "bits",
                    proof.isSameOnEveryRank
                        ? "the same on every rank"
                        : "may differ from rank to rank, where sums round"
                )
            )
            rows.append(("orders", orderCount(proof)))
        }
        let orders = proof.orders.map { "    " + clipped($0.description) }
        return ([ScheduleSummary.list(title, rows)] + orders).joined(separator: "\n")
    }

    private func orderCount(_ proof: Proof) -> String {
        switch proof.orders.count {
        case 1: "one for all results"
        case Self.ordersMost...: "\(proof.orders.count) or more, of which the first are"
        default: "\(proof.orders.count), depending on the chunk or the rank"
        }
    }

    private func clipped(_ order: String) -> String {
        order.count <= Self.width ? order : order.prefix(Self.width - 1) + "…"
    }

    // MARK: - What is wrong

    private func wrongText(_ flaw: Flaw) -> String {
        var rows: [(String, String)] = []
        if !flaw.location.isEmpty { rows.append(("where", flaw.location)) }
        if let step = flaw.step { rows.append(("step", subject.schedule.words(of: step))) }
        rows.append(("what", flaw.message))
        if let loss { rows.append(("lost", loss.description)) }
        if flaw.step == nil, let step = loss?.step {
            let schedule = subject.schedule
            rows.append(("step", "\(schedule.describe(step)): \(schedule.words(of: step))"))
        }
        var text = ScheduleSummary.list(title, rows)
        if let step = flaw.step ?? loss?.step {
            text += "\n\n" + subject.schedule.spaceTime(around: step)
            let legend = "! marks the step; \(subject.schedule.spaceTimeLegend)"
            text += "\n\n" + ScheduleSummary.remark(legend)
        }
        return text
    }

    // MARK: - JSON

    private var json: JSON {
        let schedule = subject.schedule
        var object = JSONObject([
            ("schema", .string(Self.format)),
            ("subject", .string(subject.name)),
            ("collective", .string(schedule.collective.rawValue)),
            ("algorithm", .string(schedule.algorithm)),
            ("ranks", .integer(Int64(schedule.ranks))),
            ("isRight", .bool(isRight)),
        ])
        if let proof {
            object["steps"] = .integer(Int64(proof.steps))
            object["scratchBytes"] = .integer(
                Int64(proof.scratchElements) * Int64(schedule.elementSize)
            )
            if schedule.collective.reduces {
                object["isSameOnEveryRank"] = .bool(proof.isSameOnEveryRank)
                object["orders"] = .array(proof.orders.map { .string($0.description) })
            }
        }
        if let flaw { object["flaw"] = .object(self.object(flaw)) }
        if let loss { object["loss"] = .object(self.object(loss)) }
        return .object(object)
    }

    private func object(_ flaw: Flaw) -> JSONObject {
        var object = JSONObject([
            ("message", .string(flaw.message)), ("location", .string(flaw.location)),
        ])
        if let step = flaw.step {
            object["track"] = .integer(Int64(step.track))
            object["slice"] = .integer(Int64(step.slice))
            object["round"] = .integer(Int64(subject.schedule.round(of: step)))
            object["endpoint"] = .integer(Int64(step.actor))
            object["step"] = .string(subject.schedule.words(of: step))
        }
        return object
    }

    private func object(_ loss: Loss) -> JSONObject {
        JSONObject([
            ("message", .string(loss.description)), ("rank", .integer(Int64(loss.rank))),
            ("chunk", .integer(Int64(loss.chunk))), ("origin", .integer(Int64(loss.origin))),
        ])
    }
}
