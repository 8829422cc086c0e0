/// Machines of science, whose networks are no plain fat trees.
extension Catalogue {
    static let machines = [
        // A module has one NIC. All four of a node are on one switch here, and on four in the
        // machine. Ten ports of a switch lead to other groups, where it has about nine, so that
        // any two groups have its four cables. Groups of storage and service are left out.
        entry(
            "frontier",
            "9,472 nodes of 4 MI250X on Slingshot, 74 groups of 32 switches, a Dragonfly",
            "Dragonfly",
            "MI250X module",
            """
            { name: "node", link: "infinity-mi250x", holds: 4, latency: "1us",
              pairs: [[0, 1, 3], [0, 2], [0, 3, 2], [1, 2, 2], [1, 3], [2, 3, 3]],
              source: { holds: "\(Document.olcf)" } },
            { name: "system", link: "slingshot-11", nic: "cassini", switch: "rosetta",
              latency: "2.5us",
              dragonfly: { groups: 74, routers: 32, endpoints: 16, global: 10 },
              source: { dragonfly: "\(Document.frontier)" } }
            """
        ),
        // The last tier has no switches: 18 that stand for the cables from each second-level switch
        // to its like in the other 18 cells. What two cells alone can send each other is less.
        entry(
            "leonardo",
            "19 cells of 162 nodes of 4 A100 on HDR100, a Dragonfly+ written as three levels",
            "Dragonfly",
            "A100 GPU",
            """
            { name: "node", link: "nvlink3", holds: 4, mesh: 4, latency: "600ns" },
            { name: "leaf", rate: "100Gb/s", latency: "2.8us", holds: 9, switches: 1 },
            { name: "cell", latency: "3.7us", holds: 18, switches: 18, switch: "qm8700",
              uplink: "ib-hdr", source: { switches: "\(Document.leonardo)" } },
            { name: "system", latency: "4.2us", holds: 19, switches: 18, uplinks: 18,
              source: { holds: "\(Document.leonardo)", uplinks: "\(Document.leonardo)" } }
            """
        ),
        // The sizes of the cells of its Dragonfly+ have not been read.
        entry(
            "gh200",
            "5,884 nodes of 4 GH200 on NDR200, as JUPITER; how they are joined is left open",
            "InfiniBand",
            "GH200",
            """
            { name: "node", link: "nvlink4", holds: 4, mesh: 6, latency: "600ns",
              source: { holds: "\(Document.jupiter)", mesh: "\(Document.jupiter)" } },
            { name: "system", rate: "200Gb/s", latency: "4us", holds: 5884,
              source: {
                rate: "\(Document.jupiter)",
                holds: "a survey of European AI machines: 5,884 nodes of 4",
              } }
            """
        ),
    ]
}
