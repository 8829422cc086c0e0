extension Schedule {
    /// The schedule in the form in which it comes back from a format that knows only ranks,
    /// messages, chunks of equal standing and numbered slots, as MSCCL's does.
    ///
    /// It is point to point, and more: the lanes of a vector have become chunks, and those of
    /// blocks tracks; every place is one run of neighbours; and the two terms of a sum stand in one
    /// order, which changes no bit since addition commutes.
    public func canonical() throws(ExchangeError) -> Schedule {
        if aggregators > 0 {
            let count = aggregators == 1 ? "an aggregator" : "\(aggregators) aggregators"
            throw ExchangeError(
                message: "\(algorithm) \(collective.rawValue) has \(count); "
                    + "MSCCL's XML knows only ranks"
            )
        }
        if collective.isVariable || collective == .sendReceive || collective == .barrier {
            throw ExchangeError(message: "MSCCL's XML has no \(collective.rawValue)")
        }
        let plain = try pointToPoint()
        var result = plain
        result.slices = 1
        result.stride = 0
        result.tracks = []
        if case .vector = collective.layout(of: .output) {
            result.chunks = plain.chunks * plain.lanes
            result.scratch.slots = plain.scratch.slots * plain.lanes
            var table = ExchangeTable(result)
            for lane in 0..<plain.lanes {
                plain.add(
                    lane,
                    to: &table,
                    chunksBefore: lane * plain.chunks,
                    slotsBefore: lane * plain.scratch.slots
                )
            }
            result.tracks = [Track([Phase(Self.exchangedPhase, table: table.table())])]
        } else {
            for lane in 0..<plain.lanes {
                var table = ExchangeTable(result)
                plain.add(lane, to: &table, isSingle: plain.lanes > 1)
                result.tracks.append(Track([Phase(Self.exchangedPhase, table: table.table())]))
            }
        }
        return result
    }

    /// Adds the moves of one lane to a table, by chunks; all of them apart if `isSingle`.
    private func add(
        _ lane: Int,
        to table: inout ExchangeTable,
        chunksBefore: Int = 0,
        slotsBefore: Int = 0,
        isSingle: Bool = false
    ) {
        func spots(_ place: Place) -> [Spot] {
            var result: [Spot] = []
            place.forEachChunk(of: chunks) { chunk, piece in
                let index =
                    place.buffer == .scratch
                    ? slotsBefore + place.slot(ofChunk: chunk, piece: piece)
                    : chunksBefore + chunk
                result.append(Spot(endpoint: place.endpoint, buffer: place.buffer, index: index))
            }
            return result
        }
        forEachStep(track: lane / slices, slice: lane % slices) { step in
            var sources: [[Spot]] = []
            var target: [Spot] = []
            forEachSource(of: step) { sources.append(spots($0)) }
            forEachTarget(of: step) { target = spots($0) }
            let pieces = target.indices.map { piece in
                (sources: sources.map { $0[piece] }, target: target[piece])
            }
            if isSingle {
                for piece in pieces { table.add([piece]) }
            } else {
                table.add(pieces)
            }
        }
    }
}
