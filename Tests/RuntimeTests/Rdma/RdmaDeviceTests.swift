import Foundation
import Runtime
import TestSupport
import Testing

/// What the kernel's files tell of devices, for layouts of real ones.
@Suite struct RdmaDeviceTests {
    @Test func infiniBand() throws {
        let tree = try SysTree()
        try tree.device("mlx5_10", driver: "mlx5_core")
        try tree.device("mlx5_2", driver: "mlx5_core", numa: "1")
        try tree.port("mlx5_2", keys: ["0xffff", "0x8001"])
        try tree.gid("mlx5_2", 0, "fe80:0000:0000:0000:0c42:a103:0065:4321", "IB/RoCE v1")
        let host = RdmaHost(sys: tree.sys, dev: tree.dev)
        #expect(host.devices.map(\.name) == ["mlx5_2", "mlx5_10"])
        let device = try #require(host.devices.first)
        #expect(device.driver == "mlx5" && device.kind == "CA" && device.numaNode == 1)
        #expect(device.firmware == "28.39.2048" && device.board == "MT4129 MT_0000000838")
        #expect(device.file == "uverbs2" && device.refusal == nil)
        #expect(device.slot == device.slotMost)
        // 32 GT/s on 16 lanes, 128 of 130 bits of them data.
        #expect(device.slot.map { Int($0.rate / 1e9) } == 504)
        let port = try #require(device.ports.first)
        #expect(port.state == "ACTIVE" && port.physical == "LinkUp" && port.isActive)
        #expect(port.rate == 400e9 && port.lanes == 4 && !port.isEthernet)
        #expect(port.lid == 0x1A && port.managerLid == 1 && port.mtu == nil)
        #expect(port.partitions == [0: 0xFFFF, 1: 0x8001])
        #expect(port.gids.map(\.index) == [0])
        #expect(port.gids.first?.text == "fe80::c42:a103:65:4321")
        #expect(port.gids.first?.isLinkLocal == true && port.gids.first?.isIPv4 == false)
    }

    @Test func softRoCE() throws {
        let tree = try SysTree()
        try tree.device("rxe0", driver: nil)
        try tree.rocePort("rxe0", interface: "eth0", host: 1)
        let device = try #require(RdmaHost(sys: tree.sys, dev: tree.dev).devices.first)
        #expect(device.driver == "rxe" && device.slot == nil && device.numaNode == nil)
        #expect(device.firmware == nil && device.board == nil && device.refusal == nil)
        let port = try #require(device.ports.first)
        #expect(port.isEthernet && port.mtu == 4096 && port.gids.count == 8)
        #expect(port.gids[4].text == "10.0.0.1" && port.gids[4].isIPv4)
        #expect(port.gids[4].interface == "eth0" && port.gids[4].kind == .first)
        #expect(port.gids[5].description == "5: 10.0.0.1, RoCE v2, eth0")
        #expect(port.gids[7].text == "2001:db8::a00:1" && !port.gids[7].isLinkLocal)
    }

    @Test(arguments: [
        (1500, 1024), (9000, 4096), (4192, 4096), (4191, 2048), (2144, 2048), (352, 256),
    ])
    func theInterfaceSaysHowLargePacketsAre(_ bytes: Int, _ data: Int) throws {
        let tree = try SysTree()
        try tree.device("irdma0", driver: "ice")
        try tree.rocePort("irdma0", interface: "eth0", host: 1)
        try tree.write("\(bytes)", "class/net/eth0/mtu")
        let device = try #require(RdmaHost(sys: tree.sys, dev: tree.dev).devices.first)
        #expect(device.driver == "irdma" && device.ports.first?.mtu == data)
    }

    @Test func nothingIsThere() throws {
        let tree = try SysTree()
        #expect(RdmaHost(sys: tree.sys, dev: tree.dev).devices.isEmpty)
    }

    /// Files that no kernel writes are as good as none.
    @Test func hostileFiles() throws {
        var random = SeededRandom(seed: 14)
        let texts = [
            "", "\n", "-1", "99999999999999999999999999", "0x", "0xffffffffffffffffffff", "4:",
            ": ACTIVE", "400 Gb/sec", "1e999 Gb/sec (4X", "NaN Gb/sec (X)", "-5 Gb/sec ()",
            "\u{1b}[2J",
            "a:b:c:d:e:f:g:h", "0000:0000:0000:0000:0000:ffff:0a00", "+a00:0:0:0:0:0:0:0",
        ]
        for _ in 0..<40 {
            let tree = try SysTree()
            try tree.device("mlx5_0", driver: "mlx5_core")
            try tree.rocePort("mlx5_0", interface: "eth0", host: 1)
            let files = try #require(FileManager.default.enumerator(atPath: tree.sys))
            for case let path as String in files {
                let url = URL(filePath: "\(tree.sys)/\(path)")
                let values = try url.resourceValues(forKeys: [.isRegularFileKey])
                guard values.isRegularFile == true, random.below(3) == 0 else { continue }
                switch random.below(4) {
                case 0: try FileManager.default.removeItem(at: url)
                case 1:
                    let bytes = (0..<random.below(6000)).map { _ in UInt8(random.below(256)) }
                    try Data(bytes).write(to: url)
                case 2:
                    try FileManager.default.removeItem(at: url)
                    try FileManager.default.createDirectory(
                        at: url,
                        withIntermediateDirectories: true
                    )
                default: try Data(texts[random.below(texts.count)].utf8).write(to: url)
                }
            }
            let host = RdmaHost(sys: tree.sys, dev: tree.dev)
            let device = try #require(host.devices.first)
            for port in device.ports {
                #expect(port.gids.allSatisfy { $0.bytes.count == 16 })
                #expect(port.rate >= 0 && port.rate <= 1e15)
                #expect(port.partitions.values.allSatisfy(RdmaOptions.isPartition))
                let words = [port.state, port.physical, port.rateText, port.layer].joined()
                #expect(words.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
            }
            let chosen = try? RdmaPort.choose(RdmaOptions(), on: host, node: 0, ordinal: 3)
            #expect(chosen.map { $0.count == 1 } ?? true)
        }
    }

    @Test func slotsOfWhichNothingIsKnown() throws {
        let tree = try SysTree()
        try tree.device("mlx5_0", driver: "mlx5_core", numa: "-1")
        try tree.write("Unknown", "class/infiniband/mlx5_0/device/current_link_speed")
        try tree.write("0", "class/infiniband/mlx5_0/device/max_link_width")
        let device = try #require(RdmaHost(sys: tree.sys, dev: tree.dev).devices.first)
        #expect(device.slot == nil && device.slotMost == nil && device.numaNode == nil)
    }
}
