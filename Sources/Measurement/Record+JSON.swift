public import Text

extension Record {
    /// The record as docs/MEASUREMENT.md describes it.
    public var json: JSON {
        var object: JSONObject = [
            "schema": .string(Self.schema),
            "command": .array(command.map { .string($0) }),
            "date": .string(date),
            "machine": machine.json,
        ]
        if let timing {
            object["timing"] = [
                "clock": .string(timing.clock),
                "readNanoseconds": .number(timing.readNanoseconds),
                "exchangeNanoseconds": timing.exchangeNanoseconds.map { .number($0) } ?? .null,
                "overheadPercent": .number(timing.overheadPercent),
            ]
        }
        if let selection { object["selection"] = .string(selection) }
        object["rows"] = .array(rows.map(\.json))
        if !warnings.isEmpty { object["warnings"] = .array(warnings.map { .string($0) }) }
        return .object(object)
    }

    /// Reads a record, or says what was expected instead, and where.
    public init(reading bytes: [UInt8], name: String) throws(TextError) {
        let reader = try JSONReader.parse(bytes, name: name)
        guard case .object = reader.json, let schema = try reader.optional("schema") else {
            throw reader.error("expected a result of weft: an object with \"schema\"")
        }
        let found = try schema.string()
        guard found == Self.schema else {
            throw schema.error("expected schema \"\(Self.schema)\", found \"\(found)\"")
        }
        command = []
        for word in try reader.required("command").array() { command.append(try word.string()) }
        date = try reader.required("date").string()
        machine = try MachineContext(reading: try reader.required("machine"))
        timing = nil
        if let part = try reader.optional("timing"), !part.isNull {
            let exchange = try part.required("exchangeNanoseconds")
            timing = Timing(
                clock: try part.required("clock").string(),
                readNanoseconds: try part.required("readNanoseconds").number(),
                exchangeNanoseconds: exchange.isNull ? nil : try exchange.number(),
                overheadPercent: try part.required("overheadPercent").number()
            )
        }
        selection = try reader.optional("selection").map { part throws(TextError) in
            try part.string()
        }
        rows = []
        for row in try reader.required("rows").array() { rows.append(try Row(reading: row)) }
        for part in try reader.optional("warnings")?.array() ?? [] {
            warnings.append(try part.string())
        }
    }
}

extension Row {
    var json: JSON {
        var object: JSONObject = [
            "collective": .string(collective),
            "algorithm": .string(algorithm),
            "transport": .string(transport),
            "ranks": .integer(Int64(ranks)),
            "type": .string(type),
            "operation": .string(operation),
            "root": root.map { .integer(Int64($0)) } ?? .null,
            "bytes": .integer(Int64(bytes)),
            "count": .integer(Int64(count)),
            "iterations": .integer(Int64(iterations)),
            "batches": .integer(Int64(batches)),
            "channels": .integer(Int64(channels)),
            "slices": .integer(Int64(slices)),
        ]
        object["outOfPlace"] = outOfPlace?.json ?? .null
        object["inPlace"] = inPlace?.json ?? .null
        object["model"] = model?.json ?? .null
        object["exchangeNanoseconds"] = exchangeNanoseconds.map { .number($0) } ?? .null
        object["linkBytes"] = link.map { .number($0.bytes) } ?? .null
        object["linkOfRing"] = link?.ofRing.map { .number($0) } ?? .null
        if let counters {
            let sorted = counters.sorted { $0.key < $1.key }
            object["counters"] = .object(
                JSONObject(sorted.map { ($0.key, .integer(Int64($0.value))) })
            )
        }
        return .object(object)
    }

    init(reading reader: JSONReader) throws(TextError) {
        func natural(_ key: String) throws(TextError) -> Int {
            let part = try reader.required(key)
            let value = try part.integer()
            guard value >= 0 else { throw part.error("expected a count, found \(value)") }
            return Int(value)
        }
        func figure(_ key: String) throws(TextError) -> Figure? {
            let part = try reader.required(key)
            return part.isNull ? nil : try Figure(reading: part)
        }
        // Results from before collectives had roots lack it.
        let root = try reader.optional("root")
        self.init(
            collective: try reader.required("collective").string(),
            algorithm: try reader.required("algorithm").string(),
            transport: try reader.required("transport").string(),
            ranks: try natural("ranks"),
            type: try reader.required("type").string(),
            operation: try reader.required("operation").string(),
            root: root.map(\.isNull) ?? true ? nil : try natural("root"),
            bytes: try natural("bytes"),
            count: try natural("count"),
            iterations: try natural("iterations"),
            batches: try natural("batches")
        )
        // Results from before weft chose them lack them.
        if try reader.optional("channels") != nil { channels = try natural("channels") }
        if try reader.optional("slices") != nil { slices = try natural("slices") }
        outOfPlace = try figure("outOfPlace")
        inPlace = try figure("inPlace")
        model = try figure("model")
        let exchange = try reader.required("exchangeNanoseconds")
        exchangeNanoseconds = exchange.isNull ? nil : try exchange.number()
        // Results from before links were measured lack them.
        if let bytes = try reader.optional("linkBytes"), !bytes.isNull {
            let share = try reader.required("linkOfRing")
            link = Link(
                bytes: try bytes.number(),
                ofRing: share.isNull ? nil : try share.number()
            )
        }
        counters = try reader.optional("counters").map { part throws(TextError) in
            var counters: [String: Int] = [:]
            for (key, value) in try part.members() { counters[key] = Int(try value.integer()) }
            return counters
        }
    }
}

extension Figure {
    var json: JSON {
        var object: JSONObject = [
            "microseconds": .number(microseconds),
            "low": .number(low),
            "high": .number(high),
            "algbw": .number(algorithmBandwidth),
            "busbw": .number(busBandwidth),
        ]
        if let wrong { object["wrong"] = .integer(Int64(wrong)) }
        if let tails {
            object["tails"] = [
                "p95": .number(tails.p95), "p99": .number(tails.p99), "max": .number(tails.max),
                "count": .integer(Int64(tails.count)),
            ]
        }
        return .object(object)
    }

    init(reading reader: JSONReader) throws(TextError) {
        microseconds = try reader.required("microseconds").number()
        low = try reader.required("low").number()
        high = try reader.required("high").number()
        algorithmBandwidth = try reader.required("algbw").number()
        busBandwidth = try reader.required("busbw").number()
        wrong = try reader.optional("wrong").map { part throws(TextError) in
            Int(try part.integer())
        }
        tails = try reader.optional("tails").map { part throws(TextError) in
            Tails(
                p95: try part.required("p95").number(),
                p99: try part.required("p99").number(),
                max: try part.required("max").number(),
                count: Int(try part.required("count").integer())
            )
        }
    }
}
