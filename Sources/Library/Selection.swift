internal import Collectives
internal import Measurement
internal import Runtime

/// How algorithms are chosen for programs.
enum Selection {
    static func chooser(_ machine: MachineContext) -> Chooser {
        { call, ranks, nodes in
            let isSmall = call.most * call.unit * ranks <= 8192
            let names = Algorithm.all(for: call.collective).map(\.name)
            return (isSmall ? ["one-shot"] : ["two-shot"]).filter(names.contains).map { Choice($0) }
                + names.map { Choice($0) }
        }
    }
}
