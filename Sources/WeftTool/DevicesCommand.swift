internal import CommandLine
internal import Runtime
internal import Text

/// `weft devices`: the RDMA devices of this host.
enum DevicesCommand {
    static func run(_ invocation: Invocation) throws(UsageError) -> ExitCode {
        let format = try OutputFormat(invocation)
        let host = RdmaHost()
        let lines = host.devices.flatMap { device in
            device.ports.map { Line(device, $0, RDMADevices.mtu(device.name, port: $0.number)) }
        }
        switch format {
        case .json:
            let object: JSON = [
                "ports": .array(lines.map(\.json)),
                "warnings": .array(host.warnings.map { .string($0) }),
                "pinnableBytes": host.pinnableBytes.map { .number(Double($0)) } ?? .null,
            ]
            Output.print(object.serialized(pretty: true))
            return .good
        case .csv:
            let rows = [Line.titles] + lines.map(\.cells)
            Output.print(String(rows.map(CSV.row).joined().dropLast()))
        case .table where lines.isEmpty:
            Output.print(
                "This host has no RDMA device: the kernel shows none in /sys/class/infiniband."
            )
        case .table:
            var table = TextTable(columns: Line.titles.map { .init($0) }, hasSeparator: true)
            for line in lines { table.append(line.cells) }
            Output.print(table.rendered())
        }
        for warning in host.warnings { Output.complain("warning: \(warning)") }
        return .good
    }

    /// What is told of a port.
    private struct Line {
        let device: RdmaDevice
        let port: RdmaDevice.Port
        let gid: Gid?
        /// From the device, where it can be asked, and else what the interface's packets leave.
        let mtu: (now: Int?, most: Int?)

        init(_ device: RdmaDevice, _ port: RdmaDevice.Port, _ asked: (now: Int, most: Int)?) {
            self.device = device
            self.port = port
            gid = port.bestGid()
            mtu = (asked?.now ?? port.mtu, asked?.most)
        }

        static let titles = [
            "device", "port", "state", "rate", "link", "gid", "type", "address", "mtu", "most",
            "numa", "driver", "firmware",
        ]

        var cells: [String] {
            let isUp = port.isActive
            return [
                device.name, "\(port.number)",
                isUp ? port.state : "\(port.state) (\(port.physical))",
                port.rateText, port.layer,
                gid.map { "\($0.index)" } ?? "-", gid?.kind?.rawValue ?? "-", gid?.text ?? "-",
                mtu.now.map { "\($0)" } ?? "-", mtu.most.map { "\($0)" } ?? "-",
                device.numaNode.map { "\($0)" } ?? "-", device.driver ?? "-",
                device.firmware ?? "-",
            ]
        }

        var json: JSON {
            [
                "device": .string(device.name),
                "kind": .string(device.kind),
                "driver": text(device.driver),
                "firmware": text(device.firmware),
                "board": text(device.board),
                "guid": text(device.guid),
                "numaNode": number(device.numaNode),
                "slot": text(device.slot?.description),
                "slotMost": text(device.slotMost?.description),
                "port": number(port.number),
                "state": .string(port.state),
                "physicalState": .string(port.physical),
                "bitsPerSecond": .number(port.rate),
                "rate": .string(port.rateText),
                "linkLayer": .string(port.layer),
                "lid": number(port.lid),
                "managerLid": number(port.managerLid),
                "mtu": number(mtu.now),
                "mtuMost": number(mtu.most),
                "gid": gid.map { entry($0) } ?? .null,
                "gids": .array(port.gids.map { entry($0) }),
                "partitions": .array(
                    port.partitions.sorted { $0.key < $1.key }.map { index, key in
                        ["index": number(index), "key": number(key)]
                    }
                ),
            ]
        }

        private func entry(_ gid: Gid) -> JSON {
            [
                "index": number(gid.index),
                "address": .string(gid.text),
                "type": text(gid.kind?.rawValue),
                "interface": text(gid.interface),
            ]
        }

        private func text(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }

        private func number(_ number: Int?) -> JSON {
            number.map { .integer(Int64($0)) } ?? .null
        }
    }
}
