import Fabrics
import Testing
import Units

/// The claims of data sheets, derived from the parts of the entries.
@Suite struct CatalogueTests {
    @Test(arguments: ["gb200-nvl72", "gb300-nvl72"])
    func aRackOf72(name: String) throws {
        let rack = try Catalogue.named(name)
        let network = try #require(rack.networks.first)
        #expect(rack.networks.count == 1)
        #expect(rack.endpoints == 72)
        // 18 links of 50 GB/s; 1.8 TB/s is both directions together.
        #expect(rack.tiers[0].rate.value.gigabytes == 900)
        #expect(TotalRate(network.rate, times: 1).bothDirections.terabytes == 1.8)
        // "130 TB/s"
        let injection = rack.injection(into: network)
        #expect(injection.terabytes == 64.8)
        #expect(injection.bothDirections.terabytes == 129.6)
        #expect(rack.bisection.terabytes == 32.4)
        #expect(rack.allToAllLimit == injection)
        #expect(rack.tiers[0].reducesInNetwork)
    }

    /// Per GPU, both directions together, as data sheets state it; and the eight of a server.
    @Test(arguments: [("dgx-a100", 0.6, false), ("hgx-h100", 0.9, true), ("hgx-b200", 1.8, true)])
    func aServerOf8(name: String, terabytes: Double, reduces: Bool) throws {
        let server = try Catalogue.named(name)
        let rate = TotalRate(server.tiers[0].rate.value, times: 1)
        #expect(server.endpoints == 8)
        #expect(rate.bothDirections.terabytes == terabytes)
        #expect(server.bisection.bothDirections == TotalRate(server.tiers[0].rate.value, times: 8))
        #expect(server.tiers[0].reducesInNetwork == reduces)
    }

    @Test func theServerOfH100HasThePublishedBisection() throws {
        // 3.6 TB/s both ways together.
        #expect(try Catalogue.named("hgx-h100").bisection.bothDirections.terabytes == 3.6)
    }

    /// A fat tree of two levels has half the square of the switch's ports.
    @Test(arguments: [
        ("h100-ndr", 64, 400.0), ("gb300-xdr", 144, 800.0), ("h100-spectrum-x", 128, 400.0),
    ])
    func aTwoLevelFatTree(name: String, ports: Int, gigabits: Double) throws {
        let cluster = try Catalogue.named(name)
        #expect(cluster.endpoints == ports * ports / 2)
        #expect(cluster.networks.count == 2)
        let outer = try #require(cluster.networks.last)
        #expect(outer.rate.gigabits == gigabits)
        #expect(cluster.bisection == TotalRate(outer.rate, times: cluster.endpoints / 2))
        // Almost all of an all-to-all leaves the node or rack, so the outer network decides.
        let limit = cluster.allToAllLimit
        #expect(limit > cluster.injection(into: outer))
        #expect(limit.gigabytes < 1.01 * cluster.injection(into: outer).gigabytes)
    }

    @Test(arguments: [("tcp-10gbe", 10.0, 3), ("tcp-25gbe", 25.0, 2)])
    func aBaseline(name: String, gigabits: Double, over: Int) throws {
        let baseline = try Catalogue.named(name)
        #expect(baseline.networks.count == 1)
        #expect(baseline.tiers[1].rate.value.gigabits == gigabits)
        #expect(baseline.tiers[1].sustainedRate.bits == Int(gigabits * 1e9) / over)
        // The rate is a standard's; the rest no document states.
        #expect(baseline.tiers.allSatisfy { $0.rate.isVerified })
        #expect(baseline.tiers.allSatisfy { !$0.latency.isVerified && !$0.holds.isVerified })
    }

    /// Names that others rely on, each once.
    @Test func namesAreUnique() {
        let names = Catalogue.all.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(names.count >= 50)
    }

    /// What no document states is known here; all other rates and counts have a source.
    @Test func whatIsUnverified() {
        var rates: Set<String> = []
        var counts: Set<String> = []
        for fabric in Catalogue.all where fabric.family != "TCP" {
            for tier in fabric.tiers {
                if !tier.rate.isVerified { rates.insert("\(fabric.name) \(tier.name)") }
                if !tier.holds.isVerified { counts.insert("\(fabric.name) \(tier.name)") }
            }
        }
        #expect(
            rates == [
                "azure-nd-a100-v4 cluster", "coreweave-h100 cluster", "frontier node",
                "gcp-a3-ultra cluster", "hpn node", "leonardo cell", "leonardo leaf",
                "leonardo node", "leonardo system", "mi250x node", "multi-plane node",
                "oci-h100 cluster", "oci-mi300x cluster", "rubin-ultra-nvl576 chassis",
                "rubin-ultra-nvl576 rack",
            ]
        )
        // How many instances a cloud joins none has published, but for one upper limit.
        let clouds = counts.filter { $0.hasSuffix(" cluster") }
        #expect(clouds.count == Catalogue.all.count { $0.family == "cloud" } - 1)
        #expect(
            counts.subtracting(clouds) == [
                "a100-hdr spine", "colossus-100k core", "colossus-100k spine",
                "colossus-200k core", "colossus-200k spine", "gb200-ndr leaf", "gb200-ndr spine",
                "gb300-two-plane leaf", "gb300-two-plane spine", "leaf-spine rack",
                "leaf-spine spine", "leonardo cell", "leonardo leaf", "leonardo node",
                "long-haul sites", "million-gpu core", "million-gpu leaf",
                "million-gpu sites", "million-gpu spine",
                "rubin-ultra-nvl576 chassis", "rubin-ultra-nvl576 rack", "spectrum-xgs sites",
            ]
        )
    }

    @Test func aSlipOfTheNameIsNamed() {
        let slip = #expect(throws: UnknownFabric.self) { try Catalogue.named("gb200-nlv72") }
        #expect(
            slip?.description
                == "no fabric is called 'gb200-nlv72'; did you mean 'gb200-nvl72'?"
        )
        let error = #expect(throws: UnknownFabric.self) { try Catalogue.named("toaster") }
        #expect(
            error?.description
                == "no fabric is called 'toaster'; 'weft fabric list' names those there are"
        )
    }

    /// Links times rate is what the GPU generation is sold with, in one direction.
    @Test(arguments: [
        ("nvlink1", 4, 80.0), ("nvlink2", 6, 150), ("nvlink3", 12, 300), ("nvlink4", 18, 450),
        ("nvlink5", 18, 900), ("nvlink6", 36, 1800), ("pcie5-x16", 1, 63), ("ib-xdr", 1, 100),
        ("ethernet-800", 1, 100), ("ethernet-1600", 1, 200), ("nvlink-c2c", 1, 450),
        ("nvlink-c2c-rubin", 1, 900), ("nv-hbi", 1, 5000), ("infinity-mi250x", 4, 200),
        ("infinity-mi300x", 7, 448), ("infinity-mi355x", 7, 535.5), ("ici-v4", 6, 270),
        ("ici-v5p", 6, 540), ("ici-7x", 6, 600), ("upi", 1, 20.8), ("xgmi", 4, 128),
        ("slingshot-11", 1, 25),
    ])
    func aLinkKind(name: String, links: Int, gigabytes: Double) throws {
        let kind = try #require(LinkKind.named(name))
        #expect(TotalRate(kind.rate.value, times: links).gigabytes == gigabytes)
        #expect(LinkKind.all.allSatisfy { $0.rate.isVerified })
    }
}
