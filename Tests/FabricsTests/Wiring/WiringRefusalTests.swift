import Fabrics
import Testing
import Text

/// A malformed file gives its line and column, what is wrong, and what to write.
@Suite struct WiringRefusalTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let format: WiringFormat?
        let text: String
        let error: String
        var testDescription: String { error }

        init(_ format: WiringFormat?, _ text: String, _ error: String) {
            self.format = format
            self.text = text
            self.error = error
        }
    }

    private static let cpu = "<system><cpu numaid='0'>\n"

    static let cases: [Case] = [
        Case(nil, "hello", "1:1: this is none of the forms of networks that are known: "),
        // NCCL.
        Case(.ncclTopology, "<graphs/>", "1:1: NCCL's topology XML is a <system>, and this is a "),
        Case(.ncclTopology, "<system></system>", "1:1: <system> holds no <cpu>"),
        Case(.ncclTopology, "<system><cpu/></system>", "1:9: <cpu> lacks the attribute 'numaid'"),
        Case(
            .ncclTopology,
            cpu + " <pci busid='0:0:0.0' link_speed='fast' link_width='16'/></cpu></system>",
            "2:23: expected a speed as '16.0 GT/s PCIe', found 'fast'"
        ),
        Case(
            .ncclTopology,
            cpu + "<pci busid='a'><gpu dev='0' sm='90'><nvlink target='b' count='0'/></gpu></pci>"
                + "</cpu></system>",
            "2:56: count must be at least 1, not 0"
        ),
        Case(.ncclTopology, cpu + "</cpu>", "2:7: the text ends before </system>"),
        Case(.ncclGraph, "<graphs><graph/></graphs>", "1:1: <graphs> holds no <graph> with a "),
        Case(
            .ncclGraph,
            "<graphs><graph speedintra='x'><channel/></graph></graphs>",
            "1:16: expected GB/s for speedintra, found 'x'"
        ),
        // InfiniBand.
        Case(.ibnetdiscover, "[1]\t\"S-1\"[1]", "1:1: a port before the first node"),
        Case(
            .ibnetdiscover,
            "Switch 8 \"S1\"\n[1] S-1",
            "2:5: expected the id of the node at the other end, in quotes, found 'S-1'"
        ),
        Case(.ibnetdiscover, "Switch 0 \"a\"", "1:9: expected the number of its ports, 1 to 255"),
        Case(
            .ibnetdiscover,
            "Switch 8 \"a\"\n[1] \"b\"[1]\n[1] \"c\"[1]",
            "3:5: port 1 of 'a' was told of before"
        ),
        Case(
            .ibnetdiscover,
            "Switch 8 \"a\"\n[1] \"b\"[1]\n[2] \"b\"[1]",
            "3:5: port 1 of 'a node' has another cable already"
        ),
        Case(.ibports, "SW 1 300 0x1", "1:6: expected the number of a port, found '300 0x1'"),
        Case(.ibports, "XX 1", "1:1: expected a port: 'CA', 'SW' or 'RT', its LID, number and "),
        Case(.iblinkinfo, "  1 1[ ] ==(", "1:3: a port before the first header"),
        Case(.iblinkinfo, "CA: a:\n  0x1 5 1 ==(", "2:10: expected a port, as 1[  ], found '==('"),
        Case(.ibdiagnet, "{ CA x }", "1:5: expected the node's GUID after 'NodeGUID:'"),
        Case(
            .ibdiagnet,
            "{ CA NodeGUID:1 {a} LID:1 PN:100 }",
            "1:33: expected the number of a port after 'PN:', up to FF"
        ),
        // A matrix.
        Case(.nvidiaSMI, "CPU0 CPU1", "1:10: the first line names the columns: GPU0, GPU1 and so"),
        Case(
            .nvidiaSMI,
            " GPU0 GPU1\nGPU0 X SYS",
            "2:11: the table ends after 1 of 2 rows; copy all of it"
        ),
        Case(
            .nvidiaSMI,
            " GPU0 GPU1\nGPU0 X FAR\n",
            "2:8: expected NV#, PIX, PXB, PHB, NODE, SYS, or X for itself, found 'FAR'"
        ),
        Case(
            .nvidiaSMI,
            " GPU0 GPU1\nGPU0 X NV2\nGPU1 NV4 X",
            "3:6: GPU1 reaches GPU0 otherwise than that reaches it"
        ),
        // hwloc.
        Case(.hwloc, "<topology/>", "1:1: <topology> holds no <object>"),
        Case(
            .hwloc,
            "<topology><object type='Machine'><object type='PCIDev'/></object></topology>",
            "1:34: a PCI device has its place in 'pci_busid'"
        ),
        Case(
            .hwloc,
            "<topology><object type='Machine'><object type='PCIDev' pci_busid='a' pci_type='?'/>"
                + "</object></topology>",
            "1:70: expected a class as 0302 in pci_type, found '?'"
        ),
        // Simulators.
        Case(.hpcc, "3 1\n", "1:4: the first line is 'nodes switches links', or "),
        Case(.hpcc, "2 0 1\n0 2 1Gbps 1ns 0", "2:3: node 2 is none of the 2, which are 0 to 1"),
        Case(.hpcc, "2 0 2\n0 1 1Gbps 1ns 0", "2:16: the first line says 2 links, and there are 1"),
        Case(.hpcc, "2 0 1\n0 1 1G 1ns 0", "2:5: \"1G\": unknown unit \"G\""),
        Case(.hpcc, "2 0 1\n0 1 0Gbps 1ns 0", "2:14: nothing moves at rate zero"),
        Case(.hpcc, "2 0 0\n0 1 1Gbps 1ns 0", "2:1: a link more than the 0 that the first line"),
        Case(.hpcc, "2 1 0\n5\n", "2:1: expected the number of switch 1 of 1, found '5'"),
        Case(.astra, "topology: [ Rings ]\n", "1:1: the list 'npus_count' is missing"),
        Case(
            .astra,
            "topology: [ Rings ]\nnpus_count: [2]\nbandwidth: [1]\nlatency: [1]",
            "1:13: unknown topology 'Rings'; did you mean 'Ring'?"
        ),
        Case(
            .astra,
            "topology: [Ring]\nnpus_count: [2, 3]\nbandwidth: [1]\nlatency: [1]",
            "2:14: 2 values for 1 dimensions of 'topology'"
        ),
        Case(
            .astra,
            "topology: [Ring]\nnpus_count: [1]\nbandwidth: [1]\nlatency: [1]",
            "2:14: expected at least 2 NPUs, found '1'"
        ),
        Case(.astra, "topology: [Ring", "1:16: the list of 'topology' has no ']'"),
        // weft's own.
        Case(.json5, "{name: 'n', tiers: []}", "1:1: this is a fabric of tiers"),
        Case(.json5, "{name: 'n', devices: [{kind: 'gpu'}]}", "1:23: devices[0]: the key 'name' "),
        Case(
            .json5,
            "{name: 'n', devices: [{name: 'a', kind: 'gpus'}]}",
            "1:41: devices[0].kind: unknown kind of device 'gpus'; did you mean 'gpu'?"
        ),
        Case(
            .json5,
            "{name: 'n', devices: [{name: 'a'}, {name: 'a'}]}",
            "1:43: devices[1].name: the name 'a' is taken by another"
        ),
        Case(
            .json5,
            "{name: 'n', devices: [{name: 'gpu', count: 2}], links: [{from: 'gpu0', to: 'gpu9'}]}",
            "1:76: links[0].to: there is no device 'gpu9'; did you mean 'gpu0'?"
        ),
        Case(
            .json5,
            "{name: 'n', devices: [{name: 'a', colour: 1}]}",
            "1:35: devices[0]: unknown key 'colour'; "
        ),
    ]

    @Test(arguments: cases)
    func isRefused(_ one: Case) {
        do throws(TextError) {
            _ = try Wiring.reading(one.text, name: "f", as: one.format)
            Issue.record("accepted: \(one.text)")
        } catch {
            #expect(error.description.hasPrefix("f:" + one.error), "\(error)")
        }
    }
}
