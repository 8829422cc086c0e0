import Fabrics
import Testing
import Units

extension Wiring {
    /// The device of a name.
    func device(_ name: String) throws -> Device {
        try #require(devices.first { $0.name == name }, "\(devices.map(\.name))")
    }

    /// The links between two devices, the ends in any order.
    func links(_ one: String, _ other: String) -> [Link] {
        links.filter { link in
            Set([devices[Int(link.from)].name, devices[Int(link.to)].name]) == [one, other]
        }
    }
}

/// What each form says, on small files.
@Suite struct WiringReadingTests {
    private func read(_ text: String) throws -> Wiring {
        try Wiring.reading(text, name: "folder/sample.txt")
    }

    @Test func formsAreKnownByTheirContent() {
        for (format, text) in WiringSamples.all {
            #expect(WiringFormat.of(Array(text.utf8)) == format, "\(text.prefix(60))")
        }
        for text in ["", "hello\n", "# only a comment\n", "<html></html>", "{\"a\": 1}", "1 2\n"] {
            #expect(WiringFormat.of(Array(text.utf8)) == nil, "\(text)")
        }
    }

    @Test func ncclTopology() throws {
        let wiring = try read(WiringSamples.nccl)
        #expect(wiring.name == "sample")
        #expect(WiringSummary(of: wiring).devices.map(\.count) == [3, 2, 2, 1, 1])
        let gpu = try wiring.device("gpu0")
        #expect(gpu.kind == .gpu && gpu.bus == "0000:19:00.0" && gpu.model == "10de:2330")
        #expect(gpu.numa == 0 && gpu.host == nil)
        // 32 GT/s over 16 lanes in 128b/130b.
        let pcie = wiring.links("gpu0", "pcie-0000:17:00.0")
        #expect(pcie.map(\.rate?.bits) == [504_123_076_923])
        #expect(wiring.links("gpu1", "pcie-0000:17:00.0").map(\.rate?.bits) == [252_061_538_461])
        // Both GPUs tell of the two NVLinks between them.
        let bond = wiring.links("gpu0", "gpu1")
        #expect(bond.map(\.count) == [2] && bond.map(\.kind?.name) == ["nvlink4"])
        #expect(bond.map(\.rate?.gigabytes) == [25])
        let up = wiring.links("gpu0", "nvswitch-0000:07:00.0")
        #expect(up.map(\.count) == [4] && up.first?.total?.gigabytes == 100)
        let c2c = wiring.links("gpu2", "numa1").filter { $0.medium == .c2c }
        #expect(c2c.map(\.count) == [5] && c2c.map(\.rate?.gigabytes) == [44.712])
        #expect(wiring.links("gpu2", "numa1").filter { $0.medium == .pcie }.map(\.rate) == [nil])
        let nic = try wiring.device("mlx5_0")
        #expect(nic.guid == 42 && nic.networkRate?.gigabits == 400)
        #expect(try wiring.device("eth0").networkRate == nil)
        #expect(wiring.links("numa0", "numa1").map(\.medium) == [.smp])
        #expect(wiring.notes.isEmpty)
    }

    @Test func ncclTopologyOfAMDAndOfTwoHosts() throws {
        let wiring = try read(WiringSamples.xgmi)
        let link = wiring.links("gpu0", "gpu1")
        #expect(link.map(\.medium) == [.xgmi] && link.map(\.rate?.gigabytes) == [64])
        let two = WiringSamples.nccl.replacing(
            "host_hash=\"0x1\" numaid=\"1\"",
            with: "numaid=\"1\""
        )
        let hosts = try read(two)
        #expect(try hosts.device("host1/gpu2").host == "host1")
        #expect(hosts.links.allSatisfy { $0.medium != .smp })
        #expect(WiringSummary(of: hosts).components == 2)
    }

