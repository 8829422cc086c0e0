import Collectives
import Fabrics
import Placement
import Testing
import Units

@Suite struct PlacementTests {
    private let cluster: Fabric

    init() throws {
        cluster = try Catalogue.named("h100-ndr")
    }

    @Test func theOrders() throws {
        func endpoints(_ order: Placement.Order, _ ranks: Int) throws -> [Int] {
            let placement = try Placement(ranks: ranks, on: cluster, order: order)
            return (0..<ranks).map(placement.endpoint(of:))
        }
        #expect(try endpoints(.packed, 10) == Array(0..<10))
        // Two nodes of eight are needed.
        #expect(try endpoints(.byRail, 10) == [0, 8, 1, 9, 2, 10, 3, 11, 4, 12])
        #expect(try endpoints(.roundRobin, 4) == [0, 8, 16, 24])
        // After the last of 256 nodes the first one's turn comes again.
        #expect(cluster.endpoints == 2048)
        #expect(try endpoints(.roundRobin, 258).suffix(3) == [2040, 1, 9])
        // Nodes that are drawn are filled one after the other.
        let drawn = try endpoints(.random, 20)
        #expect((0..<20).allSatisfy { drawn[$0] % 8 == $0 % 8 })
        #expect(Set(drawn.map { $0 / 8 }).count == 3)
        #expect(try drawn == endpoints(.random, 20))
        let other = try Placement(ranks: 20, on: cluster, order: .random, seed: 2)
        #expect(drawn != (0..<20).map(other.endpoint(of:)))
    }

    @Test(arguments: Placement.Order.allCases)
    func whatHasFailedIsLeftOut(order: Placement.Order) throws {
        // A whole node, and one GPU of another.
        let failed = Set(8..<16).union([3])
        for ranks in [1, 7, 8, 100, 2039] {
            let placement = try Placement(ranks: ranks, on: cluster, order: order, without: failed)
            let endpoints = Set((0..<ranks).map(placement.endpoint(of:)))
            #expect(endpoints.count == ranks && endpoints.isDisjoint(with: failed))
        }
        #expect(throws: PlacementError.doesNotFit(ranks: 2040, fabric: "h100-ndr", places: 2039)) {
            try Placement(ranks: 2040, on: cluster, order: order, without: failed)
        }
        let packed = try Placement(ranks: 8, on: cluster, without: failed)
        #expect((0..<8).map(packed.endpoint(of:)) == [0, 1, 2, 4, 5, 6, 7, 16])
        // What remains of a node is used as far as its rails are there.
        let byRail = try Placement(ranks: 9, on: cluster, order: .byRail, without: failed)
        #expect((0..<9).map(byRail.endpoint(of:)) == [0, 16, 1, 17, 2, 18, 19, 4, 20])
    }

    /// What is taken is paid for, not what there is.
    @Test func aFabricMayBeAsLargeAsTheyGet() throws {
        let fabric = try Fabric(
            parsing: """
                { name: "x", summary: "x", family: "x", endpoint: "x", tiers: [
                  { name: "pair", link: "ib-ndr", holds: 2, latency: "1us", switches: 1 },
                  { name: "all", holds: 2147483648, latency: "2us", switches: 2 } ] }
                """,
            name: "x"
        )
        #expect(fabric.endpoints == 1 << 32)
        for order in Placement.Order.allCases {
            for failed: Set<Int> in [[], [0, 7, 1 << 31]] {
                let placement = try Placement(ranks: 9, on: fabric, order: order, without: failed)
                #expect(Set((0..<9).map(placement.endpoint(of:))).count == 9)
                let ring = try schedule("ring", ranks: 9, elements: 900)
                let router = Router(fabric)
                let loads = try placement.cableLoads(of: ring, on: router, .spray)
                #expect(loads.time >= loads.best && loads.unjoined.bytes == 0)
            }
        }
    }

    @Test func oneByOne() throws {
        let placement = try Placement(on: cluster, endpoints: [9, 1, 200])
        #expect(placement.ranks == 3)
        #expect((0..<3).map(placement.endpoint(of:)) == [9, 1, 200])
        #expect(throws: PlacementError.twice(9)) {
            try Placement(on: cluster, endpoints: [9, 1, 9])
        }
        let stranger = PlacementError.noEndpoint(2048, fabric: "h100-ndr", endpoints: 2048)
        #expect(throws: stranger) { try Placement(on: cluster, endpoints: [2048]) }
        #expect(throws: stranger) { try Placement(ranks: 1, on: cluster, without: [2048, 3000]) }
        #expect(throws: PlacementError.self) { try Placement(on: cluster, endpoints: []) }
    }

    @Test(arguments: Placement.Order.allCases, [1, 7, 8, 9, 100, 256])
    func noTwoRanksShareAnEndpoint(order: Placement.Order, ranks: Int) throws {
        let placement = try Placement(ranks: ranks, on: cluster, order: order)
        let endpoints = Set((0..<ranks).map(placement.endpoint(of:)))
        #expect(endpoints.count == ranks)
        #expect(endpoints.allSatisfy((0..<cluster.endpoints).contains))
    }

    @Test func theTierBetweenRanks() throws {
        let packed = try Placement(ranks: 64, on: cluster)
        #expect(packed.tier(between: 3, and: 3) == nil)
        #expect(packed.tier(between: 0, and: 7) == 0)
        #expect(packed.tier(between: 7, and: 8) == 1)
        #expect(packed.tier(between: 31, and: 32) == 2)
        let byRail = try Placement(ranks: 64, on: cluster, order: .byRail)
        #expect(byRail.tier(between: 0, and: 1) == 1)
        #expect(byRail.tier(between: 0, and: 4) == 2)
        #expect(byRail.tier(between: 0, and: 8) == 0)
    }

    @Test func whatDoesNotFitIsRefused() throws {
        let server = try Catalogue.named("hgx-h100")
        let many = #expect(throws: PlacementError.self) { try Placement(ranks: 9, on: server) }
        #expect(many?.description == "hgx-h100 has room for 1 to 8 ranks, not for 9")
        #expect(throws: PlacementError.self) { try Placement(ranks: 0, on: server) }
    }

    @Test func otherRanksAndAggregatorsAreRefused() throws {
        let placement = try Placement(ranks: 4, on: cluster)
        let ring = try schedule("ring", ranks: 8, elements: 64)
        #expect(throws: PlacementError.otherRanks(schedule: 8, placement: 4)) {
            try placement.loads(of: ring)
        }
        let sends = Phase(
            "up",
            table: StepTable([
                StepTable.Step(
                    round: 0,
                    actor: 0,
                    sources: [Place(endpoint: 0, buffer: .input, first: 0)],
                    targets: [Place(endpoint: 4, buffer: .scratch, first: 0)]
                )
            ])
        )
        let tree = Schedule(
            collective: .allReduce,
            algorithm: "tree",
            ranks: 4,
            aggregators: 1,
            elements: 16,
            elementSize: 4,
            inPlace: false,
            chunks: 1,
            tracks: [Track([sends])],
            scratch: Scratch(slots: 1)
        )
        #expect(throws: PlacementError.notARank(endpoint: 4, ranks: 4)) {
            try placement.classes(of: tree)
        }
    }
}

/// An algorithm's schedule for elements of four bytes.
func schedule(_ algorithm: String, ranks: Int, elements: Int) throws -> Schedule {
    let found = try #require(Algorithm.all.first { $0.name == algorithm })
    return found.schedule(Request(ranks: ranks, elements: elements))
}
