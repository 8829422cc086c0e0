internal import Fabrics
internal import Units

/// Bytes of one round from one rank to another.
struct Sent {
    let round: Int
    let source: Int32
    let target: Int32
    let bytes: Int

    /// Whether another round has the same.
    func isAs(_ other: Sent) -> Bool {
        source == other.source && target == other.target && bytes == other.bytes
    }
}

/// Adds up what rounds put on cables.
struct CableCounter {
    private let placement: Placement
    private let flows: Int
    private var router: Router
    private var load: RoutedLoad
    private var ends: EndLoads
    private var total = ChannelBytes()
    private var time = Picoseconds.zero
    private var best = Picoseconds.zero
    private var delays: [Picoseconds]
    private var worst: CableLoads.Worst?
    private var unjoined = 0

    init(
        _ placement: Placement,
        _ router: Router,
        _ routing: Routing,
        flows: Int,
        seed: UInt64
    ) {
        self.placement = placement
        self.flows = flows
        self.router = router
        load = RoutedLoad(routing, seed: seed)
        ends = EndLoads(placement)
        delays = [Picoseconds](repeating: .zero, count: placement.fabric.tiers.count)
    }

    /// Counts a round that is so many times the same.
    mutating func take(_ round: ArraySlice<Sent>, times: Int) {
        for one in round {
            let (first, second) = (Int(one.source), Int(one.target))
            ends.add(one.bytes, from: first, to: second)
            let (from, to) = (placement.endpoint(of: first), placement.endpoint(of: second))
            for flow in 0..<flows {
                let share = one.bytes * (flow + 1) / flows - one.bytes * flow / flows
                if share == 0 { continue }
                if !load.add(bytes: share, from: from, to: to, flow: flow, over: &router) {
                    unjoined += share * times
                }
            }
        }
        var (longest, slowest) = (Picoseconds.zero, 0)
        for channel in load.carried.channels {
            let bytes = load.carried[channel]
            total.add(bytes * times, to: channel)
            let takes = router.rate(of: channel).duration(of: ByteCount(bytes))
            if takes > longest { (longest, slowest) = (takes, channel) }
        }
        load.clear()
        let own = ends.takeLongest()
        time = Picoseconds(time.count + longest.count * times)
        best = Picoseconds(best.count + own.count * times)
        // Parts that differ by a few bytes hold nothing up.
        if longest.count <= own.count + own.count / 100 { return }
        let tier = router.tier(of: slowest)
        delays[tier] = Picoseconds(delays[tier].count + (longest.count - own.count) * times)
        let ratio = Double(longest.count) / Double(max(1, own.count))
        if ratio > worst?.times ?? 0 { worst = .init(channel: slowest, times: ratio) }
    }

    /// All that was counted.
    var loads: CableLoads {
        CableLoads(
            routing: load.routing,
            time: time,
            best: best,
            tiers: uses,
            worst: worst,
            unjoined: ByteCount(unjoined)
        )
    }

    private var uses: [CableLoads.Use] {
        struct Sum {
            var (channels, bytes, most, busiest) = (0, 0, 0, 0)
            var longest = Picoseconds.zero
        }
        var sums = [Sum](repeating: Sum(), count: delays.count)
        for channel in total.channels {
            let tier = router.tier(of: channel)
            let bytes = total[channel]
            sums[tier].channels += 1
            sums[tier].bytes += bytes
            let takes = router.rate(of: channel).duration(of: ByteCount(bytes))
            if takes <= sums[tier].longest { continue }
            sums[tier].longest = takes
            sums[tier].busiest = channel
            sums[tier].most = bytes
        }
        return sums.indices.filter { sums[$0].channels > 0 }.map { tier in
            .init(
                tier: tier,
                channels: sums[tier].channels,
                total: ByteCount(sums[tier].bytes),
                busiest: sums[tier].busiest,
                most: ByteCount(sums[tier].most),
                delay: delays[tier]
            )
        }
    }
}

/// What each rank sends into and receives from each network in a round.
private struct EndLoads {
    private let placement: Placement
    private let rates: [BitsPerSecond]
    /// For each network and rank: out and in.
    private var bytes: [Int]
    private var used: [Int] = []

    init(_ placement: Placement) {
        self.placement = placement
        rates = placement.fabric.networks.map(\.rate)
        bytes = [Int](repeating: 0, count: 2 * rates.count * placement.ranks)
    }

    mutating func add(_ count: Int, from first: Int, to second: Int) {
        guard let tier = placement.tier(between: first, and: second) else { return }
        let base = placement.fabric.tiers[tier].network * placement.ranks
        for place in [2 * (base + first), 2 * (base + second) + 1] {
            if bytes[place] == 0 { used.append(place) }
            bytes[place] += count
        }
    }

    /// How long the busiest takes; then nothing is there.
    mutating func takeLongest() -> Picoseconds {
        var longest = Picoseconds.zero
        for place in used {
            let rate = rates[place / 2 / placement.ranks]
            longest = max(longest, rate.duration(of: ByteCount(bytes[place])))
            bytes[place] = 0
        }
        used.removeAll(keepingCapacity: true)
        return longest
    }
}
