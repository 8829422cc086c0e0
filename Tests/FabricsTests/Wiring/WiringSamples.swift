import Fabrics

/// Small files in the syntax of each tool, of networks that are nowhere.
enum WiringSamples {
    /// Two GPUs and an adapter under a switch, one GPU with a Grace beside it, an NVSwitch.
    static let nccl = """
        <system version="1">
          <cpu host_hash="0x1" numaid="0" affinity="00ff" arch="x86_64" vendor="GenuineIntel">
            <pci busid="0000:17:00.0" class="0x060400" link_speed="32.0 GT/s PCIe" link_width="16">
              <pci busid="0000:19:00.0" class="0x030200" vendor="0x10de" device="0x2330" \
        link_speed="32.0 GT/s PCIe" link_width="16">
                <gpu dev="0" sm="90" rank="0" gdr="1">
                  <nvlink target="0000:07:00.0" count="4" tclass="0x068000"/>
                  <nvlink target="0000:1A:00.0" count="2" tclass="0x030200"/>
                </gpu>
              </pci>
              <pci busid="0000:1a:00.0" class="0x030200" link_speed="32.0 GT/s PCIe" link_width="8">
                <gpu dev="1" sm="90" rank="1" gdr="1">
                  <nvlink target="0000:07:00.0" count="4" tclass="0x068000"/>
                  <nvlink target="0000:19:00.0" count="2" tclass="0x030200"/>
                </gpu>
              </pci>
              <pci busid="0000:1b:00.0" class="0x020700" link_speed="16.0 GT/s PCIe" link_width="8">
                <nic>
                  <net name="mlx5_0" dev="0" speed="400000" port="1" guid="0x2a" maxconn="131072"/>
                </nic>
              </pci>
            </pci>
          </cpu>
          <cpu host_hash="0x1" numaid="1" affinity="ff00" arch="arm64">
            <pci busid="0001:01:00.0" class="0x030200" link_speed="" link_width="0">
              <gpu dev="2" sm="103" rank="2" gdr="1"><c2c bw="44712" count="5"/></gpu>
            </pci>
            <nic><net name="eth0" dev="1" speed="-1" port="0" guid="0x0"/></nic>
          </cpu>
        </system>

        """

    static let xgmi = """
        <system version="2">
          <cpu numaid="0" arch="x86_64" vendor="AuthenticAMD">
            <pci busid="0000:c1:00.0" class="0x038000" link_speed="16 GT/s" link_width="16">
              <gpu dev="0" sm="94" gcn="gfx942" rank="0">
                <xgmi target="0000:c6:00.0" count="1" tclass="0x038000"/>
              </gpu>
            </pci>
            <pci busid="0000:c6:00.0" class="0x038000" link_speed="16 GT/s" link_width="16">
              <gpu dev="1" sm="94" gcn="gfx942" rank="1">
                <xgmi target="0000:c1:00.0" count="1" tclass="0x038000"/>
              </gpu>
            </pci>
          </cpu>
        </system>

        """

    static let ncclGraph = """
        <graphs version="1">
          <graph id="1" pattern="1" nchannels="1" speedintra="20" speedinter="20">
            <channel><gpu dev="1"/><gpu dev="0"/></channel>
          </graph>
          <graph id="0" pattern="4" nchannels="2" speedintra="24.5" speedinter="12" typeintra="NVL">
            <channel><net dev="0"/><gpu dev="0"/><gpu dev="1"/><net dev="0"/></channel>
            <channel><net dev="1"/><gpu dev="0"/><gpu dev="1"/><net dev="1"/></channel>
          </graph>
        </graphs>

        """

