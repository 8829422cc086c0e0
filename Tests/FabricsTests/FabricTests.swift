import Fabrics
import Testing
import Text
import Units

/// The head of a fabric file whose tiers are given.
private func fabric(_ tiers: String) throws(TextError) -> Fabric {
    try Fabric(
        parsing: """
            { name: "f", summary: "s", family: "test", endpoint: "GPU",
            tiers: [\(tiers)] }
            """,
        name: "f.json5"
    )
}

@Suite struct FabricTests {
    @Test func aMillionEndpointsCostNothing() throws {
        let site = try fabric(
            """
            { name: "rack", link: "nvlink6", perEndpoint: 36, latency: "600ns", holds: 100 },
            { name: "pod", rate: "800Gb/s", latency: "3us", holds: 100 },
            { name: "site", latency: "5us", holds: 100, oversubscription: "2:1" },
            """
        )
        #expect(site.endpoints == 1_000_000)
        #expect(site.tier(between: 0, and: 0) == nil)
        #expect(site.tier(between: 0, and: 99) == 0)
        #expect(site.tier(between: 99, and: 100) == 1)
        #expect(site.tier(between: 9_999, and: 10_000) == 2)
        #expect(site.tier(between: 999_999, and: 0) == 2)
        #expect(site.tiers.indices.map(site.peers(at:)) == [99, 9_900, 990_000])
        // 1.8 TB/s each way from a million is more bits a second than an Int counts.
        #expect(site.injection(into: site.networks[0]).terabytes == 1_800_000)
        #expect(site.injection(into: site.networks[1]).terabytes == 100_000)
        #expect(site.bisection.terabytes == 25_000)
        var tiers = 0
        for endpoint in 0..<1_000_000 { tiers += site.tier(between: 7, and: endpoint) ?? 0 }
        #expect(tiers == 9_900 + 2 * 990_000)
    }

    @Test func tiersOfOneNetworkShareLinks() throws {
        let tree = try fabric(
            """
            { name: "node", rate: "450GB/s", latency: "600ns", holds: 8 },
            { name: "leaf", link: "ib-ndr", latency: "2us", holds: 4, oversubscription: "2:1" },
            { name: "spine", latency: "3us", holds: 8, oversubscription: "3:2" },
            """
        )
        #expect(tree.networks.map(\.tiers) == [0..<1, 1..<3])
        #expect(tree.tiers.map(\.rate.value.gigabytes) == [450, 50, 50])
        // Each stage takes its share of what the one below lets through, rounded down to a bit.
        #expect(tree.tiers.map(\.sustainedRate.gigabytes) == [450, 25, 16.666666666625])
        #expect(tree.bisection == TotalRate(tree.tiers[2].sustainedRate, times: 128))
        // 255 others; 248 outside the node, 224 of them beyond the leaf: 25·255/248 against
        // 16.67·255/224.
        let each = 50.0 / 3 * 255 / 224
        #expect(abs(tree.allToAllLimit.gigabytes - 256 * each) < 1e-3)
    }

