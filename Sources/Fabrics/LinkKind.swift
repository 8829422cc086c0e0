public import Units

/// A kind of link: what one of them carries in each direction.
public struct LinkKind: Hashable, Sendable {
    /// What fabric files call it.
    public let name: String
    /// What one link carries in one direction, after line encoding.
    public let rate: Figure<BitsPerSecond>

    private init(_ name: String, gigabits: Double, _ source: String) {
        self.name = name
        rate = Figure(BitsPerSecond(Int(gigabits * 1e9)), source: source)
    }

    private init(_ name: String, gigabytes: Double, _ source: String) {
        self.init(name, gigabits: 8 * gigabytes, source)
    }

    /// Whether whoever has several divides whatever it sends over all of them.
    ///
    /// GPUs do so address by address.
    /// Source: A. Ishii et al., NVSwitch and DGX-2, Hot Chips 30, 2018.
    public var isInterleaved: Bool { Self.nvlink.contains(self) }

    /// The kind of a name, nil when there is none.
    public static func named(_ name: String) -> LinkKind? { all.first { $0.name == name } }

    /// Every kind, slowest generation of each family first.
    public static let all: [LinkKind] =
        nvlink + infinityFabric + sockets + ici + pcie + infiniband + ethernet

    private static let nvlink = [
        LinkKind("nvlink1", gigabytes: 20, Document.mlEngineering),
        LinkKind("nvlink2", gigabytes: 25, Document.mlEngineering),
        LinkKind("nvlink3", gigabytes: 25, Document.mlEngineering),
        LinkKind("nvlink4", gigabytes: 25, Document.mlEngineering),
        LinkKind("nvlink5", gigabytes: 50, Document.mlEngineering),
        LinkKind("nvlink6", gigabytes: 50, Document.mlEngineering),
        LinkKind("nvlink-c2c", gigabytes: 450, Document.mlEngineering),
        LinkKind("nvlink-c2c-rubin", gigabytes: 900, Document.mlEngineering),
        LinkKind(
            "nv-hbi",
            gigabytes: 5000,
            "NVIDIA on Blackwell, quoted by others: 10 TB/s, taken as both ways together"
        ),
    ]

    private static let infinityFabric = [
        LinkKind("infinity-mi250x", gigabytes: 50, Document.mlEngineering),
        LinkKind("infinity-mi300x", gigabytes: 64, Document.mlEngineering),
        LinkKind("infinity-mi355x", gigabytes: 76.5, Document.mlEngineering),
    ]

    /// Between the processors of a server.
    private static let sockets = [
        LinkKind("upi", gigabytes: 20.8, "xryan.net/p/295, interconnects: UPI of 10.4 GT/s"),
        LinkKind("xgmi", gigabytes: 32, "\(Document.lumiC): four links, 256 GB/s both ways"),
    ]

    /// Between TPUs, one link of a chip.
    private static let ici = [
        LinkKind("ici-v4", gigabytes: 45, Document.tpus),
        LinkKind("ici-v5e", gigabytes: 45, Document.tpus),
        LinkKind("ici-v5p", gigabytes: 90, Document.tpus),
        LinkKind("ici-v6e", gigabytes: 90, Document.tpus),
        LinkKind(
            "ici-7x",
            gigabytes: 100,
            "docs.cloud.google.com TPU7x, quoted by others: 1,200 GB/s a chip both ways, 6 links"
        ),
    ]

    private static let pcie = [
        LinkKind(
            "pcie3-x16",
            gigabytes: 15.75,
            "hpc-notes.pages.dev/reference/pcie: 16 lanes of 8 GT/s, 128b/130b"
        ),
        LinkKind("pcie4-x16", gigabytes: 31, Document.mlEngineering),
        LinkKind("pcie5-x16", gigabytes: 63, Document.mlEngineering),
        LinkKind("pcie6-x16", gigabytes: 121, Document.mlEngineering),
        LinkKind("pcie7-x16", gigabytes: 242, Document.mlEngineering),
    ]

    private static let infiniband = [
        LinkKind("slingshot-11", gigabits: 200, Document.frontier),
        LinkKind("ib-edr", gigabits: 100, Document.mlEngineering),
        LinkKind("ib-hdr", gigabits: 200, Document.mlEngineering),
        LinkKind("ib-ndr", gigabits: 400, Document.mlEngineering),
        LinkKind("ib-xdr", gigabits: 800, Document.mlEngineering),
        LinkKind("ib-gdr", gigabits: 1600, Document.mlEngineering),
    ]

    private static let ethernet = [
        LinkKind("ethernet-10", gigabits: 10, "IEEE 802.3ae-2002"),
        LinkKind("ethernet-25", gigabits: 25, "IEEE 802.3by-2016"),
        LinkKind("ethernet-40", gigabits: 40, "IEEE 802.3ba-2010"),
        LinkKind("ethernet-50", gigabits: 50, "IEEE 802.3cd-2018"),
        LinkKind("ethernet-100", gigabits: 100, "IEEE 802.3ba-2010"),
        LinkKind("ethernet-200", gigabits: 200, "IEEE 802.3bs-2017"),
        LinkKind("ethernet-400", gigabits: 400, "IEEE 802.3bs-2017"),
        LinkKind("ethernet-800", gigabits: 800, "IEEE 802.3df-2024"),
        LinkKind("ethernet-1600", gigabits: 1600, "IEEE P802.3dj, a draft"),
    ]
}
