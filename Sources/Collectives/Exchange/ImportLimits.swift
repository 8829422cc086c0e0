/// How large an imported schedule may be.
///
/// A few bytes can ask for a billion ranks; whoever reads files of others wants an answer all the
/// same. What is within the limits can be proved and run in the memory of an ordinary machine.
public struct ImportLimits: Hashable, Sendable {
    /// The most chunks and slots of all endpoints and lanes.
    public let cells: Int
    /// The most times that a step reads or writes a chunk.
    public let touches: Int

    /// Makes limits; those that no machine's memory could hold are cut off.
    public init(cells: Int = 1 << 24, touches: Int = 1 << 25) {
        self.cells = min(cells, 1 << 40)
        self.touches = min(touches, 1 << 40)
    }

    /// The most elements of all ranks' buffers, far from where sums overflow.
    static let elements = 1 << 48
    /// The most bytes of an element.
    static let elementSize = 1 << 16
    /// The largest number that a pattern or place may hold, either way, so that no product of two
    /// overflows.
    static let number = 1 << 30

    /// What is too large about a schedule with so many chunks, slots and lanes; nil if nothing is.
    func refusal(
        endpoints: Int,
        ranks: Int,
        chunks: Int,
        slots: Int,
        lanes: Int,
        elements: Int,
        elementSize: Int
    ) -> String? {
        var size = Product(2)
        size.multiply(chunks)
        size.add(slots)
        size.multiply(endpoints)
        size.multiply(lanes)
        if size.isMore(than: cells) {
            return "\(endpoints) endpoints with \(chunks) chunks and \(slots) slots"
                + " in each of \(lanes) lanes are more than this program takes"
        }
        // For an exact proof each rank's chunk is a set of ranks.
        var sets = Product(ranks)
        sets.multiply(chunks)
        sets.multiply((ranks + 63) / 64)
        if sets.isMore(than: 8 * cells) {
            return "\(ranks) ranks with \(chunks) chunks are more than this program takes"
        }
        var data = Product(elements)
        data.add(1024)
        data.multiply(max(endpoints, 1))
        data.multiply(max(1, slots))
        data.multiply(max(1, lanes))
        data.multiply(elementSize)
        if data.isMore(than: 1 << 62) {
            return "\(elements) elements of \(elementSize) bytes are too many"
        }
        return nil
    }

    /// What is too much about so many reads and writes; nil if nothing is.
    func refusal(touches count: Product, ranks: Int) -> String? {
        if count.isMore(than: touches) {
            return "its steps read and write more than \(touches) chunks, all in all"
        }
        // To find what is wrong, each sum is a set of ranks too.
        var sets = count
        sets.multiply((ranks + 63) / 64)
        if sets.isMore(than: 64 * cells) {
            return "the steps of \(ranks) ranks are more than this program takes"
        }
        return nil
    }
}

/// A product of counts that knows when it has become too large for an integer.
struct Product {
    private(set) var value: Int
    private(set) var isTooLarge = false

    init(_ value: Int) { self.value = value }

    mutating func multiply(_ factor: Int) { take(value.multipliedReportingOverflow(by: factor)) }
    mutating func add(_ term: Int) { take(value.addingReportingOverflow(term)) }

    mutating func multiply(_ other: Product) {
        multiply(other.value)
        isTooLarge = isTooLarge || other.isTooLarge
    }

    mutating func add(_ other: Product) {
        add(other.value)
        isTooLarge = isTooLarge || other.isTooLarge
    }

    private mutating func take(_ result: (partialValue: Int, overflow: Bool)) {
        value = result.partialValue
        isTooLarge = isTooLarge || result.overflow
    }

    func isMore(than limit: Int) -> Bool { isTooLarge || value > limit }
}
