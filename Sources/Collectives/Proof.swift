/// Why a schedule is wrong, and at which step.
public struct Flaw: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public let message: String
    /// The first step that shows it, nil when it shows only in the end.
    public let step: Step?
    /// Where that step stands, in words.
    public let location: String

    /// One sentence.
    public var description: String { location.isEmpty ? message : "\(location): \(message)" }
}

/// What the proof of a schedule found.
public struct Proof: Hashable, Sendable {
    /// Steps of all endpoints.
    public let steps: Int
    /// Elements of scratch memory at each endpoint.
    public let scratchElements: Int
    /// The different orders in which results are combined, of all chunks; empty where nothing is.
    public let orders: [ReductionOrder]
    /// Whether every rank combines a chunk in the same order, and so gets the same bits.
    public let isSameOnEveryRank: Bool
}

extension Schedule {
    /// Shows that the schedule computes its collective, or throws the first step that breaks it.
    ///
    /// Symbolic contents go through every step: each contribution must arrive exactly once, no
    /// step may touch what another of its round writes, nothing may be read that is not there, the
    /// input stays as it was, and waiting must not go round in a circle, whether transfers are
    /// eager or synchronous. Slices of a track differ only in their share of the elements, so one
    /// of them stands for all; where they have the same slots in turn, each must have done with
    /// them before the next begins.
    ///
    /// - Parameter listsOrders: whether to state the orders, at most eight of them.
    public func prove(listsOrders: Bool = false) throws(Flaw) -> Proof {
        guard !tracks.isEmpty else {
            throw Flaw(message: "there are no tracks", step: nil, location: "")
        }
        guard (0..<ranks).contains(root) else {
            throw Flaw(message: "the root \(root) does not exist", step: nil, location: "")
        }
        var steps = 0
        var orders: [ReductionOrder] = []
        var isSame = true
        var proved: Set<Track> = []
        for track in tracks.indices {
            // Channels with the same phases differ only in their share, as slices do.
            if tracks.count > 1, !proved.insert(tracks[track]).inserted {
                steps += stepCount(track: track) * slices
                continue
            }
            var prover = Prover(self, track: track, isExact: false)
            do throws(Flaw) {
                try prover.run()
            } catch {
                // The quick way finds that something is wrong, the exact way where it begins.
                var exact = Prover(self, track: track, isExact: true)
                try exact.run()
                throw error
            }
            steps += prover.steps * slices
            if collective.reduces { isSame = prover.isSameOnEveryRank && isSame }
            if listsOrders { orders += prover.orders(atMost: 8 - orders.count) }
        }
        // Rounds order the steps of patterns the same way at every endpoint, so that the earliest
        // unfinished one can always go on (docs/ALGORITHMS.md): only tables can be stuck.
        if hasTables { try checkProgress() }
        return Proof(
            steps: steps,
            scratchElements: slotCount * slotElements,
            orders: orders,
            isSameOnEveryRank: isSame
        )
    }

    private var hasTables: Bool {
        tracks.contains { track in
            track.phases.contains { if case .table = $0.form { true } else { false } }
        }
    }

    private func stepCount(track: Int) -> Int {
        var count = 0
        forEachStep(track: track, slice: 0) { _ in count += 1 }
        return count
    }

    /// A step's place in the schedule, in words.
    public func describe(_ step: Step) -> String {
        let phase = tracks[step.track].phases[step.phase]
        let lane = tracks.count > 1 ? "track \(step.track), " : ""
        return "\(lane)\(phase.name), round \(round(of: step)), \(name(of: step.actor))"
    }

    /// An endpoint's name.
    public func name(of endpoint: Int) -> String {
        endpoint < ranks ? "rank \(endpoint)" : "aggregator \(endpoint - ranks)"
    }
}

extension Prover {
    /// Whether all ranks that get a chunk hold the very same value.
    var isSameOnEveryRank: Bool {
        (0..<schedule.chunks).allSatisfy { chunk in
            var first: Int32?
            for rank in 0..<schedule.ranks where cells.outputChunks(of: rank).contains(chunk) {
                let value = self.value(ofOutput: chunk, at: rank)
                if let first, first != value { return false }
                first = value
            }
            return true
        }
    }

    /// The orders of different results, by chunk and rank.
    func orders(atMost limit: Int) -> [ReductionOrder] {
        guard schedule.collective.reduces else { return [] }
        var result: [ReductionOrder] = []
        var seen: Set<ReductionOrder> = []
        // Results that are the same value have the same order, whose length is that of all ranks.
        var known: Set<Int32> = []
        for chunk in 0..<schedule.chunks {
            for rank in 0..<schedule.ranks where cells.outputChunks(of: rank).contains(chunk) {
                if result.count >= limit { return result }
                let value = self.value(ofOutput: chunk, at: rank)
                if value < 0 || !known.insert(value).inserted { continue }
                let order = values.order(of: value)
                if seen.insert(order).inserted { result.append(order) }
            }
        }
        return result
    }
}
