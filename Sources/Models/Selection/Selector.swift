public import Collectives

/// Chooses the algorithm and its parameters where the user does not: from what was tuned on this
/// machine, else from its calibrated model, else from what was measured elsewhere.
public struct Selector: Sendable {
    private let tuned: SelectionTable?
    private let model: Model?

    /// A calibrated model, and when it was found.
    public struct Model: Sendable {
        let machine: MachineModel
        let date: String

        /// Takes a model that holds for what will be asked: ranks that share memory, a core for
        /// each, and reductions that are sums of float.
        public init(_ machine: MachineModel, date: String) {
            self.machine = machine
            self.date = date
        }
    }

    /// What is chosen, and why.
    public struct Choice: Equatable, Sendable {
        /// What to take.
        public let variant: Variant
        /// On what grounds.
        public let origin: Origin
    }

    /// The grounds of a choice.
    public enum Origin: Hashable, Sendable {
        /// This machine's table, measured with so many ranks.
        case tuned(date: String, ranks: Int)
        /// This machine's calibration.
        case model(date: String)
        /// The table that is compiled in.
        case standard

        /// As headers and records have it.
        public var description: String {
            switch self {
            case .tuned(let date, let ranks): "tuned \(date) with \(ranks) ranks"
            case .model(let date): "the model calibrated \(date)"
            case .standard: "weft's defaults; 'weft tune --write' measures this machine"
            }
        }
    }

    /// Makes a selector of what is known about this machine.
    public init(tuned: SelectionTable? = nil, model: Model? = nil) {
        self.tuned = tuned
        self.model = model
    }

    /// What to take for a request; its own channels and slices do not matter.
    ///
    /// Where no algorithm can do it, it is the first one, whose refusal says why.
    ///
    /// - Parameters:
    ///   - request: what is asked for, in place or not.
    ///   - nodes: on how many nodes the ranks are.
    ///   - either: whether the choice is for both ways of placing buffers, as a benchmark's row is.
    public func choice(
        _ collective: Collective,
        _ request: Request,
        nodes: Int = 1,
        either: Bool = false
    ) -> Choice {
        let key = SelectionTable.Key(
            collective,
            ranks: request.ranks,
            nodes: nodes,
            buffers: either ? .either : request.inPlace ? .inPlace : .outOfPlace
        )
        let bytes =
            request.elements * request.elementSize * collective.blocks(ranks: request.ranks)
        if let section = tuned?.nearest(to: key, within: 1),
            case let variant = section.variant(bytes: bytes),
            exists(variant, collective, request)
        {
            let origin = Origin.tuned(date: section.date, ranks: section.key.ranks)
            return Choice(variant: variant, origin: origin)
        }
        if let model, nodes == 1, let variant = fastest(model.machine, collective, request, either)
        {
            return Choice(variant: variant, origin: .model(date: model.date))
        }
        let known = SelectionTable.standard.nearest(to: key, within: .infinity)
        if let variant = known?.variant(bytes: bytes), exists(variant, collective, request) {
            return Choice(variant: variant, origin: .standard)
        }
        let first = Self.candidates(collective, request).first ?? Algorithm.all(for: collective)[0]
        return Choice(variant: Variant(first.name), origin: .standard)
    }

    /// The algorithms between which there is a choice: those that exist for a request, and whose
    /// ranks do everything.
    ///
    /// Switches are processes here: what they save on a network costs a core.
    public static func candidates(_ collective: Collective, _ request: Request) -> [Algorithm] {
        Algorithm.all(for: collective).filter {
            $0.refusal(of: request) == nil && $0.schedule(request).aggregators == 0
        }
    }

    private func exists(_ variant: Variant, _ collective: Collective, _ request: Request) -> Bool {
        Algorithm.named(variant.algorithm, for: collective)?.refusal(of: request) == nil
    }

    /// What the model expects to be fastest, among the algorithms that it is fitted to where it is.
    private func fastest(
        _ model: MachineModel,
        _ collective: Collective,
        _ request: Request,
        _ either: Bool
    ) -> Variant? {
        var request = request
        (request.channels, request.slices) = (1, 1)
        let candidates =
            collective == .allReduce
            ? Calibration.algorithms : Self.candidates(collective, request)
        if candidates.isEmpty { return nil }
        func seconds(_ algorithm: Algorithm) -> Double {
            var sum = 0.0
            for inPlace in either ? [false, true] : [request.inPlace] {
                request.inPlace = inPlace
                if algorithm.refusal(of: request) != nil { continue }
                sum += CostedSchedule(algorithm.schedule(request)).seconds(on: model)
            }
            return sum
        }
        let timed = candidates.map { ($0, seconds($0)) }
        return timed.min { $0.1 < $1.1 }.map { Variant($0.0.name) }
    }
}
