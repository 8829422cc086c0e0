extension Work {
    /// The blocks of several positions, `stride` apart and around the end of the team, as one set
    /// of chunks; nil where no set says that.
    ///
    /// A set of chunks turns around the end of the schedule's chunks. That is the end of the team
    /// where its blocks tile all of them: for all ranks as one team, on rails, and, of neighbours,
    /// in nodes that share all blocks.
    func turn(from position: Index, count: Int, stride: Int = 1) -> ChunkSet? {
        let n = team.size
        let block = team.block
        guard team.view.order.isEmpty, team.view.rotation == 0 else { return nil }
        var set = team.chunks(ofBlock: position.modulo(n))
        if count == 1 { return set }
        guard block.scale * n * block.runs == chunksOfAll else { return nil }
        if stride == 1 && block.count == block.scale
            && (block.runs == 1 || block.stride == block.scale * n)
        {
            set.count = block.count * count
        } else if team.pieces == 1 {
            set.runs = count
            set.stride = stride * block.scale
        } else {
            return nil
        }
        set.wraps = true
        return set
    }

    /// The chunks of the schedule, 0 where a level does not know them.
    private var chunksOfAll: Int {
        guard case .vector = collective.layout(of: .input) else { return request.ranks }
        return team.whole.first == 0 && team.whole.runs == 1 ? team.whole.count : 0
    }
}

extension Team {
    /// The blocks of several neighbours, none of them behind the last position.
    func row(from position: Index, count: Int) -> ChunkSet {
        if count == 1 || block.count == block.scale {
            return chunks(ofBlocks: position, count: count)
        }
        precondition(block.count == 1 && block.runs == 1, "a set has runs in one dimension")
        var set = chunks(ofBlock: position)
        set.runs = count
        set.stride = block.scale
        return set
    }
}
