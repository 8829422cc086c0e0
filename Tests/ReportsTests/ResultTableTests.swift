import Measurement
import Reports
import Testing
import Units

@Suite("Result table")
struct ResultTableTests {
    @Test("has the header of nccl-tests, with columns of its own to the right")
    func header() {
        let heading = ResultTable.Heading(
            version: "0.1.0 (3f2a9c1)",
            collective: "all-reduce",
            sizes: [8, 16, 32].map { ByteCount($0) },
            warmup: 5,
            iterations: 20,
            devices: [
                .init(rank: 0, pid: 4711, host: "node1", processor: 0, node: 0, model: "A CPU"),
                .init(rank: 1, host: "node1", model: "A CPU"),
            ],
            notes: ["Clock: TSC"]
        )
        let expected = """
            # weft version 0.1.0 (3f2a9c1)
            # Collective test starting: all-reduce
            # nThread 1 nGpus 0 minBytes 8 maxBytes 32 step: 2(factor) warmup iters: 5 iters: 20 \
            agg iters: 1 validation: 1 graph: 0
            #
            # Using devices
            #  Rank  0 Group  0 Pid   4711 on      node1 device  0 [node 0] A CPU
            #  Rank  1 Group  0 on      node1 A CPU
            # Clock: TSC
            #
            #                                                              out-of-place            \
                       in-place                         model               measured
            #       size         count      type   redop    root     time   algbw   busbw  #wrong  \
               time   algbw   busbw  #wrong     time   busbw    error    ci95  algorithm
            #        (B)    (elements)                               (us)  (GB/s)  (GB/s)          \
               (us)  (GB/s)  (GB/s)             (us)  (GB/s)      (%)   (+-%)
            """
        #expect(ResultTable.header(heading) == expected)
    }

