import Claims
import Collectives
import Testing
import Text

@Suite struct EmbeddedClaimTests {
    @Test(arguments: [
        ("nvl72-injection", 129.6), ("nvl72-all-to-all", 64.8), ("nvl72-bisection", 32.4),
        ("nvls-traffic-8", 9.0 / 14), ("nvls-traffic-72", 73.0 / 142),
    ])
    func theVerdictAndTheFigure(id: String, figure: Double) throws {
        let claim = try #require(Claim.all.first { $0.id == id })
        let finding = claim.check()
        #expect(finding.verdict == .supported)
        let found = try #require(finding.figure)
        #expect(abs(found - figure) < 1e-9)
    }

    @Test func noneIsLeftOut() {
        #expect(Claim.all.map(\.row) == [1, 1, 1, 6, 6])
    }

    /// (n + 1) / (2(n - 1)) at any number of ranks.
    @Test(arguments: [2, 3, 4, 5, 16, 33, 256])
    func theSwitchLeavesAShareOfARing(ranks: Int) throws {
        let finding = try one(
            """
            quantity: "all-reduce.switch-traffic", arguments: { ranks: \(ranks) },
            atLeast: 0, unit: "of the ring's"
            """
        ).check()
        let share = Double(ranks + 1) / Double(2 * (ranks - 1))
        let found = try #require(finding.figure)
        #expect(abs(found - share) < 1e-12)
    }
}

/// A claim with the parts that do not matter filled in.
private func one(_ text: String) throws -> Claim {
    let claims = try Claim.read(
        "[{ id: \"x\", claimed: \"so it is\", source: \"a test\",\n\(text) }]",
        name: "claims.json5"
    )
    return try #require(claims.first)
}

@Suite struct ClaimTests {
    @Test func aFalseClaimIsNotSupported() throws {
        let finding = try one(
            """
            quantity: "fabric.bisection", arguments: { fabric: "gb200-nvl72" },
            atLeast: 130, unit: "TB/s"
            """
        ).check()
        #expect(finding.verdict == .notSupported)
        let found = try #require(finding.figure)
        #expect(abs(found - 32.4) < 1e-9)
    }

    /// 2(n - 1) steps of 600 ns and a chunk of 900 bytes at 900 GB/s.
    @Test func aTimeIsSimulated() throws {
        let claim = try one(
            """
            quantity: "all-reduce.time", unit: "us", low: 3.6, high: 3.7,
            arguments: { fabric: "gb200-nvl72", algorithm: "ring", ranks: 4, bytes: "57600" }
            """
        )
        // 14,400 bytes take 16 ns.
        #expect(claim.check().figure == 3.696)
        #expect(claim.check().verdict == .supported)
    }

    @Test func whatDoesNotFitIsNotTestable() throws {
        let finding = try one(
            """
            quantity: "all-reduce.time", unit: "us", atLeast: 0,
            arguments: { fabric: "gb200-nvl72", algorithm: "ring", ranks: 73, bytes: "64KiB" }
            """
        ).check()
        #expect(finding.figure == nil)
        #expect(
            finding.verdict
                == .notTestable("gb200-nvl72 has room for 1 to 72 ranks, not for 73")
        )
        #expect(
            finding.verdict.description
                == "not testable: gb200-nvl72 has room for 1 to 72 ranks, not for 73"
        )
    }

    @Test func quantitiesOfTheUsersOwn() throws {
        let quantity = Quantity(name: "answer", unit: "1", summary: "") { _ in { 42 } }
        let claims = try Claim.read(
            """
            [{ id: "a", row: 2, quantity: "answer", arguments: {}, low: 42, high: 42, unit: "1",
               claimed: "", source: "" },
             { id: "b", quantity: "answer", arguments: {}, low: 43, high: 44, unit: "1",
               claimed: "", source: "" }]
            """,
            name: "claims.json5",
            quantities: [quantity]
        )
        #expect(claims.map { $0.check().verdict } == [.supported, .notSupported])
        #expect(claims.map(\.row) == [2, nil])
        let infinite = Quantity(name: "answer", unit: "1", summary: "") { _ in { .infinity } }
        let claim = try Claim.read(
            """
            [{ id: "a", quantity: "answer", arguments: {}, atLeast: 0, unit: "1", claimed: "",
               source: "" }]
            """,
            name: "claims.json5",
            quantities: [infinite]
        )
        #expect(claim[0].check().verdict == .notTestable("the figure is not finite"))
    }

    @Test(arguments: [
        (
            #"quantity: "fabric.injektion", arguments: { fabric: "gb200-nvl72" }"#,
            "claims.json5:2:11: [0].quantity: unknown quantity 'fabric.injektion'; "
                + "did you mean 'fabric.injection'?"
        ),
        (
            #"quantity: "fabric.injection", arguments: { fabric: "gb200-nvl27" }"#,
            "claims.json5:2:52: [0].arguments.fabric: no fabric is called 'gb200-nvl27'; "
                + "did you mean 'gb200-nvl72'?"
        ),
        (
            #"quantity: "fabric.injection", arguments: { fabric: "gb200-nvl72" }, low: 2, high: 1"#,
            "claims.json5:2:83: [0].high: it lies below 'low'"
        ),
        (
            #"quantity: "all-reduce.switch-traffic", arguments: { ranks: 1 }"#,
            "claims.json5:2:60: [0].arguments.ranks: expected 2 to 256, found 1"
        ),
        (
            """
            quantity: "fabric.injection", arguments: { fabric: "gb200-nvl72" }, atLeast: 1,
            unit: "GB/s"
            """,
            "claims.json5:3:7: [0].unit: 'fabric.injection' is in TB/s, not in GB/s"
        ),
        (
            """
            quantity: "fabric.injection", arguments: { fabric: "gb200-nvl72" }, atLeast: 1,
            low: 1
            """,
            "claims.json5:3:6: [0].low: write either 'atLeast' or both 'low' and 'high'"
        ),
        (
            """
            quantity: "fabric.injection", arguments: { fabric: "gb200-nvl72" }, atLeast: Infinity
            """,
            "claims.json5:2:78: [0].atLeast: expected a finite number"
        ),
        (
            """
            quantity: "all-reduce.time",
            arguments: { fabric: "gb200-nvl72", algorithm: "rings", ranks: 2, bytes: "6" }
            """,
            "claims.json5:3:48: [0].arguments.algorithm: no all-reduce is called 'rings'; "
                + "there are \(Algorithm.all(for: .allReduce).map(\.name).joined(separator: ", "))"
        ),
        (
            """
            quantity: "all-reduce.time",
            arguments: { fabric: "gb200-nvl72", algorithm: "ring", ranks: 2, bytes: "6" }
            """,
            "claims.json5:3:73: [0].arguments.bytes: expected whole elements of 4 bytes, "
                + "at most 2^50 bytes"
        ),
    ])
    func mistakesHaveAPlace(text: String, message: String) {
        let error = #expect(throws: TextError.self) { try one(text) }
        #expect(error?.description == message)
    }

    @Test func idsAreUnique() {
        let claim = """
            { id: "a", quantity: "fabric.bisection", arguments: { fabric: "gb200-nvl72" },
              atLeast: 1, unit: "TB/s", claimed: "", source: "" },
            """
        let error = #expect(throws: TextError.self) {
            try Claim.read("[\(claim)\n\(claim)]", name: "claims.json5")
        }
        #expect(error?.description == "claims.json5:3:7: [1].id: another claim is called 'a'")
    }
}
