import Foundation
import Runtime
import TestSupport
import Testing

/// Which ports ranks get, and what is said where there is none.
@Suite struct RdmaPortTests {
    /// Two cards near each of two NUMA nodes, InfiniBand, and a slower one for files.
    private func server() throws -> SysTree {
        let tree = try SysTree()
        try tree.numaNodes()
        for card in 0..<4 {
            try tree.device("mlx5_\(card)", driver: "mlx5_core", numa: "\(card / 2)")
            try tree.port("mlx5_\(card)", lid: "\(card + 1)")
            let guid = "fe80:0000:0000:0000:0c42:a103:0065:432\(card)"
            try tree.gid("mlx5_\(card)", 0, guid, "IB/RoCE v1")
        }
        try tree.device("mlx5_4", driver: "mlx5_core", numa: "0")
        try tree.rocePort("mlx5_4", interface: "eth0", host: 1)
        return tree
    }

    private func roce() throws -> SysTree {
        let tree = try SysTree()
        try tree.device("mlx5_0", driver: "mlx5_core")
        try tree.rocePort("mlx5_0", interface: "eth0", host: 1)
        return tree
    }

    private func choose(
        _ tree: SysTree,
        node: Int? = 0,
        ordinal: Int = 0,
        interface: String = "",
        _ change: (inout RdmaOptions) -> Void = { _ in }
    ) throws -> [RdmaPort] {
        var options = RdmaOptions()
        change(&options)
        let host = RdmaHost(sys: tree.sys, dev: tree.dev)
        return try RdmaPort.choose(
            options,
            on: host,
            node: node,
            ordinal: ordinal,
            interface: interface
        )
    }

    private func refusal(
        _ tree: SysTree,
        _ change: (inout RdmaOptions) -> Void = { _ in }
    ) throws -> String {
        do {
            let ports = try choose(tree, change)
            return "\(ports.map(\.device))"
        } catch let error as RuntimeError {
            return error.description
        }
    }

    // MARK: - Devices

    @Test func nearDevicesAreSharedOut() throws {
        let tree = try server()
        let near = try (0..<4).map { try choose(tree, ordinal: $0).map(\.device) }
        #expect(near == [["mlx5_0"], ["mlx5_1"], ["mlx5_0"], ["mlx5_1"]])
        let far = try (0..<2).map { try choose(tree, node: 1, ordinal: $0).map(\.device) }
        #expect(far == [["mlx5_2"], ["mlx5_3"]])
        let any = try (0..<4).map { try choose(tree, node: nil, ordinal: $0).map(\.device) }
        #expect(any == [["mlx5_0"], ["mlx5_1"], ["mlx5_2"], ["mlx5_3"]])
    }

