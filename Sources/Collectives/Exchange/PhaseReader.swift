internal import Text

/// Reads the phases of a schedule and adds up what they do, so that none of it goes on forever.
struct PhaseReader {
    private let schedule: Schedule
    private let limits: ImportLimits
    private var touches = Product(0)

    init(_ schedule: Schedule, _ limits: ImportLimits) {
        self.schedule = schedule
        self.limits = limits
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
        let rounds = try reader.optional("rounds")?.integer(in: 0...ImportLimits.number)
        let complete = try reader.optional("completeFrom")?.integer(in: 0...ImportLimits.number)
        var phase: Phase
        if let steps = try reader.optional("steps") {
            try reader.allow(only: ["name", "rounds", "completeFrom", "steps"])
            phase = Phase(name, table: try table(steps, repetitions))
            phase.completeFrom = complete
            if let rounds { phase.rounds = rounds }
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

    private mutating func add(_ count: Product, at reader: JSONReader) throws(TextError) {
        touches.add(count)
        if let refusal = limits.refusal(touches: touches) { throw reader.error(refusal) }
    }

    // MARK: Tables

    private mutating func table(
        _ reader: JSONReader,
        _ repetitions: Int
    ) throws(TextError) -> StepTable {
        var steps: [StepTable.Step] = []
        for reader in try reader.array() {
            try reader.allow(only: ["round", "actor", "sources", "targets", "complete"])
            let sources = try places(reader.required("sources"))
            let targets = try places(reader.required("targets"))
            var count = Product(0)
            for place in sources + targets { count.add(chunkCount(place.count, place.runs)) }
            count.multiply(repetitions)
            try add(count, at: reader)
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

    private func places(_ reader: JSONReader) throws(TextError) -> [Place] {
        var places: [Place] = []
        for reader in try reader.array() {
            try reader.allow(only: [
                "at", "buffer", "slot", "byChunk", "first", "count", "runs", "stride", "wraps",
            ])
            places.append(
                Place(
                    endpoint: try reader.required("at").integer(in: 0...(schedule.endpoints - 1)),
                    buffer: try buffer(reader),
                    slot: try reader.optional("slot")?.smallInteger() ?? 0,
                    byChunk: try reader.optional("byChunk")?.bool() ?? false,
                    first: try reader.required("first").smallInteger(),
                    count: try reader.optional("count")?.integer(in: 0...Int(Int32.max)) ?? 1,
                    runs: try reader.optional("runs")?.integer(in: 0...ImportLimits.number) ?? 1,
                    stride: try reader.optional("stride")?.smallInteger() ?? 0,
                    wraps: try reader.optional("wraps")?.bool() ?? false
                )
            )
        }
        return places
    }

    private func buffer(_ reader: JSONReader) throws(TextError) -> Buffer {
        try reader.required("buffer").value(of: Buffer.named) { $0.name }.buffer
    }

    /// At most how many chunks are in runs that meet no chunk twice.
    private func chunkCount(_ count: Int, _ runs: Int) -> Product {
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
        tries.multiply(min(weight, actors.lowBelow ?? weight))
        tries.multiply(actors.digit == nil ? radix : 1)
        tries.multiply(turns)
        try add(tries, at: reader)
        var steps = turns
        let moving = actors.to.map { bounds.count(from: actors.from, to: $0) } ?? .max
        steps.multiply(min(view.size, moving))
        var operands: [[Operand]] = []
        for key in ["sources", "targets"] {
            var list: [Operand] = []
            for reader in try reader.required(key).array() {
                let (operand, count) = try operand(reader, bounds)
                var all = steps
                all.multiply(count)
                try add(all, at: reader)
                list.append(operand)
            }
            operands.append(list)
        }
        return Pattern(
            view: view,
            weight: weight,
            radix: radix,
            actors: actors,
            sources: operands[0],
            targets: operands[1]
        )
    }

    private func view(_ reader: JSONReader) throws(TextError) -> View {
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
        var order: [Int32] = []
        var isNamed = [Bool](repeating: false, count: size)
        for reader in try reader.array() {
            let place = try reader.integer(in: 0...(size - 1))
            guard !isNamed[place] else { throw reader.error("place \(place) is named twice") }
            isNamed[place] = true
            order.append(Int32(place))
        }
        guard order.isEmpty || order.count == size else {
            throw reader.error("an order names each of \(size) places, not \(order.count)")
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

    /// Reads an operand, and at most how many chunks it is for one step.
    private func operand(
        _ reader: JSONReader,
        _ bounds: IndexBounds
    ) throws(TextError) -> (Operand, Product) {
        try reader.allow(only: [
            "peer", "buffer", "chunks", "slot", "byChunk", "from", "to", "skipsOwn", "view",
        ])
        let from = try items(reader, "from", bounds) ?? 0
        let to = try items(reader, "to", bounds) ?? 1
        guard let first = bounds.values(of: from), let end = bounds.values(of: to) else {
            throw reader.error("its items lead too far")
        }
        let last = max(first.lowerBound, end.upperBound)
        let within = bounds.withItems(min(0, first.lowerBound)...max(0, last))
        let chunks = try chunks(reader.required("chunks"), within)
        var count = chunkCount(chunks.count, chunks.runs)
        count.multiply(bounds.count(from: from, to: to))
        let operand = Operand(
            try peer(reader.required("peer"), within),
            try buffer(reader),
            chunks,
            slot: try optionalIndex(reader, "slot", within) ?? 0,
            byChunk: try reader.optional("byChunk")?.bool() ?? false,
            from: from,
            to: to,
            skipsOwn: try reader.optional("skipsOwn")?.bool() ?? false,
            view: try reader.optional("view").map { reader throws(TextError) in
                try view(reader)
            }
        )
        return (operand, count)
    }

    private func items(
        _ reader: JSONReader,
        _ key: String,
        _ bounds: IndexBounds
    ) throws(TextError) -> Index? {
        guard let reader = try reader.optional(key) else { return nil }
        let index = try index(reader, bounds)
        let limit = ImportLimits.number
        guard let values = bounds.values(of: index), values.lowerBound >= -limit,
            values.upperBound <= limit
        else { throw reader.error("items lie between -\(limit) and \(limit)") }
        return index
    }

    private func optionalIndex(
        _ reader: JSONReader,
        _ key: String,
        _ bounds: IndexBounds
    ) throws(TextError) -> Index? {
        guard let reader = try reader.optional(key) else { return nil }
        return try index(reader, bounds)
    }

    private func peer(_ reader: JSONReader, _ bounds: IndexBounds) throws(TextError) -> Peer {
        if case .string = reader.json {
            let words: [(name: String, peer: Peer)] = [
                ("own", .own), ("digit", .digit), ("each", .each), ("child", .child),
                ("parent", .parent),
            ]
            return try reader.value(of: words) { $0.name }.peer
        }
        try reader.allow(only: ["shift", "ahead"])
        if let distance = try reader.optional("shift") {
            if let other = try reader.optional("ahead") {
                throw other.error("a peer is at one distance, not two")
            }
            return .shift(try index(distance, bounds))
        }
        return .ahead(try index(reader.required("ahead"), bounds))
    }

    private func chunks(
        _ reader: JSONReader,
        _ bounds: IndexBounds
    ) throws(TextError) -> ChunkSet {
        let value = reader.json
        if value == "all" { return .whole }
        guard case .object = value else { return ChunkSet(first: try index(reader, bounds)) }
        try reader.allow(only: ["first", "count", "runs", "stride", "wraps", "blocks"])
        var blocks: ChunkSet.Blocks?
        if let reader = try reader.optional("blocks") {
            try reader.allow(only: ["scale", "byGroup"])
            blocks = ChunkSet.Blocks(
                scale: try reader.required("scale").smallInteger(),
                byGroup: try reader.optional("byGroup")?.smallInteger() ?? 0
            )
        }
        return ChunkSet(
            first: try index(reader.required("first"), bounds),
            count: try reader.optional("count")?.integer(in: 0...Int(Int32.max)) ?? 1,
            runs: try reader.optional("runs")?.integer(in: 0...ImportLimits.number) ?? 1,
            stride: try reader.optional("stride")?.smallInteger() ?? 0,
            wraps: try reader.optional("wraps")?.bool() ?? false,
            blocks: blocks
        )
    }

    // MARK: Indices

    /// Reads a number or a formula whose values can be added to others.
    private func index(_ reader: JSONReader, _ bounds: IndexBounds) throws(TextError) -> Index {
        let index: Index
        if case .string(let text) = reader.json {
            do throws(Index.FormulaError) {
                index = try Index(formula: text)
            } catch {
                let place = reader.error(error.message)
                throw TextError(
                    file: place.file,
                    line: place.line,
                    column: place.column + 1 + error.offset,
                    message: place.message
                )
            }
        } else {
            index = Index(try reader.smallInteger())
        }
        guard bounds.values(of: index) != nil else {
            throw reader.error("this leads further than any chunk or rank")
        }
        return index
    }
}
