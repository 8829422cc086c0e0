internal import Units

/// The way from a processor down to a PCI device, and what of it becomes devices of a wiring.
///
/// On the way lie ports in turn: the processor's root port, a switch's port up, its port down, the
/// next switch's port up. A switch is told of by its port up; the other ports are part of what they
/// belong to, so that each link of the wiring is one of PCIe and has one speed.
struct PCITree {
    /// A function of a PCI device.
    struct Function {
        var bus: String
        /// The link to what is above it: what it carries, and what it could.
        var rate: BitsPerSecond?
        var best: BitsPerSecond?
        var model: String?

        init(bus: String) { self.bus = bus }
    }

    private(set) var places: [String: Int32] = [:]

    /// Adds a device below a root and the switches above it that are not there yet; the new
    /// device's place, nil where the wiring is full.
    ///
    /// - Parameters:
    ///   - device: what it is.
    ///   - function: its place and its link.
    ///   - bridges: the ports above it, the processor's first.
    ///   - root: the processor.
    ///   - builder: what it is added to.
    mutating func add(
        _ device: Wiring.Device,
        _ function: Function,
        below bridges: [Function],
        of root: Int32,
        to builder: inout WiringBuilder
    ) -> Int32? {
        guard builder.refusal(devices: bridges.count + 1, links: bridges.count + 1) == nil else {
            return nil
        }
        var parent = root
        for (depth, bridge) in bridges.enumerated() where depth % 2 == 1 {
            if let place = places[bridge.bus] {
                parent = place
                continue
            }
            var part = Wiring.Device(.pcie, "pcie-\(bridge.bus)")
            part.bus = bridge.bus
            part.model = bridge.model
            part.numa = device.numa
            part.host = device.host
            let place = builder.add(part)
            builder.links.append(Self.link(place, parent, bridge))
            places[bridge.bus] = place
            parent = place
        }
        let place = builder.add(device)
        builder.links.append(Self.link(place, parent, function))
        places[function.bus] = place
        return place
    }

    private static func link(_ place: Int32, _ parent: Int32, _ function: Function) -> Wiring.Link {
        var link = Wiring.Link(place, parent, .pcie)
        link.rate = function.rate
        link.best = function.best
        return link
    }
}
