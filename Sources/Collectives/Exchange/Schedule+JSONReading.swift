public import Text

extension Schedule {
    /// Reads a schedule in weft's own format, as `json()` writes it.
    ///
    /// A text that is no schedule is refused with the line and column of what is wrong. Whether a
    /// schedule is right is for `prove()` to say.
    ///
    /// - Parameters:
    ///   - bytes: the JSON5 text.
    ///   - file: its path, or what else to call it in errors.
    ///   - limits: how large the schedule may be.
    public init(
        json bytes: [UInt8],
        file: String,
        limits: ImportLimits = ImportLimits()
    ) throws(TextError) {
        try self.init(JSONReader.parse(bytes, name: file), limits)
    }

    /// Reads a schedule in weft's own format; see the form that takes bytes.
    public init(
        json text: String,
        file: String,
        limits: ImportLimits = ImportLimits()
    ) throws(TextError) {
        try self.init(JSONReader.parse(text, name: file), limits)
    }

    private init(_ reader: JSONReader, _ limits: ImportLimits) throws(TextError) {
        // A file of another kind is better told so than that some key of it is unknown.
        let schema = try reader.required("schema")
        guard try schema.string() == Self.schema else {
            throw schema.error("expected \"\(Self.schema)\", found \(schema.json.serialized())")
        }
        try reader.allow(only: [
            "schema", "collective", "algorithm", "ranks", "aggregators", "root", "elements",
            "counts", "elementSize", "inPlace", "chunks", "slices", "stride", "scratch", "tracks",
        ])
        let collective = try reader.required("collective").value(of: Collective.allCases) {
            $0.rawValue
        }
        let most = ImportLimits.number
        let ranks = try reader.required("ranks").integer(in: 1...most)
        let chunks = try reader.required("chunks")
        self.init(
            collective: collective,
            algorithm: try reader.required("algorithm").string(),
            ranks: ranks,
            aggregators: try reader.optional("aggregators")?.integer(in: 0...most) ?? 0,
            root: try reader.optional("root")?.integer(in: 0...(ranks - 1)) ?? 0,
            elements: try reader.required("elements").integer(in: 0...ImportLimits.elements),
            counts: try reader.optional("counts").map { reader throws(TextError) in
                try BlockCounts(reader, for: collective, ranks: ranks)
            },
            elementSize: try reader.required("elementSize")
                .integer(in: 1...ImportLimits.elementSize),
            inPlace: try reader.optional("inPlace")?.bool() ?? false,
            chunks: try chunks.integer(in: 1...most),
            tracks: [],
            slices: try reader.optional("slices")?.integer(in: 1...most) ?? 1,
            stride: try reader.optional("stride")?.integer(in: 0...most) ?? 0,
            scratch: try reader.optional("scratch").map { reader throws(TextError) in
                try Scratch(reader)
            } ?? Scratch()
        )
        if case .vector = collective.layout(of: .output) {
        } else if self.chunks != ranks {
            throw chunks.error("\(collective.rawValue) has a chunk for each of its \(ranks) ranks")
        }
        try refuse(beyond: limits, lanes: slices, at: reader)
        tracks = try readTracks(reader.required("tracks"), limits)
    }

    private func refuse(
        beyond limits: ImportLimits,
        lanes: Int,
        at reader: JSONReader
    ) throws(TextError) {
        let refusal = limits.refusal(
            endpoints: endpoints,
            ranks: ranks,
            chunks: chunks,
            slots: scratch.slots,
            lanes: lanes,
            elements: elements,
            elementSize: elementSize
        )
        if let refusal { throw reader.error(refusal) }
    }

    private func readTracks(
        _ reader: JSONReader,
        _ limits: ImportLimits
    ) throws(TextError) -> [Track] {
        var tracks: [Track] = []
        var phases = PhaseReader(self, limits)
        for reader in try reader.array() {
            try reader.allow(only: ["times", "phases"])
            let times = try reader.optional("times")?.integer(in: 1...ImportLimits.number) ?? 1
            var lanes = Product(times)
            lanes.add(tracks.count)
            lanes.multiply(slices)
            guard !lanes.isTooLarge else { throw reader.error("these are too many tracks") }
            try refuse(beyond: limits, lanes: lanes.value, at: reader)
            let track = try phases.track(reader.required("phases"), times: times)
            tracks += repeatElement(track, count: times)
        }
        return tracks
    }
}

extension JSONReader {
    /// The integer, or an error when it lies outside of a range.
    func integer(in range: ClosedRange<Int>) throws(TextError) -> Int {
        let number = try integer()
        guard number >= range.lowerBound else {
            throw error("must be at least \(range.lowerBound), not \(number)")
        }
        guard number <= range.upperBound else {
            throw error("must be at most \(range.upperBound), not \(number)")
        }
        return Int(number)
    }

    /// The integer, either way at most as large as any that a schedule may hold.
    func smallInteger() throws(TextError) -> Int {
        try integer(in: -ImportLimits.number...ImportLimits.number)
    }

    /// The value whose name the string is, or an error that lists the names.
    func value<Value>(
        of values: [Value],
        name: (Value) -> String
    ) throws(TextError) -> Value {
        let text = try string()
        let names = values.map(name)
        guard let place = names.firstIndex(of: text) else {
            let hint =
                nearest(text, in: names).map { "did you mean '\($0)'?" }
                ?? "it is one of \(names.joined(separator: ", "))"
            throw error("'\(text)' is unknown; \(hint)")
        }
        return values[place]
    }
}

extension Scratch {
    fileprivate init(_ reader: JSONReader) throws(TextError) {
        try reader.allow(only: ["slots", "lines", "window"])
        self.init(
            slots: try reader.required("slots").integer(in: 0...ImportLimits.number),
            lines: try reader.optional("lines")?.bool() ?? false,
            window: try reader.optional("window")?.integer(in: 1...ImportLimits.number)
        )
    }
}

extension BlockCounts {
    fileprivate init(
        _ reader: JSONReader,
        for collective: Collective,
        ranks: Int
    ) throws(TextError) {
        guard collective.isVariable else {
            throw reader.error("blocks of \(collective.rawValue) are all alike")
        }
        var sum = Product(0)
        func list(_ reader: JSONReader) throws(TextError) -> [Int] {
            var counts: [Int] = []
            for element in try reader.array() {
                counts.append(try element.integer(in: 0...ImportLimits.elements))
                sum.add(counts[counts.count - 1])
            }
            guard counts.count == ranks else {
                throw reader.error("expected \(ranks) counts, found \(counts.count)")
            }
            guard !sum.isMore(than: ImportLimits.elements) else {
                throw reader.error("these are too many elements, all in all")
            }
            return counts
        }
        guard collective == .allToAllV else {
            self.init(perRank: try list(reader))
            return
        }
        var rows: [[Int]] = []
        for row in try reader.array() { rows.append(try list(row)) }
        guard rows.count == ranks else {
            throw reader.error("expected \(ranks) lists of counts, found \(rows.count)")
        }
        self.init(perPair: rows)
    }
}
