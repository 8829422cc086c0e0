import Drawing
import Fabrics
import Reports
import Testing
import Text

/// Pictures of fabrics.
@Suite struct FabricPictureTests {
    /// Structures that draw differently, beyond those of the catalogue.
    private static let files: [String: String] = [
        "rails": """
        { name: "node", link: "nvlink4", perEndpoint: 18, latency: "600ns", holds: 8, switches: 4,
          switch: "nvswitch3" },
        { name: "unit", link: "ib-ndr", latency: "2.8us", holds: 32, switches: 8,
          switch: "qm9700" },
        { name: "spine", latency: "3.7us", holds: 4, switches: 16, switch: "qm9700" },
        """,
        "oversubscribed": """
        { name: "rack", link: "ethernet-25", holds: 48, latency: "1us", switches: 1 },
        { name: "spine", holds: 20, latency: "1us", switches: 6, uplink: "ethernet-100",
          uplinks: 6 },
        """,
        "rack": """
        { name: "rack", link: "nvlink5", perEndpoint: 18, latency: "600ns", holds: 72,
          switches: 18, switch: "nvswitch4", reduces: true },
        """,
        "cube": #"{ name: "t", rate: "50GB/s", torus: [16, 16, 16], latency: "1us" },"#,
        "plane": """
        { name: "t", rate: "50GB/s", torus: { sides: [3, 40], wraps: false }, latency: "1us" },
        """,
        "ring": #"{ name: "t", rate: "50GB/s", torus: [2], latency: "1us" },"#,
        "many": #"{ name: "t", rate: "50GB/s", torus: [4, 3, 2, 5, 6], latency: "1us" },"#,
        "mesh": #"{ name: "t", rate: "64GB/s", mesh: 1, holds: 64, latency: "1us" },"#,
        "pairs": """
        { name: "t", link: "nvlink2", holds: 4, latency: "1us",
          pairs: [[0, 1, 2], [1, 2], [2, 3, 2], [3, 0]] },
        { name: "around", link: "ib-edr", latency: "2us", holds: 1000 },
        """,
        "dragonfly": """
        { name: "t", link: "ethernet-200", latency: "2us",
          dragonfly: { groups: 74, routers: 32, endpoints: 16, global: 32 } },
        """,
        "smallest": #"{ name: "t", link: "ethernet-10", latency: "2us", holds: 2 },"#,
        "absurd": """
        { name: "t", link: "ethernet-10", latency: "2us", holds: 4294967295,
          switches: 16777216 },
        """,
        "one router": """
        { name: "t", link: "ethernet-200", latency: "2us",
          dragonfly: { groups: 1, routers: 2, endpoints: 1, global: 0 } },
        """,
        "million": """
        { name: "rack", link: "nvlink5", perEndpoint: 18, latency: "600ns", holds: 72,
          switches: 18, switch: "nvswitch4" },
        { name: "leaf", link: "ethernet-800", latency: "2us", holds: 8, switches: 72 },
        { name: "pod", latency: "3us", holds: 8, switches: 72, oversubscription: "2:1" },
        { name: "hall", latency: "4us", holds: 16, switches: 288, uplinks: 4 },
        { name: "site", latency: "8us", holds: 2, switches: 288, uplinks: 2 },
        { name: "region", latency: "100us", holds: 8, switches: 16, uplinks: 1 },
        """,
        "deepest": """
        { name: "a tier with a very long name", link: "ethernet-10", latency: "2us", holds: 3 },
        { name: "b", latency: "2us", holds: 3 }, { name: "c", latency: "2us", holds: 30 },
        { name: "d", latency: "2us", holds: 3 }, { name: "e", latency: "2us", holds: 30 },
        { name: "f", latency: "2us", holds: 3 }, { name: "g", latency: "2us", holds: 30 },
        { name: "h", latency: "2us", holds: 3 },
        """,
    ]

    private static func fabric(_ name: String) throws -> Fabric {
        guard let tiers = files[name] else { return try Catalogue.named(name) }
        return try Fabric(
            parsing: """
                { name: "\(name)", summary: "so & <so>", family: "x", endpoint: "B200 GPU",
                  tiers: [\(tiers)] }
                """,
            name: name
        )
    }

    private static let levels: [FabricPicture.Level?] = [nil] + FabricPicture.Level.allCases

    private static let names = files.keys.sorted() + Catalogue.all.map(\.name)

