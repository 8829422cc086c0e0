internal import Text
internal import Units

/// Looks at this machine: its NUMA nodes, its tree of PCIe, its GPUs and adapters.
///
/// Everything is from files of the kernel, /sys and /proc; nothing is started, and no device is
/// asked.
public struct Discovery {
    let sys: Sysfs
    let proc: Sysfs
    var builder: WiringBuilder
    var tree = PCITree()
    /// The NUMA nodes by their numbers.
    var nodes: [Int: Int32] = [:]

    private init(sys: String, proc: String) {
        self.sys = Sysfs(sys)
        self.proc = Sysfs(proc)
        builder = WiringBuilder(name: self.proc.line("sys/kernel/hostname") ?? "this machine")
    }

    /// The wiring of this machine.
    ///
    /// - Parameters:
    ///   - sys: the folder of the kernel's tree of devices.
    ///   - proc: the folder of what it tells of itself.
    public static func wiring(sys: String = "/sys", proc: String = "/proc") -> Wiring {
        var discovery = Discovery(sys: sys, proc: proc)
        discovery.addNodes()
        discovery.addPCI()
        discovery.addNotes()
        return discovery.builder.finish()
    }

    // MARK: NUMA nodes

    private mutating func addNodes() {
        let model = proc.lines("cpuinfo").first { $0.hasPrefix("model name") }
            .flatMap { $0.split(separator: ":").dropFirst().first }
            .map { String($0.drop { $0 == " " }) }
        var numbers = sys.names("devices/system/node").compactMap { name in
            name.hasPrefix("node")
                ? Sysfs.number(name.dropFirst(4)).flatMap { Int(exactly: $0) } : nil
        }
        if numbers.isEmpty {
            numbers = [0]
            builder.notes.append("the kernel shows no NUMA nodes; one is assumed")
        }
        for number in numbers.prefix(256) {
            var device = Wiring.Device(.cpu, "numa\(number)")
            device.numa = number
            device.model = model
            nodes[number] = builder.add(device)
        }
        for (index, one) in numbers.enumerated() {
            for other in numbers[(index + 1)...] {
                guard let from = nodes[one], let to = nodes[other] else { continue }
                builder.links.append(Wiring.Link(from, to, .smp))
            }
        }
    }

    // MARK: PCI devices

    private mutating func addPCI() {
        var virtual = 0
        let adapters = self.adapters()
        for bus in sys.names("bus/pci/devices") {
            let folder = "bus/pci/devices/\(bus)"
            guard let code = sys.line("\(folder)/class").flatMap({ PCIClass($0) }),
                let kind = code.kind, kind != .pcie, kind != .cpu
            else { continue }
            let vendor = sys.line("\(folder)/vendor") ?? ""
            if kind == .nvswitch && vendor != Self.nvidia { continue }
            // What a card gives to virtual machines is that card.
            if sys.exists("\(folder)/physfn") {
                virtual += 1
                continue
            }
            let ports = bridges(above: bus)
            var device = Wiring.Device(kind, "\(kind.rawValue)-\(bus)")
            device.bus = bus
            device.numa = numa(folder)
            device.model = model(folder, bus)
            if kind == .nic { describe(&device, adapters[bus] ?? []) }
            let root = device.numa.flatMap { nodes[$0] } ?? nodes.min { $0.key < $1.key }?.value
            guard let root else { continue }
            let function = self.function(bus)
            if tree.add(device, function, below: ports, of: root, to: &builder) == nil { break }
        }
        if virtual > 0 {
            builder.notes.append("\(virtual) virtual functions are left out: they share their card")
        }
    }

    static let nvidia = "0x10de"

    /// The NUMA node of a device, which the kernel gives as -1 where it doesn't know.
    private func numa(_ folder: String) -> Int? {
        if let number = sys.small("\(folder)/numa_node"), nodes[number] != nil { return number }
        return nodes.count == 1 ? nodes.first?.key : nil
    }

    /// The ports on the way from the processor to a device, that of the processor first.
    private func bridges(above bus: String) -> [PCITree.Function] {
        sys.place("bus/pci/devices/\(bus)").dropLast().filter { Self.isBus($0) }.map {
            function(String($0))
        }
    }

    /// Whether a folder is called by a place such as 0000:18:00.0.
    static func isBus(_ name: Substring) -> Bool {
        let parts = name.split(separator: ":")
        return parts.count == 3 && parts[0].count >= 4 && parts[2].contains(".")
            && parts.allSatisfy { $0.allSatisfy { $0.isHexDigit || $0 == "." } }
    }

    private func function(_ bus: String) -> PCITree.Function {
        let folder = "bus/pci/devices/\(bus)"
        var function = PCITree.Function(bus: bus)
        function.model = ids(folder)
        if let speed = sys.line("\(folder)/current_link_speed"),
            let lanes = sys.small("\(folder)/current_link_width")
        {
            function.rate = LinkRates.pcie(speed: speed, lanes: lanes)
        }
        if let speed = sys.line("\(folder)/max_link_speed"),
            let lanes = sys.small("\(folder)/max_link_width")
        {
            function.best = LinkRates.pcie(speed: speed, lanes: lanes)
        }
        return function
    }

    /// The ids of maker and device, as `10de:2330`.
    private func ids(_ folder: String) -> String? {
        guard let vendor = sys.line("\(folder)/vendor"), let device = sys.line("\(folder)/device")
        else { return nil }
        return [vendor, device].map { $0.hasPrefix("0x") ? String($0.dropFirst(2)) : $0 }
            .joined(separator: ":")
    }

