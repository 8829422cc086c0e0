import Collectives
import Testing

/// What is checked after a benchmark's operations: right results pass, wrong ones don't, whatever
/// the algorithm.
@Suite struct CheckDataTests {
    private struct Buffers {
        var bytes: [[UInt8]]

        init(_ schedule: Schedule, _ buffer: Buffer) {
            bytes = (0..<schedule.ranks).map { rank in
                let count = schedule.elementCount(of: buffer, rank: rank)
                return Array(repeating: 0xFF, count: count * schedule.elementSize)
            }
        }
    }

    private func request(_ collective: Collective, _ ranks: Int, _ type: DataType) -> Request {
        let counts: BlockCounts? =
            switch collective {
            case .allGatherV: BlockCounts(perRank: (0..<ranks).map { 5 + $0 })
            case .allToAllV:
                BlockCounts(
                    perPair: (0..<ranks).map { row in (0..<ranks).map { (row + 2 * $0) % 5 } }
                )
            default: nil
            }
        return Request(
            ranks: ranks,
            elements: 37,
            counts: counts,
            elementSize: type.size,
            root: collective.hasRoot ? ranks - 1 : 0
        )
    }

    private func schedule(_ collective: Collective, _ ranks: Int, _ type: DataType) -> Schedule? {
        let request = request(collective, ranks, type)
        let algorithm = Algorithm.all(for: collective).first { $0.refusal(of: request) == nil }
        return algorithm?.schedule(request)
    }

    /// Outputs of the reference, which knows nothing of what is expected.
    private func outputs(
        _ schedule: Schedule,
        _ reduction: Reduction,
        _ data: CheckData
    ) -> [[UInt8]] {
        var inputs = Buffers(schedule, .input).bytes
        for rank in 0..<schedule.ranks {
            inputs[rank].withUnsafeMutableBytes { bytes in
                guard let start = bytes.baseAddress else { return }
                data.fill(start, rank: rank)
            }
        }
        let size = schedule.elementSize
        if reduction.type == .mxfp8 {
            let blocks = inputs.map { bytes in
                stride(from: 0, to: bytes.count, by: size).map {
                    ScaledBlock(bytes: bytes[$0..<($0 + size)])
                }
            }
            return schedule.interpret(
                inputs: blocks,
                empty: ScaledBlock(bytes: Array(repeating: 0xFF, count: size)),
                arithmetic: BlockArithmetic(
                    .e4m3,
                    reduction.combining,
                    ranks: schedule.ranks,
                    factor: Float(Reduction.factor)
                )
            ).map { $0.flatMap(\.bytes) }
        }
        let patterns = inputs.map { bytes in
            stride(from: 0, to: bytes.count, by: size).map { start in
                (0..<size).reversed().reduce(0) { $0 << 8 | UInt64(bytes[start + $1]) }
            }
        }
        let arithmetic = ScalarArithmetic(
            reduction.type,
            reduction.combining,
            ranks: schedule.ranks,
            factor: reduction.factorBits
        )
        return schedule.interpret(inputs: patterns, empty: .max, arithmetic: arithmetic).map {
            $0.flatMap { bits in
                (0..<size).map { UInt8(truncatingIfNeeded: bits >> UInt64(8 * $0)) }
            }
        }
    }

    private func countWrong(_ data: CheckData, _ outputs: [[UInt8]]) -> Int {
        var wrong = 0
        for (rank, output) in outputs.enumerated() {
            var output = output
            output.withUnsafeMutableBytes { bytes in
                guard let start = bytes.baseAddress else { return }
                wrong += data.countWrong(start, rank: rank)
            }
        }
        return wrong
    }

