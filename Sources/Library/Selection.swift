internal import Collectives
internal import Measurement
internal import Models
internal import Runtime

/// How algorithms are chosen for programs: as `weft bench` chooses, by the stored table if it is of
/// this machine.
enum Selection {
    static func chooser(_ machine: MachineContext) throws -> Chooser {
        let table = try SelectionTable.load()
        let selector = Selector(tuned: table?.machine == machine.identity ? table : nil)
        return { call, ranks, nodes in
            let best = selector.choice(
                call.collective,
                call.request(ranks: ranks),
                nodes: Set(nodes).count
            ).variant
            let chosen = Choice(best.algorithm, channels: best.channels, slices: best.slices)
            // Where that takes more scratch than there is.
            return [chosen] + Algorithm.all(for: call.collective).map { Choice($0.name) }
        }
    }
}
