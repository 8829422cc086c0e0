internal import Text
internal import Units

/// The topology that NCCL and RCCL write to `NCCL_TOPO_DUMP_FILE`, and that `NCCL_TOPO_FILE` gives
/// them.
///
/// A tree: `<cpu>` for a NUMA node, `<pci>` for PCIe switches and what is below them, `<gpu>` with
/// its `<nvlink>`, `<xgmi>` and `<c2c>`, `<nic>` with a `<net>` for each port. (NCCL 2.30,
/// src/graph/topo.cc and xml.cc.)
extension Wiring {
    static func readingNCCL(_ root: XMLElement, name: String) throws(TextError) -> Wiring {
        var reader = NCCLReader(name: name)
        return try reader.read(root)
    }
}

private struct NCCLReader {
    /// A link that names its other end by its place in the tree of PCI devices.
    private struct Pending {
        let element: XMLElement
        let from: Int32
        let host: String?
        let capability: Int
        let architecture: String
    }

    private var builder: WiringBuilder
    private var pending: [Pending] = []
    /// Devices by host and bus.
    private var buses: [String: Int32] = [:]
    private var host: String?
    private var hosts: [String: String] = [:]
    private var numa: Int?
    private var cpus: [(place: Int32, host: String?)] = []

    init(name: String) { builder = WiringBuilder(name: name) }

    /// More NUMA nodes than NCCL takes, on all hosts together.
    private static let cpusMost = 256

    mutating func read(_ root: XMLElement) throws(TextError) -> Wiring {
        let children = root.children
        for element in children where element.isNamed("cpu") {
            let hash = element.optional("host_hash")?.value ?? ""
            if hosts[hash] == nil { hosts[hash] = "host\(hosts.count)" }
        }
        for element in children where element.isNamed("cpu") { try readCPU(element) }
        guard !cpus.isEmpty else {
            throw root.error("<system> holds no <cpu>, so there is nothing in this machine")
        }
        try connectPending()
        for (index, one) in cpus.enumerated() {
            for other in cpus[(index + 1)...] where other.host == one.host {
                builder.links.append(Wiring.Link(one.place, other.place, .smp))
            }
        }
        if builder.links.contains(where: { $0.medium == .nvlink && $0.rate == nil }) {
            builder.notes.append("the rate of NVLinks is not known for some GPUs ('sm')")
        }
        return builder.finish()
    }

    // MARK: Devices

    private mutating func add(
        _ kind: Wiring.Device.Kind,
        _ name: String,
        _ element: XMLElement,
        _ change: (inout Wiring.Device) -> Void = { _ in }
    ) throws(TextError) -> Int32 {
        if let refusal = builder.refusal(devices: 1, links: 1) { throw element.error(refusal) }
        let prefix = hosts.count > 1 ? "\(host ?? "")/" : ""
        var device = Wiring.Device(kind, prefix + name)
        device.host = host
        device.numa = numa
        change(&device)
        return builder.add(device)
    }

    private mutating func readCPU(_ element: XMLElement) throws(TextError) {
        guard cpus.count < Self.cpusMost else {
            throw element.error("more than \(Self.cpusMost) NUMA nodes are more than NCCL takes")
        }
        let number = try element.required("numaid").integer(in: -1...65_535)
        let hash = element.optional("host_hash")?.value ?? ""
        host = hosts.count > 1 ? hosts[hash] : nil
        numa = number < 0 ? nil : number
        let model = element.optional("vendor")?.value
        let place = try add(.cpu, "numa\(max(number, 0))", element) { $0.model = model }
        cpus.append((place, host))
        for child in element.children {
            if child.isNamed("pci") { try readPCI(child, below: place, depth: 0) }
            if child.isNamed("nic") {
                // An adapter whose place nobody knows: virtual ones, and those of EFA at times.
                let nic = try add(.nic, Self.name(ofNIC: child) ?? "nic", child)
                try readNets(child, of: nic)
                builder.links.append(Wiring.Link(nic, place, .other))
            }
        }
    }

