internal import Text

/// An RDMA device, as far as the kernel's files tell.
public struct RdmaDevice: Equatable, Sendable {
    /// A card's place in the machine.
    public struct Slot: Equatable, Sendable, CustomStringConvertible {
        /// Transfers in 10^9 a second on each lane, and how many lanes there are.
        public let speed: Double
        /// Lanes.
        public let width: Int

        /// Bits a second in each direction that are left for data, after the line code.
        public var rate: Double {
            // 8b/10b up to 5 GT/s, 128b/130b from 8 GT/s on.
            speed * 1e9 * Double(width) * (speed < 8 ? 0.8 : 128.0 / 130)
        }

        /// As in "16 lanes of 32.0 GT/s".
        public var description: String { "\(width) lanes of \(speed) GT/s" }
    }

    /// Its name, such as mlx5_0.
    public let name: String
    /// The kernel's word for what it is: CA, RNIC, unspecified.
    public let kind: String
    /// Which driver it has, such as mlx5 or rxe; nil where the kernel does not say.
    public let driver: String?
    /// The version of its firmware.
    public let firmware: String?
    /// What the card is: its model and its board's number.
    public let board: String?
    /// The GUID of the node.
    public let guid: String?
    /// The NUMA node that it is near to.
    public let numaNode: Int?
    /// How it sits in its PCI Express slot, and the most that both could do; nil where it has none.
    public let slot: Slot?
    /// The most that card and slot could do.
    public let slotMost: Slot?
    /// The kernel's file for programs, such as uverbs0, nil where there is none.
    public let file: String?
    /// Its ports.
    public let ports: [Port]

    init(_ sys: Sysfs, _ name: String, files: [String: String]) {
        let folder = "class/infiniband/\(name)"
        self.name = name
        let type = sys.line("\(folder)/node_type") ?? ""
        kind = Self.word(type)
        driver = Self.driver(sys, folder)
        firmware = sys.line("\(folder)/fw_ver")
        let parts = [sys.line("\(folder)/hca_type"), sys.line("\(folder)/board_id")]
        let board = parts.compactMap { $0 }.joined(separator: " ")
        self.board = board.isEmpty ? nil : board
        guid = sys.line("\(folder)/node_guid")
        numaNode = sys.small("\(folder)/device/numa_node")
        slot = Self.slot(sys, "\(folder)/device/current_link")
        slotMost = Self.slot(sys, "\(folder)/device/max_link")
        file = files[name]
        ports = sys.numbers("\(folder)/ports", in: 1...255).map { number in
            Port(sys, "\(folder)/ports/\(number)", number: number)
        }
    }

    /// What follows the number in a file such as "4: ACTIVE".
    static func word(_ text: String) -> String {
        guard let colon = text.firstIndex(of: ":") else { return text }
        return String(text[text.index(after: colon)...].drop { $0 == " " })
    }

    /// The driver of the RDMA device, whose file names only that of the card.
    private static func driver(_ sys: Sysfs, _ folder: String) -> String? {
        guard let driver = sys.target("\(folder)/device/driver") else {
            // Soft ones have no card, but say themselves what they are, and what they are on.
            let words = sys.line("\(folder)/node_desc") ?? ""
            return sys.exists("\(folder)/parent") && !words.isEmpty ? words : nil
        }
        let names = [
            "mlx5_core": "mlx5", "mlx4_core": "mlx4", "bnxt_en": "bnxt_re", "ice": "irdma",
            "i40e": "irdma", "idpf": "irdma", "qede": "qedr", "hns3": "hns_roce",
        ]
        return names[driver] ?? driver
    }

    private static func slot(_ sys: Sysfs, _ files: String) -> Slot? {
        // "16.0 GT/s PCIe" and "16"; "Unknown" in virtual machines.
        guard let words = sys.line("\(files)_speed")?.split(separator: " "), words.count > 1,
            words[1].hasPrefix("GT/s"), let speed = Double(words[0]), (1...1000).contains(speed),
            let width = sys.small("\(files)_width"), (1...64).contains(width)
        else { return nil }
        return Slot(speed: speed, width: width)
    }

    /// Why weft can't use such a device at all, nil if it can.
    public var refusal: String? {
        if driver == "efa" {
            return "\(name) is an EFA, whose reliable datagrams have no order and which has no "
                + "connected queue pairs; use '--transport tcp'"
        }
        switch kind {
        case "CA": return nil
        case "RNIC":
            return "\(name) is an iWARP device, which weft does not drive; use '--transport tcp', "
                + "or switch the adapter to RoCE where it can do that"
        default:
            return "\(name) is of the kind '\(kind)', which has no connected queue pairs; use "
                + "'--transport tcp'"
        }
    }
}

