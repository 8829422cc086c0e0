internal import Text
public import Units

extension ResultTable {
    /// What one rank runs on.
    public struct Device: Equatable, Sendable {
        /// The rank.
        public var rank: Int
        /// The process, where it is known.
        public var pid: Int?
        /// The host's name.
        public var host: String
        /// The processor that the rank is pinned to; nil when it is not pinned.
        public var processor: Int?
        /// The NUMA node of that processor, where it is known.
        public var node: Int?
        /// The processor's model.
        public var model: String

        /// Describes a rank's place.
        public init(
            rank: Int,
            pid: Int? = nil,
            host: String,
            processor: Int? = nil,
            node: Int? = nil,
            model: String
        ) {
            self.rank = rank
            self.pid = pid
            self.host = host
            self.processor = processor
            self.node = node
            self.model = model
        }
    }

    /// What the comment lines before a table say.
    public struct Heading: Equatable, Sendable {
        /// The version of weft, with the revision where it is known.
        public var version: String
        /// What the ranks compute together.
        public var collective: String
        /// The sizes of the rows.
        public var sizes: [ByteCount]
        /// Operations before the first that counts; nil when the run decides for each row.
        public var warmup: Int?
        /// Operations in a batch; nil when the run decides for each row.
        public var iterations: Int?
        /// Whether results are checked.
        public var isChecked: Bool
        /// Whether rows end with the tails of single operations.
        public var hasTails: Bool
        /// Where the ranks run.
        public var devices: [Device]
        /// Further lines: the clock, the cost of an exchange, the calibration's age.
        public var notes: [String]

        /// Describes a run.
        public init(
            version: String,
            collective: String,
            sizes: [ByteCount],
            warmup: Int? = nil,
            iterations: Int? = nil,
            isChecked: Bool = true,
            hasTails: Bool = false,
            devices: [Device] = [],
            notes: [String] = []
        ) {
            self.version = version
            self.collective = collective
            self.sizes = sizes
            self.warmup = warmup
            self.iterations = iterations
            self.isChecked = isChecked
            self.hasTails = hasTails
            self.devices = devices
            self.notes = notes
        }
    }
}

extension ResultTable.Heading {
    var lines: [String] {
        var lines = [
            "weft version \(version)", "Collective test starting: \(collective)", settings,
        ]
        lines += [""]
        if !devices.isEmpty { lines += ["Using devices"] + devices.map(\.line) }
        lines += notes
        return lines.map { $0.isEmpty ? "#" : "# " + printable($0) }
    }

    private var settings: String {
        let minimum = sizes.min()?.bytes ?? 0
        let maximum = sizes.max()?.bytes ?? 0
        let warmup = warmup.map { "\($0)" } ?? "auto"
        let iterations = iterations.map { "\($0)" } ?? "auto"
        return "nThread 1 nGpus 0 minBytes \(minimum) maxBytes \(maximum) step: \(step) "
            + "warmup iters: \(warmup) iters: \(iterations) agg iters: 1 "
            + "validation: \(isChecked ? 1 : 0) graph: 0"
    }

    /// How a size follows from the one before.
    private var step: String {
        let pairs = zip(sizes, sizes.dropFirst()).map { ($0.bytes, $1.bytes) }
        guard let (first, second) = pairs.first else { return "2(factor)" }
        if first > 0, second > first, second.isMultiple(of: first) {
            let factor = second / first
            let isSame = pairs.allSatisfy { before, after in
                after / factor == before && after.isMultiple(of: factor)
            }
            if isSame { return "\(factor)(factor)" }
        }
        let difference = second - first
        if difference > 0, pairs.allSatisfy({ $1 - $0 == difference }) {
            return "\(difference)(bytes)"
        }
        return "0(list)"
    }
}

extension ResultTable.Device {
    /// The line that nccl-tests has for a GPU: its device is our processor, its bus our node.
    var line: String {
        var line = " Rank " + ResultTable.leading("\(rank)", 2) + " Group  0"
        if let pid { line += " Pid " + ResultTable.leading("\(pid)", 6) }
        line += " on " + ResultTable.leading(host, 10)
        if let processor { line += " device " + ResultTable.leading("\(processor)", 2) }
        if let node { line += " [node \(node)]" }
        return line + " " + model
    }
}
