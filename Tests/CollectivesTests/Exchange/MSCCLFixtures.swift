import Collectives
import Text

/// MSCCL algorithms of our own, written from what papers say of them.
///
/// Each is a short text of which `xml` makes MSCCL's: a line is
/// - `algo NAME COLL NGPUS CHUNKS inplace|outofplace`,
/// - `gpu ID INPUT OUTPUT SCRATCH`, in chunks,
/// - `tb ID SEND RECV CHANNEL`,
/// - or a step: `TYPE SOURCE TARGET COUNT`, with areas such as `i3`, then `after TB.STEP` and
///   `told` where others wait for it.
enum MSCCLFixtures {
    /// A ring all-reduce on three GPUs: sums go around once, and results once.
    ///
    /// What is passed on is received, added, stored and sent by one step. Source: Patarasuk and
    /// Yuan, "Bandwidth optimal all-reduce algorithms for clusters of workstations", 2009.
    static let ring = xml(
        """
        algo ring allreduce 3 3 outofplace
        gpu 0 3 3 0
        tb 0 1 2 0
        s i0 i0 1
        rrs i2 o2 1
        rrcs i1 o1 1
        rcs i0 o0 1
        r o2 o2 1
        gpu 1 3 3 0
        tb 0 2 0 0
        s i1 i1 1
        rrs i0 o0 1
        rrcs i2 o2 1
        rcs i1 o1 1
        r o0 o0 1
        gpu 2 3 3 0
        tb 0 0 1 0
        s i2 i2 1
        rrs i1 o1 1
        rrcs i0 o0 1
        rcs i2 o2 1
        r o1 o1 1
        """
    )

    /// An all-pairs all-reduce: everyone sums a third of the data, and sends it to everyone.
    ///
    /// Source: Cowan and others, "MSCCLang: Microsoft Collective Communication Language", 2023.
    static let allPairs = xml(
        """
        algo all-pairs allreduce 3 3 outofplace
        gpu 0 3 3 2
        tb 0 -1 -1 0
        cpy i0 o0 1
        re s0 o0 1 after 1.1
        re s1 o0 1 after 2.1 told
        tb 1 1 1 0
        s i1 s0 1
        r i0 s0 1 told
        s o0 o0 1 after 0.2
        r o1 o1 1
        tb 2 2 2 0
        s i2 s0 1
        r i0 s1 1 told
        s o0 o0 1 after 0.2
        r o2 o2 1
        gpu 1 3 3 2
        tb 0 -1 -1 0
        cpy i1 o1 1
        re s0 o1 1 after 1.1
        re s1 o1 1 after 2.1 told
        tb 1 0 0 0
        s i0 s0 1
        r i1 s0 1 told
        s o1 o1 1 after 0.2
        r o0 o0 1
        tb 2 2 2 0
        s i2 s1 1
        r i1 s1 1 told
        s o1 o1 1 after 0.2
        r o2 o2 1
        gpu 2 3 3 2
        tb 0 -1 -1 0
        cpy i2 o2 1
        re s0 o2 1 after 1.1
        re s1 o2 1 after 2.1 told
        tb 1 0 0 0
        s i0 s1 1
        r i2 s0 1 told
        s o2 o2 1 after 0.2
        r o0 o0 1
        tb 2 1 1 0
        s i1 s1 1
        r i2 s1 1 told
        s o2 o2 1 after 0.2
        r o1 o1 1
        """
    )

    /// A recursive-doubling all-gather on four GPUs: what a GPU has doubles in each exchange.
    ///
    /// Source: Thakur, Rabenseifner and Gropp, "Optimization of Collective Communication Operations
    /// in MPICH", 2005.
    static let doubling = xml(
        """
        algo doubling allgather 4 4 outofplace
        gpu 0 1 4 0
        tb 0 -1 -1 0
        cpy i0 o0 1 told
        tb 1 1 1 0
        s i0 o0 1
        r i0 o1 1 told
        tb 2 2 2 0
        nop i-1 o-1 0 after 0.0
        s o0 o0 2 after 1.1
        r o2 o2 2
        gpu 1 1 4 0
        tb 0 -1 -1 0
        cpy i0 o1 1 told
        tb 1 0 0 0
        s i0 o1 1
        r i0 o0 1 told
        tb 2 3 3 0
        nop i-1 o-1 0 after 0.0
        s o0 o0 2 after 1.1
        r o2 o2 2
        gpu 2 1 4 0
        tb 0 -1 -1 0
        cpy i0 o2 1 told
        tb 1 3 3 0
        s i0 o2 1
        r i0 o3 1 told
        tb 2 0 0 0
        nop i-1 o-1 0 after 0.0
        s o2 o2 2 after 1.1
        r o0 o0 2
        gpu 3 1 4 0
        tb 0 -1 -1 0
        cpy i0 o3 1 told
        tb 1 2 2 0
        s i0 o3 1
        r i0 o2 1 told
        tb 2 1 1 0
        nop i-1 o-1 0 after 0.0
        s o2 o2 2 after 1.1
        r o0 o0 2
        """
    )

