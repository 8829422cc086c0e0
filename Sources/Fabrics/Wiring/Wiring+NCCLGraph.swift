internal import Text
internal import Units

/// The graphs that NCCL writes to `NCCL_GRAPH_DUMP_FILE`: which ways its channels take.
///
/// Each `<graph>` has `<channel>`s, and a channel lists `<net>`, `<gpu>`s and `<net>` in the order
/// in which data goes through them, at `speedintra` between GPUs and `speedinter` to the network,
/// both in GB/s a channel. (NCCL 2.30, src/graph/search.cc, ncclTopoGetXmlFromGraph.)
///
/// The links are then ways that a program chose, not cables: one for each channel. The ring's
/// graph (pattern 4) is what is read, or else the first that has channels: all graphs use the same
/// links, so that their sum would count them twice.
extension Wiring {
    /// NCCL's name for a ring.
    private static let ring = "4"

    static func readingNCCLGraph(_ root: XMLElement, name: String) throws(TextError) -> Wiring {
        let graphs = try root.children(named: "graph").filter { !$0.children.isEmpty }
        let isRing = { (graph: XMLElement) in graph.optional("pattern")?.value == ring }
        guard let graph = graphs.first(where: isRing) ?? graphs.first else {
            throw root.error("<graphs> holds no <graph> with a <channel> in it")
        }
        var builder = WiringBuilder(name: name)
        let intra = try gigabytes(graph, "speedintra")
        let inter = try gigabytes(graph, "speedinter")
        let isClosed = isRing(graph)
        var ways: [UInt64: Int] = [:]
        for channel in graph.children {
            guard channel.isNamed("channel") else {
                throw channel.error("<graph> holds <channel>, found <\(channel.name)>")
            }
            let stops = try self.stops(channel, &builder)
            var steps = zip(stops, stops.dropFirst()).map { ($0, $1) }
            // A ring of one machine has no <net>, and goes from its last GPU to its first.
            if isClosed, let first = stops.first, let last = stops.last, stops.count > 2,
                !first.isNet && !last.isNet
            {
                steps.append((last, first))
            }
            for (one, other) in steps {
                let key = UInt64(one.place) << 32 | UInt64(other.place)
                if let place = ways[key] {
                    guard builder.links[place].count < Int32.max else { continue }
                    builder.links[place].count += 1
                    continue
                }
                if let refusal = builder.refusal(links: 1) { throw channel.error(refusal) }
                ways[key] = builder.links.count
                var link = Link(one.place, other.place, .path)
                link.rate = one.isNet || other.isNet ? inter : intra
                builder.links.append(link)
            }
        }
        builder.notes.append(
            "the links are ways of NCCL's channels, of graph \(graph.optional("id")?.value ?? "0") "
                + "of \(graphs.count): at what rate they are used, not what cables carry"
        )
        return builder.finish()
    }

    private static func gigabytes(
        _ graph: XMLElement,
        _ key: String
    ) throws(TextError) -> BitsPerSecond? {
        guard let attribute = graph.optional(key) else { return nil }
        guard let value = Double(attribute.value), value >= 0, value < 1e6 else {
            throw attribute.error("expected GB/s for \(key), found '\(attribute.value)'")
        }
        return value == 0 ? nil : BitsPerSecond(Int((value * 8e9).rounded()))
    }

    private static func stops(
        _ channel: XMLElement,
        _ builder: inout WiringBuilder
    ) throws(TextError) -> [(place: Int32, isNet: Bool)] {
        var stops: [(place: Int32, isNet: Bool)] = []
        for element in channel.children {
            let isNet = element.isNamed("net")
            guard isNet || element.isNamed("gpu") else {
                throw element.error("a channel goes through <gpu> and <net>, not <\(element.name)>")
            }
            let number = try element.required("dev").value
            // GPUs of several machines have the machine before their number.
            let name = "\(isNet ? "net" : "gpu")\(number)"
            if let place = builder.place(of: name) {
                stops.append((place, isNet))
                continue
            }
            if let refusal = builder.refusal(devices: 1) { throw element.error(refusal) }
            stops.append((builder.add(Device(isNet ? .nic : .gpu, name)), isNet))
        }
        return stops
    }
}
