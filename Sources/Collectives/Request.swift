/// What an algorithm is asked for.
public struct Request: Hashable, Sendable {
    /// How many ranks.
    public var ranks: Int
    /// Elements of the vector, or of a block where the collective has blocks.
    public var elements: Int
    /// The elements of each block, for collectives whose blocks differ; all alike when nil.
    public var counts: BlockCounts?
    /// Bytes of an element.
    public var elementSize: Int
    /// Whether input and output are the same memory.
    public var inPlace: Bool
    /// The root, where the collective has one.
    public var root: Int
    /// Parallel parts of the data.
    public var channels: Int
    /// Pipelined parts of each channel's data.
    public var slices: Int
    /// How many rounds a slice runs behind the one before, nil for what suits the algorithm.
    public var stride: Int?
    /// Children of a tree's node, or values of a digit; nil for what suits the algorithm.
    public var radix: Int?
    /// Blocks that travel together at most, in PAT; nil for what fits its buffers.
    public var aggregation: Int?
    /// Bytes of an operation in a switch of a network: what is larger goes in several operations;
    /// nil for what suits the algorithm.
    public var buffer: Int?
    /// Operations that each tree of switches has room for at a time; nil for what suits the
    /// algorithm.
    public var outstanding: Int?
    /// Ranks of a node, in algorithms of two levels; nil for the largest divisor of the ranks up
    /// to 8.
    public var nodeSize: Int?
    /// The algorithm inside a node, in algorithms of two levels.
    public var inner: String?
    /// The algorithm across nodes, in algorithms of two levels.
    public var outer: String?
    /// The ranks as neighbours of a ring, from a placement; empty for their own order.
    public var order: [Int32]

    /// Makes a request.
    public init(
        ranks: Int,
        elements: Int,
        counts: BlockCounts? = nil,
        elementSize: Int = 4,
        inPlace: Bool = false,
        root: Int = 0,
        channels: Int = 1,
        slices: Int = 1,
        stride: Int? = nil,
        radix: Int? = nil,
        aggregation: Int? = nil,
        buffer: Int? = nil,
        outstanding: Int? = nil,
        nodeSize: Int? = nil,
        inner: String? = nil,
        outer: String? = nil,
        order: [Int32] = []
    ) {
        precondition(ranks > 0 && elements >= 0 && elementSize > 0 && channels > 0 && slices > 0)
        precondition((0..<ranks).contains(root), "the root is a rank")
        self.ranks = ranks
        self.elements = elements
        self.counts = counts
        self.elementSize = elementSize
        self.inPlace = inPlace
        self.root = root
        self.channels = channels
        self.slices = slices
        self.stride = stride
        self.radix = radix
        self.aggregation = aggregation
        self.buffer = buffer
        self.outstanding = outstanding
        self.nodeSize = nodeSize
        self.inner = inner
        self.outer = outer
        self.order = order
    }

    /// Ranks of a node: what was asked for, or the largest divisor of the ranks up to 8, the GPUs
    /// of an ordinary server.
    var ranksPerNode: Int {
        nodeSize ?? (1...8).last { ranks % $0 == 0 } ?? 1
    }
}
