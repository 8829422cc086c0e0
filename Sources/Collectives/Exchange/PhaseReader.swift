internal import Text

/// Reads the phases of a schedule and adds up what they do, so that none of it goes on forever.
struct PhaseReader {
    let schedule: Schedule
    private let limits: ImportLimits
    private let cells: CellMap
    private var touches = Product(0)

    init(_ schedule: Schedule, _ limits: ImportLimits) {
        self.schedule = schedule
        self.limits = limits
        // Which blocks a rank has, and whether only the root has any, is for the proof to say; here
        // it is enough that there is memory. Blocks of differing size are only where they belong.
        var general = schedule
        if !schedule.collective.isVariable { general.collective = .allReduce }
        cells = CellMap(general)
    }

    /// Reads the phases of a track that is there a number of times.
    mutating func track(_ reader: JSONReader, times: Int) throws(TextError) -> Track {
        var phases: [Phase] = []
        var rounds = Product(0)
        let repetitions = times * schedule.slices
        for reader in try reader.array() {
            let phase = try phase(reader, repetitions)
            rounds.add(phase.rounds)
            guard !rounds.isMore(than: ImportLimits.number) else {
                throw reader.error("the track has more than \(ImportLimits.number) rounds")
            }
            phases.append(phase)
        }
        return Track(phases)
    }

    private mutating func phase(
        _ reader: JSONReader,
        _ repetitions: Int
    ) throws(TextError) -> Phase {
        let name = try reader.required("name").string()
        try add(Product(repetitions), at: reader)
        let rounds = try reader.optional("rounds")?.integer(in: 0...ImportLimits.number)
        let complete = try reader.optional("completeFrom")?.integer(in: 0...ImportLimits.number)
        var phase: Phase
        if let steps = try reader.optional("steps") {
            try reader.allow(only: ["name", "rounds", "completeFrom", "steps"])
            phase = Phase(name, table: try table(steps, repetitions))
            phase.completeFrom = complete
            if let rounds {
                guard rounds >= phase.rounds else {
                    throw steps.error("the steps go on to round \(phase.rounds - 1) of \(rounds)")
                }
                phase.rounds = rounds
            }
        } else {
            try reader.allow(only: [
                "name", "rounds", "completeFrom", "view", "weight", "radix", "actors", "sources",
                "targets",
            ])
            let count = rounds ?? 1
            let pattern = try pattern(reader, rounds: count, repetitions)
            phase = Phase(name, rounds: count, completeFrom: complete, pattern)
        }
        return phase
    }

    /// Adds to what all steps touch; a phase or step without any counts too, since it takes time.
    private mutating func add(_ count: Product, at reader: JSONReader) throws(TextError) {
        touches.add(count)
        let refusal = limits.refusal(touches: touches, ranks: schedule.ranks)
        if let refusal { throw reader.error(refusal) }
    }

    // MARK: Tables

    private mutating func table(
        _ reader: JSONReader,
        _ repetitions: Int
    ) throws(TextError) -> StepTable {
        var steps: [StepTable.Step] = []
        for reader in try reader.array() {
            try reader.allow(only: ["round", "actor", "sources", "targets", "complete"])
            try add(Product(repetitions), at: reader)
            let sources = try places(reader.required("sources"), repetitions)
            let targets = try places(reader.required("targets"), repetitions)
            steps.append(
                StepTable.Step(
                    round: try reader.required("round").integer(in: 0...ImportLimits.number),
                    actor: try reader.required("actor").integer(in: 0...(schedule.endpoints - 1)),
                    sources: sources,
                    targets: targets,
                    isComplete: try reader.optional("complete")?.bool() ?? false
                )
            )
        }
        return StepTable(steps)
    }

    private mutating func places(
        _ reader: JSONReader,
        _ repetitions: Int
    ) throws(TextError) -> [Place] {
        var places: [Place] = []
        for reader in try reader.array() {
            try reader.allow(only: [
                "at", "buffer", "slot", "byChunk", "first", "count", "runs", "stride", "wraps",
            ])
            let place = Place(
                endpoint: try reader.required("at").integer(in: 0...(schedule.endpoints - 1)),
                buffer: try buffer(reader),
                slot: try reader.optional("slot")?.smallInteger() ?? 0,
                byChunk: try reader.optional("byChunk")?.bool() ?? false,
                first: try reader.required("first").smallInteger(),
                count: try reader.optional("count")?.integer(in: 1...Int(Int32.max)) ?? 1,
                runs: try reader.optional("runs")?.integer(in: 1...ImportLimits.number) ?? 1,
                stride: try reader.optional("stride")?.smallInteger() ?? 0,
                wraps: try reader.optional("wraps")?.bool() ?? false
            )
            var count = chunkCount(place.count, place.runs)
            count.multiply(repetitions)
            try add(count, at: reader)
            if let problem = cells.problem(with: place) { throw reader.error(problem) }
            places.append(place)
        }
        return places
    }

    func buffer(_ reader: JSONReader) throws(TextError) -> Buffer {
        try reader.required("buffer").value(of: Buffer.named) { $0.name }.buffer
    }

    /// At most how many chunks are in runs that meet no chunk twice.
    func chunkCount(_ count: Int, _ runs: Int) -> Product {
        var result = Product(min(count, schedule.chunks))
        result.multiply(min(runs, schedule.chunks))
        return result
    }

    // MARK: Patterns