    /// Two leaves with two adapters each, and a spine; one cable came up with two lanes.
    static let ibnetdiscover = """
        #
        # Topology file: generated on a day
        #
        # Initiated from node b8cef60300000a01 port b8cef60300000a01

        vendid=0x2c9
        devid=0xd2f2
        sysimgguid=0xb8cef60300000100
        switchguid=0xb8cef60300000100(b8cef60300000100)
        Switch\t64 "S-b8cef60300000100"\t\t# "MF0;leaf1:MQM9700/U1" enhanced port 0 lid 1 lmc 0
        [1]\t"H-b8cef60300000a01"[1](b8cef60300000a01) \t\t# "node1 mlx5_0" lid 11 4xNDR
        [2]\t"H-b8cef60300000a02"[1](b8cef60300000a02) \t\t# "node2 mlx5_0" lid 12 2xNDR
        [33]\t"S-b8cef60300000200"[1]\t\t# "MF0;spine1:MQM9700/U1" lid 2 4xNDR s=4 w=2 v=5
        [34][ext 5]\t"S-b8cef60300000200"[2][ext 6]\t\t# "MF0;spine1:MQM9700/U1" lid 2 4xNDR

        vendid=0x2c9
        switchguid=0xb8cef60300000200(b8cef60300000200)
        Switch\t64 "S-b8cef60300000200"\t\t# "MF0;spine1:MQM9700/U1" base port 0 lid 2 lmc 0
        [1]\t"S-b8cef60300000100"[33]\t\t# "MF0;leaf1:MQM9700/U1" lid 1 4xNDR
        [2]\t"S-b8cef60300000100"[34]\t\t# "MF0;leaf1:MQM9700/U1" lid 1 4xNDR

        vendid=0x2c9
        devid=0x1021
        caguid=0xb8cef60300000a01
        Ca\t1 "H-b8cef60300000a01"\t\t# "node1 mlx5_0"
        [1](b8cef60300000a01) \t"S-b8cef60300000100"[1]\t\t# lid 11 lmc 0 "MF0;leaf1:MQM9700/U1" \
        lid 1 4xNDR

        """

    static let ibports = """
        CA    11  1 0xb8cef60300000a01 4x EDR - SW     1  1 0xb8cef60300000100 \
        ( 'node1 HCA-1' - 'leaf1' )
        CA    12  1 0xb8cef60300000a02 4x HDR - SW     1  2 0xb8cef60300000100 \
        ( 'node2 HCA-1' - 'leaf1' )
        SW     1  1 0xb8cef60300000100 4x EDR - CA    11  1 0xb8cef60300000a01 \
        ( 'leaf1' - 'node1 HCA-1' )
        SW     1  3 0xb8cef60300000100 4x SDR                                    'leaf1'

        """

    static let iblinkinfo = """
        CA: node1 HCA-1:
              0xb8cef60300000a01     11    1[  ] ==( 4X      25.78125 Gbps Active/  LinkUp)==>  \
             1    1[  ] "leaf1" ( )
        CA: node2 HCA-1:
              0xb8cef60300000a02     12    1[  ] ==( 1X      25.78125 Gbps Active/  LinkUp)==>  \
             1    2[ 7] "leaf1" (Could be 4X Could be 53.125 Gbps)
        Switch: 0xb8cef60300000100 leaf1:
                   1    1[  ] ==( 4X      25.78125 Gbps Active/  LinkUp)==>      11    1[  ] \
        "node1 HCA-1" ( )
                   1    2[ 7] ==( 1X      25.78125 Gbps Active/  LinkUp)==>      12    1[  ] \
        "node2 HCA-1" (Could be 4X)
                   1    3[  ] ==(                Down/ Polling)==>             [  ] "" ( )
                   1    4[  ] ==( 4X          10.0 Gbps (FDR10) Active/  LinkUp)==>      40   \
         9[  ] "other switch" ( )

        """

