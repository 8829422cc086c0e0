internal import Collectives
internal import Fabrics
internal import Placement
internal import Simulation
public import Text
internal import Units

/// Something that claims can be made about: a function with a name.
public struct Quantity: Sendable {
    /// What claims call it.
    public let name: String
    /// The unit of its figures.
    public let unit: String
    /// One line on what it is.
    public let summary: String
    /// Reads the arguments, and gives what computes the figure: mistakes in a claim are found
    /// before anything is computed.
    let figure: Reading

    /// Reads arguments.
    public typealias Reading =
        @Sendable (JSONReader) throws(TextError) -> @Sendable () throws(NotTestable) -> Double

    /// Makes a quantity.
    public init(name: String, unit: String, summary: String, figure: @escaping Reading) {
        self.name = name
        self.unit = unit
        self.summary = summary
        self.figure = figure
    }

    /// The quantities that are known.
    public static let all: [Quantity] = [
        ofFabric("fabric.injection", "what all endpoints send and receive, innermost network") {
            $0.injection(into: $0.networks[0]).bothDirections.terabytes
        },
        ofFabric("fabric.all-to-all", "what all endpoints send while each sends to every other") {
            $0.allToAllLimit.terabytes
        },
        ofFabric("fabric.bisection", "from one half of the endpoints to the other, one way") {
            $0.bisection.terabytes
        },
        switchTraffic,
        simulatedTime,
    ]

    private static func ofFabric(
        _ name: String,
        _ summary: String,
        _ figure: @escaping @Sendable (Fabric) -> Double
    ) -> Quantity {
        Quantity(name: name, unit: "TB/s", summary: summary) { arguments throws(TextError) in
            try arguments.allow(only: ["fabric"])
            let fabric = try arguments.required("fabric").fabric()
            return { figure(fabric) }
        }
    }

    /// Both schedules are walked, and the bytes on the busiest rank's link counted.
    private static let switchTraffic = Quantity(
        name: "all-reduce.switch-traffic",
        unit: "of the ring's",
        summary: "bytes on a rank's link when the switch reduces, over those of a ring"
    ) { arguments throws(TextError) in
        try arguments.allow(only: ["ranks"])
        let ranks = try arguments.required("ranks").count(from: 2, upTo: 256)
        return { () throws(NotTestable) in
            guard let ring = Algorithm.named("ring", for: .allReduce),
                let nvls = Algorithm.named("nvls", for: .allReduce)
            else { throw NotTestable("there is no ring or switch to compare") }
            // Whole cache lines for every chunk, so that no chunk is larger than another.
            let request = Request(ranks: ranks, elements: 16 * ranks)
            let reduced = nvls.schedule(request)
            do {
                // The traffic of a schedule that computes something else would say nothing.
                _ = try reduced.prove()
            } catch {
                throw NotTestable("\(error)")
            }
            let link = Double(ring.schedule(request).totals.busiestLink)
            return Double(reduced.totals.busiestLink) / link
        }
    }

    /// By the flow-level simulation.
    private static let simulatedTime = Quantity(
        name: "all-reduce.time",
        unit: "us",
        summary: "an all-reduce, simulated flow by flow"
    ) { arguments throws(TextError) in
        try arguments.allow(only: ["fabric", "algorithm", "ranks", "bytes"])
        let fabric = try arguments.required("fabric").fabric()
        let algorithm = try arguments.required("algorithm").algorithm(for: .allReduce)
        let ranks = try arguments.required("ranks").count(from: 1, upTo: 1024)
        let elements = try arguments.required("bytes").elements(of: DataType.float32.size)
        return { () throws(NotTestable) in
            do {
                let placement = try Placement(ranks: ranks, on: fabric)
                let schedule = algorithm.schedule(Request(ranks: ranks, elements: elements))
                return try FlowSimulation(schedule, on: placement).run().completion.microseconds
            } catch {
                throw NotTestable("\(error)")
            }
        }
    }
}

extension JSONReader {
    fileprivate func fabric() throws(TextError) -> Fabric {
        let name = try string()
        do {
            return try Catalogue.named(name)
        } catch {
            throw self.error(error.description)
        }
    }

    fileprivate func algorithm(for collective: Collective) throws(TextError) -> Algorithm {
        let name = try string()
        let known = Algorithm.all(for: collective)
        if let algorithm = known.first(where: { $0.name == name }) { return algorithm }
        let names = known.map(\.name).joined(separator: ", ")
        throw error("no \(collective.rawValue) is called '\(name)'; there are \(names)")
    }

    fileprivate func elements(of size: Int) throws(TextError) -> Int {
        let text = try string()
        let bytes: ByteCount
        do {
            bytes = try ByteCount(parsing: text)
        } catch {
            throw self.error(error.description)
        }
        guard bytes.bytes % size == 0, bytes.bytes <= 1 << 50 else {
            throw error("expected whole elements of \(size) bytes, at most 2^50 bytes")
        }
        return bytes.bytes / size
    }
}
