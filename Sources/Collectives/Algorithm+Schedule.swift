extension Algorithm {
    /// Why there is no schedule for a request, in a sentence that names what there is; nil if
    /// there is one.
    public func refusal(of request: Request) -> String? {
        if !ranks.contains(request.ranks) {
            return "\(name) \(collective.rawValue) does not exist for \(request.ranks) ranks; "
                + "it exists for \(ranks.description)"
        }
        if request.inPlace && !allowsInPlace {
            return "\(name) \(collective.rawValue) needs an output apart from its input"
        }
        if parameters.contains(.node), let size = request.nodeSize,
            size < 1 || request.ranks % size != 0
        {
            return "\(name) \(collective.rawValue) needs nodes of equal size; "
                + "\(request.ranks) ranks make nodes of " + Self.divisors(of: request.ranks)
        }
        if let radix = request.radix, parameters.contains(.radix), radix < 2 {
            return "a radix is at least 2, not \(radix)"
        }
        if !request.order.isEmpty, request.order.sorted() != (0..<Int32(request.ranks)).map(\.self)
        {
            return "an order names each of the \(request.ranks) ranks once"
        }
        return refusalOfLevels(request)
    }

    private func refusalOfLevels(_ request: Request) -> String? {
        levels == nil ? nil : TwoLevel.refusal(of: request, for: self)
    }

    private static func divisors(of count: Int) -> String {
        let all = (1...count).lazy.filter { count % $0 == 0 }.map(String.init)
        return all.joined(separator: ", ")
    }

    /// The schedule for a request that is not refused.
    public func schedule(_ request: Request) -> Schedule {
        precondition(refusal(of: request) == nil, "ask for refusal(of:) first")
        let isAlone = request.ranks == 1
        var stages: [Stage] = []
        let parts = levels == nil ? self.parts : TwoLevel.parts(of: request, for: self)
        for part in 0..<(isAlone ? 1 : parts) {
            stages.append(isAlone ? .copyOfInput(request, collective) : stage(work(request, part)))
        }
        let tracks = (0..<(request.channels * stages.count)).map {
            Track(stages[$0 % stages.count].phases)
        }
        return Schedule(
            collective: collective,
            algorithm: name,
            ranks: request.ranks,
            aggregators: stages.map(\.aggregators).max() ?? 0,
            root: collective.hasRoot ? request.root : 0,
            elements: collective == .barrier ? 1 : request.elements,
            counts: collective.isVariable ? request.counts : nil,
            elementSize: request.elementSize,
            inPlace: request.inPlace,
            chunks: chunks(of: request),
            tracks: tracks,
            slices: request.slices,
            stride: request.stride ?? stride,
            scratch: Scratch(
                slots: stages.map(\.slots).max() ?? 0,
                lines: stages.allSatisfy(\.usesLines) && stages.contains { $0.slots > 0 }
            )
        )
    }

    /// How many chunks a lane is cut into.
    private func chunks(of request: Request) -> Int {
        if !isVector { return request.ranks }
        return levels == nil ? blocks(request.ranks) : TwoLevel.chunks(of: request, for: self)
    }

    /// Where a rank stands in an order.
    private static func position(of rank: Int, in order: [Int32]) -> Int {
        order.firstIndex(of: Int32(rank)) ?? rank
    }

    /// All ranks as one team, which takes the caller's input to the caller's output.
    private func work(_ request: Request, _ part: Int) -> Work {
        let chunks = chunks(of: request)
        let order = parameters.contains(.order) ? request.order : []
        let view = View(
            size: request.ranks,
            rotation: collective.hasRoot ? Self.position(of: request.root, in: order) : 0,
            order: order
        )
        return Work(
            request: request,
            collective: collective,
            team: Team(view: view, block: Team.Block(), whole: ChunkSet(first: 0, count: chunks)),
            from: .input,
            to: .output,
            aggregator: request.ranks,
            part: part
        )
    }
}

extension Stage {
    /// What is left of any algorithm when there is only one rank.
    ///
    /// A reduction needs it in place too: an average or a scaled sum of one is still computed.
    static func copyOfInput(_ request: Request, _ collective: Collective) -> Stage {
        if request.inPlace && !collective.reduces { return Stage([]) }
        let copy = Pattern(
            view: View(size: 1),
            sources: [Operand(.own, .input, .whole)],
            targets: [Operand(.own, .output, .whole)]
        )
        return Stage([Phase("copy", completeFrom: collective.reduces ? 0 : nil, copy)])
    }
}
