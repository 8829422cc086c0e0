import Collectives
import Drawing
import Reports
import Testing

/// Pictures of schedules.
@Suite struct SchedulePictureTests {
    private func picture(
        _ name: String,
        ranks: Int,
        inPlace: Bool = false
    ) throws -> SchedulePicture {
        let algorithm = try #require(Algorithm.named(name, for: .allReduce))
        return SchedulePicture(
            algorithm.schedule(Request(ranks: ranks, elements: 1 << 12, inPlace: inPlace))
        )
    }

    @Test func everyStepIsABoxAndEveryTransferAnArrow() throws {
        for (name, boxes, arrows) in [
            ("ring", 24, 24), ("two-shot", 4, 24), ("one-shot", 8, 12),
        ] {
            let diagram = try picture(name, ranks: 4).diagram
            #expect(diagram.boxes.count == boxes, "\(name)")
            #expect(diagram.arrows.count == arrows, "\(name)")
            #expect(diagram.lanes == ["rank 0", "rank 1", "rank 2", "rank 3"])
        }
    }

    @Test func phasesHaveColours() throws {
        let diagram = try picture("ring", ranks: 4).diagram
        #expect(diagram.colorNames == ["first sums", "sums", "last sums", "pass on"])
        #expect(diagram.boxes.map(\.color).max() == 3)
        #expect(diagram.boxes.first?.label == "+c2")
        #expect(diagram.boxes.first?.hover == "first sums, round 0, rank 0\n←3 +c2")
    }

    @Test func longPhasesAreCutShort() throws {
        let diagram = try picture("ring", ranks: 16).diagram
        #expect(diagram.lanes.count == 16)
        // Five rounds of the sums and of the passing on, and two columns for what is left out.
        #expect(diagram.boxes.count == 16 * 12)
        #expect((diagram.boxes.map(\.to).max() ?? 0) < 14)
        #expect(diagram.time.format.text(5) == "…")
        #expect(diagram.time.format.text(6) == "13")
        #expect(diagram.time.format.text(5.5) == "")
        #expect(diagram.time.format.text(-1) == "")
    }

    @Test func manyRanksAreCutShort() throws {
        let diagram = try picture("two-shot", ranks: 100).diagram
        #expect(diagram.lanes.count == 16)
        #expect(diagram.lanes.last == "rank 99")
        #expect(diagram.subtitle.hasSuffix("84 endpoints are not shown"))
        #expect(diagram.arrows.count == 2 * 16 * 15)
    }

    /// An aggregator stands behind its ranks, and one of ranks that are no neighbours at the end.
    @Test func aggregatorsStandBesideTheirRanks() throws {
        let cases = [
            ("sharp-llt", 4, 1, ["0", "1", "a0", "2", "3", "a1", "a2"]),
            ("nvls", 3, 3, ["0", "1", "2", "a0"]),
            ("nvls-sharp", 4, 2, ["0", "1", "a0", "2", "3", "a1", "a2", "a3"]),
        ]
        for (name, ranks, node, names) in cases {
            let algorithm = try #require(Algorithm.named(name, for: .allReduce))
            var request = Request(ranks: ranks, elements: 64)
            request.radix = name == "nvls" ? nil : 2
            request.nodeSize = name == "nvls-sharp" ? node : nil
            let lanes = SchedulePicture(algorithm.schedule(request)).diagram.lanes
            let short = lanes.map {
                $0.replacing("rank ", with: "").replacing("aggregator ", with: "a")
            }
            #expect(short == names, "\(name)")
        }
    }

    /// Columns are as wide as what stands in boxes asks for.
    @Test func longLabelsWidenThePicture() throws {
        let bruck = try #require(Algorithm.named("bruck", for: .allToAll))
        let svg = SchedulePicture(bruck.schedule(Request(ranks: 5, elements: 64))).svg
        #expect(svg.contains(">c0,1,3&gt;c0,2,4</text>"))
    }

    @Test func thePictureIsAFileOfItsOwn() throws {
        for name in ["ring", "one-shot", "two-shot", "two-level"] {
            for ranks in [1, 2, 8, 16] {
                let svg = try picture(name, ranks: ranks).svg
                #expect(svg.hasPrefix("<svg ") && svg.hasSuffix("</svg>\n"))
                #expect(svg.contains("prefers-color-scheme:dark"))
                #expect(svg.contains("\(name) all-reduce, \(ranks) ranks"))
            }
        }
    }
}
