import Foundation
import Glibc
import TestSupport
import Testing

/// The library as it was built beside the tests, in a folder as it is installed, and programs that
/// use it.
struct Library {
    /// Where its files are.
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        let built = URL(filePath: Weft.managerProbe).deletingLastPathComponent()
            .appending(path: "libweft-c.so").path
        for name in ["libweft.so", "libweft.so.0"] {
            try FileManager.default.createSymbolicLink(
                atPath: folder.path(name),
                withDestinationPath: built
            )
        }
    }

    /// Compiles a program of the repository against it.
    func compile(_ sources: [String], as name: String) throws -> String {
        let root = Repository.root.path
        let made = try RunningProgram(
            "/usr/bin/cc",
            [
                "-std=c11", "-D_GNU_SOURCE", "-O1", "-Wall", "-Wextra", "-Werror", "-pedantic",
                "-I\(root)/include", "-o", folder.path(name),
            ] + sources.map { "\(root)/\($0)" } + [
                "-L\(folder.url.path)", "-lweft", "-Wl,-rpath,\(folder.url.path)",
            ]
        ).wait()
        #expect(made.status == 0, "\(made.errors)")
        return folder.path(name)
    }
}

/// Processes that a script starts, each of which is told its place by variables.
struct Job {
    let processes: [RunningProgram]

    /// - Parameter perNode: how many share memory, nil for all.
    init(
        _ program: String,
        _ arguments: [String],
        ranks: Int,
        perNode: Int? = nil,
        environment: [String: String] = [:]
    ) throws {
        let port = Self.freePort()
        processes = try (0..<ranks).map { rank in
            var variables = environment
            variables["RANK"] = "\(rank)"
            variables["WORLD_SIZE"] = "\(ranks)"
            variables["MASTER_ADDR"] = "127.0.0.1"
            variables["MASTER_PORT"] = "\(port)"
            variables["WEFT_TOKEN"] = "a secret of the tests"
                .replacing(" ", with: "-")
            variables["WEFT_NODE"] = perNode.map { "\(rank / $0)" } ?? ""
            return try RunningProgram(program, arguments, environment: variables)
        }
    }

    /// Waits for all.
    func wait() -> [Outcome] { processes.map { $0.wait(atMost: 100) } }

    private static func freePort() -> Int {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { place in
                _ = bind(socket, place, size)
                _ = getsockname(socket, place, &size)
            }
        }
        return Int(in_port_t(bigEndian: address.sin_port))
    }
}
