import Fabrics
import Testing
import Units

extension Bill {
    /// How many of a part there are, in all tiers or in one.
    fileprivate func count(of part: String, in tier: String? = nil) -> Int {
        lines.filter { $0.what == part && (tier == nil || $0.tier == tier) }
            .reduce(0) { $0 + $1.count }
    }

    /// How many cables lead up to a tier.
    fileprivate func cables(to tier: String) -> Int { count(of: .cable, in: tier) }
}

/// What documents count follows from the parts of the entries.
@Suite struct CatalogueCountTests {
    /// "More than 5,000 copper cables": a link is two lanes each way, each a pair of wires.
    @Test(arguments: [("gb200-nvl72", 1.8), ("gb300-nvl72", 1.8)])
    func theCopperOfARack(name: String, terabytes: Double) throws {
        let rack = try Catalogue.named(name)
        let bill = Bill(of: rack)
        #expect(bill.count(of: "nvswitch4") == 18)
        #expect(bill.cables(to: "rack") == 72 * 18)
        #expect(bill.cables(to: "rack") * 4 == 5184)
        #expect(TotalRate(rack.tiers[0].rate.value, times: 1).bothDirections.terabytes == terabytes)
        // Nine times the GPUs of a server in one domain.
        #expect(try rack.endpoints == 9 * Catalogue.named("hgx-h100").endpoints)
    }

    @Test func theServerOfH100Injects() throws {
        let server = try Catalogue.named("hgx-h100")
        #expect(server.injection(into: server.networks[0]).terabytes == 3.6)
        #expect(Bill(of: server).count(of: "nvswitch3") == 4)
    }

    @Test(arguments: [
        ("dgx-2", "nvswitch1", 12), ("dgx-a100", "nvswitch2", 6), ("hgx-h200", "nvswitch3", 4),
        ("hgx-b200", "nvswitch4", 2), ("hgx-b300", "nvswitch4", 2),
        ("rubin-nvl144", "nvswitch5", 36),
    ])
    func chips(name: String, chip: String, count: Int) throws {
        #expect(Bill(of: try Catalogue.named(name)).count(of: chip) == count)
    }

    /// 2.4 TB/s between the boards, both ways together, over 8 cables from each of 6 chips.
    @Test func theTwoBoards() throws {
        let server = try Catalogue.named("dgx-2")
        #expect(server.endpoints == 16)
        #expect(server.bisection.bothDirections.terabytes == 2.4)
        #expect(Bill(of: server).cables(to: "node") == 2 * 48)
    }

    /// 32 leaves and 16 spines; 2,040 cables are stated, for 127 systems, one making room.
    @Test(arguments: ["h100-superpod", "b200-ndr"])
    func theSuperPOD(name: String) throws {
        let pod = try Catalogue.named(name)
        let bill = Bill(of: pod)
        #expect(pod.endpoints == 1024)
        #expect(bill.count(of: "qm9700", in: "leaf") == 32)
        #expect(bill.count(of: "qm9700", in: "spine") == 16)
        #expect(bill.cables(to: "leaf") + bill.cables(to: "spine") == 2048)
        #expect(127 * 8 + bill.cables(to: "spine") == 2040)
        #expect(bill.count(of: "connectx-7") == 1024)
    }

