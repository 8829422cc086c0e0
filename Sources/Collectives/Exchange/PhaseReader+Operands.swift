internal import Text

/// Operands, and the formulas in them.
extension PhaseReader {
    /// Reads an operand, and at most how many chunks it is for one step.
    func operand(
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
        // To see that there is no item takes time, too.
        count.multiply(max(1, bounds.count(from: from, to: to)))
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
            count: try reader.optional("count")?.integer(in: 1...Int(Int32.max)) ?? 1,
            runs: try reader.optional("runs")?.integer(in: 1...ImportLimits.number) ?? 1,
            stride: try reader.optional("stride")?.smallInteger() ?? 0,
            wraps: try reader.optional("wraps")?.bool() ?? false,
            blocks: blocks
        )
    }

    // MARK: Indices

    /// Reads a number or a formula whose values can be added to others.
    func index(_ reader: JSONReader, _ bounds: IndexBounds) throws(TextError) -> Index {
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
