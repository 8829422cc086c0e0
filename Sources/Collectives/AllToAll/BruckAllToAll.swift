/// Bruck: blocks travel together, by the digits of the distance that they have to go.
///
/// - n ranks, any number. Block j of a rank is the one for the rank j further on. For every digit
///   of j, from the lowest on, it goes as many times the digit's weight further, or stays where it
///   is.
/// - Blocks lie by their j, in an image of n slots; a digit takes them from one image to another.
///   The first digit's take is from the input and the last one's is to the output, where blocks lie
///   by rank: both turn around the end and the last backwards too, so nothing is rotated apart.
/// - Steps: the digits from 1 on, ⌈log_k n⌉ (k - 1) rounds at most.
/// - Bytes on the wire: a block goes out once for each of its digits that is not 0, so up to ⌈log_k
///   n⌉ (k - 1)/k n blocks from every rank: for small messages.
/// - The output is one of two images in turn, or in place as many slots more.
/// - With one digit alone nothing travels together: then this is the pairwise exchange.
/// - Source: J. Bruck, C.-T. Ho, S. Kipnis, E. Upfal, D. Weathersby, "Efficient algorithms for
///   all-to-all communications in multiport message-passing systems", IEEE Trans. Parallel Distrib.
///   Syst. 8(11), 1997: its index operation; without rotations: J. L. Träff, A. Rougier, S. Hunold,
///   "Implementing a classic: zero-copy all-to-all communication with MPI datatypes", ICS 2014.
enum BruckAllToAll {
    static let algorithm = Algorithm(
        "bruck",
        .allToAll,
        "blocks travel together by the digits of their distance; few steps, more bytes",
        parameters: [.radix],
        stage: stage
    )

    static func stage(_ work: Work) -> Stage {
        let weights = powers(of: work.radixInTeam, below: work.team.size)
        if weights.count < 2 { return PairwiseAllToAll.stage(work) }
        let phases = weights.indices.flatMap { Exchange(work, weights, $0).phases }
        let images = work.isInPlace && weights.count > 2 ? 2 : 1
        return Stage(phases, slots: images * work.team.size)
    }

    /// What happens at one digit.
    private struct Exchange {
        private let work: Work
        private let n: Int
        private let radix: Int
        private let weight: Int
        private let isFirst: Bool
        private let isLast: Bool
        /// How many digits follow this one.
        private let left: Int

        init(_ work: Work, _ weights: [Int], _ number: Int) {
            self.work = work
            n = work.team.size
            radix = work.radixInTeam
            weight = weights[number]
            isFirst = number == 0
            left = weights.count - 1 - number
            isLast = left == 0
        }

        /// Blocks with one value of the digit: runs, and how many of the only run if this is the
        /// last digit.
        private struct Shape: Equatable {
            let runs: Int
            let count: Int
        }

        private func shape(_ digit: Int) -> Shape {
            let first = digit * weight
            return Shape(
                runs: (n - 1 - first) / (radix * weight) + 1,
                count: isLast ? min(weight, n - first) : weight
            )
        }

        /// The values of the digit, those that have blocks of the same shape together.
        var phases: [Phase] {
            let digits = 0...min(radix - 1, (n - 1) / weight)
            let shapes = digits.map(shape)
            return shapes.indices.filter { $0 == 0 || shapes[$0] != shapes[$0 - 1] }.map { start in
                let count = shapes[start...].prefix { $0 == shapes[start] }.count
                return phase(shapes[start], digits: start..<(start + count))
            }
        }

        private func phase(_ shape: Shape, digits: Range<Int>) -> Phase {
            let digit = Index.round + Index(digits.lowerBound)
            let move = Pattern(
                view: work.team.view,
                sources: [source(shape, digit)],
                targets: [target(shape, digit)]
            )
            return Phase("go \(weight)", rounds: digits.count, move)
        }

        private func source(_ shape: Shape, _ digit: Index) -> Operand {
            if !isFirst { return image(shape, digit, of: .own, left: left) }
            let chunks = ChunkSet(
                first: (Index.position + digit).modulo(n),
                runs: shape.runs,
                stride: radix,
                wraps: true
            )
            return Operand(.own, work.from.buffer, chunks)
        }

        private func target(_ shape: Shape, _ digit: Index) -> Operand {
            let peer = Peer.shift(digit * weight)
            if !isLast { return image(shape, digit, of: peer, left: left - 1) }
            let chunks = ChunkSet(first: .position, runs: shape.count, stride: -1, wraps: true)
            return Operand(peer, work.to.buffer, chunks)
        }

        /// Blocks by distance, where they lie before a digit that so many others follow; before the
        /// last digit they must lie apart from the output.
        private func image(_ shape: Shape, _ digit: Index, of peer: Peer, left: Int) -> Operand {
            let chunks = ChunkSet(
                first: digit * weight,
                count: weight,
                runs: shape.runs,
                stride: radix * weight
            )
            let isSecond = left % 2 == 1
            if isSecond && !work.isInPlace { return Operand(peer, work.to.buffer, chunks) }
            let slot = work.slot + (isSecond ? n : 0)
            return Operand(peer, .scratch, chunks, slot: Index(slot), byChunk: true)
        }
    }
}