    @Test func ncclGraph() throws {
        let wiring = try read(WiringSamples.ncclGraph)
        #expect(wiring.devices.map(\.name) == ["net0", "gpu0", "gpu1", "net1"])
        let between = wiring.links("gpu0", "gpu1")
        #expect(between.map(\.count) == [2] && between.map(\.rate?.gigabytes) == [24.5])
        #expect(between.map(\.medium) == [.path])
        #expect(wiring.links("gpu1", "net1").map(\.rate?.gigabytes) == [12])
        // Without <net> a ring of three goes back to its start; a chain does not.
        let ring =
            "<graphs><graph pattern='4' speedintra='1'><channel><gpu dev='0'/>"
            + "<gpu dev='1'/><gpu dev='2'/></channel></graph></graphs>"
        #expect(try read(ring).links("gpu2", "gpu0").count == 1)
        #expect(try read(ring.replacing("'4'", with: "'3'")).links("gpu2", "gpu0").isEmpty)
    }

    @Test func ibnetdiscover() throws {
        let wiring = try read(WiringSamples.ibnetdiscover)
        #expect(wiring.devices.count == 4 && wiring.links.count == 4)
        let leaf = try wiring.device("MF0;leaf1:MQM9700/U1")
        #expect(leaf.kind == .networkSwitch && leaf.lid == 1 && leaf.guid == 0xb8ce_f603_0000_0100)
        let node = try wiring.device("node1 mlx5_0")
        #expect(node.kind == .nic && node.lid == 11 && node.host == "node1")
        let link = wiring.links("node1 mlx5_0", "MF0;leaf1:MQM9700/U1")
        #expect(link.map(\.rate?.gigabits) == [400] && link.map(\.kind?.name) == ["ib-ndr"])
        let narrow = wiring.links("node2 mlx5_0", "MF0;leaf1:MQM9700/U1")
        #expect(narrow.map(\.rate?.gigabits) == [200] && narrow.map(\.kind) == [nil])
        let up = wiring.links("MF0;leaf1:MQM9700/U1", "MF0;spine1:MQM9700/U1")
        #expect(up.map(\.fromPort) == [33, 34] && up.map(\.toPort) == [1, 2])
    }

    @Test func otherListingsOfInfiniBand() throws {
        let ports = try read(WiringSamples.ibports)
        #expect(ports.devices.map(\.name) == ["node1 HCA-1", "leaf1", "node2 HCA-1"])
        #expect(ports.links.map(\.rate?.gigabits) == [100, 200])
        #expect(ports.notes == ["1 ports that were listed have no cable"])
        let lst = try read(WiringSamples.lst)
        #expect(lst.devices.map(\.name) == ["node1 HCA-1", "leaf}1", "0xb8cef60300000a02"])
        #expect(lst.devices.map(\.lid) == [11, 1, 12])
        #expect(lst.links.map(\.toPort) == [20, 1])
        // FDR in 64b/66b, to the bit below; QDR in 8b/10b.
        #expect(lst.links.map(\.rate?.bits) == [54_545_454_544, 32_000_000_000])
    }

    @Test(arguments: [WiringSamples.iblinkinfo, WiringSamples.iblinkinfoLines])
    func iblinkinfo(_ text: String) throws {
        let wiring = try read(text)
        #expect(try wiring.device("leaf1").kind == .networkSwitch)
        #expect(try wiring.device("leaf1").guid == 0xb8ce_f603_0000_0100)
        let name = text == WiringSamples.iblinkinfo ? "node1 HCA-1" : "node1 mlx5_0"
        #expect(try wiring.device(name).lid == 11)
        #expect(wiring.links(name, "leaf1").count == 1)
        #expect(wiring.notes.first == "1 ports that were listed have no cable")
        guard text == WiringSamples.iblinkinfo else {
            #expect(wiring.links[0].rate?.gigabits == 400)
            return
        }
        #expect(wiring.links.map(\.rate?.gigabits) == [100, 25, 40])
        // Four lanes of HDR is what the far end said, four of EDR the near one.
        #expect(wiring.links.map(\.best?.gigabits) == [nil, 200, nil])
        #expect(try wiring.device("other switch").kind == .networkSwitch)
    }