    @Test("names the step between sizes")
    func steps() {
        let sets: [([Int], String)] = [
            ([8, 32, 128], "4(factor)"), ([8, 8200, 16392], "8192(bytes)"), ([8], "2(factor)"),
            ([], "2(factor)"), ([8, 1024, 1_048_576], "0(list)"), ([64, 8], "0(list)"),
            ([0, 8, 16], "8(bytes)"), ([8, 8], "0(list)"),
            ([0, .max], "\(Int.max)(bytes)"),
        ]
        for (sizes, step) in sets {
            let heading = ResultTable.Heading(
                version: "1",
                collective: "broadcast",
                sizes: sizes.map { ByteCount($0) },
                isChecked: false
            )
            let header = ResultTable.header(heading)
            #expect(
                header.contains(" step: \(step) warmup iters: auto iters: auto agg"),
                "\(sizes)"
            )
            #expect(header.contains("validation: 0"))
            #expect(!header.contains("Using devices"))
        }
    }

    @Test("has rows of nccl-tests' columns")
    func rows() {
        var rows = [Sample.fullRow(8), Sample.fullRow(64 << 20), Sample.row(1024)]
        rows[2].model = Sample.figure(1.5, 1024)
        rows.append(Sample.fullRow(4096, algorithm: "two-shot"))
        rows[3].outOfPlace?.wrong = 17
        rows[3].inPlace?.wrong = nil
        rows.append(Sample.row(16))
        rows[4].inPlace = Sample.figure(123_456_789, 16, wrong: 12_345_678)
        rows[4].collective = "broadcast"
        rows[4].operation = ""
        rows[4].root = 3
        let expected = """
                       8             2     float     sum      -1     2.00    0.00    0.00       0  \
               1.80    0.00    0.00       0     2.20    0.00   +10.00    2.00  ring
                67108864      16777216     float     sum      -1  3357.44   19.99   19.99       0  \
            3021.70   22.21   22.21       0  3693.19   18.17   +10.00    2.00  ring
                    1024           256     float     sum      -1      N/A     N/A     N/A     N/A  \
                N/A     N/A     N/A     N/A     1.50    0.68      N/A     N/A  ring
                    4096          1024     float     sum      -1     2.20     N/A     N/A      17  \
               1.98    2.06    2.06     N/A     2.43    1.69      N/A    2.00  two-shot
                      16             4     float    none       3      N/A     N/A     N/A     N/A  \
            1.2e+08     N/A     N/A   1e+07      N/A     N/A      N/A    2.00  ring
            """
        #expect(rows.map(ResultTable.row).joined(separator: "\n") == expected)
    }

    @Test("sums up as nccl-tests does")
    func footer() {
        var rows = [Sample.fullRow(8192), Sample.fullRow(65536)]
        rows[0].model?.microseconds = 1.2 * 2.4096
        let expected = """
            # Out of bounds values : 0 OK
            # Avg bus bandwidth    : 8.34912
            # Model error          : median 15 %, largest 20 % at 8K (ring)
            #
            """
        #expect(ResultTable.footer(rows: rows) == expected)

        for (index, bytes) in [8300.4, 65_792].enumerated() {
            rows[index].link = Row.Link(bytes: bytes, ofRing: 1.004)
        }
        var other = Sample.row(8, algorithm: "sharp-sat")
        other.link = Row.Link(bytes: 40, ofRing: nil)
        let links = ResultTable.footer(rows: rows + [other]).split(separator: "\n")
            .filter { $0.hasPrefix("# Busiest host's link") }
        #expect(
            links == [
                "# Busiest host's link  : ring at 64K: 65790 B an operation, 1.00 of the ring's",
                "# Busiest host's link  : sharp-sat at 8: 40 B an operation",
            ]
        )

        #expect(ResultTable.counters(other) == nil)
        other.counters = [:]
        #expect(ResultTable.counters(other) == "# Counters             : none has grown")
        other.counters = ["hw_counters/sent pkts\n": 7, "counters/symbol_error": 1]
        #expect(
            ResultTable.counters(other)
                == "# Counters             : counters/symbol_error 1, hw_counters/sent_pkts_ 7"
        )

        var wrong = rows
        wrong[0].outOfPlace?.wrong = .max
        wrong[1].inPlace?.wrong = 2
        wrong[1].outOfPlace?.wrong = nil
        let failed = ResultTable.footer(rows: wrong)
        #expect(failed.contains("# Out of bounds values : \(Int.max) FAILED\n"))

        var predicted = Sample.row(8)
        predicted.model = Sample.figure(1, 8)
        for rows in [[], [predicted]] {
            #expect(
                ResultTable.footer(rows: rows) == """
                    # Out of bounds values : 0 OK (nothing was checked)
                    # Avg bus bandwidth    : N/A
                    #
                    """
            )
        }
    }

    @Test("is read by parsers that know nccl-tests only")
    func parsers() throws {
        let rows = Sample.sweep.rows
        let heading = ResultTable.Heading(
            version: "1",
            collective: "all-reduce",
            sizes: rows.map { ByteCount($0.bytes) }
        )
        let text =
            ([ResultTable.header(heading)] + rows.map(ResultTable.row)
            + [ResultTable.footer(rows: rows)]).joined(separator: "\n")
        var found: [[Substring]] = []
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.first?.first?.isNumber == true { found.append(words) }
        }
        #expect(found.count == rows.count)
        for (words, row) in zip(found, rows) {
            #expect(Int(words[0]) == row.bytes && Int(words[1]) == row.count)
            #expect(words[2] == "float" && words[3] == "sum" && words[4] == "-1")
            for (start, figure) in [(5, row.outOfPlace), (9, row.inPlace)] {
                let figure = try #require(figure)
                let values = words[start..<start + 4].compactMap { Double($0) }
                let wanted = [
                    figure.microseconds, figure.algorithmBandwidth, figure.busBandwidth, 0,
                ]
                #expect(values.count == 4)
                #expect(zip(values, wanted).allSatisfy { abs($0 - $1) <= 0.05 })
            }
        }
        let summary = text.split(separator: "\n").suffix(4).map { String($0) }
        let average = try #require(summary.first { $0.contains("Avg bus bandwidth") })
        #expect(average.split(separator: ":").last.flatMap { Double($0.dropFirst()) } != nil)
        #expect(summary.contains("# Out of bounds values : 0 OK"))
    }

    @Test("keeps hostile words in their line and column")
    func hostile() {
        var row = Sample.fullRow(8, algorithm: "a b\n8 8 float\u{1B}[2J")
        row.type = Sample.hostile
        row.operation = " "
        row.outOfPlace?.microseconds = .infinity
        row.model?.microseconds = .nan
        let line = ResultTable.row(row)
        #expect(!line.contains { $0.isNewline } && !line.contains("\u{1B}"))
        #expect(line.split(separator: " ").count == 18)
        let heading = ResultTable.Heading(
            version: Sample.hostile,
            collective: "\n8 16",
            sizes: [],
            devices: [.init(rank: 0, host: "\n8", model: "\u{2028}8")],
            notes: ["", "\n8 8 float"]
        )
        for line in ResultTable.header(heading).split(whereSeparator: \.isNewline) {
            #expect(line.hasPrefix("#"))
        }
    }
}
