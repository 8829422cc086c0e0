internal import Collectives
internal import CommandLine
internal import Glibc
internal import Text
internal import Units

/// What a command of `weft schedule` is about: an algorithm's schedule, or one from a file.
struct ScheduleSubject {
    let schedule: Schedule
    /// What its elements are.
    let typeName: String
    /// What it is called in sentences.
    let name: String

    /// The most ranks of a request; totals of so many take long where the data is cut unevenly.
    static let ranksMost = 4096
    static let elementsMost = 1 << 40

    /// A collective with its options, or a file.
    ///
    /// - Parameter ranks: how many there are where that is not given.
    init(_ invocation: Invocation, ranks: Int = 8) throws {
        let word = invocation.argument("subject")
        if let collective = Collective(rawValue: word) {
            try self.init(invocation, collective, ranks)
        } else if word.contains(where: { "./".contains($0) }) || access(word, F_OK) == 0 {
            try Self.refuseRequest(invocation, word)
            try self.init(invocation, file: word)
        } else {
            throw Self.unknown(word, "collective or file", Self.collectives, invocation)
        }
    }

    /// A file, whose form its contents show.
    init(_ invocation: Invocation, file path: String) throws {
        let bytes = try TextFile.read(path)
        name = path
        guard ScheduleFormat.of(bytes) == .msccl else {
            try Self.refuseSize(invocation, path)
            schedule = try Schedule(json: bytes, file: path)
            typeName = "\(schedule.elementSize)-byte elements"
            return
        }
        let type = try Self.type(invocation)
        typeName = type.rawValue
        schedule = try Schedule(
            msccl: bytes,
            file: path,
            elements: try Self.elements(invocation, type),
            elementSize: type.size,
            root: try invocation.integer("root", in: 0...Self.ranksMost, default: 0),
            inPlace: invocation.flag("in-place") ? true : nil
        )
    }

    private init(
        _ invocation: Invocation,
        _ collective: Collective,
        _ ranks: Int
    ) throws(UsageError) {
        let type = try Self.type(invocation)
        typeName = type.rawValue
        let algorithm = try Self.algorithm(invocation, collective)
        let request = try Self.request(invocation, algorithm, type, ranks)
        if let refusal = algorithm.refusal(of: request) { throw invocation.usageError(refusal) }
        schedule = algorithm.schedule(request)
        name = "\(algorithm.name) \(collective.rawValue)"
    }

    /// Collectives that something computes.
    static var collectives: [String] {
        Collective.allCases.filter { !Algorithm.all(for: $0).isEmpty }.map(\.rawValue)
    }

    /// Refuses a name that there is not, with the nearest and all that there are.
    static func unknown(
        _ word: String,
        _ kind: String,
        _ known: [String],
        _ invocation: Invocation
    ) -> UsageError {
        let near = nearest(word, in: known).map { "; did you mean '\($0)'?" } ?? ""
        return invocation.usageError(
            "unknown \(kind) '\(word)'\(near); known: \(known.joined(separator: ", "))"
        )
    }

    private static func algorithm(
        _ invocation: Invocation,
        _ collective: Collective
    ) throws(UsageError) -> Algorithm {
        let all = Algorithm.all(for: collective).map(\.name)
        guard let name = invocation.string("algorithm") else {
            throw invocation.usageError(
                "which algorithm? \(collective.rawValue) has --algorithm "
                    + all.joined(separator: ", ")
            )
        }
        guard let algorithm = Algorithm.named(name, for: collective) else {
            throw unknown(name, "algorithm of \(collective.rawValue)", all, invocation)
        }
        return algorithm
    }

    private static func type(_ invocation: Invocation) throws(UsageError) -> DataType {
        guard let name = invocation.string("type") else { return .float32 }
        guard let type = DataType(named: name) else {
            throw unknown(name, "type", DataType.allCases.map(\.rawValue), invocation)
        }
        return type
    }

