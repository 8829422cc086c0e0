/// Data that goes from one endpoint to another in a step.
public struct Transfer: Hashable, Sendable {
    /// When, within the lane.
    public var time: Int
    /// Who has the data.
    public var source: Int
    /// Who gets it.
    public var target: Int
    /// The first chunk.
    public var first: Int

    /// Makes a transfer.
    @inline(__always)
    public init(time: Int, source: Int, target: Int, first: Int) {
        self.time = time
        self.source = source
        self.target = target
        self.first = first
    }
}

extension Schedule {
    /// Calls `body` with all that goes between endpoints in a lane of a track, in logical order.
    ///
    /// The order and the chunks are those of `forEachStep`; steps of patterns are not made one by
    /// one, since a transfer takes a few nanoseconds so.
    @inline(__always)
    public func forEachTransfer(track: Int, _ body: (Transfer) -> Void) {
        for (number, phase) in tracks[track].phases.enumerated() {
            let start = tracks[track].starts[number]
            guard case .pattern(let pattern) = phase.form else {
                forEachTransferOfTable(track: track, phase: number, body)
                continue
            }
            let flat = FlatPattern(pattern)
            for round in 0..<phase.rounds {
                flat.forEachTransfer(round: round) { source, target, chunk, _ in
                    let time = start + round
                    body(Transfer(time: time, source: source, target: target, first: chunk))
                }
            }
        }
    }

    private func forEachTransferOfTable(track: Int, phase: Int, _ body: (Transfer) -> Void) {
        guard case .table(let table) = tracks[track].phases[phase].form else { return }
        let start = tracks[track].starts[phase]
        for entry in table.logicalOrder {
            let step = table.steps[entry]
            let time = start + step.round
            for place in step.sources where place.endpoint != step.actor {
                body(
                    Transfer(
                        time: time,
                        source: place.endpoint,
                        target: step.actor,
                        first: place.first
                    )
                )
            }
            for place in step.targets where place.endpoint != step.actor {
                body(
                    Transfer(
                        time: time,
                        source: step.actor,
                        target: place.endpoint,
                        first: place.first
                    )
                )
            }
        }
    }
}
