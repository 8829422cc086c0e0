internal import Text

extension MSCCLFile {
    /// The most of what is counted in a file: GPUs, chunks, channels.
    private static let most = 1 << 20

    /// Reads a file's outermost element and all within.
    init(_ root: XMLElement) throws(TextError) {
        guard root.isNamed("algo") else {
            throw root.error("an MSCCL algorithm is an <algo>, found <\(root.name)>")
        }
        self.root = root
        name = try root.required("name").value
        collective = try Self.collective(root.required("coll"))
        ranks = try root.required("ngpus").integer(in: 1...Self.most)
        let chunksPerLoop = try root.required("nchunksperloop")
        chunks = try Self.chunks(chunksPerLoop, collective, ranks)
        let protocolName = try root.required("proto")
        guard ["Simple", "LL", "LL128"].contains(protocolName.value) else {
            throw protocolName.error(
                "proto must be Simple, LL or LL128, not '\(protocolName.value)'"
            )
        }
        (worksInPlace, worksOutOfPlace) = try Self.modes(root)
        try Self.checkBytes(root)
        let channels = try root.required("nchannels").integer(in: 1...Self.most)
        try readGPUs(channels)
    }

    private static func collective(_ attribute: XMLAttribute) throws(TextError) -> Collective {
        switch attribute.value {
        case "allreduce": .allReduce
        case "allgather": .allGather
        case "reduce_scatter", "reducescatter": .reduceScatter
        case "alltoall": .allToAll
        case "broadcast": .broadcast
        case "reduce": .reduce
        case "gather": .gather
        case "scatter": .scatter
        case "custom":
            throw attribute.error(
                "what a custom collective computes is not in the file, so it can't be proved"
            )
        default:
            throw attribute.error(
                "the collective '\(attribute.value)' is none of allreduce, allgather, "
                    + "reduce_scatter, alltoall, broadcast, reduce, gather and scatter"
            )
        }
    }

    private static func chunks(
        _ attribute: XMLAttribute,
        _ collective: Collective,
        _ ranks: Int
    ) throws(TextError) -> Int {
        let count = try attribute.integer(in: 1...most)
        switch collective {
        case .allGather, .reduceScatter, .allToAll:
            guard count % ranks == 0 else {
                throw attribute.error(
                    "nchunksperloop is \(count), which does not divide into \(ranks) blocks"
                )
            }
            return count / ranks
        default: return count
        }
    }

    private static func modes(_ root: XMLElement) throws(TextError) -> (Bool, Bool) {
        let inPlace = try root.required("inplace").integer(in: 0...1) == 1
        guard let outOfPlace = root.optional("outofplace") else { return (inPlace, !inPlace) }
        let isOutOfPlace = try outOfPlace.integer(in: 0...1) == 1
        guard inPlace || isOutOfPlace else {
            throw outOfPlace.error("the algorithm must work in place, out of place or both")
        }
        return (inPlace, isOutOfPlace)
    }

    private static func checkBytes(_ root: XMLElement) throws(TextError) {
        let least = try root.optional("minBytes")?.integer(in: 0...Int.max) ?? 0
        guard let most = root.optional("maxBytes") else { return }
        // Files say 0 or -1 for no limit.
        let limit = try most.integer(in: -1...Int.max)
        guard limit <= 0 || limit >= least else {
            throw most.error("maxBytes is \(limit), less than minBytes, \(least)")
        }
    }

    // MARK: GPUs

    private mutating func readGPUs(_ channels: Int) throws(TextError) {
        var elements = [XMLElement?](repeating: nil, count: 0)
        for element in try root.children(named: "gpu") {
            let attribute = try element.required("id")
            let id = try attribute.integer(in: 0...(ranks - 1))
            // A file of a few bytes can say any number of GPUs, but not list them.
            while elements.count <= id && elements.count < ranks { elements.append(nil) }
            if let other = elements[id] {
                throw attribute.error("gpu \(id) is there already, on line \(other.line)")
            }
            elements[id] = element
        }
        for id in 0..<ranks {
            guard id < elements.count, let element = elements[id] else {
                throw root.error("gpu \(id) of the \(ranks) is missing")
            }
            gpus.append(try readGPU(element, id))
            try readBlocks(element, id, channels)
        }
    }

    private func readGPU(_ element: XMLElement, _ id: Int) throws(TextError) -> GPU {
        func count(_ name: String, _ buffer: Buffer) throws(TextError) -> Int {
            let attribute = try element.required(name)
            let count = try attribute.integer(in: 0...Self.most)
            let expected: Int
            switch collective.layout(of: buffer) {
            case .vector, .block: expected = chunks
            case .blocks: expected = chunks * ranks
            }
            // A buffer that is not used may be said to have none.
            guard count == 0 || count == expected else {
                throw attribute.error(
                    "\(name) must be \(expected) or 0 to fit nchunksperloop, not \(count)"
                )
            }
            return count
        }
        return GPU(
            element: element,
            inputChunks: try count("i_chunks", .input),
            outputChunks: try count("o_chunks", .output),
            scratchChunks: try element.required("s_chunks").integer(in: 0...Self.most)
        )
    }

