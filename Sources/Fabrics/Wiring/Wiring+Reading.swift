internal import Text
internal import Units

/// The form of JSON5 that is weft's own: see docs/WIRING.md.
extension Wiring {
    static func readingJSON(_ bytes: [UInt8], name: String) throws(TextError) -> Wiring {
        let reader = try JSONReader.parse(bytes, name: name)
        if try reader.optional("tiers") != nil {
            throw reader.error(
                "this is a fabric of tiers, which 'weft fabric show' and 'export' read; a network "
                    + "of single links has 'devices' and 'links'"
            )
        }
        try reader.allow(only: ["name", "devices", "links", "notes"])
        var document = WiringReader(name: try reader.required("name").string())
        for element in try reader.required("devices").array() { try document.readDevice(element) }
        for element in try reader.optional("links")?.array() ?? [] {
            try document.readLink(element)
        }
        for note in try reader.optional("notes")?.array() ?? [] {
            document.builder.notes.append(try note.string())
        }
        return document.builder.finish()
    }
}

private struct WiringReader {
    var builder: WiringBuilder
    /// The devices that were written as one with a count.
    private var groups: [String: Range<Int32>] = [:]

    init(name: String) { builder = WiringBuilder(name: name) }

    // MARK: Devices

    mutating func readDevice(_ reader: JSONReader) throws(TextError) {
        var device = Wiring.Device(.other, "")
        var named: JSONReader?
        var count: (reader: JSONReader, value: Int)?
        for (key, value) in try reader.members() {
            switch key {
            case "name":
                device.name = try value.string()
                named = value
            case "count": count = (value, try value.count(from: 1))
            case "kind": device.kind = try value.choice("kind of device")
            case "model": device.model = try value.string()
            case "host": device.host = try value.string()
            case "bus": device.bus = try value.string()
            case "numa": device.numa = try value.count(from: 0)
            case "guid": device.guid = try value.guid()
            case "lid": device.lid = try value.count(from: 0)
            case "networkRate": device.networkRate = try value.rate()
            default:
                try reader.allow(only: [
                    "name", "count", "kind", "model", "host", "bus", "numa", "guid", "lid",
                    "networkRate",
                ])
            }
        }
        guard let named else { throw reader.error("the key 'name' is missing") }
        guard let count else { return try add(device, named) }
        if let refusal = builder.refusal(devices: count.value) { throw count.reader.error(refusal) }
        guard groups[device.name] == nil, builder.place(of: device.name) == nil else {
            throw named.error("the name '\(device.name)' is taken by another")
        }
        let first = Int32(builder.devices.count)
        groups[device.name] = first..<(first + Int32(count.value))
        let stem = device.name
        for number in 0..<count.value {
            device.name = "\(stem)\(number)"
            try add(device, named)
        }
    }

    private mutating func add(
        _ device: Wiring.Device,
        _ named: JSONReader
    ) throws(TextError) {
        guard groups[device.name] == nil, builder.place(of: device.name) == nil else {
            throw named.error("the name '\(device.name)' is taken by another")
        }
        if let refusal = builder.refusal(devices: 1) { throw named.error(refusal) }
        _ = builder.add(device)
    }

    // MARK: Links

    mutating func readLink(_ reader: JSONReader) throws(TextError) {
        var link = Wiring.Link(0, 0, .other)
        var from: Range<Int32>?
        var to: Range<Int32>?
        for (key, value) in try reader.members() {
            switch key {
            case "from": from = try ends(value)
            case "to": to = try ends(value)
            case "fromPort": link.fromPort = try value.small(from: 0)
            case "toPort": link.toPort = try value.small(from: 0)
            case "count": link.count = try value.small(from: 1)
            case "medium": link.medium = try value.choice("medium")
            case "kind": link.kind = try value.linkKind()
            case "rate": link.rate = try value.rate()
            case "rateBack": link.rateBack = try value.rate()
            case "best": link.best = try value.rate()
            case "latency": link.latency = try value.quantity(Picoseconds.init(parsing:))
            default:
                try reader.allow(only: [
                    "from", "to", "fromPort", "toPort", "count", "medium", "kind", "rate",
                    "rateBack", "best", "latency",
                ])
            }
        }
        guard let from else { throw reader.error("the key 'from' is missing") }
        guard let to else { throw reader.error("the key 'to' is missing") }
        if link.rate == nil { link.rate = link.kind?.rate.value }
        // Each is at most 2^20, so that their product fits.
        if let refusal = builder.refusal(links: from.count * to.count) {
            throw reader.error(refusal)
        }
        // Within one group each pair is meant once, and none with itself.
        let isInside = from == to && from.count > 1
        for one in from {
            for other in to where !isInside || one < other {
                link.from = one
                link.to = other
                builder.links.append(link)
            }
        }
    }

    /// One device, or all that were written as one with a count.
    private func ends(_ reader: JSONReader) throws(TextError) -> Range<Int32> {
        let name = try reader.string()
        if let place = builder.place(of: name) { return place..<(place + 1) }
        if let group = groups[name] { return group }
        let known = builder.devices.prefix(1000).map(\.name) + groups.keys.sorted()
        let hint =
            nearest(name, in: known).map { "; did you mean '\($0)'?" }
            ?? "; write it into 'devices'"
        throw reader.error("there is no device '\(name)'\(hint)")
    }
}

extension JSONReader {
    /// One of the values of an enumeration.
    fileprivate func choice<Value: RawRepresentable & CaseIterable>(
        _ what: String
    ) throws(TextError) -> Value where Value.RawValue == String {
        let text = try string()
        if let value = Value(rawValue: text) { return value }
        let names = Value.allCases.map(\.rawValue)
        let hint =
            nearest(text, in: names).map { "did you mean '\($0)'?" }
            ?? "there are \(names.joined(separator: ", "))"
        throw error("unknown \(what) '\(text)'; \(hint)")
    }

    fileprivate func small(from least: Int) throws(TextError) -> Int32 {
        let value = try count(from: least)
        guard let small = Int32(exactly: value) else {
            throw error("expected at most \(Int32.max), found \(value)")
        }
        return small
    }

    /// A string of hexadecimal digits: JSON's numbers are too small for 64 bits.
    fileprivate func guid() throws(TextError) -> UInt64 {
        let text = try string()
        let digits = text.hasPrefix("0x") ? text.dropFirst(2) : text[...]
        guard digits.first?.isHexDigit == true, let value = UInt64(digits, radix: 16) else {
            throw error("expected up to 16 hexadecimal digits, as \"0x0002c90300a1b2c3\"")
        }
        return value
    }
}
