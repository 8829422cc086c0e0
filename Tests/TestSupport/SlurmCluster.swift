import Foundation
import Glibc

/// A Slurm cluster on this machine, of a controller and several nodes.
///
/// They are processes of this user, with everything they write in one folder, and end with this
/// object.
public final class SlurmCluster {
    /// What a cluster could not do.
    public struct Failure: Error, CustomStringConvertible {
        /// In words.
        public let description: String
    }

    /// The variables with which Slurm's programs, and those that call them, find the cluster.
    public let environment: [String: String]
    /// How many nodes there are: n1, n2 and so on, each with eight processors to give away.
    public let nodes: Int

    private let folder: TemporaryFolder
    private var daemons: [Daemon] = []

    /// Starts a cluster, and returns when all its nodes are there.
    public init(nodes: Int) throws {
        let folder = try TemporaryFolder()
        self.folder = folder
        self.nodes = nodes
        environment = ["SLURM_CONF": folder.path("slurm.conf")]
        let controller = try Self.find("slurmctld")
        let keeper = try Self.find("slurmd")
        try configure(version: try Self.version(of: keeper))
        let shared = folder.path("slurm.conf")
        daemons.append(try start(controller, ["-D", "-f", shared], log: "controller.log"))
        for node in 1...nodes {
            let own = folder.path("n\(node)/slurm.conf")
            let arguments = ["-D", "-f", own, "-N", "n\(node)"]
            daemons.append(try start(keeper, arguments, log: "n\(node).log"))
        }
        let isUp = try eventually(within: 60) { try idleNodes() == nodes }
        if !isUp {
            let logs = (["controller"] + (1...nodes).map { "n\($0)" }).map { name in
                (try? String(contentsOfFile: folder.path("\(name).log"), encoding: .utf8)) ?? ""
            }
            throw Failure(
                description: "the cluster does not come up:\n\(logs.joined(separator: "\n"))"
            )
        }
    }

    deinit {
        // Steps are kept by processes of their own, which would outlive the daemons.
        let jobs = (try? run("squeue", ["-h", "-o", "%A"]).output) ?? ""
        if !jobs.isEmpty {
            _ = try? run("scancel", jobs.split(separator: "\n").map(String.init))
            _ = try? eventually(within: 15) { try run("squeue", ["-h"]).output.isEmpty }
        }
        // The controller is last: nodes tell it that they go.
        for daemon in daemons.reversed() { daemon.end() }
    }

    private func start(_ program: String, _ arguments: [String], log: String) throws -> Daemon {
        try Daemon(program, arguments, output: folder.path(log))
    }

    /// Runs `srun` to its end.
    public func srun(
        _ arguments: [String],
        environment: [String: String] = [:]
    ) throws -> Outcome {
        try run("srun", arguments, environment: environment)
    }

    /// Runs a shell script with `sbatch` to its end.
    ///
    /// What it writes is the outcome's output, errors too.
    public func sbatch(_ arguments: [String], script: String) throws -> Outcome {
        let name = "script-\(UUID().uuidString)"
        let path = try folder.write("#!/bin/sh\n\(script)\n", to: name)
        let output = folder.path("\(name).out")
        let outcome = try run("sbatch", ["--wait", "--output", output] + arguments + [path])
        let data = try? Data(contentsOf: URL(filePath: output))
        return Outcome(
            status: outcome.status,
            output: String(decoding: data ?? Data(), as: UTF8.self),
            errors: outcome.errors
        )
    }

    /// Runs one of Slurm's programs, or another that finds them on its own.
    public func run(
        _ program: String,
        _ arguments: [String],
        environment: [String: String] = [:]
    ) throws -> Outcome {
        try RunningProgram(
            try Self.find(program),
            arguments,
            environment: self.environment.merging(environment) { $1 }
        ).wait()
    }

    private func idleNodes() throws -> Int {
        let outcome = try run("sinfo", ["-h", "-t", "idle", "-o", "%D"])
        return outcome.output.split(separator: "\n").compactMap { Int($0) }.reduce(0, +)
    }

