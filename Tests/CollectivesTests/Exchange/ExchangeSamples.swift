import Collectives

/// Schedules of every algorithm, in enough shapes to meet every kind of place and step.
enum ExchangeSamples {
    static let all: [Schedule] = requests.flatMap { request in
        Algorithm.all.compactMap { algorithm in
            var request = request
            switch algorithm.collective {
            case .allGatherV:
                request.counts = BlockCounts(perRank: (0..<request.ranks).map { 3 * $0 % 17 })
            case .allToAllV:
                let rows = (0..<request.ranks).map { row in
                    (0..<request.ranks).map { (row * 5 + $0 * 3) % 11 }
                }
                request.counts = BlockCounts(perPair: rows)
            default: break
            }
            return algorithm.refusal(of: request) == nil ? algorithm.schedule(request) : nil
        }
    }

    private static let requests: [Request] = {
        var requests: [Request] = []
        for ranks in [1, 2, 3, 4, 6, 8] {
            for inPlace in ranks == 3 || ranks == 4 ? [false, true] : [ranks > 4] {
                var request = Request(ranks: ranks, elements: 203, inPlace: inPlace)
                request.root = ranks - 1
                requests.append(request)
            }
        }
        requests.append(Request(ranks: 4, elements: 301, channels: 2, slices: 3))
        requests.append(Request(ranks: 6, elements: 64, inPlace: true, channels: 3))
        requests.append(Request(ranks: 4, elements: 7, slices: 2))
        requests.append(Request(ranks: 3, elements: 0))
        requests.append(Request(ranks: 6, elements: 90, radix: 2, order: [5, 3, 1, 0, 2, 4]))
        return requests
    }()

    /// Those that other formats can say: ranks only, and blocks of one size.
    static let plain = all.filter {
        $0.aggregators == 0 && !$0.collective.isVariable && $0.collective != .sendReceive
            && $0.collective != .barrier
    }
}

extension Schedule {
    /// What comes out when every element is a text and sums say their order, or where terms may
    /// change places only what is summed with what.
    func resultsInWords(commuting: Bool = false) -> [[String]] {
        let inputs = (0..<ranks).map { rank in
            (0..<elementCount(of: .input, rank: rank)).map { "\(rank).\($0)" }
        }
        return interpret(inputs: inputs, empty: "") { left, right in
            commuting && right < left ? "(\(right) \(left))" : "(\(left) \(right))"
        }
    }

    /// A schedule in few words, for messages.
    var summary: String {
        "\(algorithm) \(collective.rawValue), \(ranks) ranks, \(tracks.count) tracks, "
            + "\(slices) slices, \(elements) elements\(inPlace ? ", in place" : "")"
    }

    /// Calls `body` with the places of every step.
    func forEachMove(_ body: (_ actor: Int, _ sources: [Place], _ targets: [Place]) -> Void) {
        for track in tracks.indices {
            forEachStep(track: track, slice: 0) { step in
                var sources: [Place] = []
                var targets: [Place] = []
                forEachSource(of: step) { sources.append($0) }
                forEachTarget(of: step) { targets.append($0) }
                body(step.actor, sources, targets)
            }
        }
    }
}
