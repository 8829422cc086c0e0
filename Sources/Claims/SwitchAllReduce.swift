internal import Collectives

/// All-reduce by a switch that reduces what it reads and multicasts what it is sent (NVLS).
///
/// - n ranks, n chunks, one aggregator: the switch. Rank r owns chunk r.
/// - Steps: the switch reads chunk r from every rank and gives the sum to rank r; rank r sends it
///   to the switch, which writes it to every rank.
/// - Bytes on a rank's link: n + 1 chunks each way; a ring's are 2(n - 1).
/// - Source: B. Klenk and others, "An In-Network Architecture for Accelerating Shared-Memory
///   Multiprocessor Collectives", ISCA 2020.
enum SwitchAllReduce {
    static func schedule(for request: Request) -> Schedule {
        let n = request.ranks
        let ranks = View(size: n)
        let hub = View(base: n, size: 1)
        let turn = ChunkSet(first: .round)
        let mine = ChunkSet(first: .position)
        let reduce = Pattern(
            view: hub,
            sources: [Operand(.each, .input, turn, to: Index(n), view: ranks)],
            targets: [
                Operand(.each, .output, turn, from: .round, to: .round + 1, view: ranks)
            ]
        )
        let give = Pattern(
            view: ranks,
            sources: [Operand(.own, .output, mine)],
            targets: [Operand(.each, .scratch, mine, slot: .position, view: hub)]
        )
        let multicast = Pattern(
            view: hub,
            sources: [Operand(.own, .scratch, turn, slot: .round)],
            targets: [Operand(.each, .output, turn, to: Index(n), view: ranks)]
        )
        return Schedule(
            collective: .allReduce,
            algorithm: "switch",
            ranks: n,
            aggregators: 1,
            elements: request.elements,
            elementSize: request.elementSize,
            inPlace: request.inPlace,
            chunks: n,
            tracks: [
                Track([
                    Phase("reduce in the switch", rounds: n, reduce), Phase("give", give),
                    Phase("multicast", rounds: n, multicast),
                ])
            ],
            scratch: Scratch(slots: n)
        )
    }
}

extension Schedule {
    /// The most bytes that a rank's link carries in one direction; the ends of a transfer are
    /// wherever its memory is, the switch included.
    var busiestLink: Int {
        var out = [Int](repeating: 0, count: endpoints)
        var into = out
        for track in tracks.indices {
            for slice in 0..<slices {
                forEachStep(track: track, slice: slice) { step in
                    let lane = lane(of: step)
                    forEachSource(of: step) { place in
                        if place.endpoint == step.actor { return }
                        let bytes = elementCount(of: place, lane: lane) * elementSize
                        out[place.endpoint] += bytes
                        into[step.actor] += bytes
                    }
                    forEachTarget(of: step) { place in
                        if place.endpoint == step.actor { return }
                        let bytes = elementCount(of: place, lane: lane) * elementSize
                        out[step.actor] += bytes
                        into[place.endpoint] += bytes
                    }
                }
            }
        }
        return (0..<ranks).reduce(0) { max($0, out[$1], into[$1]) }
    }
}
