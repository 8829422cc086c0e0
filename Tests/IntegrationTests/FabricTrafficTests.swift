import Foundation
import TestSupport
import Testing

/// `weft fabric route` and `load`.
@Suite struct FabricTrafficTests {
    private func run(_ line: String) throws -> Outcome {
        try Weft.run(["fabric"] + line.split(separator: " ").map(String.init))
    }

    /// Rows of a table or of CSV, each as its words, without what is above them.
    private func rows(_ outcome: Outcome) -> [[Substring]] {
        outcome.output.split(separator: "\n").filter { !$0.hasPrefix("#") && !$0.hasPrefix("-") }
            .map { $0.split(separator: " ") }
    }

    @Test func aWayIsPrintedLinkByLink() throws {
        let rack = try run("route gb200-nvl72 0 71")
        #expect(rack.status == 0, "\(rack.errors)")
        let title = "# 2 links, one of 18 ways that are equally short"
        #expect(rack.output.hasPrefix(title), "\(rack.output)")
        #expect(rows(rack).count == 3)
        let only = try run("route tcp-10gbe 0 1 --routing minhop")
        #expect(only.output.contains("the only way"))
        let json = try run("route h100-superpod 3 1019 --json")
        let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8))
        let record = try #require(object as? [String: Any])
        // Rail 3 on both sides: up to a leaf and a spine, and down again.
        #expect((record["links"] as? [Any])?.count == 4)
        #expect(record["ways"] as? Int == 64)
    }

    @Test func railsThatAreApartHaveNoWay() throws {
        let apart = try run("route multi-plane 0 17")
        #expect(apart.status == 1)
        #expect(apart.errors.contains("no way from endpoint 0 to 17"), "\(apart.errors)")
        let counted = try run("load multi-plane all-to-all -a pairwise --ranks 16 --routing ecmp")
        #expect(counted.status == 0)
        #expect(counted.errors.contains("not counted: "), "\(counted.errors)")
        #expect(rows(counted).last?[2] == "-", "\(counted.output)")
    }

    @Test func routingsAreCompared() throws {
        let words = "load h100-superpod all-to-all --algorithm pairwise --ranks 64"
        let all = try run(words + " --placement random --seed 3")
        #expect(all.status == 0, "\(all.errors)")
        let rows = rows(all).dropFirst()
        #expect(
            rows.map { $0.first ?? "" } == [
                "ecmp", "ecmp-polarised", "spray", "adaptive", "ftree", "minhop", "valiant",
            ]
        )
        for row in rows {
            let share = row.count > 2 ? Double(row[2]) : nil
            #expect(share.map { $0 > 0 && $0 <= 1 } == true, "\(row)")
        }
        let again = try run(words + " --placement random --seed 3")
        #expect(again.output == all.output)
        let other = try run(words + " --placement random --seed 4")
        #expect(other.output != all.output)
        let csv = try run(words + " --routing ftree --csv")
        #expect(csv.output.split(separator: "\n").count == 2)
        let json = try run(words + " --routing ftree,ecmp --json")
        let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8))
        let record = try #require(object as? [String: Any])
        #expect((record["routings"] as? [[String: Any]])?.count == 2)
    }

    /// Where all have the same hash, switches of the middle hold rounds up: the lines say so.
    @Test func whatHoldsUpIsTold() throws {
        let folder = try TemporaryFolder()
        let tree = try folder.write(
            """
            { name: "tree", summary: "three levels", family: "test", endpoint: "host", tiers: [
              { name: "leaf", link: "ib-ndr", holds: 4, latency: "1us", switches: 1 },
              { name: "pod", holds: 4, latency: "1us", switches: 4 },
              { name: "core", holds: 4, latency: "1us", switches: 16 } ] }
            """,
            to: "tree.json5"
        )
        let words = "load \(tree) all-to-all -a pairwise --ranks 64 --size 64K"
        let outcome = try run(words + " --routing ecmp-polarised,ftree --flows 16")
        let lines = rows(outcome).dropFirst().map { $0.joined(separator: " ") }
        try #require(lines.count == 2, "\(outcome.output)\(outcome.errors)")
        #expect(lines[0].contains(" core ") && lines[0].contains(" → "))
        #expect(lines[1].hasSuffix(" 1 nothing"), "\(lines)")
    }

    @Test func treesLieOnSwitches() throws {
        let tree = try run("tree h100-superpod --ranks 256")
        #expect(tree.status == 0, "\(tree.errors)")
        let rows = rows(tree).dropFirst()
        // Eight rails of one unit, which meet at a spine.
        #expect(rows.map { $0.prefix(3) } == [["leaf", "8", "32"], ["spine", "1", "8"]])
        #expect(tree.output.contains("511 trees"))
        let json = try run("tree gb200-nvl72 --number 3 --json")
        let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8))
        let record = try #require(object as? [String: Any])
        #expect((record["cables"] as? [String])?.last == "gpu 71 → rack 0.3")
        let none = try run("tree tcp-10gbe --ranks 2")
        #expect(none.status == 1 && none.errors.contains("do not reduce"), "\(none.errors)")
        #expect(try run("tree tcp-10gbe --ranks 2 --multicast").status == 0)
    }

    /// A network that another tool described, by its own names.
    @Test func importedNetworksHaveWays() throws {
        let folder = try TemporaryFolder()
        // HPCC's: nodes, switches and links; then the switches; then the links.
        let file = try folder.write(
            "5 2 4\n3 4\n0 3 100Gbps 1us 0\n1 3 100Gbps 1us 0\n2 4 100Gbps 1us 0\n"
                + "3 4 400Gbps 1us 0\n",
            to: "topology.txt"
        )
        let shown = try run("show \(file)")
        #expect(shown.status == 0 && shown.output.contains("switch"), "\(shown.output)")
        let way = try run("route \(file) 0 2")
        #expect(way.status == 0, "\(way.errors)")
        #expect(way.output.hasPrefix("# 3 links, the only way"), "\(way.output)")
        #expect(try run("route \(file) 0 2 --routing minhop").output == way.output)
        let tables = try run("route \(file) 0 2 --routing ftree")
        #expect(tables.status == 64 && tables.errors.contains("ftree needs tiers"))
        let load = try run("load \(file) all-reduce -a ring")
        #expect(load.status == 1 && load.errors.contains("needs tiers"), "\(load.errors)")
    }

    @Test func hostsAreSeats() throws {
        let folder = try TemporaryFolder()
        let hosts = try folder.write("node003 slots=4 # half\nnode017:8\nnode3 slots=2\n", to: "h")
        let words = "load h100-superpod all-gather -a ring --routing ftree"
        let outcome = try run(words + " --hostfile \(hosts)")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("of 14 ranks"), "\(outcome.output)")
        for (text, reason) in [
            ("node200\n", "'node200' is no node of h100-superpod"),
            ("login\n", "'login' is no node of h100-superpod"),
            ("node1 slots=9\n", "'node1' has 8 endpoints, too few for its slots"),
        ] {
            let file = try folder.write(text, to: "wrong")
            let refused = try run(words + " --hostfile \(file)")
            #expect(refused.status == 64 && refused.errors.contains(reason), "\(refused.errors)")
        }
        let both = try run(words + " --hostfile \(hosts) --placement packed")
        #expect(both.status == 64)
        let many = try run(words + " --hostfile \(hosts) --ranks 15")
        #expect(many.status == 64 && many.errors.contains("14 slots"), "\(many.errors)")
    }

    @Test(arguments: [
        ("route hgx-h100 0 8", "'8' is no endpoint of hgx-h100: they count from 0 to 7"),
        ("route hgx-h100 -1 0", ""),
        ("route hgx-h100 0 1 --routing rip", "ecmp, ecmp-polarised"),
        ("load hgx-h100 all-reduce -a ring --routing ecmp,rip", "unknown routing 'rip'"),
        ("load hgx-h100 all-reduce -a ring --without 8", "needs endpoints below 8"),
        ("load hgx-h100 all-reduce -a ring --without 3-1", "needs endpoints below 8"),
        ("load hgx-h100 all-reduce -a ring --placement tight", "packed"),
        ("load hgx-h200x all-reduce -a ring", "did you mean"),
    ])
    func wrongCommandLinesAreRefused(_ line: String, _ words: String) throws {
        let outcome = try run(line)
        #expect(outcome.status == 64)
        #expect(outcome.errors.contains(words) || words.isEmpty, "\(outcome.errors)")
    }

    @Test func whatDoesNotFitIsAFailure() throws {
        let many = try run("load hgx-h100 all-reduce -a ring --ranks 9")
        #expect(many.status == 1 && many.errors.contains("room for 1 to 8 ranks, not for 9"))
        let fewer = try run("load hgx-h100 all-reduce -a ring --ranks 8 --without 3")
        #expect(fewer.status == 1 && fewer.errors.contains("room for 1 to 7 ranks"))
        let switches = try run("load hgx-h100 all-reduce -a nvls")
        #expect(switches.status == 1 && switches.errors.contains("aggregators"))
    }
}