    @Test func nvidiaSMI() throws {
        let wiring = try read(WiringSamples.nvidiaSMI)
        #expect(try wiring.device("gpu3").numa == 1)
        #expect(try wiring.device("mlx5_1").kind == .nic)
        // Three bonds of 12 are more than the 18 links of any GPU: there is a switch.
        let nvlink = wiring.links.filter { $0.medium == .nvlink }
        #expect(nvlink.count == 4 && nvlink.allSatisfy { $0.count == 12 && $0.rate == nil })
        #expect(wiring.links("gpu1", "switch-GPU1").count == 1)
        #expect(wiring.links("mlx5_0", "switch-GPU1").count == 1)
        #expect(wiring.links("switch-GPU1", "switches-GPU0").count == 1)
        #expect(wiring.links("gpu0", "switches-GPU0").count == 1)
        #expect(wiring.links("switches-GPU0", "numa0").count == 1)
        #expect(wiring.links("mlx5_1", "bridge-GPU3").count == 1)
        #expect(wiring.links("gpu2", "numa1").count == 1)
        #expect(wiring.links("numa0", "numa1").map(\.medium) == [.smp])
        #expect(WiringSummary(of: wiring).components == 1)
        let pair = "\tGPU0\tGPU1\tCPU Affinity\nGPU0\tX\tNV4\t0-9\nGPU1\tNV4\tX\t0-9\n"
        let direct = try read(pair)
        #expect(direct.links("gpu0", "gpu1").map(\.count) == [4])
        #expect(direct.links("gpu0", "numa0").count == 1)
    }

    @Test func hwloc() throws {
        let wiring = try read(WiringSamples.hwloc)
        let gpu = try wiring.device("gpu-0000:04:00.0")
        #expect(gpu.model == "A100-SXM4-40GB" && gpu.numa == 0)
        // The root port is part of the processor.
        #expect(wiring.links("gpu-0000:04:00.0", "numa0").map(\.rate?.bits) == [126_030_768_000])
        let nic = try wiring.device("mlx5_0")
        #expect(nic.guid == 0xb8ce_f603_0000_0a01 && nic.numa == nil)
        // It hangs off the machine, which has two NUMA nodes.
        #expect(wiring.links("mlx5_0", "machine0").map(\.rate) == [nil])
        #expect(wiring.links("machine0", "numa1").count == 1)
        #expect(wiring.devices.count == 5)
        #expect(wiring.notes.last == "1 PCI devices are neither GPUs nor adapters, and left out")
        // Version 1 has everything inside its nodes, and older machines had none.
        let old =
            "<topology><object type=\"Machine\"><object type=\"Bridge\" bridge_type=\"0-1\">"
            + "<object type=\"PCIDev\" pci_busid=\"0000:01:00.0\" pci_type=\"0200 [8086:10c9]\"/>"
            + "</object></object></topology>"
        #expect(try read(old).links("nic-0000:01:00.0", "numa0").count == 1)
    }

    @Test func simulators() throws {
        let hpcc = try read(WiringSamples.hpcc)
        #expect(hpcc.devices.map(\.name) == ["host0", "host1", "host2", "switch0", "switch1"])
        #expect(hpcc.links.map(\.rate?.gigabits) == [100, 100, 25, 400])
        #expect(hpcc.links.allSatisfy { $0.latency?.count == 1_000_000 })
        let simai = try read(WiringSamples.simai)
        #expect(try simai.device("gpu3").host == "host1")
        #expect(try simai.device("gpu3").model == "H20")
        #expect(simai.links("gpu2", "nvswitch1").map(\.latency?.count) == [25_000])
        #expect(simai.links("gpu2", "switch0").map(\.rate?.gigabits) == [400])
        #expect(simai.notes == ["1 links lose packets, which is not kept"])
    }

    @Test func ownForm() throws {
        let wiring = try read(WiringSamples.json5)
        #expect(wiring.name == "server" && wiring.notes == ["two racks away"])
        #expect(wiring.devices.map(\.name).prefix(5) == ["gpu0", "gpu1", "gpu2", "gpu3", "sw0"])
        #expect(wiring.links.count == 9 && wiring.links[7].count == 9)
        #expect(wiring.links[8].rateBack?.gigabytes == 60 && wiring.links[8].toPort == 2)
        let pairs = "{name: 'p', devices: [{name: 'a', count: 3}], links: [{from: 'a', to: 'a'}]}"
        #expect(try read(pairs).links.map { [$0.from, $0.to] } == [[0, 1], [0, 2], [1, 2]])
    }
}
