import Foundation
import TestSupport
import Testing

/// The pictures of docs/FABRICS.md.
@Suite struct FabricPagesTests {
    private static let page = Repository.File(path: "docs/FABRICS.md")

    /// The lines that draw them, as scripts/pictures runs them.
    private var drawings: [[String]] {
        Self.page.lines.filter { $0.hasPrefix("weft fabric draw ") && $0.contains(" docs/") }
            .map { $0.split(separator: " ").map(String.init) }
    }

    @Test func picturesAreAsTheProgramDrawsThem() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(
            at: folder.url.appending(path: "docs/fabrics"),
            withIntermediateDirectories: true
        )
        for words in drawings {
            let outcome = try Weft.run(Array(words.dropFirst()), in: folder.url)
            #expect(outcome.status == 0, "\(words): \(outcome.errors)")
            let path = words[words.count - 1]
            let drawn = try Data(contentsOf: folder.url.appending(path: path))
            let stored = try? Data(contentsOf: Repository.root.appending(path: path))
            #expect(drawn == stored, "\(path): run scripts/pictures")
        }
    }

    @Test func everyPictureIsDrawnAndShown() {
        let files = Repository.files(below: ["docs/fabrics"]).map(\.path)
        #expect(files.sorted() == drawings.map { $0[$0.count - 1] }.sorted())
        #expect(files.count > 5)
        for file in files { #expect(Self.page.text.contains("](\(file.dropFirst(5)))"), "\(file)") }
    }

    /// Without a file the picture goes where results go.
    @Test func theCommandPrintsOrWrites() throws {
        let folder = try TemporaryFolder()
        let printed = try Weft.run(["fabric", "draw", "hgx-h100", "--level", "rack"])
        #expect(printed.status == 0 && printed.output.hasPrefix("<svg "), "\(printed.errors)")
        let words = ["fabric", "draw", "hgx-h100", "--level", "rack", "-o", "h.svg"]
        #expect(try Weft.run(words, in: folder.url).status == 0)
        let written = try String(
            contentsOf: folder.url.appending(path: "h.svg"),
            encoding: .utf8
        )
        #expect(written == printed.output)
        let wrong = try Weft.run(["fabric", "draw", "hgx-h100", "--level", "tray"])
        #expect(wrong.status == 64 && wrong.errors.contains("rack, pod"), "\(wrong.errors)")
        let closed = try Weft.run(["fabric", "draw", "hgx-h100", "-o", "/nowhere/h.svg"])
        #expect(closed.status != 0 && closed.errors.contains("/nowhere"), "\(closed.errors)")
    }
}
