/// Sites of 100,000 GPUs and more, and sites that long fibres join.
extension Catalogue {
    static let sites = [
        colossus(
            "colossus-100k",
            "12,800 HGX H100 on Spectrum-X in 25 pods, 8 rails, three levels, as Colossus",
            pods: 25,
            cores: 1024
        ),
        colossus(
            "colossus-200k",
            "25,600 HGX H100 on Spectrum-X in 50 pods, 8 rails, three levels, as Colossus",
            pods: 50,
            cores: 2048
        ),
        // In a site each core has 64 ports down and one to a gateway, half way to the other sites.
        entry(
            "million-gpu",
            "14,336 GB300 NVL72 in 8 sites of 129,024 GPUs, 100 km apart, on 800GbE",
            "Ethernet",
            "B300 GPU",
            b300Rack,
            FatTree.spectrum6("sn6600").leaf(8, 9),
            FatTree.spectrum6("sn6600").spine(7, 64),
            FatTree.spectrum6("sn6600").core(32, 2048, more: "uplinks: 64,"),
            """
            { name: "sites", latency: "503.8us", length: "50km", holds: 8, switches: 128,
              switch: "sn6600", uplinks: 1 }
            """
        ),
        twoSites(
            "spectrum-xgs",
            "two sites of 512 HGX H100 on Spectrum-X, 100 km apart, 25.6 Tb/s between",
            half: "50km",
            latency: "503.2us"
        ),
        twoSites(
            "long-haul",
            "two sites of 512 HGX H100 on Spectrum-X, 1,000 km apart, 25.6 Tb/s between",
            half: "500km",
            latency: "5003.2us"
        ),
    ]

    /// A leaf has 64 servers and 64 spines, a spine 64 leaves and 64 cores; which cores, and how
    /// many there are, nobody has said.
    private static func colossus(
        _ name: String,
        _ summary: String,
        pods: Int,
        cores: Int
    ) -> String {
        entry(
            name,
            summary,
            "Ethernet",
            "H100 GPU",
            h100Node,
            FatTree.spectrumX.leaf(64, 8, Document.xAI, leavesToo: false),
            FatTree.spectrumX.spine(8, 64),
            FatTree.spectrumX.core(pods, cores)
        )
    }

    /// Two sites whose 64 spines have one cable each to the other site.
    ///
    /// The last tier has no switches: there both halves of a cable meet.
    private static func twoSites(
        _ name: String,
        _ summary: String,
        half: String,
        latency: String
    ) -> String {
        entry(
            name,
            summary,
            "Ethernet",
            "H100 GPU",
            h100Node,
            FatTree.spectrumX.leaf(64, 8, Document.spectrum),
            FatTree.spectrumX.spine(8, 64, Document.spectrum),
            """
            { name: "sites", latency: "\(latency)", length: "\(half)", holds: 2, switches: 64,
              uplinks: 1, source: { latency: "\(Document.fibre)", uplinks: "\(Document.waves)" } }
            """
        )
    }

    static let baselines = [
        entry(
            "leaf-spine",
            "3,072 servers on 100 GbE, 48 a rack, 16 x 100 GbE up",
            "Ethernet",
            "server",
            """
            { name: "rack", link: "ethernet-100", latency: "10us", holds: 48, switches: 1,
              switch: "sn4600c", length: "3m" },
            { name: "spine", latency: "12us", holds: 64, switches: 16, switch: "sn4600c",
              uplinks: 16 }
            """
        ),
        entry(
            "tcp-10gbe",
            "960 servers on 10 GbE and TCP, 48 a rack, 4 x 40 GbE up",
            "TCP",
            "server",
            """
            { name: "rack", link: "ethernet-10", latency: "25us", holds: 48, switches: 1,
              length: "3m" },
            { name: "spine", latency: "30us", holds: 20, oversubscription: "3:1", switches: 4,
              uplink: "ethernet-40" }
            """
        ),
        entry(
            "tcp-25gbe",
            "960 servers on 25 GbE and TCP, 48 a rack, 6 x 100 GbE up",
            "TCP",
            "server",
            """
            { name: "rack", link: "ethernet-25", latency: "20us", holds: 48, switches: 1,
              length: "3m" },
            { name: "spine", latency: "25us", holds: 20, oversubscription: "2:1", switches: 6,
              uplink: "ethernet-100" }
            """
        ),
    ]
}
