import Fabrics
import Foundation
import TestSupport
import Testing
import Units

/// The kernel's files of a server with eight GPUs, as they lie on real ones.
private struct ServerTree {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try write("server7", "proc/sys/kernel/hostname")
        try write("processor\t: 0\nmodel name\t: A Processor\nflags : a\n", "proc/cpuinfo")
        for node in 0..<2 { try write("10 21", "sys/devices/system/node/node\(node)/distance") }
        for number in 0..<4 { try addSwitch(number) }
        try addNVSwitches()
        // Disks and what belongs to the chipset are there too.
        try pci(["0000:00:1f.2"], type: "0x010601", node: 0)
        try pci(["0000:00:1f.3"], type: "0x068000", vendor: "0x8086", node: 0)
    }

    /// A switch with two GPUs and two adapters, behind a root port of its processor.
    private func addSwitch(_ number: Int) throws {
        let root = "0000:\(number)0:01.0"
        let up = "0000:\(number)1:00.0"
        for slot in 0..<4 {
            let down = "0000:\(number)2:0\(slot).0"
            let end = "0000:\(number)\(slot + 3):00.0"
            let isGPU = slot < 2
            try pci([root], type: "0x060400", node: number / 2)
            try pci([root, up], type: "0x060400", node: number / 2)
            try pci([root, up, down], type: "0x060400", node: number / 2)
            let width = number == 3 && slot == 1 ? 8 : 16
            try pci(
                [root, up, down, end],
                type: isGPU ? "0x030200" : "0x020700",
                vendor: isGPU ? "0x10de" : "0x15b3",
                node: number / 2,
                width: width
            )
            if isGPU {
                try write(
                    "Model: \t\t NVIDIA H100\nIRQ:   \t 18\n",
                    "proc/driver/nvidia/gpus/\(end)/information"
                )
            } else {
                try adapter("mlx5_\(2 * number + slot - 2)", [root, up, down, end])
            }
        }
    }

    private func addNVSwitches() throws {
        for number in 0..<4 {
            try pci(
                ["0000:50:0\(number).0", "0000:5\(number + 1):00.0"],
                type: "0x068000",
                vendor: "0x10de",
                node: 1
            )
        }
    }

    /// A function at the end of a way through others, with its files and its entry in the bus.
    private func pci(
        _ way: [String],
        type: String,
        vendor: String = "0x8086",
        node: Int,
        width: Int = 16
    ) throws {
        let bus = way[way.count - 1]
        let place = "devices/pci0000:00/" + way.joined(separator: "/")
        let path = "sys/\(place)"
        try write(type, "\(path)/class")
        try write(vendor, "\(path)/vendor")
        try write("0x2330", "\(path)/device")
        try write("\(node)", "\(path)/numa_node")
        try write("32.0 GT/s PCIe", "\(path)/current_link_speed")
        try write("\(width)", "\(path)/current_link_width")
        try write("32.0 GT/s PCIe", "\(path)/max_link_speed")
        try write("16", "\(path)/max_link_width")
        try link("sys/bus/pci/devices/\(bus)", to: "../../../\(place)")
    }

    /// An RDMA device with one port, and its interface.
    private func adapter(_ name: String, _ way: [String]) throws {
        let place = "devices/pci0000:00/" + way.joined(separator: "/")
        let rdma = "\(place)/infiniband/\(name)"
        try write("b8ce:f603:0000:0a01", "sys/\(rdma)/node_guid")
        try write("4: ACTIVE", "sys/\(rdma)/ports/1/state")
        try write("400 Gb/sec (4X NDR)", "sys/\(rdma)/ports/1/rate")
        try write("0x1a", "sys/\(rdma)/ports/1/lid")
        try link("sys/class/infiniband/\(name)", to: "../../\(rdma)")
        let net = "\(place)/net/ib-\(name)"
        try write("-1", "sys/\(net)/speed")
        try link("sys/class/net/ib-\(name)", to: "../../\(net)")
        try write("0x0", "sys/devices/virtual/net/lo/speed")
        try? link("sys/class/net/lo", to: "../../devices/virtual/net/lo")
    }

    func write(_ text: String, _ path: String) throws {
        let url = folder.url.appending(path: path)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data("\(text)\n".utf8).write(to: url)
    }

    private func link(_ path: String, to target: String) throws {
        let url = folder.url.appending(path: path)
        guard (try? FileManager.default.destinationOfSymbolicLink(atPath: url.path)) == nil else {
            return
        }
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try FileManager.default.createSymbolicLink(atPath: url.path, withDestinationPath: target)
    }

    var wiring: Wiring {
        Discovery.wiring(sys: folder.path("sys"), proc: folder.path("proc"))
    }
}

