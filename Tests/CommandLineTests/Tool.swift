import Foundation

/// Other programs that check what is generated.
enum Tool {
    /// What a program left behind.
    struct Result {
        let status: Int32
        let output: String
        let errors: String
    }

    /// Whether a program can be found.
    static func exists(_ name: String) -> Bool {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return path.split(separator: ":").contains {
            FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
        }
    }

    /// Runs a program in a directory that holds the given files, and waits for it.
    static func run(_ words: [String], files: [String: String]) throws -> Result {
        let manager = FileManager.default
        let directory = manager.temporaryDirectory.appending(path: "cli-\(UUID().uuidString)")
        try manager.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? manager.removeItem(at: directory) }
        for (name, text) in files {
            try Data(text.utf8).write(to: directory.appending(path: name))
        }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = words
        process.currentDirectoryURL = directory
        // Both streams go to files, so that neither can fill and stop the program.
        let streams = try ["stdout", "stderr"].map { name in
            let url = manager.temporaryDirectory.appending(path: "\(name)-\(UUID().uuidString)")
            try Data().write(to: url)
            return (url: url, handle: try FileHandle(forWritingTo: url))
        }
        defer { for stream in streams { try? manager.removeItem(at: stream.url) } }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = streams[0].handle
        process.standardError = streams[1].handle
        try process.run()
        process.waitUntilExit()
        return Result(
            status: process.terminationStatus,
            output: String(decoding: try Data(contentsOf: streams[0].url), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: streams[1].url), as: UTF8.self)
        )
    }
}
