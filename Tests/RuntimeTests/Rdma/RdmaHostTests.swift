import Foundation
import Runtime
import TestSupport
import Testing

/// What `weft devices` warns of.
@Suite struct RdmaHostTests {
    private let guid = "fe80:0000:0000:0000:0c42:a103:0065:4321"

    private func warnings(_ tree: SysTree, pinnable: UInt64? = nil) -> [String] {
        var host = RdmaHost(sys: tree.sys, dev: tree.dev)
        host.pinnableBytes = pinnable
        return host.warnings
    }

    private func good() throws -> SysTree {
        let tree = try SysTree()
        try tree.device("mlx5_0", driver: "mlx5_core")
        try tree.port("mlx5_0")
        try tree.gid("mlx5_0", 0, guid, "IB/RoCE v1")
        return tree
    }

    @Test func nothingIsWrong() throws {
        #expect(try warnings(good()).isEmpty)
        #expect(try warnings(SysTree(), pinnable: 0).isEmpty)
        let tree = try SysTree()
        try tree.device("mlx5_0", driver: "mlx5_core")
        try tree.rocePort("mlx5_0", interface: "eth0", host: 1)
        #expect(warnings(tree).isEmpty)
    }

    @Test func memoryThatCannotBePinned() throws {
        let tree = try good()
        #expect(warnings(tree, pinnable: 8 << 20).first?.contains("may pin 8192 KiB") == true)
        #expect(warnings(tree, pinnable: 1 << 30).isEmpty)
    }

    @Test func slowPortsAndSlots() throws {
        let tree = try good()
        try tree.device("mlx5_1", driver: "mlx5_core")
        try tree.port("mlx5_1", rate: "100 Gb/sec (1X NDR)")
        try tree.gid("mlx5_1", 0, guid, "IB/RoCE v1")
        try tree.write("8", "class/infiniband/mlx5_1/device/current_link_width")
        #expect(
            warnings(tree) == [
                "mlx5_1 port 1 runs at 100 Gb/sec (1X NDR), and another of its kind at 400 Gb/sec "
                    + "(4X NDR): look at its cable and at the switch's port",
                "mlx5_1 sits in its slot with 8 lanes of 32.0 GT/s and could have 16 lanes of 32.0 "
                    + "GT/s: look at the slot, a riser, or the firmware's settings",
            ]
        )
        let narrow = try good()
        for file in ["current_link_width", "max_link_width"] {
            try narrow.write("8", "class/infiniband/mlx5_0/device/\(file)")
        }
        #expect(
            warnings(narrow) == [
                "mlx5_0 has ports of 400 Gb/s in a slot of 252 Gb/s (8 lanes of 32.0 GT/s)"
            ]
        )
    }

    @Test func portsThatCannotTalk() throws {
        let tree = try good()
        try tree.write("0x7fff", "class/infiniband/mlx5_0/ports/1/pkeys/0")
        try tree.device("mlx5_1", driver: "mlx5_core")
        try tree.port("mlx5_1", state: "1: DOWN", physical: "2: Polling")
        try tree.device("rxe2", driver: nil)
        try tree.port("rxe2", layer: "Ethernet")
        try tree.device("rxe3", driver: nil)
        try tree.port("rxe3", layer: "Ethernet")
        try tree.gid("rxe3", 0, guid, "IB/RoCE v1", "eth3")
        #expect(
            warnings(tree) == [
                "mlx5_0 port 1 is a limited member of its first partition, and those can't reach "
                    + "each other",
                "mlx5_1 port 1 is DOWN (Polling): no cable, or nothing at its other end",
                "rxe2 port 1 has no GID: give its interface an address",
                "rxe3 port 1 has no GID of RoCE v2, and v1 crosses no router",
            ]
        )
    }
}
