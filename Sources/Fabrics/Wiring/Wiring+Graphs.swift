internal import Text
internal import Units

extension Wiring {
    /// The network for Graphviz: a node a device, an edge a link with what it carries.
    public var dot: String {
        func quoted(_ text: String) -> String {
            "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        }
        var text = "graph \(quoted(name)) {\n  node [shape=box];\n"
        for device in devices {
            let shape = device.kind.forwards ? " [shape=ellipse]" : ""
            text += "  \(quoted(device.name))\(shape);\n"
        }
        for link in links {
            let ends = [link.from, link.to].map { quoted(devices[Int($0)].name) }
            let label = link.words.isEmpty ? "" : " [label=\(quoted(link.words))]"
            text += "  \(ends[0]) -- \(ends[1])\(label);\n"
        }
        return text + "}\n"
    }

    /// The network as GraphML, with what is known of devices and links as data.
    public var graphML: String {
        var writer = XMLWriter()
        writer.open("graphml", [("xmlns", "http://graphml.graphdrawing.org/xmlns")])
        for (name, type, owner) in Self.keys {
            writer.element(
                "key",
                [("id", name), ("for", owner), ("attr.name", name), ("attr.type", type)]
            )
        }
        writer.open("graph", [("id", name), ("edgedefault", "undirected")])
        for (place, device) in devices.enumerated() {
            let data = [
                ("name", device.name), ("kind", device.kind.rawValue), ("model", device.model),
                ("host", device.host), ("bus", device.bus),
            ]
            write("node", [("id", "n\(place)")], data, &writer)
        }
        for link in links {
            let data = [
                ("medium", link.medium.rawValue), ("count", "\(link.count)"),
                ("bitsPerSecond", link.rate.map { "\($0.bits)" }),
                ("picoseconds", link.latency.map { "\($0.count)" }),
            ]
            write("edge", [("source", "n\(link.from)"), ("target", "n\(link.to)")], data, &writer)
        }
        writer.close()
        writer.close()
        return writer.text
    }

    private static let keys: [(name: String, type: String, owner: String)] = [
        ("name", "string", "node"), ("kind", "string", "node"), ("model", "string", "node"),
        ("host", "string", "node"), ("bus", "string", "node"), ("medium", "string", "edge"),
        ("count", "int", "edge"), ("bitsPerSecond", "long", "edge"),
        ("picoseconds", "long", "edge"),
    ]

    private func write(
        _ element: String,
        _ attributes: [(String, String)],
        _ data: [(key: String, value: String?)],
        _ writer: inout XMLWriter
    ) {
        writer.open(element, attributes)
        for (key, value) in data {
            if let value { writer.element("data", [("key", key)], text: value) }
        }
        writer.close()
    }
}

extension Wiring.Link {
    /// How many, of what, and what each carries: `18 x nvlink4, 200 Gb/s`.
    var words: String {
        var words = kind?.name ?? (medium == .other ? "" : medium.rawValue)
        if let rate { words += (words.isEmpty ? "" : ", ") + rate.short }
        return count == 1 ? words : "\(count) x \(words.isEmpty ? "link" : words)"
    }
}

extension BitsPerSecond {
    /// The rate to four digits: `13.64 Gb/s`.
    var short: String {
        let steps: [(scale: Double, unit: String)] = [
            (1e12, "Tb/s"), (1e9, "Gb/s"), (1e6, "Mb/s"), (1e3, "Kb/s"),
        ]
        guard let step = steps.first(where: { Double(bits) >= $0.scale }) else {
            return "\(bits) b/s"
        }
        return "\(significant(Double(bits) / step.scale, 4)) \(step.unit)"
    }
}
