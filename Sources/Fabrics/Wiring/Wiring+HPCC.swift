internal import Text
public import Units

/// The topologies of the simulators after HPCC's, which ASTRA-sim's ns-3 back end reads too, and of
/// SimAI.
///
/// A line of numbers: nodes, switches, links; of SimAI nodes, GPUs in a server, NVSwitches,
/// switches, links and the GPU's name. A line with the numbers of the switches (NVSwitches first),
/// and a line for each link: `0 320 100Gbps 1000ns 0`, the last being the share of packets that
/// get lost. (alibaba-edu/High-Precision-Congestion-Control, simulation/mix; aliyun/SimAI,
/// inputs/topo.)
extension Wiring {
    static func readingHPCC(_ bytes: [UInt8], name: String) throws(TextError) -> Wiring {
        var scanner = LineScanner(bytes, file: name)
        let header = try HPCCHeader(&scanner)
        var builder = WiringBuilder(name: name)
        let kinds = try header.kinds(&scanner)
        var counts: [Device.Kind: Int] = [:]
        for kind in kinds {
            let number = counts[kind, default: 0]
            counts[kind] = number + 1
            var device = Device(kind, "\(kind.rawValue)\(number)")
            if kind == .gpu {
                device.model = header.model
                device.host = "host\(number / header.serverSize)"
            }
            _ = builder.add(device)
        }
        var losses = 0
        var words = LinkWords()
        for index in 0..<header.links {
            guard scanner.nextSaying() else {
                throw scanner.error(
                    "the first line says \(header.links) links, and there are \(index); write "
                        + "the others, or the right number"
                )
            }
            let (link, isLossy) = try readLink(&scanner, kinds, &words)
            builder.links.append(link)
            if isLossy { losses += 1 }
        }
        if scanner.nextSaying() {
            throw scanner.error("a link more than the \(header.links) that the first line says")
        }
        if losses > 0 { builder.notes.append("\(losses) links lose packets, which is not kept") }
        return builder.finish()
    }

    /// The words of the last link: those of the next are most often the same.
    private struct LinkWords {
        var rate = ("", BitsPerSecond(0))
        var latency = ("", Picoseconds.zero)
    }

    private static func readLink(
        _ scanner: inout LineScanner,
        _ kinds: [Device.Kind],
        _ words: inout LinkWords
    ) throws(TextError) -> (link: Link, isLossy: Bool) {
        func readNode() throws(TextError) -> Int32 {
            scanner.skipBlanks()
            let place = scanner.position
            guard let node = scanner.integer() else { throw scanner.expected("a node's number") }
            guard node < kinds.count else {
                throw scanner.error(
                    "node \(node) is none of the \(kinds.count), which are 0 to \(kinds.count - 1)",
                    at: place
                )
            }
            return Int32(node)
        }
        let from = try readNode()
        let to = try readNode()
        let ends = [kinds[Int(from)], kinds[Int(to)]]
        var link = Link(from, to, ends.contains(.nvswitch) ? .nvlink : .other)
        words.rate = try readQuantity(&scanner, words.rate, "a rate, as 100Gbps") {
            text throws(UnitError) in
            // Rates of ns-3, and of weft.
            let isShort = text.hasSuffix("ps") && text.count > 3
            return try BitsPerSecond(parsing: isShort ? "\(text.dropLast(2))/s" : text)
        }
        link.rate = words.rate.1
        words.latency = try readQuantity(&scanner, words.latency, "a delay, as 1000ns") {
            text throws(UnitError) in try Picoseconds(parsing: text)
        }
        link.latency = words.latency.1
        if link.rate?.bits == 0 { throw scanner.error("nothing moves at rate zero") }
        guard let word = scanner.word(), let loss = Double(word), (0...1).contains(loss) else {
            throw scanner.error("a link ends with the share of packets that get lost, 0 to 1")
        }
        scanner.skipBlanks()
        if !scanner.isAtEnd { throw scanner.error("a link has five words, and here is a sixth") }
        return (link, loss > 0)
    }

    private static func readQuantity<Value>(
        _ scanner: inout LineScanner,
        _ last: (String, Value),
        _ what: String,
        _ parse: (String) throws(UnitError) -> Value
    ) throws(TextError) -> (String, Value) {
        scanner.skipBlanks()
        let place = scanner.position
        guard let word = scanner.word() else { throw scanner.expected(what) }
        if word == last.0 { return last }
        do {
            return (word, try parse(word))
        } catch {
            throw scanner.error("\(error.description); expected \(what)", at: place)
        }
    }
}

/// The first line of such a file.
private struct HPCCHeader {
    var nodes = 0
    var serverSize = 1
    var nvswitches = 0
    var switches = 0
    var links = 0
    /// The GPU's name; nil in the form that knows hosts only.
    var model: String?