    private mutating func pattern(
        _ reader: JSONReader,
        rounds: Int,
        _ repetitions: Int
    ) throws(TextError) -> Pattern {
        let view = try view(reader.required("view"))
        let most = ImportLimits.number
        let weight = try reader.optional("weight")?.integer(in: 1...most) ?? 1
        let radix = try reader.optional("radix")?.integer(in: 1...most) ?? 1
        let bounds = IndexBounds(view, weight: weight, radix: radix, rounds: rounds)
        var actors = Actors.all
        if let reader = try reader.optional("actors") {
            actors = try self.actors(reader, bounds, radix: radix)
        }
        var turns = Product(rounds)
        turns.multiply(view.groups)
        turns.multiply(repetitions)
        // Who acts is found by trying all digits.
        var tries = Product(view.size / (weight * radix) + 1)
        tries.multiply(max(1, min(weight, actors.lowBelow ?? weight)))
        tries.multiply(actors.digit == nil ? radix : 1)
        tries.multiply(turns)
        try add(tries, at: reader)
        var steps = turns
        let moving = actors.to.map { bounds.count(from: actors.from, to: $0) } ?? .max
        steps.multiply(min(view.size, moving))
        var operands: [[Operand]] = []
        var readers: [JSONReader] = []
        for key in ["sources", "targets"] {
            var list: [Operand] = []
            for reader in try reader.required(key).array() {
                let (operand, count) = try operand(reader, bounds)
                var all = steps
                all.multiply(count)
                all.add(repetitions)
                try add(all, at: reader)
                list.append(operand)
                readers.append(reader)
            }
            operands.append(list)
        }
        let pattern = Pattern(
            view: view,
            weight: weight,
            radix: radix,
            actors: actors,
            sources: operands[0],
            targets: operands[1]
        )
        try check(pattern, rounds: rounds, readers, at: reader)
        return pattern
    }

    /// Refuses a pattern that leads to memory that there is not.
    ///
    /// `readers` are those of its sources and, behind them, of its targets.
    private func check(
        _ pattern: Pattern,
        rounds: Int,
        _ readers: [JSONReader],
        at reader: JSONReader
    ) throws(TextError) {
        let operands = (pattern.sources + pattern.targets).map { [$0] }
        var problem: (reader: JSONReader, text: String)?
        for round in 0..<rounds where problem == nil {
            pattern.forEachActor(round: round) { actor in
                if problem != nil { return }
                guard actor < schedule.endpoints else {
                    problem = (reader, "its actor \(actor) does not exist, in round \(round)")
                    return
                }
                for (operand, reader) in zip(operands, readers) {
                    pattern.forEachPlace(of: operand, actor: actor, round: round) { place in
                        guard problem == nil, let text = cells.problem(with: place) else { return }
                        let name = schedule.name(of: actor)
                        problem = (reader, "\(text), in round \(round) of \(name)")
                    }
                }
            }
        }
        if let problem { throw problem.reader.error(problem.text) }
    }

    func view(_ reader: JSONReader) throws(TextError) -> View {
        guard case .object = reader.json else {
            return View(size: try reader.integer(in: 1...schedule.endpoints))
        }
        try reader.allow(only: ["base", "size", "stride", "groups", "rotation", "order"])
        // More endpoints than there are would be named in vain.
        let most = schedule.endpoints
        let size = try reader.required("size").integer(in: 1...most)
        let stride = try reader.optional("stride")?.integer(in: 1...most) ?? 1
        let groups = try reader.optional("groups")?.integer(in: 1...most) ?? 1
        guard groups == 1 || groups % stride == 0 else {
            throw reader.error("\(groups) groups \(stride) apart do not lie between each other")
        }
        return View(
            base: try reader.optional("base")?.integer(in: 0...most) ?? 0,
            size: size,
            stride: stride,
            groups: groups,
            rotation: try reader.optional("rotation")?.integer(in: 0...(size - 1)) ?? 0,
            order: try reader.optional("order").map { reader throws(TextError) in
                try order(reader, size)
            } ?? []
        )
    }

    private func order(_ reader: JSONReader, _ size: Int) throws(TextError) -> [Int32] {
        let readers = try reader.array()
        guard readers.isEmpty || readers.count == size else {
            throw reader.error("an order names each of \(size) places, not \(readers.count)")
        }
        var order: [Int32] = []
        var isNamed = [Bool](repeating: false, count: readers.count)
        for reader in readers {
            let place = try reader.integer(in: 0...(size - 1))
            guard !isNamed[place] else { throw reader.error("place \(place) is named twice") }
            isNamed[place] = true
            order.append(Int32(place))
        }
        return order
    }

    private func actors(
        _ reader: JSONReader,
        _ bounds: IndexBounds,
        radix: Int
    ) throws(TextError) -> Actors {
        try reader.allow(only: ["from", "to", "lowBelow", "digit"])
        func range(_ key: String) throws(TextError) -> Index? {
            guard let reader = try reader.optional(key) else { return nil }
            let index = try index(reader, bounds)
            guard index.modulus == 0 || index.byRound == 0 else {
                throw reader.error("a range that moves with the round has no modulus")
            }
            return index
        }
        return Actors(
            from: try range("from") ?? 0,
            to: try range("to"),
            lowBelow: try reader.optional("lowBelow")?.integer(in: 0...ImportLimits.number),
            digit: try reader.optional("digit")?.integer(in: 0...(radix - 1))
        )
    }
}