    /// What a schedule calls elements: units of the type.
    private static func elements(
        _ invocation: Invocation,
        _ type: DataType
    ) throws(UsageError) -> Int {
        let elements = try invocation.integer("elements", in: 0...elementsMost)
        let size = try invocation.value("size") { text throws(UnitError) in
            try ByteCount(parsing: text)
        }
        if elements != nil && size != nil {
            throw invocation.usageError("--size and --elements exclude each other")
        }
        if let elements { return type.units(of: elements) }
        if let size, size.bytes > elementsMost {
            throw invocation.usageError(
                "option '--size' needs at most \(ByteCount(elementsMost).short), but got "
                    + size.short
            )
        }
        return (size?.bytes ?? 1 << 20) / type.size
    }
}

// MARK: - Requests

extension ScheduleSubject {
    private static func request(
        _ invocation: Invocation,
        _ algorithm: Algorithm,
        _ type: DataType,
        _ usual: Int
    ) throws(UsageError) -> Collectives.Request {
        let ranks = try invocation.integer("ranks", in: 1...ranksMost, default: usual)
        if invocation.string("root") != nil && !algorithm.collective.hasRoot {
            throw invocation.usageError("\(algorithm.collective.rawValue) has no root")
        }
        let request = Collectives.Request(
            ranks: ranks,
            elements: try elements(invocation, type),
            elementSize: type.size,
            inPlace: invocation.flag("in-place"),
            root: try invocation.integer("root", in: 0...(ranks - 1), default: 0),
            channels: try invocation.integer("channels", in: 1...64, default: 1),
            slices: try invocation.integer("slices", in: 1...256, default: 1),
            stride: try invocation.integer("stride", in: 0...65_536),
            order: try order(invocation)
        )
        return try with(levels: invocation, request, algorithm)
    }

    /// A request with what some algorithms can be told, refused for those that can't.
    static func with(
        levels invocation: Invocation,
        _ request: Collectives.Request,
        _ algorithm: Algorithm
    ) throws(UsageError) -> Collectives.Request {
        var request = request
        let room = try BenchJob.Room(invocation)
        request.radix = room.radix
        request.buffer = room.buffer
        request.outstanding = room.outstanding
        request.aggregation = try invocation.integer("aggregation", in: 1...65_536)
        request.nodeSize = try invocation.integer("node", in: 1...ranksMost)
        request.inner = invocation.string("inner")
        request.outer = invocation.string("outer")
        let given: [(Algorithm.Parameter, Bool)] = [
            (.radix, request.radix != nil), (.buffer, request.buffer != nil),
            (.outstanding, request.outstanding != nil),
            (.aggregation, request.aggregation != nil), (.node, request.nodeSize != nil),
            (.inner, request.inner != nil), (.outer, request.outer != nil),
            (.order, !request.order.isEmpty),
        ]
        for (parameter, isGiven) in given
        where isGiven && !algorithm.parameters.contains(parameter) {
            throw invocation.usageError(
                "\(algorithm.name) \(algorithm.collective.rawValue) has no --\(parameter.rawValue)"
            )
        }
        return request
    }

    private static func order(_ invocation: Invocation) throws(UsageError) -> [Int32] {
        guard let text = invocation.string("order") else { return [] }
        var order: [Int32] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let rank = Int32(part), rank >= 0 else {
                throw invocation.usageError(
                    "option '--order' needs ranks with commas between, but got '\(text)'"
                )
            }
            order.append(rank)
        }
        return order
    }

    /// Refuses what describes an algorithm, where a file does.
    private static func refuseRequest(
        _ invocation: Invocation,
        _ path: String
    ) throws(UsageError) {
        let names = [
            "algorithm", "ranks", "channels", "slices", "stride", "order", "radix",
            "buffer", "outstanding", "aggregation", "node", "inner", "outer",
        ]
        if let name = names.first(where: { invocation.string($0) != nil }) {
            throw invocation.usageError("'\(path)' is a file, which --\(name) can't change")
        }
    }

    /// Refuses what MSCCL's XML leaves open, where the file says it.
    private static func refuseSize(
        _ invocation: Invocation,
        _ path: String
    ) throws(UsageError) {
        var names = ["size", "elements", "type", "root"].filter { invocation.string($0) != nil }
        if invocation.flag("in-place") { names.append("in-place") }
        if let name = names.first {
            throw invocation.usageError("'\(path)' is a file, which --\(name) can't change")
        }
    }
}
