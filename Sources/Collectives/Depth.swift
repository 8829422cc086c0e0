extension Schedule {
    /// How many steps that carry something from one endpoint to another lie behind each other at
    /// most: what an operation costs in latencies, if no link is ever busy.
    ///
    /// A step lies behind the one before it at its endpoint and behind those that wrote what it
    /// reads. Tracks and slices are taken as parallel. Rounds are an upper bound, and not the same
    /// where a phase concerns a few endpoints only: others need not wait for it.
    ///
    /// Walks all steps.
    public var depth: Int {
        var seen: Set<Track> = []
        return tracks.indices.reduce(0) { most, track in
            seen.insert(tracks[track]).inserted ? max(most, depth(ofTrack: track)) : most
        }
    }

    private func depth(ofTrack track: Int) -> Int {
        let cells = CellMap(self)
        /// When the contents of each cell are there, in steps that cross.
        var written = [Int32](repeating: 0, count: cells.count)
        var done = [Int32](repeating: 0, count: endpoints)
        var most: Int32 = 0
        forEachStep(track: track, slice: 0) { step in
            guard step.actor < endpoints else { return }
            var time = done[step.actor]
            var crosses = false
            forEachSource(of: step) { place in
                guard step.entry < 0 || cells.problem(with: place) == nil else { return }
                crosses = crosses || place.endpoint != step.actor
                place.forEachChunk(of: chunks) { chunk, piece in
                    time = max(time, written[cells.cell(of: place, chunk: chunk, piece: piece)])
                }
            }
            forEachTarget(of: step) { crosses = crosses || $0.endpoint != step.actor }
            if crosses { time += 1 }
            done[step.actor] = time
            most = max(most, time)
            forEachTarget(of: step) { place in
                guard step.entry < 0 || cells.problem(with: place) == nil else { return }
                place.forEachChunk(of: chunks) { chunk, piece in
                    written[cells.cell(of: place, chunk: chunk, piece: piece)] = time
                }
            }
        }
        return Int(most)
    }
}
