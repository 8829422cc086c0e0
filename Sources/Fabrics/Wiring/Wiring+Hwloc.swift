internal import Text
internal import Units

/// The XML of hwloc's `lstopo`, of its versions 1 to 3.
///
/// A tree of `<object>`s: NUMA nodes, and below machines, packages or groups the host bridges of
/// PCI with what sits there. Links have `pci_link_speed`, in GB/s each way of all lanes together
/// (hwloc.h, hwloc_pcidev_attr_s: linkspeed). Caches, cores and disks are left out.
extension Wiring {
    static func readingHwloc(_ root: XMLElement, name: String) throws(TextError) -> Wiring {
        var reader = HwlocReader(name: name)
        return try reader.read(root)
    }

    /// The bytes with blanks in the place of the line `<!DOCTYPE topology SYSTEM "hwloc2.dtd">`,
    /// which hwloc writes and which says nothing; all else keeps its place.
    static func withoutDocumentType(_ bytes: [UInt8]) -> [UInt8] {
        var scanner = LineScanner(bytes, file: "")
        while scanner.nextLine(), scanner.line <= 64 {
            guard scanner.find("<!DOCTYPE topology") else { continue }
            let first = scanner.position - "<!DOCTYPE topology".utf8.count
            guard let last = bytes[first..<scanner.end].firstIndex(of: UInt8(ascii: ">")),
                !bytes[first..<last].contains(UInt8(ascii: "["))
            else { return bytes }
            var plain = bytes
            plain.replaceSubrange(first...last, with: repeatElement(32, count: last - first + 1))
            return plain
        }
        return bytes
    }
}

private struct HwlocReader {
    private var builder: WiringBuilder
    private var tree = PCITree()
    /// Where each NUMA node is, by the number that the system gives it.
    private var nodes: [Int: Int32] = [:]
    /// Places of machines and packages that have several NUMA nodes and hold PCI themselves.
    private var hubs: [String: Int32] = [:]
    private var left = 0

    init(name: String) { builder = WiringBuilder(name: name) }

    mutating func read(_ root: XMLElement) throws(TextError) -> Wiring {
        let objects = root.children.filter { $0.isNamed("object") }
        guard let machine = objects.first else {
            throw root.error("<topology> holds no <object>")
        }
        for object in objects { try readNodes(object) }
        if nodes.isEmpty {
            // What has one memory only is told of without nodes by old versions.
            nodes[0] = builder.add(Wiring.Device(.cpu, "numa0"))
        }
        for object in objects { try readObject(object, inside: machine) }
        let all = nodes.sorted { $0.key < $1.key }.map(\.value)
        for (index, one) in all.enumerated() {
            for other in all[(index + 1)...] {
                builder.links.append(Wiring.Link(one, other, .smp))
            }
        }
        if builder.devices.contains(where: { $0.kind == .gpu }) {
            builder.notes.append("links between GPUs are not read from hwloc's files")
        }
        if left > 0 {
            builder.notes.append("\(left) PCI devices are neither GPUs nor adapters, and left out")
        }
        return builder.finish()
    }

    private static func type(_ object: XMLElement) -> String {
        object.optional("type")?.value ?? ""
    }

    // MARK: NUMA nodes

    private mutating func readNodes(_ object: XMLElement) throws(TextError) {
        if Self.type(object) == "NUMANode" {
            guard nodes.count < 256 else {
                throw object.error("more than 256 NUMA nodes are more than is read")
            }
            let number = try object.required("os_index").integer(in: 0...65_535)
            guard nodes[number] == nil else {
                throw object.error("the NUMA node \(number) is there a second time")
            }
            var device = Wiring.Device(.cpu, "numa\(number)")
            device.numa = number
            nodes[number] = builder.add(device)
        }
        for child in object.children where child.isNamed("object") { try readNodes(child) }
    }

    /// The numbers of the NUMA nodes in or at an object.
    private static func numbers(_ object: XMLElement) -> [Int] {
        var numbers: [Int] = []
        if type(object) == "NUMANode", let text = object.optional("os_index")?.value,
            let number = Int(text)
        {
            numbers.append(number)
        }
        for child in object.children where child.isNamed("object") {
            // What hangs below a bridge holds none.
            if type(child) != "Bridge" { numbers += self.numbers(child) }
        }
        return numbers
    }

    // MARK: PCI

    private mutating func readObject(
        _ object: XMLElement,
        inside owner: XMLElement
    ) throws(TextError) {
        var numbers: [Int]?
        for child in object.children where child.isNamed("object") {
            guard Self.type(child) == "Bridge" || Self.type(child) == "PCIDev" else {
                try readObject(child, inside: Self.numbers(child).isEmpty ? owner : child)
                continue
            }
            let found = numbers ?? Self.numbers(object)
            numbers = found
            let holder = found.isEmpty ? owner : object
            let all = found.isEmpty ? Self.numbers(owner) : found
            let (place, numa) = hub(holder, all)
            try readPCI(child, at: place, numa, below: [])
        }
    }

