public import Units

/// A network as it was found: devices, and the links between them, one by one.
///
/// A `Fabric` says what a network should be, from a few figures; a wiring says what is there, from
/// the tools that describe machines and networks. Lists only, so that a network of a hundred
/// thousand devices is cheap to hold and to walk.
public struct Wiring: Equatable, Sendable {
    /// What users call it.
    public var name: String
    /// The devices; each has a name of its own.
    public let devices: [Device]
    /// The links between devices.
    public let links: [Link]
    /// What whoever described it could not see or tell, in sentences.
    public let notes: [String]

    /// The most devices that a wiring may have.
    public static let deviceLimit = 1 << 20
    /// The most links that a wiring may have.
    public static let linkLimit = 1 << 22
}

extension Wiring {
    /// Something that sends, receives or forwards.
    public struct Device: Hashable, Sendable {
        /// What a device is.
        public enum Kind: String, CaseIterable, Sendable {
            /// A GPU, or another accelerator.
            case gpu
            /// A NUMA node: its cores and memory.
            case cpu
            /// A network adapter.
            case nic
            /// A switch or bridge of PCIe.
            case pcie
            /// A switch of NVLink.
            case nvswitch
            /// A switch or router of a network.
            case networkSwitch = "switch"
            /// A computer, where nothing is said of its inside.
            case host
            /// Anything else.
            case other

            /// Whether data passes through such a device on its way between others.
            public var forwards: Bool {
                switch self {
                case .cpu, .pcie, .nvswitch, .networkSwitch: true
                case .gpu, .nic, .host, .other: false
                }
            }
        }

        /// What it is.
        public var kind: Kind
        /// Its name, which no other device of the wiring has.
        public var name: String
        /// What its maker calls it.
        public var model: String?
        /// The computer that it is part of.
        public var host: String?
        /// Its place in the tree of PCI devices: `0000:18:00.0`.
        public var bus: String?
        /// The NUMA node that it is near to.
        public var numa: Int?
        /// Its 64-bit name in an InfiniBand network.
        public var guid: UInt64?
        /// Its address in an InfiniBand subnet.
        public var lid: Int?
        /// What its ports to a network that is not described carry, each way.
        public var networkRate: BitsPerSecond?

        /// Describes a device by what it is and what it is called.
        public init(_ kind: Kind, _ name: String) {
            self.kind = kind
            self.name = name
        }
    }

    /// One link between two devices, or several equal ones.
    public struct Link: Hashable, Sendable {
        /// What data goes over.
        public enum Medium: String, CaseIterable, Sendable {
            /// PCI Express.
            case pcie
            /// NVIDIA's links between GPUs and their switches.
            case nvlink
            /// NVIDIA's links between a GPU and its CPU.
            case c2c
            /// AMD's links between GPUs.
            case xgmi
            /// InfiniBand.
            case infiniband
            /// Ethernet.
            case ethernet
            /// What connects the processors of one computer.
            case smp
            /// No link but a way over some, as a program has chosen it.
            case path
            /// Not said, or anything else.
            case other
        }

        /// One end, as an index into the devices.
        public var from: Int32
        /// The other end, as an index into the devices.
        public var to: Int32
        /// The port at the one end.
        public var fromPort: Int32?
        /// The port at the other end.
        public var toPort: Int32?
        /// How many such links there are.
        public var count: Int32 = 1
        /// What data goes over.
        public var medium: Medium
        /// What one of them carries to the other end, and back too unless `rateBack` says else.
        public var rate: BitsPerSecond?
        /// What one of them carries back, nil where it is as much.
        public var rateBack: BitsPerSecond?
        /// What one of them could carry if both ends ran as fast as they can.
        public var best: BitsPerSecond?
        /// How long a bit takes from one end to the other.
        public var latency: Picoseconds?
        /// The place of the kind in the list of all, so that links hold no texts.
        private var kindIndex: UInt8?

        /// Describes a link by its ends and what data goes over.
        public init(_ from: Int32, _ to: Int32, _ medium: Medium) {
            self.from = from
            self.to = to
            self.medium = medium
        }

        /// The kind of link, where it is one of those known by name.
        public var kind: LinkKind? {
            get { kindIndex.map { LinkKind.all[Int($0)] } }
            set { kindIndex = newValue.flatMap { LinkKind.places[$0.name] } }
        }

        /// What all of them together carry to the other end, nil where that is not known.
        public var total: TotalRate? { rate.map { TotalRate($0, times: Int(count)) } }
    }
}

extension LinkKind {
    /// Where each kind is in the list of all.
    fileprivate static let places: [String: UInt8] = {
        var places: [String: UInt8] = [:]
        for (place, kind) in all.enumerated() { places[kind.name] = UInt8(place) }
        return places
    }()
}

/// A wiring while its devices and links come in.
public struct WiringBuilder: Sendable {
    /// What users will call it.
    public var name: String
    /// The devices so far.
    public private(set) var devices: [Wiring.Device] = []
    /// The links so far.
    public var links: [Wiring.Link] = []
    /// What could not be seen or told, in sentences.
    public var notes: [String] = []
    private var places: [String: Int32] = [:]
    /// The number that the next device gets whose name is taken.
    private var numbers: [String: Int] = [:]

    /// Starts a wiring.
    public init(name: String) { self.name = name }

    /// The device of a name.
    public func place(of name: String) -> Int32? { places[name] }

    /// Adds a device and says where it is; one whose name is taken gets a number behind it.
    public mutating func add(_ device: Wiring.Device) -> Int32 {
        precondition(devices.count < Wiring.deviceLimit, "whoever adds devices counts them")
        var device = device
        if places[device.name] != nil {
            if let guid = device.guid { device.name += " (0x\(String(guid, radix: 16)))" }
            let stem = device.name
            while places[device.name] != nil {
                let number = numbers[stem, default: 2]
                numbers[stem] = number + 1
                device.name = "\(stem)#\(number)"
            }
        }
        let place = Int32(devices.count)
        places[device.name] = place
        devices.append(device)
        return place
    }

    /// Changes a device, but for its name.
    public mutating func update(_ place: Int32, _ change: (inout Wiring.Device) -> Void) {
        let name = devices[Int(place)].name
        change(&devices[Int(place)])
        devices[Int(place)].name = name
    }

    /// The sentence that refuses so many more devices and links, nil where there is room.
    public func refusal(devices more: Int = 0, links moreLinks: Int = 0) -> String? {
        if more > Wiring.deviceLimit - devices.count {
            return "the network would have more than \(Wiring.deviceLimit) devices, which is the "
                + "most that is read"
        }
        if moreLinks > Wiring.linkLimit - links.count {
            return "the network would have more than \(Wiring.linkLimit) links, which is the most "
                + "that is read"
        }
        return nil
    }

    /// The most notes that are kept.
    private static let notesMost = 64

    /// The wiring of all that came in.
    public func finish() -> Wiring {
        let all = 0..<Int32(devices.count)
        precondition(
            links.allSatisfy { all.contains($0.from) && all.contains($0.to) },
            "links are between devices"
        )
        var links = links
        for place in links.indices where links[place].rate == nil {
            // A kind says its rate.
            if let kind = links[place].kind { links[place].rate = kind.rate.value }
        }
        var notes = notes
        if notes.count > Self.notesMost {
            let rest = notes.count - Self.notesMost + 1
            notes.removeLast(rest)
            notes.append("and \(rest) more of the kind")
        }
        return Wiring(name: name, devices: devices, links: links, notes: notes)
    }
}
