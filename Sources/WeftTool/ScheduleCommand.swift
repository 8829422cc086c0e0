internal import Collectives
internal import CommandLine
internal import Reports
internal import Text
internal import Units

/// `weft schedule`: what an algorithm does, step by step, and whether it is right.
enum ScheduleCommand {
    /// What a proof may keep in mind: a few hundred MiB.
    private static let cellsMost = 1 << 24
    /// What is written step by step: some 2 KiB of memory each.
    private static let stepsMost = 1 << 21

    static func show(_ invocation: Invocation) throws -> ExitCode {
        let picture = invocation.string("svg")
        if let picture { try Output.checkWritable(picture) }
        let subject = try ScheduleSubject(invocation)
        let schedule = subject.schedule
        let rank = try invocation.integer("rank", in: 0...(schedule.endpoints - 1))
        Output.print(ScheduleSummary.text(subject))
        Output.print("\n" + ScheduleSummary.phases(schedule))
        if let rank {
            Output.print("\n" + ScheduleSummary.program(schedule, of: rank))
        } else {
            Output.print("\n" + ScheduleSummary.diagrams(schedule))
        }
        if let picture {
            try TextFile.write(SchedulePicture(schedule).svg, to: picture)
            Output.complain("The picture is \(picture)")
        }
        return .good
    }

    static func prove(_ invocation: Invocation) throws -> ExitCode {
        let subject = try ScheduleSubject(invocation)
        try refuseLarge(subject, invocation)
        return ProofReport(subject).print(asJSON: invocation.flag("json"))
    }

    static func export(_ invocation: Invocation) throws -> ExitCode {
        let output = invocation.string("output")
        if let output { try Output.checkWritable(output) }
        let subject = try ScheduleSubject(invocation)
        let format = format(invocation, default: .msccl)
        let steps = format == .json ? 0 : subject.schedule.totals.steps
        if steps > stepsMost {
            throw invocation.usageError(
                "\(subject.name) for \(subject.schedule.ranks) ranks has \(steps) steps; at most "
                    + "\(stepsMost) are written one by one; --format json writes its pattern"
            )
        }
        try write(subject, format, to: output)
        return .good
    }

    static func importFile(_ invocation: Invocation) throws -> ExitCode {
        let output = invocation.string("output")
        if output == nil && invocation.string("format") != nil {
            throw invocation.usageError("--format says how --output is written, which is not given")
        }
        let subject = try ScheduleSubject(invocation, file: invocation.argument("file"))
        try refuseLarge(subject, invocation)
        let report = ProofReport(subject)
        if let output, report.isRight { try Output.checkWritable(output) }
        if report.isRight { Output.print(ScheduleSummary.text(subject) + "\n") }
        let outcome = report.print(asJSON: false)
        if let output, report.isRight {
            try write(subject, format(invocation, default: .json), to: output)
        }
        return outcome
    }

    private static func format(
        _ invocation: Invocation,
        default fallback: ScheduleFormat
    ) -> ScheduleFormat {
        invocation.string("format").flatMap(ScheduleFormat.init(rawValue:)) ?? fallback
    }

    private static func write(
        _ subject: ScheduleSubject,
        _ format: ScheduleFormat,
        to path: String?
    ) throws {
        let text = try format.text(subject.schedule)
        if let path {
            try TextFile.write(text, to: path)
            Output.complain("The schedule is \(path)")
        } else {
            Output.print(text.hasSuffix("\n") ? String(text.dropLast()) : text)
        }
    }

    private static func refuseLarge(
        _ subject: ScheduleSubject,
        _ invocation: Invocation
    ) throws(UsageError) {
        let cells = subject.schedule.cellCount
        if cells > cellsMost {
            throw invocation.usageError(
                "a proof of \(subject.name) for \(subject.schedule.ranks) ranks has to follow "
                    + "\(cells) chunks and slots; at most \(cellsMost) are followed"
            )
        }
    }
}
