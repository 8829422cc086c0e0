/// Single servers and racks, without what joins them.
extension Catalogue {
    static let servers = [
        entry(
            "dgx-1-p100",
            "8 P100 in a cube whose top and bottom are fully joined, one server",
            "NVLink",
            "P100 GPU",
            """
            { name: "node", link: "nvlink1", holds: 8, latency: "600ns",
              pairs: [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3],
                      [4, 5], [4, 6], [4, 7], [5, 6], [5, 7], [6, 7],
                      [0, 4], [1, 5], [2, 6], [3, 7]],
              source: {
                holds: "\(Document.nvidiaPapers)",
                pairs: "\(Document.nvidiaPapers): 12 edges and the diagonals of two faces",
              } }
            """
        ),
        entry(
            "dgx-1-v100",
            "8 V100 in a cube with two links on some of its edges, one server",
            "NVLink",
            "V100 GPU",
            """
            { name: "node", link: "nvlink2", holds: 8, latency: "600ns",
              pairs: [[0, 1], [0, 2], [0, 3, 2], [1, 2, 2], [1, 3], [2, 3, 2],
                      [4, 5], [4, 6], [4, 7, 2], [5, 6, 2], [5, 7], [6, 7, 2],
                      [0, 4, 2], [1, 5, 2], [2, 6], [3, 7]],
              source: { holds: "\(Document.nvidiaPapers)", pairs: "\(Document.topology)" } }
            """
        ),
        entry(
            "dgx-2",
            "16 V100 on two boards of 6 NVSwitch chips, each chip wired to its twin, one server",
            "NVLink",
            "V100 GPU",
            nvlink(
                "board",
                ("nvlink2", 6, Document.mlEngineering),
                holds: (8, Document.nvidiaPapers),
                chips: ("nvswitch1", 6, Document.nvidiaPapers),
                reduces: false
            ),
            // No chips: these six stand for the wires between twins, eight from each.
            """
            { name: "node", latency: "900ns", holds: 2, switches: 6, uplinks: 8,
              source: { holds: "\(Document.nvidiaPapers)", uplinks: "\(Document.nvidiaPapers)" } }
            """
        ),
        entry("dgx-a100", "8 A100 under NVSwitch, one server", "NVLink", "A100 GPU", a100Node),
        entry(
            "hgx-h100",
            "8 H100 under 4 NVSwitch chips, one server",
            "NVLink",
            "H100 GPU",
            h100Node
        ),
        entry(
            "hgx-h200",
            "8 H200 under 4 NVSwitch chips, one server",
            "NVLink",
            "H200 GPU",
            h100Node
        ),
        entry(
            "hgx-b200",
            "8 B200 under 2 NVSwitch chips, one server",
            "NVLink",
            "B200 GPU",
            b200Node
        ),
        entry(
            "hgx-b300",
            "8 B300 under 2 NVSwitch chips, one server",
            "NVLink",
            "B300 GPU",
            b300Node
        ),
        entry(
            "mi250x",
            "4 MI250X of two dies each, joined by 1 to 4 links, one server",
            "Infinity Fabric",
            "MI250X die",
            """
            { name: "node", link: "infinity-mi250x", holds: 8, latency: "1us",
              pairs: [[0, 1, 4], [2, 3, 4], [4, 5, 4], [6, 7, 4],
                      [0, 2], [0, 6, 2], [1, 3, 2], [1, 5],
                      [2, 4, 2], [3, 7], [4, 6], [5, 7, 2]],
              source: { holds: "\(Document.olcf)" } }
            """
        ),
        entry(
            "mi300x",
            "8 MI300X, a link between any two, one server",
            "Infinity Fabric",
            "MI300X GPU",
            mi300xNode
        ),
        entry(
            "mi355x",
            "8 MI355X, a link between any two, one server",
            "Infinity Fabric",
            "MI355X GPU",
            mi355xNode
        ),
    ]

    static let racks = [
        entry(
            "gb200-nvl72",
            "72 B200 in 18 trays, under 18 chips in 9 switch trays",
            "NVLink",
            "B200 GPU",
            b200Rack
        ),
        entry(
            "gb300-nvl72",
            "72 B300 in 18 trays, under 9 switch trays",
            "NVLink",
            "B300 GPU",
            b300Rack
        ),
        entry(
            "rubin-nvl144",
            "72 Rubin packages of two dies in 18 trays, under 36 chips (also: Vera Rubin NVL72)",
            "NVLink",
            "Rubin GPU",
            nvlink(
                "rack",
                ("nvlink6", 36, Document.mlEngineering),
                holds: (72, Document.rubin),
                chips: ("nvswitch5", 36, nil)
            )
        ),
        // The rate is that of twice Rubin's dies, the chips are Rubin's, and nothing is taken away
        // between the levels: none of it is published.
        entry(
            "rubin-ultra-nvl576",
            "144 packages of four dies in 4 chassis, two levels of NVLink, a guess",
            "NVLink",
            "Rubin Ultra GPU",
            """
            { name: "chassis", link: "nvlink6", perEndpoint: 72, latency: "600ns", holds: 36,
              switches: 72, switch: "nvswitch5", reduces: true },
            { name: "rack", latency: "1us", holds: 4, switches: 144, switch: "nvswitch5",
              reduces: true }
            """
        ),
    ]

    static let torus = [
        entry(
            "tpu-v4",
            "4,096 TPU v4 in a torus, cubes of 64 joined by optical switches",
            "torus",
            "TPU v4",
            tpus("ici-v4", "16, 16, 16")
        ),
        entry(
            "tpu-v5e",
            "256 TPU v5e in a torus of two dimensions",
            "torus",
            "TPU v5e",
            tpus("ici-v5e", "16, 16")
        ),
        entry(
            "tpu-v5p",
            "8,960 TPU v5p in a torus, cubes of 64 joined by optical switches",
            "torus",
            "TPU v5p",
            tpus("ici-v5p", "16, 20, 28")
        ),
    ]

    private static func tpus(_ link: String, _ sides: String) -> String {
        """
        { name: "pod", link: "\(link)", torus: [\(sides)], latency: "1us",
          source: { torus: "\(Document.tpus)" } }
        """
    }
}
