import CWeft
import Runtime

/// One thing taken away from sound plans, or exchanged.
struct PlanMutation: CustomStringConvertible {
    enum Kind: String, CaseIterable {
        case waitToEnter = "no wait to enter"
        case waitForStep = "no wait for a step"
        case waitForScratch = "no wait for scratch"
        case closingWait = "no closing wait"
        case looserScratch = "scratch of an operation earlier"
        case looserStep = "wait for the step before"
        case silentStep = "a step that is awaited says nothing"
        case silentEntry = "no announcement"
        case exchangedSteps = "two steps exchanged"
        case exchangedPlaces = "two operands exchanged"

        /// Whether it changes what is computed rather than who waits.
        var isOfOrder: Bool { self == .exchangedSteps || self == .exchangedPlaces }
    }

    let kind: Kind
    let endpoint: Int
    let place: String
    let drafts: [PlanDraft]

    var description: String { "\(kind.rawValue): endpoint \(endpoint), \(place)" }

    /// Every mutation of these kinds.
    static func all(of drafts: [PlanDraft]) -> [PlanMutation] {
        drafts.indices.flatMap { endpoint in
            waits(drafts, endpoint) + steps(drafts, endpoint) + entry(drafts, endpoint)
        }
    }

    private static func make(
        _ kind: Kind,
        _ drafts: [PlanDraft],
        _ endpoint: Int,
        _ place: String,
        _ change: (inout PlanDraft) -> Void
    ) -> PlanMutation {
        var drafts = drafts
        change(&drafts[endpoint])
        return PlanMutation(kind: kind, endpoint: endpoint, place: place, drafts: drafts)
    }

    private static func waits(_ drafts: [PlanDraft], _ endpoint: Int) -> [PlanMutation] {
        let draft = drafts[endpoint]
        var owners = draft.steps.indices.flatMap { step in
            Array(repeating: Optional(step), count: Int(draft.steps[step].waits))
        }
        owners += Array(repeating: nil, count: draft.closing)
        var result: [PlanMutation] = []
        for (index, owner) in owners.enumerated() {
            let wait = draft.waits[index]
            let kind: Kind =
                owner == nil
                ? .closingWait
                : wait.operations < 0
                    ? .waitForScratch : wait.progress == 1 ? .waitToEnter : .waitForStep
            let place = "wait \(index)"
            result.append(
                make(kind, drafts, endpoint, place) { draft in
                    draft.waits.remove(at: index)
                    if let owner { draft.steps[owner].waits -= 1 } else { draft.closing -= 1 }
                }
            )
            if wait.operations < 0 {
                result.append(
                    make(.looserScratch, drafts, endpoint, place) {
                        $0.waits[index].operations -= 1
                    }
                )
            } else if wait.progress > 1 {
                result.append(
                    make(.looserStep, drafts, endpoint, place) { $0.waits[index].progress -= 1 }
                )
            }
        }
        return result
    }

    private static func steps(_ drafts: [PlanDraft], _ endpoint: Int) -> [PlanMutation] {
        let draft = drafts[endpoint]
        var result: [PlanMutation] = []
        for step in draft.steps.indices {
            if draft.steps[step].is_awaited != 0 {
                result.append(
                    make(.silentStep, drafts, endpoint, "step \(step)") {
                        $0.steps[step].is_awaited = 0
                    }
                )
            }
            if step > 0 {
                result.append(
                    make(.exchangedSteps, drafts, endpoint, "steps \(step - 1) and \(step)") {
                        exchange(&$0, step - 1)
                    }
                )
            }
        }
        for index in draft.operands.indices.dropFirst() {
            let (one, other) = (draft.operands[index - 1], draft.operands[index])
            if one.area == WEFT_AREA_LINES.rawValue || other.area == one.area { continue }
            if other.area == WEFT_AREA_LINES.rawValue { continue }
            result.append(
                make(.exchangedPlaces, drafts, endpoint, "operands \(index - 1) and \(index)") {
                    $0.operands.swapAt(index - 1, index)
                }
            )
        }
        return result
    }

    private static func entry(_ drafts: [PlanDraft], _ endpoint: Int) -> [PlanMutation] {
        guard drafts[endpoint].isAnnounced else { return [] }
        return [make(.silentEntry, drafts, endpoint, "entry") { $0.isAnnounced = false }]
    }

    /// Takes step `index + 1` before step `index`, each with its operands, waits and what it says.
    private static func exchange(_ draft: inout PlanDraft, _ index: Int) {
        func starts(_ count: (weft_step) -> Int) -> [Int] {
            draft.steps.reduce(into: [0]) { $0.append($0[$0.count - 1] + count($1)) }
        }
        let operands = starts { Int($0.sources + $0.targets) }
        let waits = starts { Int($0.waits) }
        let one = operands[index]..<operands[index + 1]
        let other = operands[index + 1]..<operands[index + 2]
        draft.operands.replaceSubrange(
            one.lowerBound..<other.upperBound,
            with: Array(draft.operands[other]) + Array(draft.operands[one])
        )
        let mine = waits[index]..<waits[index + 1]
        let next = waits[index + 1]..<waits[index + 2]
        draft.waits.replaceSubrange(
            mine.lowerBound..<next.upperBound,
            with: Array(draft.waits[next]) + Array(draft.waits[mine])
        )
        draft.steps.swapAt(index, index + 1)
    }
}
