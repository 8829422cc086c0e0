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
        return refusalOfLevels(request) ?? refusalOfRoom(request)
    }

    private func refusalOfLevels(_ request: Request) -> String? {
        levels == nil ? nil : TwoLevel.refusal(of: request, for: self)
    }

    private func refusalOfRoom(_ request: Request) -> String? {
        if let outstanding = request.outstanding, parameters.contains(.outstanding),
            outstanding < 1
        {
            return "a switch has room for one operation at least, not for \(outstanding)"
        }
        guard parameters.contains(.buffer) else { return nil }
        if let buffer = request.buffer, buffer < SwitchRoom.bufferLeast {
            return "a switch's buffer has at least \(SwitchRoom.bufferLeast) bytes, not \(buffer)"
        }
        let stages = stages(of: request)
        guard let room = Self.room(stages) else { return nil }
        let slices = slices(of: request, stages)
        if slices <= SwitchRoom.slicesMost { return nil }
        return "\(name) \(collective.rawValue) takes \(slices) operations of at most "
            + "\(room.buffer) bytes for so much data, and there are \(SwitchRoom.slicesMost) at "
            + "most; a larger buffer takes fewer"
    }

    private static func divisors(of count: Int) -> String {
        let all = (1...count).lazy.filter { count % $0 == 0 }.map(String.init)
        return all.joined(separator: ", ")
    }

    /// The schedule for a request that is not refused.
    public func schedule(_ request: Request) -> Schedule {
        precondition(refusal(of: request) == nil, "ask for refusal(of:) first")
        let stages = stages(of: request)
        let tracks = (0..<(request.channels * stages.count)).map {
            Track(stages[$0 % stages.count].phases)
        }
        let slices = slices(of: request, stages)
        let window = Self.room(stages).flatMap { $0.outstanding < slices ? $0.outstanding : nil }
        // A slice has done with its slots when its rounds are over: only then the next has them.
        let rounds = tracks.map(\.rounds).max() ?? 0
        let turns = window.map { (rounds + $0 - 1) / $0 } ?? 0
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
            slices: slices,
            stride: max(request.stride ?? stride, turns),
            scratch: Scratch(
                slots: stages.map(\.slots).max() ?? 0,
                lines: stages.allSatisfy(\.usesLines) && stages.contains { $0.slots > 0 },
                window: window
            )
        )
    }

    /// What each independent part of a channel does.
    private func stages(of request: Request) -> [Stage] {
        if request.ranks == 1 { return [.copyOfInput(request, collective)] }
        let parts = levels == nil ? self.parts : TwoLevel.parts(of: request, for: self)
        return (0..<parts).map { stage(work(request, $0)) }
    }

    private static func room(_ stages: [Stage]) -> SwitchRoom? {
        stages.reduce(nil) { .smaller($0, $1.room) }
    }

    /// As many slices as are asked for, or as it takes for each to fit the switches.
    private func slices(of request: Request, _ stages: [Stage]) -> Int {
        guard let room = Self.room(stages) else { return request.slices }
        let needed = room.slices(
            elements: request.counts?.most ?? request.elements,
            size: request.elementSize,
            chunks: isVector ? chunks(of: request) : 1,
            tracks: request.channels * stages.count
        )
        return max(request.slices, needed)
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
