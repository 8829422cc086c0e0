internal import Collectives
public import Text

extension SelectionTable {
    /// The format's name and version; a reader refuses others.
    public static let schema = "weft-selection-1"

    /// The file in which `weft tune --write` stores it.
    public static var path: String { StateFile.path("selection.json") }

    /// The stored table, nil when there is none; an error when it can't be read.
    public static func load() throws(TextError) -> SelectionTable? {
        let path = path
        guard let bytes = try StateFile.read(path) else { return nil }
        return try SelectionTable(reading: bytes, name: path)
    }

    /// Stores it.
    public func save() throws(TextError) {
        try StateFile.write(json.serialized(pretty: true) + "\n", to: Self.path)
    }

    /// The table as docs/TUNING.md describes it.
    public var json: JSON {
        [
            "schema": .string(Self.schema),
            "machine": .string(machine),
            "sections": .array(sections.map(\.json)),
        ]
    }

    /// Reads a table, or says what was expected instead, and where.
    public init(reading bytes: [UInt8], name: String) throws(TextError) {
        let reader = try JSONReader.parse(bytes, name: name)
        let schema = try reader.required("schema")
        guard try schema.string() == Self.schema else {
            throw schema.error("expected \"\(Self.schema)\"; run 'weft tune --write' anew")
        }
        self.init(machine: try reader.required("machine").string())
        for part in try reader.required("sections").array() {
            let section = try Section(reading: part)
            if sections.contains(where: { $0.key == section.key }) {
                throw part.error("there is a section for the same already")
            }
            put(section)
        }
    }
}

extension SelectionTable.Section {
    var json: JSON {
        [
            "collective": .string(key.collective.rawValue),
            "ranks": .integer(Int64(key.ranks)),
            "nodes": .integer(Int64(key.nodes)),
            "buffers": .string(key.buffers.rawValue),
            "date": .string(date),
            "version": .string(version),
            "ranges": .array(
                ranges.map { range in
                    [
                        "from": .integer(Int64(range.from)),
                        "chosen": range.chosen.json,
                        "runnerUp": range.runnerUp?.json ?? .null,
                    ]
                }
            ),
        ]
    }

    init(reading reader: JSONReader) throws(TextError) {
        let collective = try reader.required("collective").named(Collective.self)
        let key = SelectionTable.Key(
            collective,
            ranks: try reader.required("ranks").integer(in: 1...1 << 20),
            nodes: try reader.required("nodes").integer(in: 1...1 << 20),
            buffers: try reader.required("buffers").named(SelectionTable.Buffers.self)
        )
        let part = try reader.required("ranges")
        var ranges: [SelectionTable.Range] = []
        for range in try part.array() {
            let from = try range.required("from")
            let bytes = try from.integer(in: 0...1 << 50)
            guard ranges.last.map({ $0.from < bytes }) ?? (bytes == 0) else {
                throw from.error("expected 0 in the first range and more in each next one")
            }
            let runnerUp = try range.required("runnerUp")
            ranges.append(
                SelectionTable.Range(
                    from: bytes,
                    chosen: try .init(reading: try range.required("chosen"), collective),
                    runnerUp: runnerUp.isNull ? nil : try .init(reading: runnerUp, collective)
                )
            )
        }
        if ranges.isEmpty { throw part.error("expected at least one range") }
        self.init(
            key: key,
            date: try reader.required("date").string(),
            version: try reader.required("version").string(),
            ranges: ranges
        )
    }
}

extension SelectionTable.Timed {
    var json: JSON {
        [
            "algorithm": .string(variant.algorithm),
            "channels": .integer(Int64(variant.channels)),
            "slices": .integer(Int64(variant.slices)),
            "microseconds": .number(microseconds),
        ]
    }

    init(reading reader: JSONReader, _ collective: Collective) throws(TextError) {
        let name = try reader.required("algorithm")
        let known = Algorithm.all(for: collective).map(\.name)
        guard known.contains(try name.string()) else {
            let list = known.joined(separator: ", ")
            throw name.error("\(collective.rawValue) has no such algorithm; it has \(list)")
        }
        let time = try reader.required("microseconds")
        guard try time.number() > 0, try time.number().isFinite else {
            throw time.error("expected more than zero")
        }
        self.init(
            Variant(
                try name.string(),
                channels: try reader.required("channels").integer(in: 1...64),
                slices: try reader.required("slices").integer(in: 1...256)
            ),
            microseconds: try time.number()
        )
    }
}

extension JSONReader {
    /// An integer within bounds.
    fileprivate func integer(in range: ClosedRange<Int>) throws(TextError) -> Int {
        let value = try integer()
        guard let number = Int(exactly: value), range.contains(number) else {
            throw error("expected \(range.lowerBound) to \(range.upperBound), found \(value)")
        }
        return number
    }

    /// One of a few words.
    fileprivate func named<Word>(
        _ type: Word.Type
    ) throws(TextError) -> Word
    where Word: RawRepresentable<String> & CaseIterable {
        guard let word = Word(rawValue: try string()) else {
            let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw error("expected one of \(known)")
        }
        return word
    }
}
