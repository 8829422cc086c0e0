import Collectives
import Fabrics
import Placement
import Testing
import Units

@Suite struct LoadTests {
    private let rack: Fabric
    private let cluster: Fabric

    init() throws {
        rack = try Catalogue.named("gb200-nvl72")
        cluster = try Catalogue.named("h100-ndr")
    }

    /// Every rank of a ring sends 2(n - 1)/n of the vector; chunks differ by a cache line.
    @Test(arguments: [2, 3, 8, 31, 72])
    func aRingLoadsEveryLinkAlike(ranks: Int) throws {
        let elements = 1 << 20
        let placement = try Placement(ranks: ranks, on: rack)
        let loads = try placement.loads(of: schedule("ring", ranks: ranks, elements: elements))
        let share = 2 * (ranks - 1) * elements * 4 / ranks
        let slack = 2 * (ranks - 1) * 64
        try #require(loads.count == 1)
        #expect(abs(loads[0].busiestOut.bytes - share) <= slack)
        #expect(abs(loads[0].busiestIn.bytes - share) <= slack)
        // What is sent in total does not depend on how the chunks are rounded.
        #expect(loads[0].total.bytes == 2 * (ranks - 1) * elements * 4)
    }

    @Test func oneShotSendsEverythingToEveryone() throws {
        let bytes = 4096
        let placement = try Placement(ranks: 32, on: cluster)
        let loads = try placement.loads(of: schedule("one-shot", ranks: 32, elements: bytes / 4))
        // 7 others in the node, 24 in the other three nodes of the leaf, none beyond.
        #expect(loads.map(\.busiestOut.bytes) == [7 * bytes, 24 * bytes, 0])
        #expect(loads.map(\.busiestIn.bytes) == [7 * bytes, 24 * bytes, 0])
        #expect(loads.map(\.total.bytes) == [32 * 7 * bytes, 32 * 24 * bytes, 0])
    }

    @Test func twoShotCrossesOnceEachWay() throws {
        let bytes = 64 * 64
        let placement = try Placement(ranks: 64, on: cluster)
        let loads = try placement.loads(of: schedule("two-shot", ranks: 64, elements: bytes / 4))
        // A chunk of 64 bytes from, and to, each of 7, 56 and 32 others. What goes over the spine
        // goes over the leaf as well, but not over NVLink.
        #expect(loads.map(\.busiestOut.bytes) == [7, 56, 32].map { $0 * 2 * 64 })
        #expect(loads.map(\.total.bytes) == [7, 56, 32].map { $0 * 2 * 64 * 64 })
    }

    /// A packed ring leaves a node over one edge, a ring over rails at almost every step.
    @Test func theOrderDecidesWhatCrosses() throws {
        let elements = 16 * 64
        let ring = try schedule("ring", ranks: 16, elements: elements)
        let edge = 2 * 15 * elements * 4 / 16
        let packed = try Placement(ranks: 16, on: cluster).loads(of: ring)
        #expect(packed.map(\.total.bytes) == [14 * edge, 2 * edge, 0])
        #expect(packed.map(\.busiestOut.bytes) == [edge, edge, 0])
        let byRail = try Placement(ranks: 16, on: cluster, order: .byRail).loads(of: ring)
        #expect(byRail.map(\.total.bytes) == [0, 16 * edge, 0])
        let spread = try Placement(ranks: 16, on: cluster, order: .roundRobin).loads(of: ring)
        // Four nodes a leaf: four of the sixteen edges go over the spine.
        #expect(spread.map(\.total.bytes) == [0, 16 * edge, 4 * edge])
    }

    @Test func channelsAndSlicesCarryTheSame() throws {
        let ring = try #require(Algorithm.all.first { $0.name == "ring" })
        let placement = try Placement(ranks: 8, on: rack)
        let whole = try placement.loads(of: ring.schedule(Request(ranks: 8, elements: 1 << 12)))
        let cut = try placement.loads(
            of: ring.schedule(Request(ranks: 8, elements: 1 << 12, channels: 2, slices: 4))
        )
        #expect(whole == cut)
    }

    @Test func aTableLoadsAsThePatternDoes() throws {
        let ring = try schedule("ring", ranks: 12, elements: 999)
        let placement = try Placement(ranks: 12, on: cluster)
        #expect(try placement.loads(of: ring) == placement.loads(of: ring.tabulated()))
        #expect(try placement.classes(of: ring) == placement.classes(of: ring.tabulated()))
    }

    @Test func theClassesOfARing() throws {
        let ring = try schedule("ring", ranks: 16, elements: 1 << 10)
        // In one rack all are equal; over two nodes the first of each receives from outside, the
        // last sends there, and those between are equal.
        #expect(
            try Placement(ranks: 16, on: rack).classes(of: ring) == [(0, 16)].classes
        )
        #expect(
            try Placement(ranks: 16, on: cluster).classes(of: ring)
                == [(0, 2), (1, 12), (7, 2)].classes
        )
        #expect(
            try Placement(ranks: 16, on: cluster, order: .byRail).classes(of: ring)
                == [(0, 16)].classes
        )
    }

    @Test func aSingleRankSendsNothing() throws {
        let ring = try schedule("ring", ranks: 1, elements: 100)
        let loads = try Placement(ranks: 1, on: rack).loads(of: ring)
        #expect(loads.map(\.total.bytes) == [0])
    }
}

extension [(Int, Int)] {
    /// First rank and count of each class.
    fileprivate var classes: [RankClass] { map { RankClass(first: $0.0, count: $0.1) } }
}