    @Test func railsAreNearOnesFirst() throws {
        let tree = try server()
        let two = try choose(tree, node: 1, ordinal: 1) { $0.rails = 2 }
        #expect(two.map(\.device) == ["mlx5_2", "mlx5_3"])
        let three = try choose(tree, node: 1, ordinal: 1) { $0.rails = 3 }
        #expect(three.map(\.device) == ["mlx5_3", "mlx5_2", "mlx5_1"])
        let all = try choose(tree) { $0.rails = 4 }
        #expect(Set(all.map(\.device)).count == 4)
        let words = try refusal(tree) { $0.rails = 5 }
        #expect(
            words == "5 rails were asked for and 4 can be used: mlx5_0 port 1, mlx5_1 port 1, "
                + "mlx5_2 port 1, mlx5_3 port 1"
        )
    }

    @Test func theUserNamesDevices() throws {
        let tree = try server()
        let four = try choose(tree) { $0.devices = "mlx5_4:1" }
        #expect(four.map(\.device) == ["mlx5_4"] && four[0].isEthernet && four[0].mtu == 4096)
        let one = try choose(tree) { $0.devices = "!mlx5_0,mlx5_4" }
        #expect(one.map(\.device) == ["mlx5_1"] && one[0].lid == 2 && one[0].gidIndex == 0)
        #expect(one[0].mtu == nil && one[0].numaNode == 0 && one[0].rate == 400e9)
        let mixed = try refusal(tree) { $0.devices = "mlx5_3,mlx5_4" }
        #expect(mixed.contains("InfiniBand and of Ethernet, which can't reach each other"))
        #expect(
            try refusal(tree) { $0.devices = "bnxt_re*,mlx5_0:2" }
                == "'--device' allows none of the RDMA devices here: mlx5_0:1, mlx5_1:1, mlx5_2:1, "
                + "mlx5_3:1, mlx5_4:1"
        )
    }

    @Test func noDevice() throws {
        let words = try refusal(try SysTree())
        #expect(words.hasPrefix("this host has no RDMA device") && words.contains("rdma_rxe"))
        #expect(words.contains("--transport tcp"))
    }

    @Test func portsThatAreDown() throws {
        let tree = try SysTree()
        try tree.device("mlx5_0", driver: "mlx5_core")
        try tree.port("mlx5_0", 1, state: "1: DOWN", physical: "2: Polling")
        try tree.port("mlx5_0", 2, state: "2: INIT")
        try tree.device("rxe1", driver: nil)
        try tree.port("rxe1", state: "1: DOWN", physical: "3: Disabled", layer: "Ethernet")
        #expect(
            try refusal(tree)
                == "no RDMA port can be used: mlx5_0 port 1 is DOWN (Polling): no cable, or "
                + "nothing at its other end; mlx5_0 port 2 is INIT (LinkUp), which waits for a "
                + "subnet manager: start opensm, or that of a switch; rxe1 port 1 is DOWN "
                + "(Disabled): bring its interface up ('ip link set dev NAME up')"
        )
    }

    @Test func devicesThatAreRefused() throws {
        let tree = try SysTree()
        try tree.device("rdmap0s31", driver: "efa", type: "7: unspecified", file: "uverbs0")
        try tree.port("rdmap0s31", rate: "100 Gb/sec (4X EDR)", layer: "Unspecified")
        let efa = try refusal(tree)
        #expect(efa.contains("rdmap0s31 is an EFA") && efa.contains("--transport tcp"))
        try tree.device("siw0", driver: nil, type: "4: RNIC", file: "uverbs1")
        try tree.port("siw0", layer: "Ethernet")
        #expect(try refusal(tree) { $0.devices = "siw0" }.contains("siw0 is an iWARP device"))
        try tree.device("usnic0", driver: "enic", type: "6: usNIC UDP", file: "uverbs2")
        try tree.port("usnic0", layer: "Ethernet")
        #expect(try refusal(tree) { $0.devices = "usnic0" }.contains("of the kind 'usNIC UDP'"))
        // One that can be used makes up for all of them.
        try tree.device("irdma0", driver: "ice", file: "uverbs3")
        try tree.rocePort("irdma0", interface: "eth0", host: 1)
        #expect(try choose(tree).map(\.device) == ["irdma0"])
    }

    @Test func filesThatProgramsCannotOpen() throws {
        let tree = try roce()
        try FileManager.default.removeItem(atPath: "\(tree.dev)/infiniband/uverbs0")
        let container = try refusal(tree)
        #expect(container.contains("a container needs it ('--device=/dev/infiniband')"))
        try FileManager.default.removeItem(atPath: "\(tree.sys)/class/infiniband_verbs/uverbs0")
        #expect(try refusal(tree).contains("load the module ib_uverbs"))
    }

    // MARK: - GIDs

    @Test func theBestGidIsTaken() throws {
        let tree = try roce()
        let port = try choose(tree)[0]
        #expect(port.gidIndex == 5 && port.gidText == "10.0.0.1" && port.interface == "eth0")
        #expect(port.gid == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 10, 0, 0, 1])
        // The same with one after the other gone.
        for next in [3, 7, 1, 4, 2, 6, 0] {
            try tree.gid("mlx5_0", try choose(tree)[0].gidIndex, nil)
            #expect(try choose(tree)[0].gidIndex == next)
        }
        try tree.gid("mlx5_0", 0, nil)
        #expect(
            try refusal(tree)
                == "the GID table of mlx5_0 port 1 is empty: give its interface an address ('ip "
                + "address add')"
        )
    }

    @Test func theUsersInterfaceComesFirst() throws {
        let tree = try roce()
        #expect(try choose(tree, interface: "eth0.100")[0].gidText == "10.100.0.1")
        #expect(try choose(tree, interface: "eth9")[0].gidText == "10.0.0.1")
    }

    @Test func theUserNamesAGid() throws {
        let tree = try roce()
        #expect(try choose(tree) { $0.gidIndex = 6 }[0].gidIndex == 6)
        let words = try refusal(tree) { $0.gidIndex = 9 }
        #expect(
            words.hasPrefix("entry 9 of the GID table of mlx5_0 port 1 is empty; there are 0: ")
        )
        #expect(words.contains("5: 10.0.0.1, RoCE v2, eth0"))
    }

    // MARK: - Partitions and packets

    @Test func partitions() throws {
        let tree = try SysTree()
        try tree.device("mlx5_0", driver: "mlx5_core")
        try tree.port("mlx5_0", keys: ["0x7fff", "0x0001", "0x0000", "0x8001", "0x8002"])
        try tree.gid("mlx5_0", 0, "fe80:0000:0000:0000:0c42:a103:0065:4321", "IB/RoCE v1")
        func index(_ key: Int?) throws -> Int {
            try choose(tree) { $0.partition = key }[0].partitionIndex
        }
        #expect(try index(nil) == 0)
        // The very key first, and else the one that differs in its top bit only.
        #expect(try index(0x8001) == 3)
        #expect(try index(0x0001) == 1)
        #expect(try index(0x0002) == 4)
        #expect(try index(0xFFFF) == 0)
        #expect(
            try refusal(tree) { $0.partition = 0x8003 }
                == "mlx5_0 port 1 is not in partition 0x8003; its keys are 0x7fff, 0x0001, 0x8001, "
                + "0x8002"
        )
    }

    @Test func packets() throws {
        let tree = try roce()
        try tree.write("1500", "class/net/eth0/mtu")
        #expect(try choose(tree)[0].mtu == 1024)
        #expect(try choose(tree) { $0.mtu = 512 }[0].mtu == 512)
        #expect(
            try refusal(tree) { $0.mtu = 4096 }
                == "mlx5_0 port 1 can send 1024 bytes in a packet, not 4096: raise the MTU of eth0 "
                + "('ip link set dev NAME mtu 4192'), and of the switches, or leave '--mtu' out"
        )
    }
}