    static let iblinkinfoLines = """
        0xb8cef60300000100 "                         leaf1"      1    1[  ] ==( 4X      \
        106.25 Gbps Active/  LinkUp)==>  0xb8cef60300000a01     11    1[  ] "node1 mlx5_0" ( )
        0xb8cef60300000100 "                         leaf1"      1    2[  ] ==(                \
        Down/ Polling)==>             [  ] "" ( )
        0xb8cef60300000a01 "                  node1 mlx5_0"     11    1[  ] ==( 4X      \
        106.25 Gbps Active/  LinkUp)==>  0xb8cef60300000100      1    1[  ] "leaf1" ( )

        """

    static let lst = """
        { CA Ports:01 SystemGUID:b8cef60300000a01 NodeGUID:b8cef60300000a01 \
        PortGUID:b8cef60300000a01 VenID:000002C9 DevID:1003 Rev:00000000 {node1 HCA-1} LID:000b \
        PN:01 } { SW Ports:24 SystemGUID:b8cef60300000100 NodeGUID:b8cef60300000100 \
        PortGUID:b8cef60300000100 VenID:000002C9 DevID:c738 Rev:000000a1 {leaf}1} LID:0001 PN:14 } \
        PHY=4x LOG=ACT SPD=14
        { SW Ports:24 SystemGUID:b8cef60300000100 NodeGUID:b8cef60300000100 \
        PortGUID:b8cef60300000100 VenID:000002C9 DevID:c738 Rev:000000a1  LID:0001 PN:15 } \
        { CA Ports:01 SystemGUID:b8cef60300000a02 NodeGUID:b8cef60300000a02 \
        PortGUID:b8cef60300000a02 VenID:000002C9 DevID:1003 Rev:00000000  LID:000c PN:01 } \
        PHY=4x LOG=ACT SPD=10

        """

    /// Four GPUs behind NVSwitches on two NUMA nodes, an adapter beside each pair.
    static let nvidiaSMI = """
        \t\u{1B}[4mGPU0\tGPU1\tGPU2\tGPU3\tNIC0\tNIC1\tCPU Affinity\tNUMA Affinity\u{1B}[0m
        GPU0\t X \tNV12\tNV12\tNV12\tPXB\tSYS\t0-23,48-71\t0\t\tN/A
        GPU1\tNV12\t X \tNV12\tNV12\tPIX\tSYS\t0-23,48-71\t0\t\tN/A
        GPU2\tNV12\tNV12\t X \tNV12\tSYS\tNODE\t24-47,72-95\t1\t\tN/A
        GPU3\tNV12\tNV12\tNV12\t X \tSYS\tPHB\t24-47,72-95\t1\t\tN/A
        NIC0\tPXB\tPIX\tSYS\tSYS\t X \tSYS\t\t\t\t
        NIC1\tSYS\tSYS\tNODE\tPHB\tSYS\t X \t\t\t\t

        Legend:

          X    = Self
          NV#  = Connection traversing a bonded set of # NVLinks

        NIC Legend:

          NIC0: mlx5_0
          NIC1: mlx5_1

        """

    static let hwloc = """
        <?xml version="1.0" encoding="UTF-8"?>
        <!DOCTYPE topology SYSTEM "hwloc2.dtd">
        <topology version="2.0">
          <object type="Machine" os_index="0" gp_index="1">
            <object type="Package" os_index="0" gp_index="3">
              <object type="NUMANode" os_index="0" gp_index="2" local_memory="1"/>
              <object type="L3Cache" gp_index="4"><object type="Core" os_index="0"/></object>
              <object type="Bridge" gp_index="5" bridge_type="0-1" bridge_pci="0000:[00-08]">
                <object type="Bridge" bridge_type="1-1" pci_busid="0000:00:01.0" \
        pci_type="0604 [8086:3408] [0000:0000] 13 00" pci_link_speed="15.753846">
                  <object type="PCIDev" pci_busid="0000:04:00.0" \
        pci_type="0302 [10de:20b0] [10de:144e] a1 00" pci_link_speed="15.753846">
                    <info name="PCIDevice" value="A100"/>
                    <object type="OSDev" name="cuda0" osdev_type="5">
                      <info name="GPUModel" value="A100-SXM4-40GB"/>
                    </object>
                  </object>
                </object>
                <object type="PCIDev" pci_busid="0000:00:1f.2" \
        pci_type="0101 [8086:3a20] [003c:000d] 00 00" pci_link_speed="0.100000"/>
              </object>
            </object>
            <object type="Package" os_index="1" gp_index="54">
              <object type="NUMANode" os_index="1" gp_index="53" local_memory="1"/>
            </object>
            <object type="Bridge" gp_index="70" bridge_type="0-1" bridge_pci="0000:[80-8f]">
              <object type="PCIDev" pci_busid="0000:81:00.0" \
        pci_type="0207 [15b3:101b] [15b3:0007] 00 00" pci_link_speed="0.000000">
                <object type="OSDev" name="ib0" osdev_type="2"/>
                <object type="OSDev" name="mlx5_0" osdev_type="3">
                  <info name="NodeGUID" value="b8ce:f603:0000:0a01"/>
                </object>
              </object>
            </object>
          </object>
        </topology>

        """