    @Test(arguments: names) func nothingOverlapsOrRunsOut(_ name: String) throws {
        let fabric = try Self.fabric(name)
        for level in Self.levels {
            let svg = FabricPicture(fabric, level: level).svg
            let page = try SVGPage(svg)
            let place = "\(name), \(level?.rawValue ?? "all")"
            #expect(page.title.hasPrefix(name) && !page.description.isEmpty, "\(place)")
            #expect(svg.contains("prefers-color-scheme:dark"))
            #expect(page.width == 1200 && page.height <= 1200, "\(place): \(page.height)")
            #expect(page.outside.isEmpty, "\(place): \(page.outside)")
            #expect(page.overlaps.isEmpty, "\(place): \(page.overlaps)")
            #expect(page.labels.count > 10, "\(place)")
            // A million endpoints take no more than a few times eight.
            #expect(svg.utf8.count < 80_000, "\(place): \(svg.utf8.count)")
        }
    }

    private func labels(_ name: String, _ level: FabricPicture.Level? = nil) throws -> [String] {
        try SVGPage(FabricPicture(Self.fabric(name), level: level).svg).labels.map(\.text)
    }

    @Test func aRackShowsItsTrays() throws {
        let labels = try labels("rack")
        for tray in 0..<18 { #expect(labels.contains("tray \(tray)")) }
        for tray in 0..<9 { #expect(labels.contains("switch tray \(tray)")) }
        for chip in 0..<18 { #expect(labels.contains("chip \(chip)")) }
        for endpoint in 0..<72 { #expect(labels.contains("GPU \(endpoint)")) }
        #expect(!labels.contains("tray 18") && !labels.contains("switch tray 9"))
        #expect(labels.contains("1,296 links to endpoints"))
        #expect(labels.contains("Each GPU: 18 × 50 GB/s = 900 GB/s each way"))
        #expect(labels.contains("One link to each of the 18 chips"))
    }

    /// What the picture says is what the bill counts and the tiers state.
    @Test func figuresAreTheFabrics() throws {
        let fabric = try Self.fabric("rails")
        let labels = try labels("rails")
        #expect(labels.contains("1,024") && labels.contains("450 GB/s + 50 GB/s"))
        #expect(labels.contains("16 × qm9700") && labels.contains("8 × qm9700, 32 in all"))
        #expect(labels.contains("each unit switch: 32 × 400 Gb/s"))
        #expect(labels.contains("8 rails or planes"))
        let cables = Bill(of: fabric).lines.filter { $0.tier == "spine" && $0.count == 1024 }
        #expect(!cables.isEmpty && labels.contains("1,024 cables, 1:1"))
        let over = try self.labels("oversubscribed")
        #expect(over.contains("120 cables, oversubscribed 2:1"))
        #expect(over.contains("each rack switch: 6 × 100 Gb/s"))
        let rate = FabricSummary(of: fabric).headline.first { $0.label == "bisection each way" }
        #expect(labels.contains(try #require(rate).value))
    }

    @Test func levelsOpenWhatTheySay() throws {
        let rack = try labels("rails", .rack)
        #expect(rack.contains("rails: node, one of 128") && rack.contains("GPU 7"))
        #expect(!rack.contains("unit 0") && !rack.contains("16 × qm9700"))
        let pod = try labels("rails", .pod)
        #expect(pod.contains("rails: unit, one of 4") && pod.contains("node 31"))
        let site = try labels("rails", .site)
        #expect(site.contains("unit 3") && site.contains("256") && !site.contains("node 0"))
    }

    @Test func structuresWithoutSwitchesSayTheirShape() throws {
        let torus = try labels("cube")
        #expect(torus.contains("x: 16") && torus.contains("y: 16") && torus.contains("z: 16"))
        #expect(torus.contains("each 6 × 50 GB/s"))
        #expect(try labels("plane").contains("the ends of rows are open"))
        #expect(try labels("many").contains("not drawn: 5 × 6 more"))
        #expect(try labels("mesh").contains("2,016 links, no switches"))
        #expect(try labels("pairs", .rack).contains("2 links: 50 GB/s"))
        let dragonfly = try labels("dragonfly")
        #expect(dragonfly.contains("a Dragonfly of 74 groups"))
        #expect(dragonfly.contains("14 cables between two groups"))
        #expect(dragonfly.contains("group 0: 32 routers, each joined to each"))
    }

    /// A rail's switch and the endpoints that hang on it have a colour of their own.
    @Test func railsHaveColours() throws {
        let svg = FabricPicture(try Self.fabric("rails")).svg
        for color in 1...8 {
            #expect(svg.contains(#"class="d-box d-s\#(color)""#))
            #expect(svg.contains(#"class="d-thin d-s\#(color)""#))
        }
    }
}