    init(_ scanner: inout LineScanner) throws(TextError) {
        guard scanner.nextSaying() else {
            throw scanner.error("the file is empty; its first line is 'nodes switches links'")
        }
        var numbers: [Int] = []
        while numbers.count < 5 {
            scanner.skipBlanks()
            guard let number = scanner.integer() else { break }
            numbers.append(number)
        }
        scanner.skipBlanks()
        if numbers.count == 3, scanner.isAtEnd {
            (nodes, switches, links) = (numbers[0], numbers[1], numbers[2])
        } else if numbers.count == 5, let word = scanner.word() {
            (nodes, serverSize, nvswitches) = (numbers[0], numbers[1], numbers[2])
            (switches, links, model) = (numbers[3], numbers[4], word)
        } else {
            throw scanner.error(
                "the first line is 'nodes switches links', or 'nodes GPUs-in-a-server NVSwitches "
                    + "switches links GPU'"
            )
        }
        guard nodes > 0, nodes <= Wiring.deviceLimit, links <= Wiring.linkLimit else {
            throw scanner.error(
                "a network has 1 to \(Wiring.deviceLimit) nodes and up to \(Wiring.linkLimit) "
                    + "links, not \(nodes) and \(links)",
                at: scanner.start
            )
        }
        guard serverSize > 0, nvswitches + switches <= nodes else {
            throw scanner.error(
                "a server has at least one GPU, and there are as many nodes as switches or more",
                at: scanner.start
            )
        }
    }

    /// What each node is: the second line names the switches.
    func kinds(_ scanner: inout LineScanner) throws(TextError) -> [Wiring.Device.Kind] {
        var kinds = [Wiring.Device.Kind](repeating: model == nil ? .host : .gpu, count: nodes)
        let all = nvswitches + switches
        guard all > 0 else { return kinds }
        guard scanner.nextSaying() else {
            throw scanner.error("the second line has the numbers of the \(all) switches")
        }
        for index in 0..<all {
            scanner.skipBlanks()
            let place = scanner.position
            guard let node = scanner.integer(), node < nodes else {
                scanner.position = place
                throw scanner.expected("the number of switch \(index + 1) of \(all)")
            }
            guard !kinds[node].forwards else {
                throw scanner.error("node \(node) is a switch a second time", at: place)
            }
            kinds[node] = index < nvswitches ? .nvswitch : .networkSwitch
        }
        scanner.skipBlanks()
        if !scanner.isAtEnd {
            throw scanner.error("the first line says \(all) switches, and here is another")
        }
        return kinds
    }
}

extension Wiring {
    /// The network as HPCC's simulator reads it: endpoints first, then what forwards.
    ///
    /// Links between the same two devices become one with the sum of their rates: the simulator
    /// keeps one for each neighbour.
    ///
    /// - Parameter latency: that of links whose own is not known.
    public func hpcc(latency: Picoseconds? = nil) throws(WiringError) -> String {
        var numbers = [Int](repeating: 0, count: devices.count)
        let ends = devices.indices.filter { !devices[$0].kind.forwards }
        let switches = devices.indices.filter { devices[$0].kind.forwards }
        for (number, place) in (ends + switches).enumerated() { numbers[place] = number }
        var pairs: [UInt64: Int] = [:]
        var lines: [(one: Int, other: Int, bits: Int, latency: Picoseconds)] = []
        for link in links {
            let ends = (numbers[Int(link.from)], numbers[Int(link.to)])
            let (bits, delay) = try figures(link, latency)
            let key = UInt64(min(ends.0, ends.1)) << 32 | UInt64(max(ends.0, ends.1))
            if let place = pairs[key] {
                let (sum, overflow) = lines[place].bits.addingReportingOverflow(bits)
                if overflow { throw WiringError("the rate of some links together is too large") }
                lines[place].bits = sum
                lines[place].latency = max(lines[place].latency, delay)
            } else {
                pairs[key] = lines.count
                lines.append((ends.0, ends.1, bits, delay))
            }
        }
        var text = "\(devices.count) \(switches.count) \(lines.count)\n"
        text += switches.map { "\(numbers[$0])" }.joined(separator: " ") + "\n"
        for line in lines {
            let rate = BitsPerSecond(line.bits).exact.dropLast(3)
            text += "\(line.one) \(line.other) \(rate)bps \(line.latency.exact) 0\n"
        }
        return text
    }

    /// The rate of all of a link, and its latency.
    private func figures(
        _ link: Link,
        _ latency: Picoseconds?
    ) throws(WiringError) -> (bits: Int, latency: Picoseconds) {
        let ends = "from '\(devices[Int(link.from)].name)' to '\(devices[Int(link.to)].name)'"
        guard let rate = link.rate else {
            throw WiringError(
                "the rate of the link \(ends) is not known, and HPCC's form needs all: write it "
                    + "into the JSON5 form ('rate')"
            )
        }
        guard let latency = link.latency ?? latency else {
            throw WiringError(
                "the latency of the link \(ends) is not known, and HPCC's form needs all: say "
                    + "what it is where nothing else is said, as '--latency 500ns'"
            )
        }
        let (bits, overflow) = rate.bits.multipliedReportingOverflow(by: Int(link.count))
        if overflow { throw WiringError("the rate of the links \(ends) is too large") }
        return (bits, latency)
    }
}
