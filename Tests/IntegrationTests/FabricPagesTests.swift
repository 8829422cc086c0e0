import Foundation
import TestSupport
import Testing

/// The pictures of docs/FABRICS.md.
@Suite struct FabricPagesTests {
    private let pictures = DrawnPictures(
        page: Repository.File(path: "docs/FABRICS.md"),
        command: "weft fabric draw "
    )

    @Test func picturesAreAsTheProgramDrawsThem() throws {
        #expect(try pictures.stale() == [], "run scripts/pictures")
    }

    @Test func everyPictureIsDrawnAndShown() {
        #expect(pictures.unlisted(below: "docs/fabrics") == [])
        #expect(pictures.files.count > 5)
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