    private mutating func readPCI(
        _ element: XMLElement,
        below parent: Int32,
        depth: Int
    ) throws(TextError) {
        let bus = try element.required("busid").value.lowercased()
        let children = element.children
        let gpu = children.first { $0.isNamed("gpu") }
        let nic = children.first { $0.isNamed("nic") }
        let kind = Self.kind(element, gpu: gpu, nic: nic)
        var name = "\(kind.rawValue)-\(bus)"
        if let gpu, let number = gpu.optional("dev")?.value { name = "gpu\(number)" }
        if let nic { name = Self.name(ofNIC: nic) ?? name }
        let key = "\(host ?? "")/\(bus)"
        let model = Self.model(element)
        let place = try add(kind, name, element) {
            $0.bus = bus
            $0.model = model
        }
        // Files that were written by hand have it at times.
        if buses[key] != nil {
            builder.notes.append("there are two devices at \(bus); links lead to the first")
        } else {
            buses[key] = place
        }
        builder.links.append(try Self.link(element, place, parent))
        for child in children {
            if child.isNamed("pci") {
                try readPCI(child, below: place, depth: depth + 1)
            } else if child.isNamed("gpu") {
                try readGPU(child, place, cpu: cpus.last?.place ?? parent)
            } else if child.isNamed("nic") {
                try readNets(child, of: place)
            }
        }
    }

    private static func kind(
        _ element: XMLElement,
        gpu: XMLElement?,
        nic: XMLElement?
    ) -> Wiring.Device.Kind {
        if gpu != nil { return .gpu }
        if nic != nil { return .nic }
        let code = element.optional("class")?.value ?? ""
        return PCIClass(code)?.kind ?? .pcie
    }

    /// The ids of maker and device, as `10de:2330`.
    private static func model(_ element: XMLElement) -> String? {
        guard let vendor = element.optional("vendor")?.value,
            let device = element.optional("device")?.value
        else { return nil }
        return [vendor, device].map { $0.hasPrefix("0x") ? String($0.dropFirst(2)) : $0 }
            .joined(separator: ":")
    }

    /// The link to what is above, whose speed may be empty in virtual machines.
    private static func link(
        _ element: XMLElement,
        _ place: Int32,
        _ parent: Int32
    ) throws(TextError) -> Wiring.Link {
        var link = Wiring.Link(place, parent, .pcie)
        guard let speed = element.optional("link_speed"),
            let width = element.optional("link_width")
        else { return link }
        let lanes = try width.integer(in: 0...64)
        guard lanes > 0, !speed.value.isEmpty else { return link }
        guard let rate = LinkRates.pcie(speed: speed.value, lanes: lanes) else {
            if speed.value.hasPrefix("Unknown") { return link }
            throw speed.error("expected a speed as '16.0 GT/s PCIe', found '\(speed.value)'")
        }
        link.rate = rate
        return link
    }

    private mutating func readGPU(
        _ element: XMLElement,
        _ place: Int32,
        cpu: Int32
    ) throws(TextError) {
        let capability = try element.optional("sm")?.integer(in: 0...10_000) ?? 0
        let architecture = element.optional("gcn")?.value ?? ""
        for child in element.children {
            if child.isNamed("nvlink") || child.isNamed("xgmi") {
                pending.append(
                    Pending(
                        element: child,
                        from: place,
                        host: host,
                        capability: capability,
                        architecture: architecture
                    )
                )
            } else if child.isNamed("c2c") {
                var link = Wiring.Link(place, cpu, .c2c)
                link.count = Int32(try child.required("count").integer(in: 1...1024))
                // Megabytes a second of each.
                let megabytes = try child.required("bw").integer(in: 1...1_000_000_000)
                link.rate = BitsPerSecond(megabytes * 8_000_000)
                try append(link, child)
            }
        }
    }

    private static func name(ofNIC element: XMLElement) -> String? {
        let names = element.children.compactMap { $0.optional("name")?.value }
        var distinct: [String] = []
        for name in names.prefix(8) where !name.isEmpty && !distinct.contains(name) {
            distinct.append(name)
        }
        return distinct.isEmpty ? nil : distinct.joined(separator: "+")
    }