    private func configure(version: Int) throws {
        // Control groups belong to the machine, and nothing here needs them.
        let groups = "CgroupPlugin=\(version < 23 ? "cgroup/v1" : "disabled")\n"
        let host = try Self.hostName()
        let user = NSUserName()
        let ports = try Self.freePorts(nodes + 1)
        for name in ["state"] + (1...nodes).flatMap({ ["n\($0)/spool", "n\($0)/tmp"] }) {
            try FileManager.default.createDirectory(
                at: folder.url.appending(path: name),
                withIntermediateDirectories: true
            )
        }
        var lines = [
            "ClusterName=weft-tests", "SlurmctldHost=\(host)(127.0.0.1)",
            "SlurmctldPort=\(ports[0])", "SlurmUser=\(user)", "SlurmdUser=\(user)",
            "AuthType=auth/none", "CredType=cred/none", "MpiDefault=none",
            "StateSaveLocation=\(folder.path("state"))",
            "SlurmdSpoolDir=\(folder.url.path)/%n/spool",
            "SlurmctldPidFile=\(folder.path("controller.pid"))",
            "SlurmdPidFile=\(folder.url.path)/%n/pid", "ReturnToService=2", "KillWait=30",
            "ProctrackType=proctrack/linuxproc", "TaskPlugin=task/none",
            "JobAcctGatherType=jobacct_gather/none",
            "AccountingStorageType=accounting_storage/none", "SwitchType=switch/none",
            "SelectType=select/linear", "SchedulerType=sched/builtin",
            // The nodes need not have the processors that they say they have, and each has a
            // configuration of its own.
            "SlurmdParameters=config_overrides", "DebugFlags=NO_CONF_HASH",
            "PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP",
        ]
        for node in 1...nodes {
            lines.append(
                "NodeName=n\(node) NodeHostname=\(host) NodeAddr=127.0.0.1 Port=\(ports[node]) "
                    + "CPUs=8"
            )
        }
        _ = try folder.write(lines.joined(separator: "\n") + "\n", to: "slurm.conf")
        _ = try folder.write(groups, to: "cgroup.conf")
        for node in 1...nodes {
            let include = "include \(folder.path("slurm.conf"))\n"
            _ = try folder.write(include, to: "n\(node)/slurm.conf")
            _ = try folder.write(groups, to: "n\(node)/cgroup.conf")
            // All nodes are this machine, and each has its own place for what PMIx leaves.
            let temporary = "PMIxCliTmpDirBase=\(folder.path("n\(node)/tmp"))\n"
            _ = try folder.write(temporary, to: "n\(node)/mpi.conf")
        }
    }

    /// This machine's name as Slurm sees it: without its domain.
    private static func hostName() throws -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else {
            throw Failure(description: "this machine has no name")
        }
        let name = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return String(decoding: name.prefix { $0 != UInt8(ascii: ".") }, as: UTF8.self)
    }

    /// The year in Slurm's version.
    private static func version(of program: String) throws -> Int {
        let words = try RunningProgram(program, ["-V"]).wait().output
        let number = words.split(separator: " ").last?.split(separator: ".").first
        guard let year = number.flatMap({ Int($0) }) else {
            throw Failure(description: "'\(program) -V' says \(words)")
        }
        return year
    }

    /// Where a program lies; what runs as a daemon is not on everybody's path.
    private static func find(_ name: String) throws -> String {
        for folder in ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"] {
            let path = "\(folder)/\(name)"
            if access(path, X_OK) == 0 { return path }
        }
        throw Failure(description: "\(name) is missing: install slurm-wlm")
    }

    /// Ports that nobody listens at now.
    private static func freePorts(_ count: Int) throws -> [UInt16] {
        var sockets: [Int32] = []
        defer { for socket in sockets { close(socket) } }
        return try (0..<count).map { _ in
            let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            sockets.append(socket)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let code = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(socket, $0, size) == 0 ? getsockname(socket, $0, &size) : -1
                }
            }
            if code != 0 { throw Failure(description: "there are no free ports") }
            return UInt16(bigEndian: address.sin_port)
        }
    }
}
