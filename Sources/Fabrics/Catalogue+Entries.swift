/// The texts of the catalogue. A figure whose source is not given is unverified, and shown so.
extension Catalogue {
    static let servers = [
        """
        {
          name: "dgx-a100", summary: "8 A100 under NVSwitch, one server",
          family: "NVLink", endpoint: "A100 GPU",
          tiers: [
            \(a100Node),
          ],
        }
        """,
        """
        {
          name: "hgx-h100", summary: "8 H100 under 4 NVSwitch chips, one server",
          family: "NVLink", endpoint: "H100 GPU",
          tiers: [
            \(h100Node),
          ],
        }
        """,
        """
        {
          name: "hgx-b200", summary: "8 B200 under 2 NVSwitch chips, one server",
          family: "NVLink", endpoint: "B200 GPU",
          tiers: [
            \(b200Node),
          ],
        }
        """,
    ]

    static let racks = [
        """
        {
          name: "gb200-nvl72", summary: "72 B200 in 18 trays, under 18 chips in 9 switch trays",
          family: "NVLink", endpoint: "B200 GPU",
          tiers: [
            \(b200Rack),
          ],
        }
        """,
        """
        {
          name: "gb300-nvl72", summary: "72 B300 in 18 trays, under 9 switch trays",
          family: "NVLink", endpoint: "B300 GPU",
          tiers: [
            \(b300Rack),
          ],
        }
        """,
    ]

    static let clusters = [
        """
        {
          name: "h100-ndr", summary: "256 HGX H100 on NDR InfiniBand, two-level fat tree",
          family: "InfiniBand", endpoint: "H100 GPU",
          tiers: [
            \(h100Node),
            // A 64-port switch (QM9700) has 32 ports down and 32 up, and there are 64 leaves.
            { name: "leaf", link: "ib-ndr", latency: "2.8us", holds: 4, reduces: true,
              source: {
                latency: "\(Document.deepSeek), same leaf, InfiniBand",
                holds: "\(Document.mlEngineering)", reduces: "\(Document.sharp)",
              } },
            { name: "spine", latency: "3.7us", holds: 64, reduces: true,
              source: {
                latency: "\(Document.deepSeek), cross leaf, InfiniBand",
                holds: "\(Document.mlEngineering)", reduces: "\(Document.sharp)",
              } },
          ],
        }
        """,
        """
        {
          name: "gb300-xdr", summary: "144 GB300 NVL72 on Quantum-X800, two-level fat tree",
          family: "InfiniBand", endpoint: "B300 GPU",
          tiers: [
            \(b300Rack),
            // A 144-port switch has 72 ports down, those of a rack, and 72 up to 144 leaves.
            { name: "spine", link: "ib-xdr", perEndpoint: 1, latency: "3.7us", holds: 144,
              reduces: true,
              source: {
                perEndpoint: "\(Document.nvl72)",
                holds: "\(Document.quantumX800)", reduces: "\(Document.sharp)",
              } },
          ],
        }
        """,
        """
        {
          name: "h100-spectrum-x", summary: "1,024 HGX H100 on 400GbE RoCE, two-level leaf-spine",
          family: "Ethernet", endpoint: "H100 GPU",
          tiers: [
            \(h100Node),
            // 128 ports of 400GbE: 64 down, 64 up to 128 leaves.
            { name: "leaf", link: "ethernet-400", latency: "1.9us", holds: 8,
              source: {
                latency: "\(Document.oracle), in the rack",
                holds: "\(Document.spectrum)",
              } },
            { name: "spine", latency: "3.2us", holds: 128,
              source: {
                latency: "\(Document.oracle), across racks",
                holds: "\(Document.spectrum)",
              } },
          ],
        }
        """,
    ]

    static let baselines = [
        """
        {
          name: "tcp-10gbe", summary: "960 servers on 10 GbE and TCP, 48 a rack, 4 x 40 GbE up",
          family: "TCP", endpoint: "server",
          tiers: [
            { name: "rack", link: "ethernet-10", latency: "25us", holds: 48 },
            { name: "spine", latency: "30us", holds: 20, oversubscription: "3:1" },
          ],
        }
        """,
        """
        {
          name: "tcp-25gbe", summary: "960 servers on 25 GbE and TCP, 48 a rack, 6 x 100 GbE up",
          family: "TCP", endpoint: "server",
          tiers: [
            { name: "rack", link: "ethernet-25", latency: "20us", holds: 48 },
            { name: "spine", latency: "25us", holds: 20, oversubscription: "2:1" },
          ],
        }
        """,
    ]

    private static let a100Node = nvlinkTier(
        "node",
        link: "nvlink3",
        perEndpoint: 12,
        holds: 8,
        source: Document.nvswitch,
        reduces: false
    )
    private static let h100Node = nvlinkTier(
        "node",
        link: "nvlink4",
        perEndpoint: 18,
        holds: 8,
        source: Document.nvswitch
    )
    private static let b200Node = nvlinkTier(
        "node",
        link: "nvlink5",
        perEndpoint: 18,
        holds: 8,
        source: Document.nvswitch
    )
    private static let b200Rack = nvlinkTier(
        "rack",
        link: "nvlink5",
        perEndpoint: 18,
        holds: 72,
        source: Document.mlEngineering
    )
    private static let b300Rack = nvlinkTier(
        "rack",
        link: "nvlink5",
        perEndpoint: 18,
        holds: 72,
        source: Document.nvl72
    )

    /// The GPUs that share a set of NVLink switches; `source` states how many they are.
    private static func nvlinkTier(
        _ name: String,
        link: String,
        perEndpoint: Int,
        holds: Int,
        source: String,
        reduces: Bool = true
    ) -> String {
        """
        { name: "\(name)", link: "\(link)", perEndpoint: \(perEndpoint), latency: "600ns",
          holds: \(holds), reduces: \(reduces),
          source: {
            perEndpoint: "\(Document.mlEngineering)", latency: "\(Document.ncclTuning)",
            holds: "\(source)", reduces: "\(Document.nvls)",
          } }
        """
    }
}