    @Test func sourcesAreForAFigureOrForAll() throws {
        let one = try fabric(
            #"""
            { name: "a", link: "ib-hdr", perEndpoint: 2, latency: "1us", holds: 4,
              source: "paper" },
            { name: "b", rate: "1Gb/s", latency: "2us", holds: 2, reduces: true,
              source: { latency: "measured" } },
            """#
        )
        #expect(one.tiers[0].latency == Figure(Picoseconds(1_000_000), source: "paper"))
        #expect(one.tiers[0].holds == Figure(4, source: "paper"))
        #expect(one.tiers[0].rate.value.gigabits == 400)
        #expect(one.tiers[0].rate.source?.hasSuffix("; paper") == true)
        #expect(one.tiers[0].reduction == nil)
        #expect(one.tiers[1].latency.isVerified)
        #expect(!one.tiers[1].rate.isVerified && !one.tiers[1].holds.isVerified)
        #expect(one.tiers[1].reduction == Figure(true, source: nil))
        // The kind's rate is known, the number of links is not.
        let links = try fabric(
            #"{ name: "a", link: "ib-hdr", perEndpoint: 2, latency: "1us", holds: 4 }"#
        )
        #expect(!links.tiers[0].rate.isVerified)
    }

    /// Each with line, column, path and what was meant.
    @Test(arguments: [
        (
            #"{ name: "a", rate: "1Gb/s", latencey: "1us", holds: 2 }"#,
            "2:37: tiers[0]: unknown key 'latencey'; did you mean 'latency'?"
        ),
        (
            #"{ name: "a", link: "nvlnk5", latency: "1us", holds: 2 }"#,
            "2:28: tiers[0].link: unknown link kind 'nvlnk5'; did you mean 'nvlink5'?"
        ),
        (
            #"{ name: "a", rate: 400, latency: "1us", holds: 2 }"#,
            "2:28: tiers[0].rate: \"400\": a unit is missing;"
                + " write 400Gb/s (bits) or 50GB/s (bytes) (character 4)"
        ),
        (
            #"{ name: "a", rate: "400Gb/s", latency: "1.5", holds: 2 }"#,
            "2:48: tiers[0].latency: \"1.5\": a unit is missing;"
                + " write 300ns, 1.5us or 10ms (character 4)"
        ),
        (
            #"{ name: "a", rate: "0Gb/s", latency: "1us", holds: 2 }"#,
            "2:28: tiers[0].rate: nothing moves at rate zero"
        ),
        (
            #"{ name: "a", rate: "1Gb/s", link: "ib-ndr", latency: "1us", holds: 2 }"#,
            "2:28: tiers[0].rate: the link kind says the rate; write one of 'link' and 'rate'"
        ),
        (
            #"{ name: "a", rate: "1Gb/s", perEndpoint: 2, latency: "1us", holds: 2 }"#,
            "2:50: tiers[0].perEndpoint: it counts links; 'link' must say of which kind"
        ),
        (
            #"{ name: "a", link: "ib-ndr", perEndpoint: 99999999999, latency: "1us", holds: 2 }"#,
            "2:51: tiers[0].perEndpoint: the rate of the links is too large"
        ),
        (
            #"{ name: "a", latency: "1us", holds: 2 }"#,
            "2:9: tiers[0]: the innermost tier needs a 'link' or a 'rate'"
        ),
        (
            #"{ name: "a", rate: "1Gb/s", holds: 2 }"#,
            "2:9: tiers[0]: the key 'latency' is missing"
        ),
        (
            #"{ name: "a", rate: "1Gb/s", latency: "1us", holds: 1 }"#,
            "2:60: tiers[0].holds: expected at least 2, found 1"
        ),
        (
            #"{ name: "a", rate: "1Gb/s", latency: "1us", holds: 5000000000 }"#,
            "2:60: tiers[0].holds: a group would hold more than 4294967296 endpoints"
        ),
        (
            #"{ name: "a", rate: "1Gb/s", latency: "1us", holds: 2, oversubscription: "1:2" }"#,
            "2:81: tiers[0].oversubscription: expected \"1:1\", \"2:1\" or more:"
                + " what is sent, and what is carried"
        ),
        (
            #"{ name: "a", rate: "1b/s", latency: "1us", holds: 2, oversubscription: "2:1" }"#,
            "2:9: tiers[0]: the oversubscription leaves less than a bit a second"
        ),
        (
            #"{ name: "a", rate: "1Gb/s", latency: "1us", holds: 2, source: { lattency: "x" } }"#,
            "2:73: tiers[0].source: unknown key 'lattency'; did you mean 'latency'?"
        ),
        (
            #"{ name: "a", rate: "1Gb/s", latency: "1us", holds: 2, source: "" }"#,
            "2:71: tiers[0].source: a text is missing"
        ),
        (
            #"{ name: "a", rate: "1Gb/s", latency: "1us", holds: 2 }, { name: "a" }"#,
            "2:73: tiers[1].name: a tier 'a' lies further in; each has a name of its own"
        ),
        ("", "2:8: tiers: a fabric has at least one tier"),
    ])
    func refusals(tiers: String, message: String) {
        let error = #expect(throws: TextError.self) { try fabric(tiers) }
        #expect(error?.description == "f.json5:" + message)
    }

    /// Every byte of a good file lost, or turned into a digit: an error or a fabric, never a crash.
    @Test func damagedFilesAreReadOrRefused() throws {
        let text = Array(
            """
            { name: "f", summary: "s", family: "t", endpoint: "GPU", tiers: [
            { name: "a", link: "ib-ndr", perEndpoint: 2, latency: "1us", holds: 99999999 },
            { name: "b", latency: "2us", holds: 2, oversubscription: "2:1", reduces: true },
            { name: "c", rate: "999999TB/s", latency: "9s", holds: 4, source: { rate: "x" } } ] }
            """.utf8
        )
        _ = try Fabric(parsing: String(decoding: text, as: UTF8.self), name: "whole")
        for place in text.indices {
            for replacement in [[], [UInt8(ascii: "9")], [UInt8(ascii: "0")]] {
                var damaged = text
                damaged.replaceSubrange(place...place, with: replacement)
                let text = String(decoding: damaged, as: UTF8.self)
                guard let fabric = try? Fabric(parsing: text, name: "damaged") else { continue }
                #expect(FabricSummary(of: fabric).headline.count == 5)
            }
        }
    }

    @Test func theWholeFileIsChecked() {
        let error = #expect(throws: TextError.self) {
            try Fabric(parsing: "{ nmae: \"f\" }", name: "f.json5")
        }
        #expect(error?.description == "f.json5:1:3: unknown key 'nmae'; did you mean 'name'?")
    }
}

@Suite struct SummaryTests {
    @Test func theListHasTheHeadline() throws {
        let summary = FabricSummary(of: try Catalogue.named("gb300-xdr"))
        #expect(
            summary.headline.map(\.label)
                == ["name", "family", "endpoints", "rate each way", "bisection each way"]
        )
        #expect(
            summary.headline.map(\.value)
                == ["gb300-xdr", "InfiniBand", "10368", "900 GB/s + 100 GB/s", "518.4 TB/s"]
        )
    }

    @Test func aRackShowsBothConventions() throws {
        let summary = FabricSummary(of: try Catalogue.named("gb200-nvl72"))
        #expect(
            summary.sections.map(\.title) == ["gb200-nvl72", "tier 1: rack", "sources"]
        )
        let rows = Dictionary(
            uniqueKeysWithValues: summary.sections.flatMap(\.rows).map { ($0.label, $0.value) }
        )
        #expect(rows["injection, rack"] == "64.8 TB/s each way, 129.6 TB/s both ways together")
        #expect(rows["bisection"] == "32.4 TB/s each way, 64.8 TB/s both ways together")
        #expect(rows["all-to-all, sent"] == "at most 64.8 TB/s")
        #expect(rows["rate"] == "900 GB/s each way, 1.8 TB/s both ways together")
        #expect(rows["rate in bits"] == "7200 Gb/s each way")
        #expect(rows["links per endpoint"] == "18 x nvlink5")
        #expect(rows["latency"] == "600 ns to 71 others")
    }

    @Test func whatNoDocumentStatesIsMarked() throws {
        let summary = FabricSummary(of: try Catalogue.named("tcp-10gbe"))
        let spine = summary.sections[2].rows
        #expect(spine.contains { $0.label == "latency" && $0.value.hasSuffix("(unverified)") })
        #expect(spine.contains { $0.value == "3:1 (unverified)" })
        #expect(spine.contains { $0.value == "those of rack" })
        #expect(summary.sections[3].rows.contains { $0.value == "none, unverified" })
    }
}
