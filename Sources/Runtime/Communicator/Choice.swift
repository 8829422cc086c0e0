internal import Collectives

/// By which algorithm a call is done, and with which parameters.
public struct Choice: Equatable, Sendable {
    /// The algorithm's name.
    public let algorithm: String
    /// Parallel parts of the data.
    public let channels: Int
    /// Pipelined parts of each channel's data.
    public let slices: Int

    /// Makes a choice.
    public init(_ algorithm: String, channels: Int = 1, slices: Int = 1) {
        self.algorithm = algorithm
        self.channels = channels
        self.slices = slices
    }

    /// The schedule, nil where this can't be done.
    func schedule(_ call: Call, ranks: Int, nodeSize: Int?) -> Schedule? {
        guard let algorithm = Algorithm.named(algorithm, for: call.collective) else { return nil }
        var request = call.request(ranks: ranks, nodeSize: nodeSize)
        request.channels = channels
        request.slices = slices
        if algorithm.refusal(of: request) != nil { return nil }
        let schedule = algorithm.schedule(request)
        // There is nobody to be a switch.
        return schedule.aggregators == 0 ? schedule : nil
    }

    /// As a word that other ranks understand.
    func packed(for collective: Collective) -> UInt64 {
        let index = Algorithm.all(for: collective).firstIndex { $0.name == algorithm } ?? 0
        return UInt64(index + 1) << 32 | UInt64(channels) << 16 | UInt64(slices)
    }

    /// The choice that such a word stands for, nil for none.
    init?(unpacking word: UInt64, for collective: Collective) {
        let all = Algorithm.all(for: collective)
        let index = Int(word >> 32) - 1
        guard all.indices.contains(index) else { return nil }
        self.init(
            all[index].name,
            channels: Int(word >> 16 & 0xFFFF),
            slices: Int(word & 0xFFFF)
        )
    }
}

/// How the algorithm of a call is chosen, asked on rank 0: the best first, then what else would do.
public typealias Chooser = @Sendable (Call, _ ranks: Int, _ nodes: [Int]) -> [Choice]
