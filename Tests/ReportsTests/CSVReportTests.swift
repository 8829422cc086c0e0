import Measurement
import Reports
import Testing

@Suite("CSV report")
struct CSVReportTests {
    /// The fields of each row, read as RFC 4180 says.
    private func fields(_ text: String) -> [[String]] {
        var rows: [[String]] = [[""]]
        var isQuoted = false
        var previous: Unicode.Scalar = "\n"
        for scalar in text.unicodeScalars {
            let last = (row: rows.count - 1, field: rows[rows.count - 1].count - 1)
            switch scalar {
            case "\"":
                // A quote right after one that ended the quotes stands for itself.
                if !isQuoted, previous == "\"" {
                    rows[last.row][last.field].unicodeScalars.append("\"")
                }
                isQuoted.toggle()
            case "," where !isQuoted: rows[last.row].append("")
            case "\n" where !isQuoted: rows.append([""])
            default: rows[last.row][last.field].unicodeScalars.append(scalar)
            }
            previous = scalar
        }
        return Array(rows.dropLast())
    }

    @Test("has a header and a line for each row of each record")
    func shape() throws {
        var bare = Sample.record([Sample.row(16)])
        bare.timing = nil
        bare.command = []
        var full = Sample.fullRow(8)
        full.outOfPlace?.tails = Tails(p95: 3, p99: 4, max: 5, count: 1000)
        full.link = Row.Link(bytes: 98392.5, ofRing: 0.75)
        full.counters = ["hw_counters/np_cnp_sent": 12, "counters/port_xmit_data": 90_000]
        let rows = fields(CSVReport.text([Sample.record([full]), bare]))
        #expect(rows.count == 3)
        #expect(rows.allSatisfy { $0.count == 62 })
        let names = rows[0]
        #expect(Set(names).count == names.count)
        func value(_ name: String, _ row: Int) throws -> String {
            rows[row][try #require(names.firstIndex(of: name))]
        }
        #expect(try value("bytes", 1) == "8")
        #expect(try value("out_of_place_us", 1) == "2.0004")
        #expect(try value("out_of_place_p99_us", 1) == "4.0")
        #expect(try value("out_of_place_wrong", 1) == "0")
        #expect(try value("in_place_p99_us", 1) == "")
        #expect(try value("exchange_ns", 1) == "94.2")
        #expect(try value("link_bytes", 1) == "98392.5")
        #expect(try value("link_of_ring", 1) == "0.75")
        #expect(
            try value("counters", 1) == "counters/port_xmit_data=90000 hw_counters/np_cnp_sent=12"
        )
        #expect(try value("counters", 2) == "")
        #expect(try value("command", 1) == "weft bench all-reduce --title 'it'\\''s mine'")
        #expect(try value("revision", 2) == "3f2a9c1")
        for name in ["out_of_place_us", "model_busbw_GBps", "model_error_percent", "clock"] {
            #expect(try value(name, 2) == "")
        }
        let error = try #require(Double(try value("model_error_percent", 1)))
        #expect(abs(error - 10) < 1e-9)
    }

    @Test("quotes hostile text and leaves out what is no number")
    func hostile() {
        var record = Sample.record([Sample.fullRow(8, algorithm: "a,\"b\"\n")])
        record.machine.host = Sample.hostile
        record.machine.load = .nan
        record.rows[0].outOfPlace?.high = .infinity
        let rows = fields(CSVReport.text([record]))
        #expect(rows.count == 2 && rows[1].count == rows[0].count)
        #expect(rows[1][1] == "a,\"b\"\n")
        #expect(rows[1].contains(Sample.hostile))
        #expect(!rows[1].contains("nan") && !rows[1].contains("inf"))
    }

    @Test("of nothing is the header")
    func empty() {
        #expect(fields(CSVReport.text([])).count == 1)
    }
}
