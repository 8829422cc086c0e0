import Foundation
import TestSupport
import Testing

/// docs/ALGORITHMS.md is about the algorithms that there are.
@Suite(.everyCore) struct AlgorithmPagesTests {
    private static let page = Repository.File(path: "docs/ALGORITHMS.md")

    private struct Entry {
        let collective: String
        let algorithm: String
        let cells: [String]
    }

    /// What the program lists, as the page's rows have it.
    private func listed() throws -> [Entry] {
        let outcome = try Weft.run(["algorithms", "--json"])
        let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        return try #require(object as? [[String: Any]]).map { entry in
            func text(_ key: String) -> String { entry[key] as? String ?? "" }
            let parameters = entry["parameters"] as? [String] ?? []
            let isAny = text("exists_for").hasPrefix("any")
            let formulae = ["steps_formula", "sent_formula", "memory_formula"]
            return Entry(
                collective: text("collective"),
                algorithm: text("algorithm"),
                cells: [text("algorithm")] + formulae.map { "`\(text($0))`" } + [
                    isAny ? "any" : "powers of two",
                    parameters.isEmpty ? "–" : parameters.joined(separator: ", "),
                ]
            )
        }
    }

    /// The lines below a heading, up to the next of its kind.
    private func section(_ heading: String) -> ArraySlice<Substring> {
        let lines = Self.page.lines
        guard let start = lines.firstIndex(where: { $0 == "## \(heading)" }) else { return [] }
        return lines[(start + 1)...].prefix { !$0.hasPrefix("## ") }
    }

    @Test func tablesSayWhatTheProgramSays() throws {
        let all = try listed()
        for collective in Set(all.map(\.collective)) {
            let rows = section(collective).filter { $0.hasPrefix("| ") }.dropFirst().map { line in
                line.split(separator: "|", omittingEmptySubsequences: false)
                    .map { $0.trimmingCharacters(in: .whitespaces) }
            }
            let found = rows.map { Array($0.dropFirst().dropLast()) }
            #expect(found == all.filter { $0.collective == collective }.map(\.cells))
        }
    }

    /// The legend of the formulae is the program's, too.
    @Test func theLegendIsThatOfTheProgram() throws {
        let lines = try Weft.run(["algorithms"]).output.split(separator: "\n")
        let start = try #require(lines.firstIndex { $0.hasPrefix("  memory ") })
        let text = Self.page.lines.filter { $0.hasPrefix("| `") }.map { line in
            line.filter { $0 != "`" && $0 != "|" }.split(separator: " ").joined(separator: " ")
        }
        for line in lines[(start + 1)...] {
            let plain = line.split(separator: " ").joined(separator: " ")
            #expect(text.contains(plain), "\(plain)")
        }
    }

    @Test func everyAlgorithmIsExplained() throws {
        for entry in try listed() where !entry.collective.hasSuffix("-v") {
            let lines = section(entry.collective)
            let name = "\(entry.algorithm) \(entry.collective)"
            let start = try #require(lines.firstIndex { $0 == "### \(name)" }, "\(name)")
            let text = lines[(start + 1)...].prefix { !$0.hasPrefix("### ") }
                .joined(separator: "\n")
            let picture = "algorithms/\(entry.collective)-\(entry.algorithm).svg"
            #expect(text.contains("![\(name)](\(picture))"), "\(name)")
            #expect(text.contains("Source: "), "\(name)")
        }
    }

    private let pictures = DrawnPictures(page: page, command: "weft schedule show ")

    @Test func picturesAreAsTheProgramDrawsThem() throws {
        #expect(try pictures.stale() == [], "run scripts/pictures")
    }

    @Test func everyPictureIsDrawnAndShown() throws {
        #expect(pictures.unlisted(below: "docs/algorithms") == [])
        let files = pictures.files
        #expect(files.count == (try listed()).filter { !$0.collective.hasSuffix("-v") }.count)
    }
}
