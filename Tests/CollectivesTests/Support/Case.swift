import Collectives
import Testing

/// An algorithm and the ways to ask for it that are worth trying.
struct Case: Sendable, CustomTestStringConvertible {
    let algorithm: Algorithm

    var testDescription: String { "\(algorithm.collective.rawValue) \(algorithm.name)" }

    static let all = Algorithm.all.map { Case(algorithm: $0) }

    /// Everything but the root and the count, for a number of ranks.
    func requests(ranks: Int, lanes: [(channels: Int, slices: Int)]) -> [Request] {
        var result: [Request] = []
        for (channels, slices) in lanes {
            for inPlace in [false, true] {
                let plain = Request(
                    ranks: ranks,
                    elements: 1,
                    inPlace: inPlace,
                    channels: channels,
                    slices: slices
                )
                result += variants(plain)
            }
        }
        return result.filter { algorithm.refusal(of: $0) == nil }
    }

    /// The request as it is, and with each of the parameters that the algorithm heeds.
    private func variants(_ request: Request) -> [Request] {
        var result = [request]
        let n = request.ranks
        if algorithm.parameters.contains(.radix) {
            for radix in [2, 3, 5] { result.append(request.with { $0.radix = radix }) }
        }
        if algorithm.parameters.contains(.aggregation) {
            for blocks in [1, 2, 3] { result.append(request.with { $0.aggregation = blocks }) }
        }
        if algorithm.parameters.contains(.buffer) {
            for outstanding in [1, 2, 5] {
                result.append(
                    request.with {
                        $0.radix = 2
                        $0.buffer = 64 * outstanding
                        $0.outstanding = outstanding
                    }
                )
            }
        }
        if algorithm.parameters.contains(.node) {
            for size in 1...n where n % size == 0 {
                result.append(request.with { $0.nodeSize = size })
            }
        }
        if algorithm.parameters.contains(.order) {
            var random = SplitMix64(seed: UInt64(n))
            let order = (0..<Int32(n)).shuffled(using: &random)
            result.append(request.with { $0.order = order })
        }
        return result
    }

    /// The roots that there are.
    func roots(ranks: Int) -> Range<Int> { 0..<(algorithm.collective.hasRoot ? ranks : 1) }

    /// Block counts for collectives whose blocks differ: alike, uneven, and with empty ones.
    func counts(ranks: Int) -> [BlockCounts?] {
        var random = SplitMix64(seed: UInt64(ranks) << 8)
        switch algorithm.collective {
        case .allGatherV:
            let uneven = (0..<ranks).map { _ in random.below(9) }
            return [nil, BlockCounts(perRank: uneven)]
        case .allToAllV:
            let rows = (0..<ranks).map { _ in (0..<ranks).map { _ in max(0, random.below(9) - 2) } }
            return [nil, BlockCounts(perPair: rows)]
        default: return [nil]
        }
    }
}

extension Request {
    /// The request with a change.
    func with(_ change: (inout Request) -> Void) -> Request {
        var result = self
        change(&result)
        return result
    }
}