    /// Where the PCI devices of an object sit: at its NUMA node, or at what has several.
    private mutating func hub(_ object: XMLElement, _ numbers: [Int]) -> (Int32, Int?) {
        let known = numbers.filter { nodes[$0] != nil }
        if let number = known.first, known.count == 1, let place = nodes[number] {
            return (place, number)
        }
        let key = "\(object.line):\(object.column)"
        if let place = hubs[key] { return (place, nil) }
        guard known.count > 1 else { return (nodes.min { $0.key < $1.key }?.value ?? 0, nil) }
        let number = object.optional("os_index")?.value ?? ""
        let place = builder.add(
            Wiring.Device(.cpu, "\(Self.type(object).lowercased())\(number)")
        )
        for number in known {
            guard let node = nodes[number] else { continue }
            builder.links.append(Wiring.Link(place, node, .smp))
        }
        hubs[key] = place
        return (place, nil)
    }

    private mutating func readPCI(
        _ object: XMLElement,
        at root: Int32,
        _ numa: Int?,
        below bridges: [PCITree.Function]
    ) throws(TextError) {
        let isBridge = Self.type(object) == "Bridge"
        guard let bus = object.optional("pci_busid")?.value.lowercased() else {
            guard isBridge else { throw object.error("a PCI device has its place in 'pci_busid'") }
            // The processor's own bridge has no place, and is part of the processor.
            for child in object.children where child.isNamed("object") {
                try readPCI(child, at: root, numa, below: bridges)
            }
            return
        }
        var function = PCITree.Function(bus: bus)
        function.rate = try Self.rate(object)
        function.model = Self.info("PCIDevice", object)
        if isBridge {
            for child in object.children where child.isNamed("object") {
                try readPCI(child, at: root, numa, below: bridges + [function])
            }
            return
        }
        guard Self.type(object) == "PCIDev" else { return }
        guard let device = try Self.device(object, bus, numa) else {
            left += 1
            return
        }
        guard tree.places[bus] == nil else {
            throw object.error("the PCI device '\(bus)' is there a second time")
        }
        guard tree.add(device, function, below: bridges, of: root, to: &builder) != nil else {
            throw object.error("there are more than \(Wiring.deviceLimit) devices")
        }
    }

    private static func rate(_ object: XMLElement) throws(TextError) -> BitsPerSecond? {
        guard let attribute = object.optional("pci_link_speed") else { return nil }
        guard let gigabytes = Double(attribute.value), gigabytes >= 0, gigabytes < 1e6 else {
            throw attribute.error("expected GB/s for pci_link_speed, found '\(attribute.value)'")
        }
        return gigabytes == 0 ? nil : BitsPerSecond(Int((gigabytes * 8e9).rounded()))
    }

    private static func info(_ name: String, _ object: XMLElement) -> String? {
        object.children.first { $0.isNamed("info") && $0.optional("name")?.value == name }
            .flatMap { $0.optional("value")?.value }
    }

    /// The device that a PCI function is, nil for what moves nothing between GPUs and networks.
    private static func device(
        _ object: XMLElement,
        _ bus: String,
        _ numa: Int?
    ) throws(TextError) -> Wiring.Device? {
        // "0302 [10de:2330] [10de:16c1] a1 00": the class, and the ids of maker and device.
        let type = try object.required("pci_type")
        let words = type.value.split(separator: " ")
        guard let first = words.first, let code = PCIClass(first) else {
            throw type.error("expected a class as 0302 in pci_type, found '\(type.value)'")
        }
        guard let kind = code.kind, kind != .pcie, kind != .cpu else { return nil }
        if kind == .nvswitch, words.dropFirst().first?.hasPrefix("[10de:") != true { return nil }
        var name = "\(kind.rawValue)-\(bus)"
        let parts = object.children.filter { Self.type($0) == "OSDev" }
        let names = parts.compactMap { $0.optional("name")?.value }
        if kind == .nic {
            // The RDMA device, by which collective libraries call it, or else the interface.
            let isRDMA = { (name: String) in
                ["mlx", "rdma", "irdma", "bnxt", "hfi", "efa", "qedr"].contains {
                    name.hasPrefix($0)
                }
            }
            name = names.first(where: isRDMA) ?? names.first ?? name
        }
        var device = Wiring.Device(kind, name)
        device.bus = bus
        device.numa = numa
        let model = parts.compactMap { info("GPUModel", $0) }.first
        device.model = model ?? info("PCIDevice", object)
        if let text = parts.compactMap({ info("NodeGUID", $0) }).first {
            device.guid = UInt64(text.filter { $0 != ":" }, radix: 16)
        }
        return device
    }
}
