import Foundation
import TestSupport

/// The kernel's files of RDMA devices, as they lie on real hosts, in a folder of a test.
struct SysTree {
    let folder: TemporaryFolder

    /// The folders in the place of /sys and /dev.
    var sys: String { folder.path("sys") }
    var dev: String { folder.path("dev") }

    init() throws { folder = try TemporaryFolder() }

    /// Writes a file with a line break, as the kernel ends them, and the folders above it.
    func write(_ text: String, _ path: String, below root: String = "sys") throws {
        try write(Data("\(text)\n".utf8), path, below: root)
    }

    func write(_ data: Data, _ path: String, below root: String = "sys") throws {
        let url = folder.url.appending(path: "\(root)/\(path)")
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try data.write(to: url)
    }

    private func link(_ path: String, to target: String) throws {
        let url = folder.url.appending(path: "sys/\(path)")
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try FileManager.default.createSymbolicLink(atPath: url.path, withDestinationPath: target)
    }

    /// A device with a card: its files, and the one for programs.
    func device(
        _ name: String,
        driver: String?,
        type: String = "1: CA",
        numa: String = "0",
        file: String? = nil
    ) throws {
        let path = "class/infiniband/\(name)"
        try write(type, "\(path)/node_type")
        try write("0c42:a103:0065:4321", "\(path)/node_guid")
        if let driver {
            try write("28.39.2048", "\(path)/fw_ver")
            try write("MT4129", "\(path)/hca_type")
            try write("MT_0000000838", "\(path)/board_id")
            try write(numa, "\(path)/device/numa_node")
            try write("32.0 GT/s PCIe", "\(path)/device/current_link_speed")
            try write("16", "\(path)/device/current_link_width")
            try write("32.0 GT/s PCIe", "\(path)/device/max_link_speed")
            try write("16", "\(path)/device/max_link_width")
            try link("\(path)/device/driver", to: "../../../../bus/pci/drivers/\(driver)")
        } else {
            try write("rxe", "\(path)/node_desc")
            try write("eth0", "\(path)/parent")
        }
        let number = String(name.reversed().prefix(while: \.isNumber).reversed())
        let uverbs = file ?? "uverbs\(number)"
        try write(name, "class/infiniband_verbs/\(uverbs)/ibdev")
        try write("", "infiniband/\(uverbs)", below: "dev")
    }

    /// A port: its state, rate and kind, and tables with their empty entries.
    func port(
        _ device: String,
        _ number: Int = 1,
        state: String = "4: ACTIVE",
        physical: String = "5: LinkUp",
        rate: String = "400 Gb/sec (4X NDR)",
        layer: String = "InfiniBand",
        lid: String = "0x1a",
        keys: [String] = ["0xffff"]
    ) throws {
        let path = "class/infiniband/\(device)/ports/\(number)"
        try write(state, "\(path)/state")
        try write(physical, "\(path)/phys_state")
        try write(rate, "\(path)/rate")
        try write(layer, "\(path)/link_layer")
        try write(lid, "\(path)/lid")
        try write(layer == "Ethernet" ? "0x0" : "0x1", "\(path)/sm_lid")
        for (index, key) in (keys + ["0x0000", "0x0000"]).enumerated() {
            try write(key, "\(path)/pkeys/\(index)")
        }
        for index in 0..<16 { try gid(device, index, nil, port: number) }
    }

    /// An entry of the table of GIDs; of empty ones the kernel gives no kind.
    func gid(
        _ device: String,
        _ index: Int,
        _ text: String?,
        _ kind: String = "RoCE v2",
        _ interface: String? = nil,
        port: Int = 1
    ) throws {
        let path = "class/infiniband/\(device)/ports/\(port)"
        let none = "0000:0000:0000:0000:0000:0000:0000:0000"
        try write(text ?? none, "\(path)/gids/\(index)")
        guard text != nil else { return }
        try write(kind, "\(path)/gid_attrs/types/\(index)")
        if let interface { try write(interface, "\(path)/gid_attrs/ndevs/\(index)") }
    }

    /// The GIDs that mlx5 makes of an interface with addresses: v1 and v2 of each in turn.
    func rocePort(_ device: String, _ number: Int = 1, interface: String, host: Int) throws {
        try port(device, number, rate: "200 Gb/sec (4X HDR)", layer: "Ethernet", lid: "0x0")
        try write("9000", "class/net/\(interface)/mtu")
        let address = String(format: "0a00:%04x", host)
        let vlan = String(format: "0a64:%04x", host)
        let texts = [
            ("fe80:0000:0000:0000:0e42:a1ff:fe65:4321", interface),
            ("0000:0000:0000:0000:0000:ffff:\(vlan)", "\(interface).100"),
            ("0000:0000:0000:0000:0000:ffff:\(address)", interface),
            ("2001:0db8:0000:0000:0000:0000:\(address)", interface),
        ]
        for (place, (text, interface)) in texts.enumerated() {
            try gid(device, 2 * place, text, "IB/RoCE v1", interface, port: number)
            try gid(device, 2 * place + 1, text, "RoCE v2", interface, port: number)
        }
    }

    /// Two NUMA nodes, the second of which is far from the first.
    func numaNodes() throws {
        try write("10 21", "devices/system/node/node0/distance")
        try write("21 10", "devices/system/node/node1/distance")
    }
}
