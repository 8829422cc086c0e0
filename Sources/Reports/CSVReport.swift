public import Measurement
internal import Text

/// Records as comma-separated values, for spreadsheets and data frames.
public enum CSVReport {
    /// A header line, then a line for each row of each record.
    ///
    /// A line repeats what the record says about its run, so that it stands alone. What is not
    /// known is empty. GBps are 10^9 bytes a second.
    public static func text(_ records: [Record]) -> String {
        var text = CSV.row(rowNames + figureNames + runNames)
        for record in records {
            let run = CSV.row(run(record))
            for row in record.rows {
                text += CSV.row(identity(row) + figures(row)).dropLast()
                text += ","
                text += run
            }
        }
        return text
    }

    private static let rowNames = [
        "collective", "algorithm", "transport", "ranks", "type", "operation", "root", "bytes",
        "count", "iterations", "batches", "channels", "slices",
    ]

    private static let figureNames: [String] = {
        let parts = [
            "us", "low_us", "high_us", "algbw_GBps", "busbw_GBps", "wrong", "p95_us", "p99_us",
            "max_us", "tail_count",
        ]
        let measured = ["out_of_place", "in_place"].flatMap { kind in parts.map { "\(kind)_\($0)" }
        }
        return measured + parts.prefix(5).map { "model_\($0)" } + [
            "model_error_percent", "exchange_ns", "link_bytes", "link_of_ring", "counters",
        ]
    }()

    private static let runNames = [
        "date", "command", "clock", "clock_read_ns", "clock_overhead_percent",
        "host", "processor", "cores", "threads", "numa_nodes", "cache_bytes", "memory_bytes",
        "governor", "huge_pages", "kernel", "load", "boot", "version", "revision",
    ]

    private static func identity(_ row: Row) -> [String] {
        [
            row.collective, row.algorithm, row.transport, String(row.ranks), row.type,
            row.operation, row.root.map { String($0) } ?? "", String(row.bytes),
            String(row.count), String(row.iterations), String(row.batches),
            String(row.channels), String(row.slices),
        ]
    }

    private static func figures(_ row: Row) -> [String] {
        measured(row.outOfPlace) + measured(row.inPlace) + times(row.model)
            + [
                number(row.modelError), number(row.exchangeNanoseconds), number(row.link?.bytes),
                number(row.link?.ofRing), counters(row),
            ]
    }

    /// NAME=GROWTH, with blanks between.
    private static func counters(_ row: Row) -> String {
        (row.counters ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            .joined(separator: " ")
    }

    private static func times(_ figure: Figure?) -> [String] {
        [
            figure?.microseconds, figure?.low, figure?.high, figure?.algorithmBandwidth,
            figure?.busBandwidth,
        ].map(number)
    }

    private static func measured(_ figure: Figure?) -> [String] {
        let tails = figure?.tails
        return times(figure) + [count(figure?.wrong)]
            + [tails?.p95, tails?.p99, tails?.max].map(number) + [count(tails?.count)]
    }

    private static func run(_ record: Record) -> [String] {
        let (timing, machine) = (record.timing, record.machine)
        let costs = [
            timing?.readNanoseconds, timing?.overheadPercent,
        ]
        let start = [record.date, shellLine(record.command), timing?.clock ?? ""]
        let counts = [
            machine.cores, machine.threads, machine.nodes, machine.cacheBytes,
            machine.memoryBytes,
        ]
        return start + costs.map(number) + [machine.host, machine.processor]
            + counts.map { String($0) }
            + [
                machine.governor, machine.hugePages, machine.kernel, number(machine.load),
                machine.boot, machine.version, machine.revision,
            ]
    }

    /// The fewest digits that read back to the same value.
    private static func number(_ value: Double?) -> String {
        guard let value, value.isFinite else { return "" }
        return "\(value)"
    }

    private static func count(_ value: Int?) -> String { value.map { String($0) } ?? "" }
}
