internal import Text
internal import Units

/// What there is to say about how groups are joined.
extension FabricSummary {
    static func structure(of index: Int, in fabric: Fabric) -> [Row] {
        let tier = fabric.tiers[index]
        var rows: [Row] = []
        switch tier.structure {
        case .switched(let switching) where switching.isDescribed:
            rows = rowsOf(switching, index, fabric)
        case .switched:
            rows = [Row("switches", "not said: one that carries all")]
        case .torus(let torus):
            let sides = torus.sides.map(String.init).joined(separator: " x ")
            rows = [Row("structure", "\(torus.wraps ? "torus" : "mesh") of \(sides)")]
        case .direct(let direct):
            let links = direct.links.reduce(0, +) / 2
            rows = [Row("structure", "\(links) links between endpoints in each group")]
        case .dragonfly(let dragonfly):
            rows = [
                Row(
                    "structure",
                    "Dragonfly: \(dragonfly.groups) groups of \(dragonfly.routers) routers of "
                        + "\(dragonfly.endpoints) endpoints"
                ),
                Row("cables between two groups", "\(dragonfly.parallel)"),
            ]
        }
        if let nic = tier.nic {
            rows.append(Row("network interface", "\(nic.name), \(nic.summary)"))
        }
        if let length = tier.length {
            rows.append(Row("cable", "\(significant(length.value.metres, 4)) m" + mark(length)))
        }
        return rows
    }

    private static func rowsOf(_ switching: Switching, _ index: Int, _ fabric: Fabric) -> [Row] {
        let tier = fabric.tiers[index]
        let groups = fabric.endpoints / tier.groupSize
        let isFirst = index == 0 || fabric.tiers[index - 1].network != tier.network
        let device = switching.device.map { " x \($0.name), \($0.summary)" } ?? ""
        let all = groups > 1 ? "; \(groups * switching.switches) in all" : ""
        let what = isFirst ? "each endpoint" : "each switch of \(fabric.tiers[index - 1].name)"
        let below = isFirst ? fabric.endpoints : fabric.endpoints / fabric.sizeBelow(index)
        let cables = below * switching.unitsBelow * switching.cables
        return [
            Row("switches", "\(switching.switches)\(device)\(all)"),
            Row("cables", "\(switching.cables) from \(what); \(cables) in all"),
        ]
    }
}
