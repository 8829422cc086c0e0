/// What several entries have in common. A figure whose source is not given is unverified, and shown
/// so.
extension Catalogue {
    static let a100Node = nvlink(
        "node",
        ("nvlink3", 12, Document.mlEngineering),
        holds: (8, Document.nvswitch),
        chips: ("nvswitch2", 6, Document.nvidiaPapers),
        reduces: false
    )
    static let h100Node = nvlink(
        "node",
        ("nvlink4", 18, Document.mlEngineering),
        holds: (8, Document.nvswitch),
        chips: ("nvswitch3", 4, Document.scalingBook)
    )
    /// An H800 has 8 of the 18 links of an H100.
    static let h800Node = nvlink(
        "node",
        ("nvlink4", 8, nil),
        holds: (8, Document.nvswitch),
        chips: ("nvswitch3", 4, nil)
    )
    static let b200Node = nvlink(
        "node",
        ("nvlink5", 18, Document.mlEngineering),
        holds: (8, Document.nvswitch),
        chips: ("nvswitch4", 2, Document.scalingBook)
    )
    static let b300Node = nvlink(
        "node",
        ("nvlink5", 18, Document.mlEngineering),
        holds: (8, Document.enterprise),
        chips: ("nvswitch4", 2, nil)
    )
    static let b200Rack = nvlink(
        "rack",
        ("nvlink5", 18, Document.mlEngineering),
        holds: (72, Document.mlEngineering),
        chips: ("nvswitch4", 18, Document.scalingBook)
    )
    static let b300Rack = nvlink(
        "rack",
        ("nvlink5", 18, Document.mlEngineering),
        holds: (72, Document.nvl72),
        chips: ("nvswitch4", 18, nil)
    )
    static let mi300xNode = mesh("infinity-mi300x", Document.mlEngineering)
    static let mi355xNode = mesh("infinity-mi355x", Document.mlEngineering)

    /// An entry with these tiers.
    static func entry(
        _ name: String,
        _ summary: String,
        _ family: String,
        _ endpoint: String,
        _ tiers: String...
    ) -> String {
        """
        { name: "\(name)", summary: "\(summary)", family: "\(family)", endpoint: "\(endpoint)",
          tiers: [\(tiers.joined(separator: ",\n"))] }
        """
    }

    /// The GPUs that share a set of NVLink switches.
    static func nvlink(
        _ name: String,
        _ link: (kind: String, count: Int, source: String?),
        holds: (count: Int, source: String?),
        chips: (device: String, count: Int, source: String?),
        reduces: Bool = true
    ) -> String {
        """
        { name: "\(name)", link: "\(link.kind)", perEndpoint: \(link.count), latency: "600ns",
          holds: \(holds.count), switches: \(chips.count), switch: "\(chips.device)",
          reduces: \(reduces),
          \(sources([
            "perEndpoint": link.source, "latency": Document.ncclTuning, "holds": holds.source,
            "switches": chips.source, "reduces": Document.nvls,
          ])) }
        """
    }

    /// Eight GPUs, each with a link to every other one.
    private static func mesh(_ link: String, _ source: String) -> String {
        """
        { name: "node", link: "\(link)", holds: 8, mesh: 1, latency: "1us",
          source: { holds: "\(source)", mesh: "\(source)" } }
        """
    }

    /// The documents of those figures that have one.
    static func sources(_ documents: KeyValuePairs<String, String?>) -> String {
        let stated = documents.compactMap { key, document in
            document.map { "\(key): \"\($0)\"" }
        }
        return stated.isEmpty ? "" : "source: { \(stated.joined(separator: ", ")) }"
    }
}

/// A technology of which fat trees are built: rails or leaves at first, and what joins them.
struct FatTree {
    let link: String
    let nic: String
    let device: String
    /// To another endpoint under the same leaf, and who says so.
    let near: (time: String, source: String?)
    /// To one that is farther away.
    let far: (time: String, source: String?)
    /// To one beyond the spines, which nobody has told.
    let core: String
    /// Who says that the switches reduce, nil where they don't.
    let reduction: String?

    static let hdr = FatTree(
        link: "ib-hdr",
        nic: "connectx-6",
        device: "qm8790",
        near: ("2.8us", nil),
        far: ("3.7us", nil),
        core: "4.6us",
        reduction: Document.sharp
    )
    static let ndr = FatTree(
        link: "ib-ndr",
        nic: "connectx-7",
        device: "qm9700",
        near: ("2.8us", "\(Document.deepSeek), same leaf, InfiniBand"),
        far: ("3.7us", "\(Document.deepSeek), cross leaf, InfiniBand"),
        core: "4.6us",
        reduction: Document.sharp
    )
    static let xdr = xdr("q3400")
    static let spectrumX = FatTree(
        link: "ethernet-400",
        nic: "bluefield-3",
        device: "sn5600",
        near: ("1.9us", "\(Document.oracle), in the rack"),
        far: ("3.2us", "\(Document.oracle), across racks"),
        core: "4.5us",
        reduction: nil
    )
    static let roce = FatTree(
        link: "ethernet-400",
        nic: "connectx-7",
        device: "tomahawk5",
        near: ("3.6us", "\(Document.deepSeekRoCE), same leaf"),
        far: ("5.6us", "\(Document.deepSeekRoCE), cross leaf"),
        core: "7.6us",
        reduction: nil
    )

    static func xdr(_ device: String) -> FatTree {
        FatTree(
            link: "ib-xdr",
            nic: "connectx-8",
            device: device,
            near: ("2.8us", nil),
            far: ("3.7us", nil),
            core: "4.6us",
            reduction: Document.sharp
        )
    }

    static func spectrum6(_ device: String) -> FatTree {
        FatTree(
            link: "ethernet-800",
            nic: "connectx-8",
            device: device,
            near: ("1.9us", nil),
            far: ("3.2us", nil),
            core: "3.8us",
            reduction: nil
        )
    }

    /// So many nodes under so many leaves, which are rails where there are several; the source
    /// states both unless told otherwise.
    func leaf(
        _ holds: Int,
        _ leaves: Int,
        _ source: String? = nil,
        leavesToo: Bool = true
    ) -> String {
        """
        { name: "leaf", link: "\(link)", nic: "\(nic)", latency: "\(near.time)",
          \(rest(holds, leaves, (source, leavesToo ? source : nil), near.source)) }
        """
    }

    /// So many groups under spines; `more` says what is special about the cables to them.
    func spine(
        _ holds: Int,
        _ spines: Int,
        _ source: String? = nil,
        more: String = ""
    ) -> String {
        """
        { name: "spine", latency: "\(far.time)", \(more)
          \(rest(holds, spines, (source, source), far.source)) }
        """
    }

    /// So many groups of spines under cores.
    func core(
        _ holds: Int,
        _ cores: Int,
        _ source: String? = nil,
        more: String = ""
    ) -> String {
        """
        { name: "core", latency: "\(core)", \(more)
          \(rest(holds, cores, (source, source), nil)) }
        """
    }

    private func rest(
        _ holds: Int,
        _ switches: Int,
        _ source: (holds: String?, switches: String?),
        _ latency: String?
    ) -> String {
        let documents = Catalogue.sources([
            "latency": latency, "holds": source.holds, "switches": source.switches,
            "reduces": reduction,
        ])
        let reduces = reduction == nil ? "" : "reduces: true,"
        return """
            holds: \(holds), switches: \(switches), switch: "\(device)", \(reduces)
            \(documents)
            """
    }
}
