public import Foundation

/// The package that the tests are part of.
public enum Repository {
    /// Its root folder.
    public static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// A tracked file: its path from the root, and where it lies.
    public struct File: Sendable, CustomStringConvertible {
        /// From the root, such as `Sources/Units/Rate.swift`.
        public let path: String

        /// Names a file, which need not be there.
        public init(path: String) { self.path = path }

        /// Where it lies.
        public var url: URL { Repository.root.appending(path: path) }

        /// Its text; bytes that are no UTF-8 are replaced.
        public var text: String {
            String(decoding: (try? Data(contentsOf: url)) ?? Data(), as: UTF8.self)
        }

        /// Its lines.
        public var lines: [Substring] {
            var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            if lines.last?.isEmpty == true { lines.removeLast() }
            return lines
        }

        /// The ending of its name, without the point.
        public var ending: String { url.pathExtension }

        /// The path.
        public var description: String { path }
    }

    /// All files below some folders of the root, or everywhere, in the order of their paths;
    /// without what is built.
    public static func files(below folders: [String] = [""]) -> [File] {
        folders.flatMap { list($0) }.sorted { $0.path < $1.path }
    }

    private static let skipped: Set<String> = [
        ".build", ".git", ".swiftpm", "Package.resolved", "weft-report.html",
    ]

    private static func list(_ folder: String) -> [File] {
        let url = folder.isEmpty ? root : root.appending(path: folder)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
        return names.flatMap { name -> [File] in
            if skipped.contains(name) || name.hasSuffix(".o") { return [] }
            let path = folder.isEmpty ? name : "\(folder)/\(name)"
            var isFolder: ObjCBool = false
            let place = root.appending(path: path).path
            guard FileManager.default.fileExists(atPath: place, isDirectory: &isFolder) else {
                return []
            }
            return isFolder.boolValue ? list(path) : [File(path: path)]
        }
    }
}
