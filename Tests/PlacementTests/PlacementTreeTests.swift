import Collectives
import Fabrics
import Placement
import Testing

/// Trees of switches over where the ranks sit.
@Suite struct PlacementTreeTests {
    @Test func theOrderDecidesWhichSwitches() throws {
        let fabric = try Catalogue.named("h100-ndr")
        let packed = try Placement(ranks: 8, on: fabric).switchTree()
        #expect(packed.members == Array(0..<8))
        #expect(packed.depth == 1)
        #expect(packed.radixes == [8])
        let spread = try Placement(ranks: 4, on: fabric, order: .roundRobin).switchTree()
        #expect(spread.members == [0, 8, 16, 24])
        // Ranks that go round over two nodes are the same endpoints in another order.
        let byRail = try Placement(ranks: 16, on: fabric, order: .byRail)
        let tree = try byRail.switchTree(number: 1)
        #expect(tree.members == Array(0..<16))
        #expect(tree == (try Placement(ranks: 16, on: fabric).switchTree(number: 1)))
    }

    /// A schedule of the tree's radix has as many switches next to the ranks as the fabric.
    @Test func theRadixShapesASchedule() throws {
        let fabric = try Catalogue.named("h100-ndr")
        let placement = try Placement(ranks: 16, on: fabric, order: .roundRobin)
        let tree = try placement.switchTree()
        let sharp = try #require(
            Algorithm.all.first { $0.name == "sharp-llt" && $0.collective == .allReduce }
        )
        let schedule = sharp.schedule(
            Request(ranks: 16, elements: 64, radix: tree.radixes[0])
        )
        #expect(schedule.aggregators == tree.switches.count)
    }

    @Test func switchesThatOnlyCopyAreForMulticast() throws {
        let placement = try Placement(ranks: 8, on: try Catalogue.named("dgx-a100"))
        #expect(throws: SwitchTreeError.doesNotReduce(tier: "node")) {
            try placement.switchTree()
        }
        #expect(try placement.switchTree(reduces: false).radix == 8)
    }
}
