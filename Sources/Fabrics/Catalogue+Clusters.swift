/// Nodes or racks that fat trees join.
extension Catalogue {
    static let clusters = infiniBand + ethernet + planes

    private static let infiniBand = [
        // The SuperPOD of 140 systems has a third level that joins the spines of its rails.
        entry(
            "a100-hdr",
            "100 DGX A100 on HDR InfiniBand, 5 units of 20, 8 rails, two levels",
            "InfiniBand",
            "A100 GPU",
            a100Node,
            FatTree.hdr.leaf(20, 8, Document.nvidiaPapers),
            FatTree.hdr.spine(5, 20)
        ),
        // A 64-port switch (QM9700) has 32 ports down and 32 up, and there are 64 leaves.
        entry(
            "h100-ndr",
            "256 HGX H100 on NDR InfiniBand, two-level fat tree",
            "InfiniBand",
            "H100 GPU",
            h100Node,
            FatTree.ndr.leaf(4, 1, Document.mlEngineering),
            FatTree.ndr.spine(64, 32, Document.mlEngineering)
        ),
        entry(
            "h100-superpod",
            "128 DGX H100 on NDR InfiniBand, 4 units of 32, 8 rails, 32 leaves, 16 spines",
            "InfiniBand",
            "H100 GPU",
            h100Node,
            FatTree.ndr.leaf(32, 8, Document.scalingBook),
            FatTree.ndr.spine(4, 16, Document.scalingBook)
        ),
        entry(
            "h100-ndr-3level",
            "512 DGX H100 on NDR InfiniBand, 8 rails, 128 leaves, 128 spines, 64 cores",
            "InfiniBand",
            "H100 GPU",
            h100Node,
            FatTree.ndr.leaf(32, 8, Document.scalingBook),
            FatTree.ndr.spine(4, 32, Document.scalingBook),
            FatTree.ndr.core(4, 64, Document.scalingBook)
        ),
        entry(
            "b200-ndr",
            "128 DGX B200 on NDR InfiniBand, 4 units of 32, 8 rails, 32 leaves, 16 spines",
            "InfiniBand",
            "B200 GPU",
            b200Node,
            FatTree.ndr.leaf(32, 8, Document.superPodB200),
            FatTree.ndr.spine(4, 16, Document.superPodB200)
        ),
        entry(
            "gb200-ndr",
            "24 GB200 NVL72 on NDR InfiniBand, 3 units of 8 racks, two-level fat tree",
            "InfiniBand",
            "B200 GPU",
            b200Rack,
            FatTree.ndr.leaf(8, 18),
            FatTree.ndr.spine(3, 32)
        ),
        entry(
            "b300-xdr",
            "1,296 DGX B300 on Quantum-X800, 18 units of 72, 8 rails, two-level fat tree",
            "InfiniBand",
            "B300 GPU",
            b300Node,
            FatTree.xdr.leaf(72, 8, Document.superPodB300),
            FatTree.xdr.spine(18, 72, Document.x800)
        ),
        gb300(
            "gb300-xdr",
            "144 GB300 NVL72 on Quantum-X800, 4 rails, two-level fat tree",
            FatTree.xdr
        ),
        gb300(
            "gb300-xdr-photonic",
            "144 GB300 NVL72 on Quantum-X Photonics: gb300-xdr with optics in the switches",
            FatTree.xdr("q3450")
        ),
        entry(
            "gb200-nvl4",
            "408 nodes of 4 B200 on Quantum-X800, 24 under a leaf, two to one",
            "InfiniBand",
            "B200 GPU",
            """
            { name: "node", link: "nvlink5", holds: 4, mesh: 6, latency: "600ns",
              source: { holds: "\(Document.nvl4Site)", mesh: "\(Document.nvl4Site)" } }
            """,
            FatTree.xdr.leaf(24, 1, Document.nvl4Site),
            FatTree.xdr.spine(17, 6, Document.nvl4Site, more: "uplinks: 48,")
        ),
    ]