    /// The ports of an adapter, whose speeds are in megabits a second; -1 where nobody knows.
    private mutating func readNets(_ element: XMLElement, of place: Int32) throws(TextError) {
        var bits = 0
        var guid: UInt64?
        var seen: Set<String> = []
        for net in element.children where net.isNamed("net") {
            // Several adapters as one are listed beside those that they are made of.
            if let flag = net.optional("net")?.value, flag == "0" { continue }
            let key = "\(net.optional("name")?.value ?? "") \(net.optional("port")?.value ?? "")"
            guard seen.insert(key).inserted else { continue }
            if let speed = try net.optional("speed")?.integer(in: -1...1_000_000_000), speed > 0 {
                bits = min(bits + speed * 1_000_000, 1 << 62)
            }
            if let text = net.optional("guid")?.value, guid == nil {
                let value = UInt64(text.hasPrefix("0x") ? text.dropFirst(2) : text[...], radix: 16)
                guid = value == 0 ? nil : value
            }
        }
        builder.update(place) {
            if bits > 0 {
                let before = $0.networkRate?.bits ?? 0
                $0.networkRate = BitsPerSecond(min(before + bits, 1 << 62))
            }
            $0.guid = guid ?? $0.guid
        }
    }

    // MARK: Links between GPUs

    private mutating func append(_ link: Wiring.Link, _ element: XMLElement) throws(TextError) {
        if let refusal = builder.refusal(links: 1) { throw element.error(refusal) }
        builder.links.append(link)
    }

    private mutating func connectPending() throws(TextError) {
        var told: [UInt64: (first: Int32, count: Int32, back: Int32)] = [:]
        for one in pending {
            let isXGMI = one.element.isNamed("xgmi")
            var link = Wiring.Link(one.from, one.from, isXGMI ? .xgmi : .nvlink)
            link.count = Int32(try one.element.required("count").integer(in: 1...1024))
            if isXGMI {
                link.rate = LinkRates.xgmi(architecture: one.architecture)
            } else {
                let nvlink = LinkRates.nvlink(capability: one.capability)
                link.rate = nvlink.rate
                link.kind = nvlink.kind
            }
            guard let to = try target(of: one) else { continue }
            link.to = to
            // Of two GPUs each tells of the links between them: the first is believed.
            let pair = [link.from, to].sorted()
            let key = UInt64(pair[0]) << 32 | UInt64(pair[1])
            let first = told[key]?.first ?? link.from
            if first == link.from {
                told[key, default: (first, 0, 0)].count += link.count
                try append(link, one.element)
            } else {
                told[key]?.back += link.count
            }
        }
        for (key, tale) in told.sorted(by: { $0.key < $1.key })
        where tale.back > 0 && tale.back != tale.count {
            let names = [Int(key >> 32), Int(key & 0xFFFF_FFFF)].map { builder.devices[$0].name }
            builder.notes.append(
                "\(names[0]) and \(names[1]) tell of different numbers of links between them: "
                    + "\(tale.count) and \(tale.back)"
            )
        }
    }

    /// What a link leads to: a GPU of the file, a switch of which it tells only here, or the CPU.
    private mutating func target(of one: Pending) throws(TextError) -> Int32? {
        let bus = try one.element.required("target").value.lowercased()
        if let place = buses["\(one.host ?? "")/\(bus)"] { return place }
        let code = one.element.optional("tclass")?.value ?? ""
        switch PCIClass(code)?.kind {
        case .nvswitch?:
            host = one.host
            numa = nil
            // What has no place on a bus of this machine is the whole of the switches.
            let isAll = bus.hasPrefix("fffffff")
            let place = try add(.nvswitch, isAll ? "nvswitch" : "nvswitch-\(bus)", one.element) {
                if !isAll { $0.bus = bus }
            }
            buses["\(one.host ?? "")/\(bus)"] = place
            return place
        case .cpu?:
            let numa = builder.devices[Int(one.from)].numa
            return cpus.first {
                $0.host == one.host && builder.devices[Int($0.place)].numa == numa
            }?.place
        default:
            let name = builder.devices[Int(one.from)].name
            builder.notes.append("\(name) has a link to '\(bus)', which is not in the file")
            return nil
        }
    }
}
