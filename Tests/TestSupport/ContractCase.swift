public import Collectives
public import Runtime

/// One schedule and how it is run.
public struct ContractCase: Sendable, CustomStringConvertible {
    /// What is computed.
    public let collective: Collective
    /// By which algorithm.
    public let algorithm: String
    /// Among how many ranks.
    public let ranks: Int
    /// Elements, as a request counts them.
    public let elements: Int
    /// Whether input and output share their memory.
    public let inPlace: Bool
    /// The rank that gives or takes all, where one does.
    public let root: Int
    /// Tracks side by side.
    public let channels: Int
    /// Parts that follow each other in a track.
    public let slices: Int
    /// What trees of switches are like, nil for what is usual.
    public let switches: Switches?
    /// What elements are, and how they become one.
    public let reduction: Reduction
    /// Whose kernels run.
    public let instructions: InstructionSet
    /// Whether stores go past the caches.
    public let isStreaming: Bool

    /// Children of a switch, and what it has room for.
    public struct Switches: Sendable {
        /// Children.
        public let radix: Int
        /// Bytes of an operation.
        public let buffer: Int
        /// Operations at a time.
        public let outstanding: Int

        /// Describes switches.
        public init(radix: Int, buffer: Int, outstanding: Int) {
            self.radix = radix
            self.buffer = buffer
            self.outstanding = outstanding
        }

        /// Switches of two children that need a few operations for so many elements, of another
        /// kind each time; nil in a third of all cases.
        public static func varied(_ turn: Int, elements: Int) -> Switches? {
            if turn % 3 == 0 { return nil }
            let buffer = max(64, elements) << (turn % 2)
            return Switches(radix: 2, buffer: buffer, outstanding: 1 + turn / 3 % 3)
        }
    }

    /// Describes a case; an all-reduce of floats unless said otherwise.
    public init(
        collective: Collective = .allReduce,
        algorithm: String,
        ranks: Int,
        elements: Int,
        inPlace: Bool = false,
        root: Int = 0,
        channels: Int = 1,
        slices: Int = 1,
        switches: Switches? = nil,
        reduction: Reduction = Reduction(),
        instructions: InstructionSet = .best,
        isStreaming: Bool = false
    ) {
        self.collective = collective
        self.algorithm = algorithm
        self.ranks = ranks
        self.elements = elements
        self.inPlace = inPlace
        self.root = root
        self.channels = channels
        self.slices = slices
        self.switches = switches
        self.reduction = reduction
        self.instructions = instructions
        self.isStreaming = isStreaming
    }

    /// All of it, in words.
    public var description: String {
        "\(plainDescription), \(instructions.rawValue)"
    }

    /// All but whose kernels run, for those who choose them otherwise.
    public var plainDescription: String {
        "\(collective.rawValue) \(algorithm) of \(reduction.type.rawValue) "
            + "(\(reduction.combining.rawValue)), \(ranks) ranks, root \(root), "
            + "\(elements) elements\(inPlace ? ", in place" : ""), "
            + "\(channels) channels, \(slices) slices"
            + (isStreaming ? ", streaming" : "") + (switches.map { ", \($0)" } ?? "")
    }

    private var request: Request {
        // Blocks of all sizes from none on.
        let counts: BlockCounts? =
            switch collective {
            case .allGatherV: BlockCounts(perRank: (0..<ranks).map { $0 * elements / 2 })
            case .allToAllV:
                BlockCounts(
                    perPair: (0..<ranks).map { source in
                        (0..<ranks).map { (source * 3 + $0) % 4 * elements / 2 }
                    }
                )
            default: nil
            }
        return Request(
            ranks: ranks,
            elements: elements,
            counts: counts,
            elementSize: reduction.type.size,
            inPlace: inPlace,
            root: root,
            channels: channels,
            slices: slices,
            radix: switches?.radix,
            buffer: switches?.buffer,
            outstanding: switches?.outstanding
        )
    }

    /// Whether the algorithm can do this.
    public var exists: Bool {
        Algorithm.named(algorithm, for: collective)?.refusal(of: request) == nil
    }

    /// What its algorithm makes of it.
    public var schedule: Schedule {
        get throws {
            guard let found = Algorithm.named(algorithm, for: collective) else {
                throw RuntimeError("no algorithm \(algorithm)")
            }
            return found.schedule(request)
        }
    }

    /// Plans of all endpoints, and of so many more as other cases have.
    public func drafts(endpoints: Int? = nil, nodes: [Int] = []) throws -> [PlanDraft] {
        let schedule = try schedule
        let book = try PlanBook(
            [schedule],
            endpoints: endpoints ?? schedule.endpoints,
            reduction: reduction,
            streamingFrom: isStreaming ? 0 : .max,
            nodes: nodes
        )
        return book.plans(placement: 0)
    }
}