    /// What the driver calls a GPU, or else its ids.
    private func model(_ folder: String, _ bus: String) -> String? {
        let line = proc.lines("driver/nvidia/gpus/\(bus)/information").first {
            $0.hasPrefix("Model:")
        }
        if let line {
            let text = line.dropFirst(6).drop { $0 == " " || $0 == "\t" }
            if !text.isEmpty { return String(text) }
        }
        return ids(folder)
    }
}

// MARK: - Adapters

extension Discovery {
    /// An interface of the network, or an RDMA device.
    struct Adapter {
        let name: String
        let isRDMA: Bool
        var rate: BitsPerSecond?
        var guid: UInt64?
        var lid: Int?
    }

    /// What networks and RDMA call the PCI devices that they are on.
    private func adapters() -> [String: [Adapter]] {
        var adapters: [String: [Adapter]] = [:]
        for name in sys.names("class/infiniband") {
            guard let bus = bus(of: "class/infiniband/\(name)") else { continue }
            var adapter = Adapter(name: name, isRDMA: true)
            let text = sys.line("class/infiniband/\(name)/node_guid") ?? ""
            adapter.guid = UInt64(text.filter { $0 != ":" }, radix: 16)
            var bits = 0
            for port in sys.numbers("class/infiniband/\(name)/ports", in: 1...255) {
                let folder = "class/infiniband/\(name)/ports/\(port)"
                guard sys.line("\(folder)/state")?.hasPrefix("4") == true else { continue }
                bits += Self.bits(rate: sys.line("\(folder)/rate") ?? "")
                if let lid = sys.small("\(folder)/lid"), lid > 0, adapter.lid == nil {
                    adapter.lid = lid
                }
            }
            adapter.rate = bits > 0 ? BitsPerSecond(bits) : nil
            adapters[bus, default: []].append(adapter)
        }
        for name in sys.names("class/net") {
            guard let bus = bus(of: "class/net/\(name)") else { continue }
            var adapter = Adapter(name: name, isRDMA: false)
            // Megabits a second; -1, or an error, where there is no cable.
            if let speed = sys.small("class/net/\(name)/speed"), (1...100_000_000).contains(speed) {
                adapter.rate = BitsPerSecond(speed * 1_000_000)
            }
            adapters[bus, default: []].append(adapter)
        }
        return adapters
    }

    /// The PCI device that a device of another class is on, nil for those that are only programs.
    private func bus(of path: String) -> String? {
        sys.place(path).last { Self.isBus($0) }.map { String($0) }
    }

    /// `400 Gb/sec (4X NDR)`, 0 where it can't be read.
    private static func bits(rate text: String) -> Int {
        let words = text.split(separator: " ")
        guard words.count > 1, words[1] == "Gb/sec", let rate = Double(words[0]),
            (0...1_000_000).contains(rate)
        else { return 0 }
        return Int(rate * 1e9)
    }

    /// Names an adapter as RDMA calls it, or as networks do, with the sum of its ports' rates.
    private func describe(_ device: inout Wiring.Device, _ all: [Adapter]) {
        let rdma = all.filter(\.isRDMA)
        let chosen = rdma.isEmpty ? all : rdma
        if !chosen.isEmpty { device.name = chosen.map(\.name).joined(separator: "+") }
        let bits = chosen.reduce(0) { $0 + ($1.rate?.bits ?? 0) }
        if bits > 0 { device.networkRate = BitsPerSecond(bits) }
        device.guid = chosen.compactMap(\.guid).first
        device.lid = chosen.compactMap(\.lid).first
    }

    // MARK: What could not be seen

    private mutating func addNotes() {
        let devices = builder.devices
        let gpus = devices.filter { $0.kind == .gpu }
        if sys.names("bus/pci/devices").isEmpty {
            builder.notes.append("the kernel shows no PCI devices, as in some containers")
        } else if gpus.isEmpty {
            builder.notes.append("there is no GPU among the PCI devices")
        }
        if gpus.contains(where: { $0.bus.map { vendor($0) == Self.nvidia } == true }) {
            builder.notes.append(
                "NVLinks are not in the kernel's files: 'nvidia-smi topo -m' or NCCL's "
                    + "NCCL_TOPO_DUMP_FILE show them, and 'weft fabric import' reads both"
            )
            if proc.names("driver/nvidia/gpus").isEmpty {
                builder.notes.append("NVIDIA's driver is not loaded, so that GPUs have ids only")
            }
        }
        let silent = devices.filter { $0.kind == .nic && $0.networkRate == nil }.map(\.name)
        if !silent.isEmpty {
            builder.notes.append(
                "the rate of \(silent.prefix(8).joined(separator: ", ")) is not known: no cable, "
                    + "or virtual"
            )
        }
        let links = builder.links.filter { $0.medium == .pcie && $0.rate == nil }.count
        if links > 0 {
            builder.notes.append(
                "\(links) PCIe devices have no link speed: they are virtual, or part of the "
                    + "processor"
            )
        }
        if sys.names("class/infiniband").isEmpty {
            builder.notes.append("there is no RDMA device")
        }
        if nodes.count > 1 {
            builder.notes.append("what the links between NUMA nodes carry is not known")
        }
    }

    private func vendor(_ bus: String) -> String? { sys.line("bus/pci/devices/\(bus)/vendor") }
}
