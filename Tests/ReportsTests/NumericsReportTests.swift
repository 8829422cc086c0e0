import Collectives
import Reports
import Testing

/// What `weft numerics` found, as a page.
@Suite struct NumericsReportTests {
    private func report(ranks: [Int], _ names: [String]) -> NumericsReport {
        let algorithms = Algorithm.all(for: .allReduce).filter { names.contains($0.name) }
        let parts = ranks.map { count in
            let study = NumericsStudy(
                .allReduce,
                type: .bfloat16,
                ranks: count,
                elements: 256,
                inputs: .normal,
                seed: 1
            )
            return NumericsReport.Part(
                study: study,
                findings: study.findings(algorithms, over: .type)
            )
        }
        return NumericsReport(command: ["weft", "numerics"], parts: parts, skipped: ["<none>"])
    }

    @Test func thePageIsWellFormedAndLoadsNothing() throws {
        for ranks in [[4], [4, 8]] {
            let page = try PageChecker(report(ranks: ranks, ["ring", "two-shot"]).page)
            let policies = page.all("meta").compactMap { $0.attributes["content"] }
            #expect(policies.contains { $0.hasPrefix("default-src 'none'") })
            #expect(page.all("title").first?.text == "weft numerics")
            #expect(page.all("h1").count == 1)
            #expect(page.all("figure").count == 1)
            #expect(page.all("h2").count == ranks.count)
            #expect(page.all("p").contains { $0.text.contains("'rounds' is the most roundings") })
            #expect(page.all("p").contains { $0.text == "&lt;none&gt;" })
        }
    }

    /// Algorithms that round alike are one line with several names.
    @Test func linesThatCoverEachOtherAreOne() {
        let few = report(ranks: [4, 8], ["ring", "one-shot", "two-shot", "nvls"]).page
        #expect(few.contains("one-shot, two-shot and nvls"))
        #expect(few.contains("ring, 4 ranks: "))
    }
}
