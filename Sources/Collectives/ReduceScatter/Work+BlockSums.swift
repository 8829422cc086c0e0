extension Work {
    /// Whether partial sums of several blocks need a slot for every chunk there is: the chunks of
    /// blocks with several runs come in another order than the blocks.
    var needsImage: Bool { !hasRoomForAll && team.block.runs > 1 }

    /// An actor's own partial sums of some chunks: among the results where these have room for all
    /// blocks, else in slots, from a given one of the level's own on or each chunk in its own.
    func blockSums(of chunks: ChunkSet, at slot: Index, byChunk: Bool = false) -> Operand {
        if hasRoomForAll { return Operand(.own, to.buffer, chunks) }
        let first = byChunk ? Index(self.slot) : slot + Index(self.slot)
        return Operand(.own, .scratch, chunks, slot: first, byChunk: byChunk)
    }
}
