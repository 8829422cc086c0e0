internal import Runtime

/// An RDMA port of a host, and how far its counters have grown.
struct HostRail {
    let host: String
    var growth: RailGrowth

    /// What it is called.
    var name: String { "\(growth.device) port \(growth.port) of \(host)" }
}

extension [HostRail] {
    /// Adds what a rank has read; several on a host may use the same port.
    mutating func add(_ rail: HostRail) {
        if let place = firstIndex(where: { $0.name == rail.name }) {
            self[place].growth = self[place].growth.merged(with: rail.growth)
        } else {
            append(rail)
        }
    }

    /// Adds a row to those before it.
    mutating func sum(_ row: [HostRail]) {
        for rail in row {
            if let place = firstIndex(where: { $0.name == rail.name }) {
                self[place].growth = self[place].growth.summed(with: rail.growth)
            } else {
                append(rail)
            }
        }
    }

    /// How far counters have grown on all ports together, by their names; nil where there is no
    /// port.
    var counters: [String: Int]? {
        if isEmpty { return nil }
        let total = lazy.map(\.growth).total
        return Dictionary(
            uniqueKeysWithValues: total.map { ($0.description, Int(clamping: $1)) }
        )
    }

    /// Sentences for what went wrong.
    var warnings: [String] {
        flatMap { PortCounters.warnings(of: $0.growth.growth, on: $0.name) }
    }
}