    @Test func theSuperPODOfThreeLevels() throws {
        let pod = try Catalogue.named("h100-ndr-3level")
        let bill = Bill(of: pod)
        #expect(pod.endpoints == 4096)
        #expect(
            ["leaf", "spine", "core"].map { bill.count(of: "qm9700", in: $0) } == [128, 128, 64]
        )
        #expect(pod.bisection == TotalRate(BitsPerSecond(400_000_000_000), times: 2048))
    }

    /// DeepSeek's table: switches, and cables between them, of two levels and of eight planes.
    @Test(arguments: [("h100-ndr", 2048, 96), ("multi-plane", 16_384, 768)])
    func theTableOfTrees(name: String, endpoints: Int, switches: Int) throws {
        let tree = try Catalogue.named(name)
        let bill = Bill(of: tree)
        #expect(tree.endpoints == endpoints)
        #expect(bill.count(of: "qm9700") == switches)
        #expect(bill.cables(to: "spine") == endpoints)
    }

    /// Compute groups have 2,368 of the machine's 2,464 switches; 540 TB/s both ways between them.
    @Test func frontier() throws {
        let machine = try Catalogue.named("frontier")
        guard case .dragonfly(let shape) = machine.tiers[1].structure else {
            Issue.record("no Dragonfly")
            return
        }
        #expect(machine.endpoints == 4 * 128 * 74)
        #expect(Bill(of: machine).count(of: "rosetta") == 2464 - 96)
        #expect(shape.parallel == 4)
        let between = 74 * 73 / 2 * shape.parallel
        let link = machine.tiers[1].rate.value
        #expect(TotalRate(link, times: between).terabytes == 270.1)
        // 57 % of what a group can send can leave it: 7.3 of 12.8 TB/s.
        #expect(TotalRate(link, times: 73 * shape.parallel).terabytes == 7.3)
        #expect(TotalRate(link, times: shape.routers * shape.endpoints).terabytes == 12.8)
        // 16 + 31 + 10 of the 64 ports.
        #expect(shape.endpoints + shape.routers - 1 + shape.global <= 64)
    }

    /// 18 cables between any two cells, and one from each second-level switch.
    @Test func leonardo() throws {
        let machine = try Catalogue.named("leonardo")
        let bill = Bill(of: machine)
        #expect(bill.count(of: "qm8700", in: "cell") == 19 * 18)
        // Each cable of two cells is counted at both of its ends.
        #expect(bill.cables(to: "system") == 2 * (19 * 18 / 2) * 18)
        #expect(machine.tiers.allSatisfy { $0.oversubscription == nil })
    }

    @Test func hpn() throws {
        let pod = try Catalogue.named("hpn")
        #expect(pod.endpoints == 15_360)
        guard case .switched(let leaves) = pod.tiers[1].structure,
            case .switched(let spines) = pod.tiers[2].structure
        else {
            Issue.record("no switches")
            return
        }
        #expect(leaves.switches * 15 == 240)
        #expect(spines.switches == 120)
        #expect(pod.tiers[1].groupSize * leaves.cables / leaves.switches == 128)
        #expect(pod.tiers[1].rate.value.gigabits == 400)
        #expect(pod.tiers[2].oversubscription?.value.description == "16:15")
    }

    @Test func theNodesOfFour() throws {
        let system = try Catalogue.named("gb200-nvl4")
        let bill = Bill(of: system)
        #expect(bill.count(of: "q3400", in: "leaf") == 17)
        #expect(bill.count(of: "q3400", in: "spine") == 6)
        #expect(system.tiers[0].rate.value.gigabytes == 900)
        #expect(system.tiers[2].oversubscription?.value.description == "2:1")
        // 36 of the nodes have the GPUs of two NVL72.
        #expect(try 36 * system.tiers[0].groupSize == 2 * Catalogue.named("gb200-nvl72").endpoints)
        // Three pairs of 300 GB/s both ways.
        #expect(try Catalogue.named("gh200").tiers[0].rate.value.gigabytes == 3 * 150)
    }

    /// Links of a GPU, and of the server.
    @Test(arguments: [
        ("dgx-1-p100", 4, 16), ("dgx-1-v100", 6, 24), ("mi250x", 7, 28), ("mi300x", 7, 28),
        ("mi355x", 7, 28),
    ])
    func directLinks(name: String, degree: Int, links: Int) throws {
        let server = try Catalogue.named(name)
        let direct = try pairs(of: name)
        #expect((0..<8).allSatisfy { direct.degree(of: $0) == degree })
        #expect(Bill(of: server).cables(to: "node") == links)
    }

    /// The modules of Frontier's node have the links of their dies.
    @Test func theModulesOfTheDies() throws {
        let dies = try pairs(of: "mi250x")
        let modules = try pairs(of: "frontier")
        for first in 0..<4 {
            for second in 0..<4 where first != second {
                var links = 0
                for one in 0..<2 {
                    for other in 0..<2 {
                        links += dies.links[(2 * first + one) * 8 + 2 * second + other]
                    }
                }
                #expect(modules.links[first * 4 + second] == links)
            }
        }
        // 200 GB/s in the module.
        #expect(dies.links[1] * 50 == 200)
    }

    private func pairs(of name: String) throws -> DirectLinks {
        let structure = try Catalogue.named(name).tiers[0].structure
        var found: DirectLinks?
        if case .direct(let direct) = structure { found = direct }
        return try #require(found)
    }

    @Test(arguments: [("tpu-v4", 4096, 270.0), ("tpu-v5e", 256, 180), ("tpu-v5p", 8960, 540)])
    func pods(name: String, chips: Int, gigabytes: Double) throws {
        let pod = try Catalogue.named(name)
        #expect(pod.endpoints == chips)
        #expect(pod.tiers[0].rate.value.gigabytes == gigabytes)
    }

    /// "128 to 512 ports of 800 Gb/s"; a switch of 144 moves 14.4 TB/s each way, a GPU 0.9.
    @Test(arguments: [
        ("q3400", 144, 14.4), ("q3450", 144, 14.4), ("qm9700", 64, 3.2), ("qm8700", 40, 1.0),
        ("sn5600", 128, 6.4), ("sn6810", 128, 12.8), ("sn6600", 128, 12.8), ("nvswitch4", 72, 3.6),
        ("nvswitch3", 64, 1.6), ("tomahawk5", 128, 6.4), ("rosetta", 64, 1.6),
    ])
    func whatASwitchMoves(name: String, ports: Int, terabytes: Double) throws {
        let part = try #require(Part.named(name))
        #expect(part.ports.value == ports)
        #expect(TotalRate(part.rate, times: ports).terabytes == terabytes)
    }

    /// Optics in the switch take 9 W for 800 Gb/s, and spare one of two transceivers.
    @Test(arguments: [
        ("gb300-xdr", "gb300-xdr-photonic"), ("b300-spectrum-x", "b300-spectrum-x-photonic"),
    ])
    func photonicTwins(pluggable: String, photonic: String) throws {
        let (one, other) = (try Catalogue.named(pluggable), try Catalogue.named(photonic))
        #expect(one.tiers.map(\.sustainedRate) == other.tiers.map(\.sustainedRate))
        #expect(one.tiers.map(\.groupSize) == other.tiers.map(\.groupSize))
        let bills = (Bill(of: one), Bill(of: other))
        let cables = ["leaf", "spine"].map { bills.0.cables(to: $0) }
        #expect(cables == ["leaf", "spine"].map { bills.1.cables(to: $0) })
        // 15 W at one end of a cable from a NIC, and at two of one between switches.
        let spared = Double(cables[0] + 2 * cables[1]) * (15 - 9)
        #expect(abs(bills.0.networkWatts - bills.1.networkWatts - spared) < 1e-3 * spared)
    }

    @Test(arguments: [
        ("colossus-100k", 100_000), ("colossus-200k", 200_000), ("million-gpu", 1_000_000),
    ])
    func sites(name: String, least: Int) throws {
        let site = try Catalogue.named(name)
        #expect(site.endpoints >= least)
        #expect(Double(site.endpoints) < 1.04 * Double(least))
        #expect(site.networks[1].tiers.count >= 3)
    }

    /// The fibres between two sites are one route of 25.6 Tb/s, and 5 us a km long.
    @Test(arguments: [("spectrum-xgs", 500.0), ("long-haul", 5000)])
    func betweenSites(name: String, microseconds: Double) throws {
        let sites = try Catalogue.named(name)
        #expect(sites.bisection.terabytes * 8 == 25.6)
        let (inner, outer) = (sites.tiers[2].latency.value, sites.tiers[3].latency.value)
        #expect(outer.microseconds - inner.microseconds == microseconds)
        let length = try #require(sites.tiers[3].length).value
        #expect(2 * length.metres * 0.005 == microseconds)
    }

    /// Gb/s of an instance, as its cloud states it.
    @Test(arguments: [
        ("aws-p4d", 400), ("aws-p5", 3200), ("aws-p5en", 3200), ("aws-p6-b200", 3200),
        ("gcp-a3-mega", 1600), ("gcp-a3-ultra", 3200), ("azure-nd-a100-v4", 1600),
        ("azure-nd-h100-v5", 3200), ("azure-nd-h200-v5", 3200), ("azure-nd-mi300x-v5", 3200),
        ("oci-h100", 3200), ("oci-mi300x", 3200), ("coreweave-h100", 3200),
        ("azure-nd-gb300-v6", 57_600), ("oci-gb300", 57_600),
    ])
    func instances(name: String, gigabits: Double) throws {
        let cloud = try Catalogue.named(name)
        let node = cloud.tiers[0].groupSize
        #expect(Double(node) * cloud.networks[1].rate.gigabits == gigabits)
    }

    /// 400 and 800 Gb/s a GPU where racks are joined, which 18 trays of 4 make 28.8 Tb/s.
    @Test func racksThatAreJoined() throws {
        let (slow, fast) = (try Catalogue.named("gb200-ndr"), try Catalogue.named("gb300-xdr"))
        #expect(slow.networks[1].rate.gigabits * 72 == 28_800)
        #expect(fast.networks[1].rate.gigabits == 800)
        #expect(try Catalogue.named("a100-hdr").networks[1].rate.gigabits == 200)
        #expect(try Catalogue.named("a100-hdr").endpoints == 40 * 40 / 2)
        #expect(slow.tiers[1].reducesInNetwork && fast.tiers[1].reducesInNetwork)
    }

    /// 144 packages of 4 dies, 36 in a chassis; 260 TB/s both ways of Rubin's 72.
    @Test func rubin() throws {
        let rack = try Catalogue.named("rubin-nvl144")
        #expect(rack.injection(into: rack.networks[0]).bothDirections.terabytes == 259.2)
        let ultra = try Catalogue.named("rubin-ultra-nvl576")
        #expect(ultra.endpoints * 4 == 576)
        #expect(ultra.tiers.map(\.groupSize) == [36, 144])
        #expect(ultra.networks.count == 1)
        #expect(ultra.tiers.allSatisfy { !$0.rate.isVerified && !$0.holds.isVerified })
    }
}
