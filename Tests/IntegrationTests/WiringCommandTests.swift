import Foundation
import TestSupport
import Testing
import Text

/// `weft fabric import`, `export` and `discover`, as people run them.
@Suite struct WiringCommandTests {
    private static let listing = """
        Switch\t8 "S-0000000000000001"\t# "leaf" base port 0 lid 1 lmc 0
        [1]\t"H-0000000000000002"[1](2)\t# "a mlx5_0" lid 2 4xHDR
        [2]\t"H-0000000000000003"[1](3)\t# "b mlx5_0" lid 3 4xHDR
        [3]\t"H-0000000000000004"[1](4)\t# "c mlx5_0" lid 4 1xHDR

        """

    @Test func aNetworkComesInAndGoesOut() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(Self.listing, to: "cluster.txt")
        let own = folder.path("cluster.json5")
        let outcome = try Weft.run(["fabric", "import", file, "-o", own])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("cluster, from ibnetdiscover's listing"))
        #expect(outcome.output.contains("2 x ib-hdr, 200 Gb/s each way"))
        #expect(
            outcome.errors == "warning: leaf port 3 to c mlx5_0 port 1 runs at 50 Gb/s, and most "
                + "of its twins at 200 Gb/s\nThe network is \(own)\n"
        )
        // What was written is read like what it was made of.
        let again = try Weft.run(["fabric", "import", own, "--json"])
        let whole = try JSONReader.parse(again.output, name: "output")
        #expect(try whole.required("components").integer() == 1)
        #expect(try whole.required("findings").array().count == 1)
        let simulator = ["fabric", "export", own, "--to", "hpcc"]
        let refused = try Weft.run(simulator)
        #expect(refused.status == 1 && refused.errors.contains("'--latency 500ns'"))
        let text = try Weft.run(simulator + ["--latency", "500ns"])
        #expect(text.output.hasPrefix("4 1 3\n3\n3 0 200Gbps 500ns 0\n"), "\(text.output)")
    }

    @Test(arguments: ["json5", "dot", "graphml", "astra", "hpcc"])
    func theCatalogueGoesOut(_ form: String) throws {
        let outcome = try Weft.run(["fabric", "export", "hgx-h100", "--to", form])
        #expect(outcome.status == 0 && outcome.output.count > 50, "\(outcome.errors)")
    }

    @Test func thisMachineIsSeen() throws {
        let outcome = try Weft.run(["fabric", "discover", "--json"])
        #expect(outcome.status == 0)
        let whole = try JSONReader.parse(outcome.output, name: "output")
        #expect(try whole.required("devices").required("cpu").integer() >= 1)
    }

    @Test func whatIsWrongIsSaid() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("Switch 8 \"a\"\n[1] b\n", to: "broken.txt")
        let broken = try Weft.run(["fabric", "import", file])
        #expect(broken.status == 1)
        #expect(broken.errors.hasPrefix("weft: \(file):2:5: expected the id of the node"))
        #expect(try Weft.run(["fabric", "export", "hgx-h100"]).status == 64)
        #expect(try Weft.run(["fabric", "export", "hgx-h101", "--to", "dot"]).status == 64)
    }
}
