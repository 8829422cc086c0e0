extension Communicator {
    /// A communicator of all ranks that give the same color, nil for a negative one.
    ///
    /// All ranks call this. The part's ranks are in the order of their keys, then of their ranks.
    public func split(color: Int, key: Int) throws(CallError) -> Communicator? {
        if let words = job.alarm.words { throw .broken(words) }
        return try whenFree { () throws(CallError) in
            do throws(RuntimeError) { return try part(color, key) } catch {
                throw job.alarm.words.map { .broken($0) } ?? .failed("\(error)")
            }
        }
    }

    private func part(_ color: Int, _ key: Int) throws(RuntimeError) -> Communicator? {
        var packer = Packer()
        packer.add(color)
        packer.add(key)
        var members: [(key: Int, rank: Int)] = []
        for (other, bytes) in try allGather(packer.bytes).enumerated() {
            var reader = Unpacker(bytes)
            let (itsColor, itsKey) = (try reader.int(), try reader.int())
            if itsColor == color { members.append((itsKey, other)) }
        }
        if color < 0 {
            // Takes part in what the others tell each other.
            let nobody = Part(of: self, [])
            for _ in 0..<Assembly.rounds {
                _ = try nobody.allGather { () throws(RuntimeError) in [] }
            }
            return nil
        }
        let ranks = members.sorted { ($0.key, $0.rank) < ($1.key, $1.rank) }.map(\.rank)
        return try Assembly(Part(of: self, ranks), job, options)
            .communicator(of: ranks.map { arrivals[$0] })
    }

    /// Leaves, once what was begun is done and all others leave too.
    public func leave() throws(CallError) {
        if !takeTurn(isLast: true) { throw .invalid("the communicator was left before") }
        var problem: CallError?
        do throws(RuntimeError) {
            // Nobody's memory goes while another may still look at it.
            if job.alarm.words == nil { try engine.barrier() }
        } catch {
            problem = .broken(job.alarm.words ?? "\(error)")
        }
        turn.change { $0.isTaken = false }
        turn.wait { $0.hasThread ? nil : true }
        job.alarm.cancel(stop)
        job.leave()
        if let problem { throw problem }
    }
}

/// What some ranks of a communicator tell each other, while all of its ranks tell something.
private final class Part: Exchange {
    private let whole: Communicator
    private let members: [Int]
    let rank: Int
    var ranks: Int { members.count }

    init(of whole: Communicator, _ members: [Int]) {
        self.whole = whole
        self.members = members
        rank = members.firstIndex(of: whole.rank) ?? 0
    }

    func allGather(_ bytes: [UInt8]) throws(RuntimeError) -> [[UInt8]] {
        let all = try whole.allGather(bytes)
        // Where it fails for one it fails for all, so that nobody goes on to another round.
        for (other, bytes) in all.enumerated() {
            var reader = Unpacker(bytes)
            if try !reader.bool() {
                throw RuntimeError("rank \(other): \(try reader.text())")
            }
        }
        return members.map { all[$0] }
    }
}
