internal import CommandLine
internal import Glibc
internal import Measurement
internal import Runtime
internal import Text

extension MachineContext {
    /// This machine and this build.
    static func here(_ cores: Cores) -> MachineContext {
        MachineContext(
            cores: cores.count,
            threads: cores.processors.count,
            version: Tool.version,
            revision: Revision.current
        )
    }
}

/// The revision that the running program was built from.
enum Revision {
    /// The commit, or "unknown": from the file that packages install beside the program, or from
    /// the checkout whose build folder the program lies in.
    static var current: String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        guard count > 0 else { return "unknown" }
        let path = String(
            decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) },
            as: UTF8.self
        )
        var folders = path.split(separator: "/").dropLast()
        if let text = read("/\(folders.dropLast().joined(separator: "/"))/share/weft/revision") {
            return text
        }
        while !folders.isEmpty {
            let git = "/\(folders.joined(separator: "/"))/.git"
            if let head = read("\(git)/HEAD") {
                guard head.hasPrefix("ref: ") else { return head }
                let name = head.dropFirst(5)
                if let commit = read("\(git)/\(name)") { return commit }
                let packed = read("\(git)/packed-refs", isWhole: true) ?? ""
                let line = packed.split(separator: "\n").first { $0.hasSuffix(" \(name)") }
                return line.map { String($0.prefix { $0 != " " }) } ?? "unknown"
            }
            folders.removeLast()
        }
        return "unknown"
    }

    private static func read(_ path: String, isWhole: Bool = false) -> String? {
        guard let bytes = try? TextFile.read(path, limit: 1 << 20) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        return isWhole ? text : text.split(separator: "\n").first.map { String($0) }
    }
}

/// `weft version`: what this build is and what it found on this machine.
enum VersionCommand {
    static func run(_ invocation: Invocation) -> ExitCode {
        let rdma = RDMADevices.names
        if invocation.flag("json") {
            let object: JSON = [
                "version": .string(Tool.version),
                "revision": .string(Revision.current),
                "kernels": .string(InstructionSet.best.rawValue),
                "rdmaDevices": rdma.map { .array($0.map { .string($0) }) } ?? .null,
            ]
            Output.print(object.serialized(pretty: true))
            return .good
        }
        let devices = rdma.map { $0.isEmpty ? "none" : $0.joined(separator: ", ") }
        let connectable = RDMADevices.connectable.map { "connections on \($0)" }
        Output.print(
            """
            weft \(Tool.version), revision \(Revision.current)
            kernels: \(InstructionSet.best.rawValue)
            RDMA devices: \(devices ?? "libibverbs is not installed"); \
            \(connectable ?? "librdmacm is not installed")
            """
        )
        return .good
    }
}