extension RdmaDevice {
    /// A port of a device.
    public struct Port: Equatable, Sendable {
        /// From 1 on.
        public let number: Int
        /// Its state in the network: DOWN, INIT, ARMED or ACTIVE.
        public let state: String
        /// That of its cable or link: LinkUp, Polling, Disabled and others.
        public let physical: String
        /// Bits a second, and the kernel's words for it, such as "100 Gb/sec (4X EDR)".
        public let rate: Double
        /// The kernel's words.
        public let rateText: String
        /// InfiniBand or Ethernet.
        public let layer: String
        /// Its address in an InfiniBand subnet, and that of the subnet's manager; 0 for none.
        public let lid: Int
        /// Where the manager is.
        public let managerLid: Int
        /// The entries of its table of GIDs that are not empty.
        public let gids: [Gid]
        /// The entries of its table of partition keys that are not empty, by index.
        public let partitions: [Int: Int]
        /// Bytes of the largest packet's data, where the interface of its network says; nil in
        /// InfiniBand networks.
        public let mtu: Int?

        init(_ sys: Sysfs, _ folder: String, number: Int) {
            self.number = number
            state = RdmaDevice.word(sys.line("\(folder)/state") ?? "unknown")
            physical = RdmaDevice.word(sys.line("\(folder)/phys_state") ?? "unknown")
            rateText = sys.line("\(folder)/rate") ?? "unknown"
            rate = Self.rate(rateText)
            layer = sys.line("\(folder)/link_layer") ?? "unknown"
            lid = sys.small("\(folder)/lid") ?? 0
            managerLid = sys.small("\(folder)/sm_lid") ?? 0
            gids = sys.numbers("\(folder)/gids", in: RdmaOptions.gidIndices).compactMap { index in
                Gid(sys, folder, index: index)
            }
            var partitions: [Int: Int] = [:]
            for index in sys.numbers("\(folder)/pkeys", in: 0...0xFFFF) {
                guard let key = sys.small("\(folder)/pkeys/\(index)"), RdmaOptions.isPartition(key)
                else { continue }
                partitions[index] = key
            }
            self.partitions = partitions
            let bytes = gids.first?.interface.flatMap { sys.small("class/net/\($0)/mtu") }
            mtu = layer == "Ethernet" ? bytes.flatMap { Self.mtu(ofInterface: $0) } : nil
        }

        /// Whether data can flow.
        public var isActive: Bool { state == "ACTIVE" }
        /// Whether it is RoCE.
        public var isEthernet: Bool { layer == "Ethernet" }

        /// The GID that weft uses where nobody names one: in an InfiniBand network the first; else,
        /// in this order, one of an interface that was named, RoCE v2, global, IPv4, no VLAN, the
        /// first.
        public func bestGid(_ named: String = "") -> Gid? {
            if !isEthernet { return gids.first }
            func rank(_ gid: Gid) -> Int {
                var rank = gid.interface == named ? 0 : 16
                rank += gid.kind == .second ? 0 : 8
                rank += gid.isLinkLocal ? 4 : 0
                rank += gid.isIPv4 ? 0 : 2
                // Interfaces of VLANs are usually called by their parent's name and a number.
                return rank + (gid.interface?.contains(".") == true ? 1 : 0)
            }
            return gids.min { (rank($0), $0.index) < (rank($1), $1.index) }
        }

        /// "100 Gb/sec (4X EDR)" in bits a second, 0 where it can't be read.
        private static func rate(_ text: String) -> Double {
            let words = text.split(separator: " ")
            guard words.count > 1, words[1] == "Gb/sec", let rate = Double(words[0]),
                (0...1_000_000).contains(rate)
            else { return 0 }
            return rate * 1e9
        }

        /// How many lanes the rate's words tell of, nil where they don't.
        public var lanes: Int? {
            guard let open = rateText.firstIndex(of: "(") else { return nil }
            let word = rateText[rateText.index(after: open)...].prefix { $0 != "X" && $0 != ")" }
            return LaunchVariables.number(word)
        }

        /// What is left of an interface's packets: the kernel takes off the longest headers of
        /// RoCE, 96 bytes, and the next smaller size of InfiniBand's holds.
        private static func mtu(ofInterface bytes: Int) -> Int? {
            RdmaOptions.mtus.last { $0 <= bytes - 96 }
        }
    }
}
