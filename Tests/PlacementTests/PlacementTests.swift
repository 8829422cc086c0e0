import Collectives
import Fabrics
import Placement
import Testing

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
        #expect(try endpoints(.onePerGroup, 4) == [0, 8, 16, 24])
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
        let spread = #expect(throws: PlacementError.self) {
            try Placement(ranks: 2, on: server, order: .onePerGroup)
        }
        #expect(
            spread?.description
                == "hgx-h100 has room for 1 to 1 ranks placed one-per-group, not for 2"
        )
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