    /// A 144-port switch has 72 ports down, 18 of each of four racks, and 72 up.
    private static func gb300(_ name: String, _ summary: String, _ tree: FatTree) -> String {
        entry(
            name,
            summary,
            "InfiniBand",
            "B300 GPU",
            b300Rack,
            tree.leaf(4, 4, Document.nvl72Network),
            tree.spine(36, 72, Document.quantumX800)
        )
    }

    private static let ethernet = [
        spectrum(
            "h100-spectrum-x",
            "1,024 HGX H100 on 400GbE RoCE, 8 rails, two-level leaf-spine",
            "H100 GPU",
            h100Node,
            FatTree.spectrumX,
            Document.spectrum
        ),
        spectrum(
            "h100-roce-ecmp",
            "1,024 HGX H100 on 400GbE RoCE and switches that hash flows, two-level leaf-spine",
            "H100 GPU",
            h100Node,
            FatTree.roce,
            Document.semiAnalysis
        ),
        spectrum(
            "b300-spectrum-x",
            "1,024 HGX B300 on 800GbE and Spectrum-6, 8 rails, two-level leaf-spine",
            "B300 GPU",
            b300Node,
            FatTree.spectrum6("sn6600"),
            Document.nvidiaSwitches
        ),
        spectrum(
            "b300-spectrum-x-photonic",
            "1,024 HGX B300 on Spectrum-X Photonics: b300-spectrum-x with optics in the switches",
            "B300 GPU",
            b300Node,
            FatTree.spectrum6("sn6810"),
            Document.nvidiaSwitches
        ),
    ]

    /// 128 ports: 64 down, one for each node of a unit, and 64 up to the leaves of 16 units.
    private static func spectrum(
        _ name: String,
        _ summary: String,
        _ endpoint: String,
        _ node: String,
        _ tree: FatTree,
        _ source: String
    ) -> String {
        entry(
            name,
            summary,
            "Ethernet",
            endpoint,
            node,
            tree.leaf(64, 8, source),
            tree.spine(16, 64, source)
        )
    }

    private static let planes = [
        // Each place in a node has a tree of its own, and what goes to another place goes over
        // NVLink first.
        entry(
            "multi-plane",
            "2,048 H800 servers, each GPU on one of 8 NDR fat trees that do not meet (MPFT)",
            "InfiniBand",
            "H800 GPU",
            h800Node,
            FatTree.ndr.leaf(32, 8, Document.deepSeekTrees),
            FatTree.ndr.spine(64, 256, Document.deepSeekTrees, more: "uplinks: 32,")
        ),
        entry(
            "gb300-two-plane",
            "112 GB300 NVL72 on 400GbE, each NIC on two fat trees that do not meet",
            "Ethernet",
            "B300 GPU",
            b300Rack,
            """
            { name: "leaf", link: "ethernet-400", perEndpoint: 2, latency: "1.9us", holds: 8,
              switches: 18, switch: "sn5610", source: { perEndpoint: "\(Document.enterprise)" } },
            { name: "spine", latency: "3.2us", holds: 14, switches: 128, switch: "sn5610",
              uplinks: 64 }
            """
        ),
        entry(
            "hpn",
            "1,920 H800 servers, each NIC on two leaves, 15 segments of 16, 120 spines (HPN)",
            "Ethernet",
            "H800 GPU",
            h800Node,
            """
            { name: "segment", link: "ethernet-200", perEndpoint: 2, latency: "3.6us", holds: 128,
              switches: 16,
              source: {
                perEndpoint: "\(Document.simAI)", holds: "\(Document.simAI)",
                switches: "\(Document.simAI)",
              } },
            { name: "pod", latency: "5.6us", holds: 15, switches: 120, uplink: "ethernet-400",
              uplinks: 60, source: { holds: "\(Document.simAI)", switches: "\(Document.simAI)" } }
            """
        ),
    ]
}
