import Fabrics
import Testing
import Text

/// What trees of several jobs take, and where there is room for another.
@Suite struct SwitchTreeLoadTests {
    /// Four nodes under each of two groups of rail leaves.
    private func rails(_ device: String, _ link: String) throws -> Router {
        Router(
            try SwitchTreeTests.fabric(
                """
                { name: "node", link: "nvlink4", perEndpoint: 18, holds: 8, latency: "1us",
                  switches: 4 },
                { name: "leaf", link: "\(link)", holds: 4, latency: "1us", switches: 8,
                  switch: "\(device)", reduces: true },
                { name: "spine", holds: 2, latency: "1us", switches: 2, uplinks: 4,
                  switch: "\(device)", reduces: true }
                """
            )
        )
    }

    private func rail(_ rail: Int, ofNodes nodes: [Int]) -> [Int] { nodes.map { $0 * 8 + rail } }

    @Test func countsAreSums() throws {
        let router = try rails("qm9700", "ib-ndr")
        var load = SwitchTreeLoad(router)
        let first = try SwitchTree(over: rail(0, ofNodes: [0, 4]), in: router)
        let second = try SwitchTree(over: rail(1, ofNodes: [0, 4]), in: router)
        load.add(first)
        load.add(second, isStreaming: true)
        load.add(second)
        let spine = try #require(first.switches.last)
        #expect(spine == second.switches.last)
        #expect(load.count(at: spine).trees == 2 && load.count(at: spine).streams == 1)
        #expect(load.count(at: first.switches[0]).total == 1)
        for channel in second.memberChannels + second.channels {
            #expect(load.count(on: channel).total == 2)
        }
        #expect(load.count(on: 0).total == 0)
        #expect(load.overloads.isEmpty)
    }

    /// A port of Quantum-2 serves one streaming tree at a time; there are other cables and spines.
    @Test func aPortServesOneStream() throws {
        let router = try rails("qm9700", "ib-ndr")
        var load = SwitchTreeLoad(router)
        let other = rail(0, ofNodes: [1, 5])
        load.add(try SwitchTree(over: rail(0, ofNodes: [0, 4]), in: router), isStreaming: true)
        var crowded = load
        let same = try SwitchTree(over: other, in: router)
        crowded.add(same, isStreaming: true)
        #expect(crowded.overloads.map(\.channel) == same.channels.sorted())
        #expect(crowded.overloads.allSatisfy { $0.vertex == nil && $0.isStreaming })
        #expect(crowded.overloads.allSatisfy { $0.trees == 2 && $0.capacity == 1 })
        // Trees that do not stream may share it.
        var shared = load
        shared.add(same)
        #expect(shared.overloads.isEmpty)
        // Two spines with two cables each: four jobs have room, a fifth has not.
        var jobs = SwitchTreeLoad(router)
        for node in 0..<4 {
            let members = rail(0, ofNodes: [node, node + 4])
            jobs.add(try jobs.leastLoaded(over: members, isStreaming: true), isStreaming: true)
            #expect(jobs.overloads.isEmpty, "job \(node)")
        }
        let fifth = try jobs.leastLoaded(over: rail(0, ofNodes: [0, 4]), isStreaming: true)
        jobs.add(fifth, isStreaming: true)
        #expect(jobs.overloads.count == 4)
    }

    /// A switch of Quantum serves one streaming tree at a time, whatever the ports.
    @Test func aSwitchServesOneStream() throws {
        let router = try rails("qm8790", "ib-hdr")
        var load = SwitchTreeLoad(router)
        let first = try SwitchTree(over: rail(0, ofNodes: [0, 4]), in: router)
        load.add(first, isStreaming: true)
        let second = try load.leastLoaded(over: rail(1, ofNodes: [0, 4]), isStreaming: true)
        #expect(second.switches.last != first.switches.last)
        load.add(second, isStreaming: true)
        #expect(load.overloads.isEmpty)
        let third = try load.leastLoaded(over: rail(0, ofNodes: [1, 5]), isStreaming: true)
        load.add(third, isStreaming: true)
        #expect(load.overloads.map(\.vertex) == third.switches.map(Optional.some))
    }

    /// An NVSwitch of a server of H100 has 128 slots for multicast groups.
    @Test func multicastGroupsFillAChip() throws {
        let router = Router(try Catalogue.named("hgx-h100"))
        var load = SwitchTreeLoad(router)
        let group = try SwitchTree(over: [0, 1], number: 2, in: router, reduces: false)
        for _ in 0..<128 { load.add(group) }
        #expect(load.overloads.isEmpty)
        load.add(group)
        let chip = Vertex.switch(tier: 0, group: 0, number: 2)
        #expect(load.overloads.map(\.vertex) == [chip])
        #expect(load.overloads.map(\.trees) == [129])
        #expect(load.overloads.map(\.capacity) == [128])
        let next = try load.leastLoaded(over: [0, 1], reduces: false)
        #expect(next.switches.last != chip)
    }

    /// What nobody has stated is no limit.
    @Test func whatIsUnknownIsNoLimit() throws {
        let router = try rails("q3400", "ib-xdr")
        #expect(Part.named("q3400")?.trees == nil)
        var load = SwitchTreeLoad(router)
        let tree = try SwitchTree(over: rail(0, ofNodes: [0, 4]), in: router)
        for _ in 0..<2000 { load.add(tree, isStreaming: true) }
        #expect(load.overloads.isEmpty)
    }

    @Test func capacitiesHaveSources() {
        for part in Part.all {
            for figure in [part.trees, part.streams, part.portStreams] {
                #expect(figure?.isVerified ?? true, "\(part.name)")
            }
        }
        #expect(Part.named("qm8790")?.trees?.value == 63)
        #expect(Part.named("qm9700")?.trees?.value == 511)
    }
}
