public import Foundation
import Glibc

/// What a program left behind.
public struct Outcome: Sendable {
    /// The exit code, or 128 and the signal that ended it.
    public let status: Int32
    /// What it wrote to standard output.
    public let output: String
    /// What it wrote to standard error.
    public let errors: String
}

/// A running program with its streams in files, so that none can fill and stop it.
public final class RunningProgram {
    private let process = Process()
    private let folder: TemporaryFolder

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - path: the program.
    ///   - environment: variables beside those of the test.
    ///   - folder: where it runs, by default one of its own.
    public init(
        _ path: String,
        _ arguments: [String],
        environment: [String: String] = [:],
        in directory: URL? = nil
    ) throws {
        folder = try TemporaryFolder()
        let streams = try ["stdout", "stderr"].map { name in
            FileHandle(forWritingAtPath: try folder.write("", to: name))
        }
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.currentDirectoryURL = directory ?? folder.url
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = streams[0]
        process.standardError = streams[1]
        try process.run()
    }

    /// Its number.
    public var number: pid_t { process.processIdentifier }

    /// Whether it has not ended.
    public var isRunning: Bool { process.isRunning }

    /// What it has written to standard output so far.
    public var output: String { text("stdout") }

    /// What it has written to standard error so far.
    public var errors: String { text("stderr") }

    /// Sends it a signal.
    public func send(_ signal: Int32) { kill(number, signal) }

    /// Waits for its end; after so many seconds it is killed.
    public func wait(atMost seconds: Double = 120) -> Outcome {
        _ = eventually(within: seconds) { !process.isRunning }
        if process.isRunning { send(SIGKILL) }
        process.waitUntilExit()
        let isSignal = process.terminationReason == .uncaughtSignal
        return Outcome(
            status: process.terminationStatus + (isSignal ? 128 : 0),
            output: output,
            errors: errors
        )
    }

    private func text(_ name: String) -> String {
        let data = try? Data(contentsOf: folder.url.appending(path: name))
        return String(decoding: data ?? Data(), as: UTF8.self)
    }
}

/// Looks every few milliseconds until something holds; whether it did in time.
public func eventually(within seconds: Double, _ holds: () throws -> Bool) rethrows -> Bool {
    let end = Date(timeIntervalSinceNow: seconds)
    while try !holds() {
        if Date() > end { return false }
        usleep(5000)
    }
    return true
}

/// The program `weft`, as it was built beside the tests or as WEFT_PROGRAM names it.
public enum Weft {
    /// Its path.
    public static let path =
        ProcessInfo.processInfo.environment["WEFT_PROGRAM"] ?? beside("weft")

    /// The program that says which launcher started it (`Tests/ManagerProbe`).
    public static let managerProbe = beside("manager-probe")

    /// The program that runs the contract over RDMA devices (`Tests/VerbsContract`).
    public static let verbsContract = beside("verbs-contract")

    /// A program that was built beside the tests.
    private static func beside(_ name: String) -> String {
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        return URL(filePath: tests ?? "").deletingLastPathComponent().appending(path: name).path
    }

    /// Runs it to its end.
    public static func run(
        _ arguments: [String],
        environment: [String: String] = [:],
        in directory: URL? = nil
    ) throws -> Outcome {
        try RunningProgram(path, arguments, environment: environment, in: directory).wait()
    }
}

/// Processes as the kernel lists them.
public enum Processes {
    /// The children of a process.
    public static func children(of parent: pid_t) -> [pid_t] {
        all.filter { field(3, of: $0) == "\(parent)" }.sorted()
    }

    /// Whether a process is there and no mere remains of one.
    public static func isAlive(_ process: pid_t) -> Bool {
        guard let state = field(2, of: process) else { return false }
        return state != "Z" && state != "X"
    }

    /// Those whose command line has a word.
    public static func whoseArguments(contain word: String) -> [pid_t] {
        all.filter { process in
            let data = try? Data(contentsOf: URL(filePath: "/proc/\(process)/cmdline"))
            return String(decoding: data ?? Data(), as: UTF8.self).split(separator: "\0")
                .contains { $0 == word }
        }
    }

    private static var all: [pid_t] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }
    }

    /// A field of /proc/N/stat, counted from 0; 1 is the name, which may hold anything.
    private static func field(_ number: Int, of process: pid_t) -> String? {
        guard let data = try? Data(contentsOf: URL(filePath: "/proc/\(process)/stat")) else {
            return nil
        }
        let text = String(decoding: data, as: UTF8.self)
        guard let end = text.lastIndex(of: ")") else { return nil }
        let rest = text[text.index(after: end)...].split(separator: " ")
        return number - 2 < rest.count ? String(rest[number - 2]) : nil
    }
}
