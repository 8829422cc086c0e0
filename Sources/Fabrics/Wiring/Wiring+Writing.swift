internal import Text
internal import Units

extension Wiring {
    /// The network as weft's own JSON5, which reads back to an equal one.
    ///
    /// A line for each device and each link; devices that differ in their numbers only are one
    /// line with a count.
    public var json5: String {
        var text = "{\n  \"name\": \(JSON.string(name).serialized()),\n  \"devices\": [\n"
        text += lines(deviceLines)
        text += "  ],\n  \"links\": [\n"
        text += lines(links.map(line))
        text += "  ]"
        if !notes.isEmpty {
            text +=
                ",\n  \"notes\": [\n" + lines(notes.map { JSON.string($0).serialized() })
                + "  ]"
        }
        return text + "\n}\n"
    }

    private func lines(_ lines: [String]) -> String {
        lines.isEmpty ? "" : "    " + lines.joined(separator: ",\n    ") + "\n"
    }

    // MARK: Devices

    private var deviceLines: [String] {
        let names = Set(devices.map(\.name))
        var stems: Set<String> = []
        var lines: [String] = []
        var place = 0
        while place < devices.count {
            let device = devices[place]
            var next = place + 1
            // Runs start with the number 0, and their name must mean nothing else.
            let stem = device.name.hasSuffix("0") ? String(device.name.dropLast()) : ""
            if !stem.isEmpty, !names.contains(stem), !stems.contains(stem) {
                while next < devices.count, isNumbered(devices[next], next - place, stem, device) {
                    next += 1
                }
            }
            if next - place > 1 {
                stems.insert(stem)
                lines.append(line(device, name: stem, count: next - place))
            } else {
                lines.append(line(device, name: device.name, count: nil))
                next = place + 1
            }
            place = next
        }
        return lines
    }

    private func isNumbered(
        _ device: Device,
        _ number: Int,
        _ stem: String,
        _ first: Device
    ) -> Bool {
        guard device.name == "\(stem)\(number)" else { return false }
        var same = device
        same.name = first.name
        return same == first
    }

    private func line(_ device: Device, name: String, count: Int?) -> String {
        var object: JSONObject = ["name": .string(name)]
        object["count"] = count.map { .integer(Int64($0)) }
        object["kind"] = .string(device.kind.rawValue)
        object["model"] = device.model.map { .string($0) }
        object["host"] = device.host.map { .string($0) }
        object["bus"] = device.bus.map { .string($0) }
        object["numa"] = device.numa.map { .integer(Int64($0)) }
        object["guid"] = device.guid.map { .string("0x\(String($0, radix: 16))") }
        object["lid"] = device.lid.map { .integer(Int64($0)) }
        object["networkRate"] = device.networkRate.map { .string($0.exact) }
        return JSON.object(object).serialized()
    }

    // MARK: Links

    private func line(_ link: Link) -> String {
        var object: JSONObject = [
            "from": .string(devices[Int(link.from)].name),
            "to": .string(devices[Int(link.to)].name),
        ]
        object["fromPort"] = link.fromPort.map { .integer(Int64($0)) }
        object["toPort"] = link.toPort.map { .integer(Int64($0)) }
        if link.count != 1 { object["count"] = .integer(Int64(link.count)) }
        if link.medium != .other { object["medium"] = .string(link.medium.rawValue) }
        object["kind"] = (link.kind?.name).map { .string($0) }
        // A kind says its rate.
        if link.rate != link.kind?.rate.value {
            object["rate"] = link.rate.map { .string($0.exact) }
        }
        object["rateBack"] = link.rateBack.map { .string($0.exact) }
        object["best"] = link.best.map { .string($0.exact) }
        object["latency"] = link.latency.map { .string($0.exact) }
        return JSON.object(object).serialized()
    }
}
