import Foundation

/// The pictures of a page, which its own lines draw.
public struct DrawnPictures: Sendable {
    private let page: Repository.File
    /// The words of each line that draws one, as scripts/pictures runs them; the file is the last.
    private let lines: [[String]]

    /// The lines of a page that begin with a command and end with a file below docs/.
    public init(page: Repository.File, command: String) {
        self.page = page
        lines = page.lines.filter { $0.hasPrefix(command) && $0.contains(" docs/") }
            .map { $0.split(separator: " ").map(String.init) }
    }

    /// Their files, from the root.
    public var files: [String] { lines.map { $0[$0.count - 1] } }

    /// Those that the program draws otherwise than they are stored.
    public func stale() throws -> [String] {
        let folder = try TemporaryFolder()
        var stale: [String] = []
        for words in lines {
            let path = words[words.count - 1]
            let place = folder.url.appending(path: path)
            try FileManager.default.createDirectory(
                at: place.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            let outcome = try Weft.run(Array(words.dropFirst()), in: folder.url)
            let stored = try? Data(contentsOf: Repository.root.appending(path: path))
            let drawn = try? Data(contentsOf: place)
            if outcome.status != 0 || drawn == nil || drawn != stored {
                stale.append("\(path): \(outcome.errors)")
            }
        }
        return stale
    }

    /// Files of a folder that nothing draws or the page does not show, and those that are missing.
    public func unlisted(below folder: String) -> [String] {
        let stored = Set(Repository.files(below: [folder]).map(\.path))
        let text = page.text
        let hidden = files.filter { !text.contains("](\($0.dropFirst(5)))") }
        return stored.symmetricDifference(files).sorted() + hidden
    }
}