    /// A hierarchical all-to-all on two nodes of two GPUs.
    ///
    /// First each GPU gathers in its node what goes to its likes in other nodes, then it sends that
    /// on: the two-step algorithm of the same paper.
    static let hierarchical: String = {
        var text = "algo hierarchical alltoall 4 4 outofplace\n"
        for rank in 0..<4 {
            let (neighbour, like, other) = (rank ^ 1, rank ^ 2, rank ^ 3)
            text += """
                gpu \(rank) 4 4 1
                tb 0 -1 -1 0
                cpy i\(rank) o\(rank) 1
                tb 1 \(neighbour) \(neighbour) 0
                s i\(neighbour) o\(rank) 1
                s i\(other) s0 1
                r i\(rank) o\(neighbour) 1
                r i\(like) s0 1 told
                tb 2 \(like) \(like) 0
                s i\(like) o\(rank) 1
                s s0 o\(neighbour) 1 after 1.3
                r i\(rank) o\(like) 1
                r s0 o\(other) 1

                """
        }
        return xml(text)
    }()

    /// A recursive-doubling all-reduce on two GPUs in place: both send what both overwrite.
    static let exchange = xml(
        """
        algo exchange allreduce 2 1 inplace
        gpu 0 1 0 0
        tb 0 1 1 0
        s i0 i0 1
        rrc i0 i0 1
        gpu 1 1 0 0
        tb 0 0 0 0
        s i0 i0 1
        rrc i0 i0 1
        """
    )

    /// A ring reduce-scatter in place, with two chunks in each block, whose sums lie in the input.
    static let sums = xml(
        """
        algo sums reduce_scatter 3 6 inplace
        gpu 0 6 0 0
        tb 0 1 2 0
        s i4 i4 2
        rrc i2 i2 2
        s i2 i2 2
        rrc i0 i0 2
        gpu 1 6 0 0
        tb 0 2 0 0
        s i0 i0 2
        rrc i4 i4 2
        s i4 i4 2
        rrc i2 i2 2
        gpu 2 6 0 0
        tb 0 0 1 0
        s i2 i2 2
        rrc i0 i0 2
        s i0 i0 2
        rrc i4 i4 2
        """
    )

    static let all = [ring, allPairs, doubling, hierarchical, exchange, sums]

    /// MSCCL's XML from the short form, an element a line.
    static func xml(_ short: String) -> String {
        var writer = XMLWriter()
        var number = 0
        var depth = 0
        func begin(_ level: Int, _ name: String, _ attributes: [(String, String)]) {
            while depth > level {
                writer.close()
                depth -= 1
            }
            writer.open(name, attributes)
            depth += 1
            number = 0
        }
        for line in short.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            switch words[0] {
            case "algo":
                begin(
                    0,
                    "algo",
                    [
                        ("name", words[1]), ("proto", "Simple"), ("nchannels", "2"),
                        ("nchunksperloop", words[4]), ("ngpus", words[3]), ("coll", words[2]),
                        ("inplace", words[5] == "inplace" ? "1" : "0"),
                    ]
                )
            case "gpu":
                let names = ["id", "i_chunks", "o_chunks", "s_chunks"]
                begin(1, "gpu", Array(zip(names, words.dropFirst())))
            case "tb":
                begin(2, "tb", Array(zip(["id", "send", "recv", "chan"], words.dropFirst())))
            default:
                writer.element("step", step(words, number))
                number += 1
            }
        }
        while depth > 0 {
            writer.close()
            depth -= 1
        }
        return writer.text
    }

    private static func step(_ words: [String], _ number: Int) -> [(String, String)] {
        let awaited = words.firstIndex(of: "after").map { words[$0 + 1].split(separator: ".") }
        return [
            ("s", "\(number)"), ("type", words[0]), ("srcbuf", String(words[1].prefix(1))),
            ("srcoff", String(words[1].dropFirst())), ("dstbuf", String(words[2].prefix(1))),
            ("dstoff", String(words[2].dropFirst())), ("cnt", words[3]),
            ("depid", awaited.map { String($0[0]) } ?? "-1"),
            ("deps", awaited.map { String($0[1]) } ?? "-1"),
            ("hasdep", words.last == "told" ? "1" : "0"),
        ]
    }
}
