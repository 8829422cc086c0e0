public import Collectives
internal import Glibc

/// An algorithm with its parameters: what a selection is between.
public struct Variant: Hashable, Sendable {
    /// The algorithm's name.
    public var algorithm: String
    /// Parallel parts of the data.
    public var channels: Int
    /// Pipelined parts of each channel.
    public var slices: Int

    /// Names a variant.
    public init(_ algorithm: String, channels: Int = 1, slices: Int = 1) {
        self.algorithm = algorithm
        self.channels = channels
        self.slices = slices
    }

    /// As people read it: `chain, 16 slices`.
    public var description: String {
        var text = algorithm
        if channels > 1 { text += ", \(channels) channels" }
        if slices > 1 { text += ", \(slices) slices" }
        return text
    }
}

/// Which variant to take for what, as it was measured on one machine.
///
/// docs/TUNING.md has the format of its file and the rules.
public struct SelectionTable: Equatable, Sendable {
    /// The machine that it was measured on, as calibrations name it.
    public var machine: String
    /// What was measured, each for a key of its own.
    public private(set) var sections: [Section]

    /// Whether input and output are the same memory, which changes what is fastest.
    public enum Buffers: String, CaseIterable, Sendable {
        /// Separate buffers.
        case outOfPlace = "out-of-place"
        /// One buffer.
        case inPlace = "in-place"
        /// Sometimes one and sometimes the other: what is fastest by the sum of both times.
        case either
    }

    /// What a section is for.
    public struct Key: Hashable, Sendable {
        /// What is computed.
        public var collective: Collective
        /// How many ranks.
        public var ranks: Int
        /// On how many nodes; ranks of one node share memory, others talk over TCP.
        public var nodes: Int
        /// Where the data lies.
        public var buffers: Buffers

        /// Makes a key.
        public init(_ collective: Collective, ranks: Int, nodes: Int, buffers: Buffers) {
            self.collective = collective
            self.ranks = ranks
            self.nodes = nodes
            self.buffers = buffers
        }
    }

    /// A variant and what it took.
    public struct Timed: Equatable, Sendable {
        /// What ran.
        public var variant: Variant
        /// Microseconds of an operation.
        public var microseconds: Double

        /// Makes a measured variant.
        public init(_ variant: Variant, microseconds: Double) {
            self.variant = variant
            self.microseconds = microseconds
        }
    }

    /// From which size on a variant is taken, with the times at that size.
    public struct Range: Equatable, Sendable {
        /// Bytes of the larger of a rank's two buffers.
        public var from: Int
        /// What is taken.
        public var chosen: Timed
        /// The fastest of the others, nil when there was no other.
        public var runnerUp: Timed?

        /// Makes a range.
        public init(from: Int, chosen: Timed, runnerUp: Timed? = nil) {
            self.from = from
            self.chosen = chosen
            self.runnerUp = runnerUp
        }
    }

    /// The ranges of one key.
    public struct Section: Equatable, Sendable {
        /// What it is for.
        public var key: Key
        /// When it was measured, in UTC.
        public var date: String
        /// The version of weft that measured it.
        public var version: String
        /// The ranges by size; the first starts at 0.
        public var ranges: [Range]

        /// Makes a section of at least one range.
        public init(key: Key, date: String, version: String, ranges: [Range]) {
            precondition(ranges.first?.from == 0, "the first range starts at 0")
            self.key = key
            self.date = date
            self.version = version
            self.ranges = ranges
        }

        /// What to take for a size.
        public func variant(bytes: Int) -> Variant {
            (ranges.last { $0.from <= bytes } ?? ranges[0]).chosen.variant
        }
    }

    /// Makes a table.
    public init(machine: String, sections: [Section] = []) {
        self.machine = machine
        self.sections = sections
    }

    /// Puts a section in, instead of the one of the same key.
    public mutating func put(_ section: Section) {
        sections.removeAll { $0.key == section.key }
        sections.append(section)
    }

    /// The section that is nearest to a key, and no farther than so many doublings or halvings of
    /// ranks and nodes together.
    ///
    /// Shared memory is not near to TCP. Of two that are equally far the one with more ranks is
    /// taken. Where there is none for these buffers, one for either will do.
    public func nearest(to key: Key, within most: Double) -> Section? {
        func doublings(_ one: Int, _ two: Int) -> Double { abs(log2(Double(one) / Double(two))) }
        func order(_ section: Section) -> (distance: Double, fewer: Int, isOther: Int) {
            let other = section.key
            return (
                doublings(key.ranks, other.ranks) + doublings(key.nodes, other.nodes),
                -other.ranks,
                other.buffers == key.buffers ? 0 : 1
            )
        }
        let near = sections.filter { section in
            let other = section.key
            return other.collective == key.collective && (other.nodes == 1) == (key.nodes == 1)
                && (other.buffers == key.buffers || other.buffers == .either)
                && order(section).distance <= most
        }
        return near.min { order($0) < order($1) }
    }
}
