internal import Fabrics

/// How a rack's devices lie in it, where so many are joined by chips that no server holds them.
///
/// A fabric says nothing of trays. Racks of this kind have four endpoints in a tray and a switch
/// tray for every two of these (docs.nvidia.com/multi-node-nvlink-systems, GB200 72x1: 18 and 9),
/// so chips are divided among so many, or else two by two.
struct Trays {
    static let endpoints = 4
    /// The largest server: 16 endpoints.
    private static let server = 16

    /// Trays of endpoints.
    let count: Int
    /// Trays of switches, nil where nobody says how many chips there are.
    let switches: Int?
    /// Chips in each of them.
    let chips: Int

    init?(_ fabric: Fabric) {
        let tier = fabric.tiers[0]
        guard case .switched(let switching) = tier.structure else { return nil }
        let hasChips =
            switching.device.map { $0.kind == .chip } ?? tier.link.map(isNVLink) ?? false
        let (count, rest) = tier.groupSize.quotientAndRemainder(dividingBy: Self.endpoints)
        guard hasChips, tier.groupSize > Self.server, rest == 0, count <= 40 else { return nil }
        self.count = count
        guard switching.isDescribed else {
            switches = nil
            chips = 0
            return
        }
        let all = switching.switches
        let isEven = count.isMultiple(of: 2) && all.isMultiple(of: count / 2)
        let trays = isEven ? count / 2 : all / 2
        guard trays > 0, all.isMultiple(of: trays), trays <= 40, all / trays <= 8 else {
            return nil
        }
        switches = trays
        chips = all / trays
    }
}
