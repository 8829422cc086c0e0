internal import CommandLine
internal import Glibc
internal import Runtime
internal import Text

/// The program `weft`: reads the command line, runs a command, and turns errors into words and exit
/// codes.
public enum Tool {
    /// The version, as `weft version` and every record tell it.
    public static let version = Version.current

    /// Runs the tool with the process's arguments, the first of which is its own name; the exit
    /// code.
    public static func run(_ arguments: [String]) -> Int32 {
        let words = Array(arguments.dropFirst())
        do {
            if RankProcess.isOne { return try runRank() }
            if Agent.isOne { return try AgentCommand.runLocal().rawValue }
            switch try definition.parse(words) {
            case .help(let text), .version(let text):
                Output.print(text)
                return ExitCode.good.rawValue
            case .run(let invocation):
                return try run(invocation, words)
            }
        } catch let error as UsageError {
            Output.complain(error.rendered(for: definition.name))
            return ExitCode.usage.rawValue
        } catch {
            Output.complain("\(definition.name): \(error)")
            return ExitCode.failed.rawValue
        }
    }

    private static func run(_ invocation: Invocation, _ words: [String]) throws -> Int32 {
        let outcome: ExitCode
        switch invocation.path {
        case ["bench"]:
            outcome = try launched { try BenchCommand(invocation, words, $0).run() }
        case ["probe"]:
            outcome = try launched { try ProbeCommand(invocation, words, $0).run() }
        case ["tune"]: outcome = try TuneCommand(invocation).run()
        case ["calibrate"]: outcome = try CalibrateCommand(invocation).run()
        case ["predict"]: outcome = try PredictCommand(invocation, words).run()
        case ["numerics"]: outcome = try NumericsCommand(invocation, words).run()
        case ["algorithms"]: outcome = try AlgorithmsCommand(invocation).run()
        case ["schedule", "show"]: outcome = try ScheduleCommand.show(invocation)
        case ["schedule", "prove"]: outcome = try ScheduleCommand.prove(invocation)
        case ["schedule", "export"]: outcome = try ScheduleCommand.export(invocation)
        case ["schedule", "import"]: outcome = try ScheduleCommand.importFile(invocation)
        case ["agent"]: outcome = try AgentCommand.run()
        case ["report"]: outcome = try ReportCommand(invocation).run()
        case ["fabric", "list"]: outcome = FabricCommand.list(invocation)
        case ["fabric", "show"]: outcome = try FabricCommand.show(invocation)
        case ["fabric", "check"]: outcome = try FabricQuestions.check(invocation)
        case ["fabric", "compare"]: outcome = try FabricQuestions.compare(invocation)
        case ["fabric", "bill"]: outcome = try FabricQuestions.bill(invocation)
        case ["fabric", "draw"]: outcome = try FabricQuestions.draw(invocation)
        case ["fabric", "route"]: outcome = try FabricTraffic.route(invocation)
        case ["fabric", "tree"]: outcome = try FabricTree.run(invocation)
        case ["fabric", "load"]: outcome = try FabricTraffic.load(invocation)
        case ["fabric", "import"]: outcome = try WiringCommand.importFile(invocation)
        case ["fabric", "export"]: outcome = try WiringCommand.export(invocation)
        case ["fabric", "discover"]: outcome = try WiringCommand.discover(invocation)
        case ["devices"]: outcome = try DevicesCommand.run(invocation)
        case ["version"]: outcome = VersionCommand.run(invocation)
        case ["completions"]:
            outcome = try CompletionsCommand.run(invocation, definition)
        default:
            outcome = CompletionsCommand.manPage(definition)
        }
        return outcome.rawValue
    }

    /// A job's head, or this process's part of one that another launcher has started.
    private static func launched(
        _ run: (ProcessManager?) throws -> ExitCode
    ) throws -> ExitCode {
        guard let manager = try ProcessManager.detect() else { return try run(nil) }
        if manager.rank == 0 { return try run(manager) }
        let outcome = try JobPlace.runAgent(manager)
        if outcome == .good { manager.finish() }
        return outcome
    }

    /// A process that the launcher started.
    ///
    /// Its own failures are told by it, in its rank's name; when it only stops because the job was
    /// ended, the launcher has told why.
    private static func runRank() throws -> Int32 {
        let process = try RankProcess()
        do {
            Clock.setUp()
            if ProbeJob.isOne(process.payload) {
                var rank = try ProbeRank(process)
                try rank.run(process)
            } else {
                var rank = try BenchRank(process)
                try rank.run(process)
            }
            return ExitCode.good.rawValue
        } catch {
            let blame = process.blame()
            if !process.segment.isAborted {
                let name = process.name(process.rank)
                Output.complain("\(definition.name): \(name): \(blame ?? "\(error)")")
            }
            return ExitCode.failed.rawValue
        }
    }
}