    static let hpcc = """
        5 2 4
        3 4
        0 3 100Gbps 1000ns 0.000000
        1 3 100Gbps 1000ns 0.000000
        2 4 25Gbps 1us 0
        3 4 400Gbps 0.001ms 0

        """

    static let simai = """
        7 2 2 1 8 H20
        4 5 6
        0 4 2880Gbps 0.000025ms 0
        1 4 2880Gbps 0.000025ms 0
        2 5 2880Gbps 0.000025ms 0
        3 5 2880Gbps 0.000025ms 0
        0 6 400Gbps 0.0005ms 0
        1 6 400Gbps 0.0005ms 0
        2 6 400Gbps 0.0005ms 0.001
        3 6 400Gbps 0.0005ms 0

        """

    static let astra = """
        # Three dimensions
        topology: [ Ring, FullyConnected, Switch ]  # one of each

        npus_count: [ 4,
          3, 2 ]
        bandwidth:
          - 200.0  # GB/s
          - 100.0
          - 50
        latency: [ 50.0, "500.0", 2000.0 ]

        """

    static let astraJSON = """
        {
          "topology-name": "Hierarchical",
          "topologies-per-dim": ["Ring", "AllToAll"],
          "dimension-type": ["N", "P"],
          "dimensions-count": 2,
          "units-count": [2, 4],
          "link-latency": [500, 0.5],
          "link-bandwidth": [250, 12.5],
        }

        """

    static let json5 = """
        // A server, written by hand.
        {
          name: "server",
          devices: [
            { name: "gpu", count: 4, kind: "gpu", model: "H100", numa: 0 },
            { name: "sw", count: 2, kind: "nvswitch" },
            { name: "nic", kind: "nic", guid: "0x2a", lid: 3, networkRate: "400Gb/s",
              bus: "0000:1b:00.0", host: "a" },
          ],
          links: [
            { from: "gpu", to: "sw", count: 9, medium: "nvlink", kind: "nvlink4" },
            { from: "nic", to: "gpu0", medium: "pcie", rate: "63GB/s", rateBack: "60GB/s",
              best: "126GB/s", latency: "300ns", fromPort: 1, toPort: 2 },
          ],
          notes: ["two racks away"],
        }

        """

    /// Each text with the form that it is in.
    static let all: [(format: WiringFormat, text: String)] = [
        (.ncclTopology, nccl), (.ncclTopology, xgmi), (.ncclGraph, ncclGraph),
        (.ibnetdiscover, ibnetdiscover), (.ibports, ibports), (.iblinkinfo, iblinkinfo),
        (.iblinkinfo, iblinkinfoLines), (.ibdiagnet, lst), (.nvidiaSMI, nvidiaSMI),
        (.hwloc, hwloc), (.hpcc, hpcc), (.hpcc, simai), (.astra, astra), (.astra, astraJSON),
        (.json5, json5),
    ]
}