    /// Every algorithm's order gives the expected bits, for every type and operator.
    @Test(arguments: DataType.allCases, [1, 2, 3, 8, 13])
    func rightResultsOfReductionsPass(_ type: DataType, _ ranks: Int) {
        for combining in ReductionOperator.allCases {
            let reduction = Reduction(type, combining)
            for collective in [Collective.allReduce, .reduceScatter, .reduce] {
                let request = request(collective, ranks, type)
                for algorithm in Algorithm.all(for: collective)
                where algorithm.refusal(of: request) == nil {
                    let schedule = algorithm.schedule(request)
                    let data = CheckData(schedule, reduction, salt: 7)
                    let wrong = countWrong(data, outputs(schedule, reduction, data))
                    #expect(wrong == 0, "\(collective) \(algorithm.name) \(type) \(combining)")
                }
            }
        }
    }

    @Test(arguments: Collective.allCases, [DataType.uint8, .float16, .float32, .float64, .mxfp8])
    func rightResultsOfMovesPass(_ collective: Collective, _ type: DataType) {
        for ranks in [1, 2, 5] {
            guard !collective.reduces, let schedule = schedule(collective, ranks, type) else {
                continue
            }
            let reduction = Reduction(type)
            let data = CheckData(schedule, reduction, salt: 3)
            #expect(countWrong(data, outputs(schedule, reduction, data)) == 0)
        }
    }

    /// Nothing arrived, something stale arrived, or a single bit is wrong.
    @Test(arguments: Collective.allCases, [DataType.int8, .bfloat16, .float32, .fp8E5M2, .mxfp8])
    func wrongResultsAreSeen(_ collective: Collective, _ type: DataType) {
        guard collective != .barrier, let schedule = schedule(collective, 4, type) else { return }
        let reduction = Reduction(type)
        let data = CheckData(schedule, reduction, salt: 5)
        let right = outputs(schedule, reduction, data)
        #expect(countWrong(data, Buffers(schedule, .output).bytes) > 0)
        let stale = outputs(schedule, reduction, CheckData(schedule, reduction, salt: 4))
        #expect(countWrong(data, stale) > 0)
        let receiver = right.indices.last { !right[$0].isEmpty } ?? 0
        var flipped = right
        flipped[receiver][0] ^= 1
        #expect(countWrong(data, flipped) == 1)
    }

    /// A contribution that is lost or doubled changes an element in a few, for any rank.
    @Test(arguments: DataType.allCases, ReductionOperator.allCases)
    func lostAndDoubledContributionsAreSeen(_ type: DataType, _ combining: ReductionOperator) {
        // A doubled contribution to a smallest or largest changes nothing.
        let isIdempotent = combining == .minimum || combining == .maximum
        let reduction = Reduction(type, combining)
        for ranks in [2, 5, 16] {
            let elements = 64 * ranks
            let request = Request(ranks: ranks, elements: elements, elementSize: type.size)
            guard let right = Algorithm.named("two-shot", for: .allReduce)?.schedule(request)
            else { return }
            let data = CheckData(right, reduction, salt: 1)
            for victim in 0..<ranks {
                let lost = right.rewired { $0 == victim ? nil : $0 }
                #expect(countWrong(data, outputs(lost, reduction, data)) > 0, "\(victim) lost")
                if isIdempotent { continue }
                let doubled = right.rewired { $0 == (victim + 1) % ranks ? victim : $0 }
                let wrong = countWrong(data, outputs(doubled, reduction, data))
                #expect(wrong > 0, "\(victim) twice")
            }
        }
    }
}

extension Schedule {
    /// The same with other sources: each step reads from the endpoints that are given for its own.
    fileprivate func rewired(_ source: (Int) -> Int?) -> Schedule {
        var result = tabulated()
        result.tracks = result.tracks.map { track in
            Track(
                track.phases.map { phase in
                    guard case .table(let table) = phase.form else { return phase }
                    let steps = table.steps.map { step in
                        var changed = step
                        changed.sources = step.sources.compactMap { place in
                            guard let endpoint = source(place.endpoint) else { return nil }
                            var place = place
                            place.endpoint = endpoint
                            return place
                        }
                        return changed
                    }
                    return Phase(phase.name, table: StepTable(steps))
                }
            )
        }
        return result
    }
}