    // MARK: Threadblocks

    private mutating func readBlocks(
        _ parent: XMLElement,
        _ gpu: Int,
        _ channels: Int
    ) throws(TextError) {
        let elements = try parent.children(named: "tb")
        let before = blocks.count
        gpus[gpu].blocks = Array(repeating: -1, count: elements.count)
        for (number, element) in elements.enumerated() {
            let attribute = try element.required("id")
            // Ids count from 0 without gaps, in whatever order.
            let id = try attribute.integer(in: 0...(elements.count - 1))
            let other = gpus[gpu].blocks[id]
            if other >= 0 {
                throw attribute.error(
                    "threadblock \(id) is there already, on line \(blocks[other].element.line)"
                )
            }
            gpus[gpu].blocks[id] = before + number
            blocks.append(
                Block(
                    element: element,
                    gpu: gpu,
                    id: id,
                    send: try peer(element.required("send"), gpu),
                    receive: try peer(element.required("recv"), gpu),
                    channel: try element.required("chan").integer(in: 0...(channels - 1)),
                    steps: 0..<0
                )
            )
        }
        for block in before..<blocks.count {
            let start = steps.count
            let elements = try blocks[block].element.children(named: "step")
            for (number, element) in elements.enumerated() {
                steps.append(try readStep(element, block, number))
            }
            blocks[block].steps = start..<steps.count
        }
    }

    private func peer(_ attribute: XMLAttribute, _ gpu: Int) throws(TextError) -> Int? {
        let peer = try attribute.integer(in: -1...(ranks - 1))
        guard peer != gpu else {
            throw attribute.error("gpu \(gpu) can't have itself as its peer")
        }
        return peer < 0 ? nil : peer
    }

    // MARK: Steps

    private func readStep(
        _ element: XMLElement,
        _ block: Int,
        _ number: Int
    ) throws(TextError) -> Step {
        let numbered = try element.required("s")
        guard try numbered.integer() == number else {
            throw numbered.error("steps are numbered from 0 in order; expected \(number)")
        }
        let kind = try kind(element.required("type"), blocks[block])
        let count = try element.required("cnt")
        let chunks = try count.integer(in: (kind == .nothing ? 0 : 1)...Self.most)
        let gpu = blocks[block].gpu
        let hasDependents = try element.required("hasdep").integer(in: 0...1) == 1
        return Step(
            element: element,
            kind: kind,
            gpu: gpu,
            block: block,
            number: number,
            source: try area(element, "src", kind.readsSource ? chunks : nil, gpu),
            target: try area(element, "dst", kind.writesTarget ? chunks : nil, gpu),
            count: chunks,
            dependence: try dependence(element, gpu),
            isAwaited: hasDependents && kind != .nothing
        )
    }

    private func kind(_ attribute: XMLAttribute, _ block: Block) throws(TextError) -> Kind {
        guard let kind = Kind(rawValue: attribute.value) else {
            let known = Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw attribute.error("a step is one of \(known), not '\(attribute.value)'")
        }
        if kind.sends && block.send == nil {
            throw attribute.error("threadblock \(block.id) sends, but has no GPU to send to")
        }
        if kind.receives && block.receive == nil {
            throw attribute.error("threadblock \(block.id) receives, but from no GPU")
        }
        return kind
    }

    /// Reads a buffer and an offset; of an area that is not used they are only words.
    private func area(
        _ element: XMLElement,
        _ prefix: String,
        _ count: Int?,
        _ gpu: Int
    ) throws(TextError) -> Area {
        let name = try element.required(prefix + "buf")
        let buffer: Buffer
        switch name.value {
        case "i": buffer = .input
        case "o": buffer = .output
        case "s": buffer = .scratch
        default: throw name.error("a buffer is i, o or s, not '\(name.value)'")
        }
        let attribute = try element.required(prefix + "off")
        let offset = try attribute.integer()
        if let count {
            let size = size(of: buffer, gpu: gpu)
            guard offset >= 0, offset <= size - count else {
                let chunks = count == 1 ? "chunk \(offset) lies" : "\(offset) + \(count) lie"
                throw attribute.error("\(chunks) outside of \(name.value), which has \(size)")
            }
        }
        return Area(buffer: buffer, offset: offset)
    }

    private func dependence(
        _ element: XMLElement,
        _ gpu: Int
    ) throws(TextError) -> (block: Int, step: Int)? {
        let id = try element.required("depid")
        let step = try element.required("deps")
        let block = try id.integer(in: -1...(gpus[gpu].blocks.count - 1))
        let number = try step.integer(in: -1...Self.most)
        if block < 0 { return nil }
        guard number >= 0 else { throw step.error("deps must say which step, not \(number)") }
        return (gpus[gpu].blocks[block], number)
    }
}
