internal import Collectives
internal import Glibc

extension Communicator {
    /// Does a call; only who has the turn calls this.
    func perform(
        _ call: Call,
        _ input: UnsafeRawPointer?,
        _ output: UnsafeMutableRawPointer?
    ) throws(CallError) {
        if job.alarm.isRaised { throw .broken(job.alarm.words ?? "") }
        do throws(CallError) {
            try attempt(call, input, output)
        } catch {
            switch error {
            case .mismatch: throw .mismatch(try mismatch(call))
            case .broken(let words): throw .broken(blame(words))
            default: throw error
            }
        }
    }

    private func attempt(
        _ call: Call,
        _ input: UnsafeRawPointer?,
        _ output: UnsafeMutableRawPointer?
    ) throws(CallError) {
        let stages = engine.layout.stages
        if call.collective == .barrier {
            try compareIfAsked(call, nil)
            if try !engine.run(call, input: stages.input, output: stages.output) {
                throw .failed("no algorithm does a barrier here")
            }
            return
        }
        if call.most == 0 { return }
        if let places = places(call, input, output) {
            try compareIfAsked(call, places)
            if try engine.run(call, input: places.input, output: places.output) { return }
        } else {
            try compareIfAsked(call, nil)
        }
        try stage(call, input, output)
    }

    private func compareIfAsked(
        _ call: Call,
        _ places: (input: Int, output: Int)?
    ) throws(CallError) {
        if options.checks { try engine.compare(call, places ?? (-1, -1)) }
    }

    /// Where the buffers lie in the heap, when both do.
    private func places(
        _ call: Call,
        _ input: UnsafeRawPointer?,
        _ output: UnsafeMutableRawPointer?
    ) -> (input: Int, output: Int)? {
        guard input != nil, output != nil else { return nil }
        var inputs = call.elements(of: .input, rank: rank, ranks: ranks) * call.unit
        var outputs = call.elements(of: .output, rank: rank, ranks: ranks) * call.unit
        // In place both lie in the larger.
        if call.inPlace {
            inputs = max(inputs, outputs)
            outputs = inputs
        }
        guard let from = place(input, bytes: inputs), let to = place(output, bytes: outputs) else {
            return nil
        }
        return (from, to)
    }

    // MARK: Staging

    /// Does a call on memory that others do not reach, piece by piece through a part of the heap:
    /// small enough for what was copied in to be in a near cache when it is read.
    private func stage(
        _ call: Call,
        _ input: UnsafeRawPointer?,
        _ output: UnsafeMutableRawPointer?
    ) throws(CallError) {
        let takes = Blocks(call, .input, rank, ranks)
        let gives = Blocks(call, .output, rank, ranks)
        var (input, output) = (input, output)
        // In place a single block lies where the whole has it.
        if call.inPlace, let whole = output {
            let own = UnsafeMutableRawPointer(whole + startOfOwnBlock(call) * call.unit)
            switch call.collective {
            case .allGather, .allGatherV, .gather: input = UnsafeRawPointer(own)
            case .reduceScatter, .scatter: output = own
            default: break
            }
        }
        let heap = engine.segment.heap(of: rank)
        let stages = engine.layout.stages
        let each = HeapLayout.stageBytes / call.unit / blocksMost(call)
        // Elements of a piece of every block: whole cache lines.
        let most = max(1, each / 64 * 64)
        for start in stride(from: 0, to: call.most, by: most) {
            let piece = call.piece(from: start, count: most)
            if let input {
                takes.forEach(start, most) { from, to, bytes in
                    memcpy(heap + stages.input + to, input + from, bytes)
                }
            }
            if try !engine.run(piece, input: stages.input, output: stages.output) {
                throw .failed("no algorithm does \(call.words) with \(ranks) ranks")
            }
            if let output {
                gives.forEach(start, most) { to, from, bytes in
                    memcpy(output + to, heap + stages.output + from, bytes)
                }
            }
        }
    }

    private func startOfOwnBlock(_ call: Call) -> Int {
        call.counts.map { $0.values.prefix(rank).reduce(0, +) } ?? rank * call.count
    }

    /// The most blocks that any rank's buffer has.
    private func blocksMost(_ call: Call) -> Int {
        switch call.collective {
        case .allReduce, .broadcast, .reduce, .sendReceive, .barrier: 1
        default: ranks
        }
    }

    /// The blocks of a rank's buffer, and parts of each of them.
    private struct Blocks {
        let counts: [Int]
        let unit: Int

        init(_ call: Call, _ buffer: Buffer, _ rank: Int, _ ranks: Int) {
            counts = call.blocks(of: buffer, rank: rank, ranks: ranks)
            unit = call.unit
        }

        /// Where so many elements from some on of each block lie in the buffer, and where when
        /// these lie one behind the other; in bytes.
        func forEach(_ start: Int, _ most: Int, _ body: (Int, Int, Int) -> Void) {
            var (whole, packed) = (0, 0)
            for count in counts {
                let bytes = max(0, min(most, count - start)) * unit
                if bytes > 0 { body(whole + start * unit, packed, bytes) }
                whole += count * unit
                packed += bytes
            }
        }
    }

    // MARK: What goes wrong

    /// What the ranks called instead of the same, in words; all of them ask.
    private func mismatch(_ call: Call) throws(CallError) -> String {
        let all: [[UInt8]]
        do { all = try allGather(Array(call.words.utf8)) } catch { return "\(error)" }
        let said = all.map { String(decoding: $0, as: UTF8.self) }
        if let other = said.firstIndex(where: { $0 != said[0] }) {
            return "ranks call different things: rank 0 \(said[0]), rank \(other) \(said[other])"
        }
        return
            "ranks call \(said[0]), but their buffers lie at different places: allocate and free "
            + "the same on all ranks in the same order, and give what was allocated on all or none"
    }

    /// Who is to blame where that is known; tells the others if nobody has yet.
    private func blame(_ words: String) -> String {
        for _ in 0..<50 {
            if let known = job.alarm.words { return known }
            // Somebody's end is noticed within seconds.
            usleep(100_000)
        }
        let culprit = engine.segment.culprit.map { "the connection with rank \($0) broke" }
        job.report(culprit ?? words)
        job.alarm.raise(culprit ?? words)
        return culprit ?? words
    }
}

extension Communicator: Exchange {
    /// Bytes that can be told at a time.
    static let recordBytes = 4096

    func allGather(_ bytes: [UInt8]) throws(RuntimeError) -> [[UInt8]] {
        let size = Self.recordBytes
        let memory = UnsafeMutableRawBufferPointer.allocate(
            byteCount: size * (ranks + 1),
            alignment: 64
        )
        defer { memory.deallocate() }
        let record = UnsafeMutableRawBufferPointer(rebasing: memory[0..<size])
        let all = UnsafeMutableRawBufferPointer(rebasing: memory[size...])
        let count = min(bytes.count, size - 8)
        record.storeBytes(of: UInt64(count).littleEndian, as: UInt64.self)
        UnsafeMutableRawBufferPointer(rebasing: record[8...]).copyBytes(from: bytes.prefix(count))
        let call = Call(.allGather, count: size, Reduction(.uint8))
        do throws(CallError) {
            try stage(call, UnsafeRawPointer(record.baseAddress), all.baseAddress)
        } catch {
            throw RuntimeError("\(error)")
        }
        return (0..<ranks).map { other in
            let record = all[(other * size)..<((other + 1) * size)]
            let count = record.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
            return Array(record.dropFirst(8).prefix(min(max(0, count), size - 8)))
        }
    }
}