@Suite struct DiscoveryTests {
    @Test func aServerOfEightGPUs() throws {
        let wiring = try ServerTree().wiring
        #expect(wiring.name == "server7")
        let counts = WiringSummary(of: wiring).devices.map { "\($0.count) \($0.kind.rawValue)" }
        #expect(counts == ["8 gpu", "2 cpu", "8 nic", "4 pcie", "4 nvswitch"])
        #expect(try wiring.device("numa1").model == "A Processor")
        let gpu = try wiring.device("gpu-0000:13:00.0")
        #expect(gpu.model == "NVIDIA H100" && gpu.numa == 0)
        // Through the ports of the switch straight to it: 32 GT/s over 16 lanes.
        let up = wiring.links("gpu-0000:13:00.0", "pcie-0000:11:00.0")
        #expect(up.map(\.rate?.bits) == [504_123_076_923] && up.map(\.medium) == [.pcie])
        #expect(wiring.links("pcie-0000:11:00.0", "numa0").count == 1)
        #expect(wiring.links("pcie-0000:31:00.0", "numa1").count == 1)
        let nic = try wiring.device("mlx5_7")
        #expect(nic.networkRate?.gigabits == 400 && nic.lid == 26 && nic.numa == 1)
        #expect(nic.guid == 0xb8ce_f603_0000_0a01)
        #expect(wiring.links("nvswitch-0000:51:00.0", "numa1").count == 1)
        #expect(wiring.notes.contains { $0.contains("NVLinks are not in the kernel's files") })
        let summary = WiringSummary(of: wiring)
        #expect(
            summary.findings == [
                "gpu-0000:34:00.0 to pcie-0000:31:00.0 runs at 252.1 Gb/s and could at 504.1 Gb/s"
            ]
        )
        #expect(summary.components == 1)
        #expect(try Wiring.reading(wiring.json5, name: "again") == wiring)
    }

    @Test func virtualFunctionsAndSilentAdapters() throws {
        let tree = try ServerTree()
        try tree.write("", "sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0/physfn")
        for (name, type) in [("0000:00:01.0", "0x060400"), ("0000:01:00.0", "0x020000")] {
            let path = "sys/bus/pci/devices/\(name)"
            try tree.write(type, "\(path)/class")
            if type == "0x020000" { try tree.write("", "\(path)/physfn") }
        }
        // One that is unplugged, and has no speed.
        try tree.write("0x020000", "sys/bus/pci/devices/0000:f2:00.0/class")
        let wiring = tree.wiring
        #expect(wiring.devices.filter { $0.kind == .nic }.count == 9)
        #expect(wiring.notes.contains { $0.hasPrefix("1 virtual functions are left out") })
        #expect(wiring.notes.contains { $0.contains("nic-0000:f2:00.0 is not known") })
        let speeds = wiring.notes.filter { $0.contains("link speed") }
        #expect(speeds.map { $0.prefix(36) } == ["1 PCIe devices have no link speed: t"])
    }

    @Test func nothingAtAll() throws {
        let folder = try TemporaryFolder()
        let wiring = Discovery.wiring(sys: folder.path("sys"), proc: folder.path("proc"))
        #expect(wiring.devices.map(\.name) == ["numa0"] && wiring.links.isEmpty)
        #expect(wiring.notes.contains { $0.contains("no PCI devices") })
        #expect(wiring.notes.contains { $0.contains("no NUMA nodes") })
    }

    /// Whatever this machine is, it has a processor, and comes back as it was.
    @Test func thisMachine() throws {
        let wiring = Discovery.wiring()
        #expect(wiring.devices.contains { $0.kind == .cpu })
        #expect(WiringSummary(of: wiring).components == 1)
        #expect(try Wiring.reading(wiring.json5, name: "again") == wiring)
        let folders = (try? FileManager.default.contentsOfDirectory(atPath: "/sys/class/net")) ?? []
        for name in folders {
            let path = URL(filePath: "/sys/class/net/\(name)").resolvingSymlinksInPath().path
            guard path.contains("/pci"), !path.contains("/physfn") else { continue }
            let isThere = wiring.devices.contains {
                $0.name.split(separator: "+").contains { $0 == name }
            }
            let hasRDMA = FileManager.default.fileExists(atPath: "/sys/class/infiniband")
            #expect(isThere || hasRDMA, "\(name) of \(wiring.devices.map(\.name))")
        }
    }
}
