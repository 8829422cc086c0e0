import Measurement

/// Rows and records as a run leaves them.
enum Sample {
    static var machine: MachineContext {
        var machine = MachineContext(cores: 2, threads: 4, version: "0.1.0", revision: "3f2a9c1")
        machine.host = "node1"
        machine.processor = "Example CPU @ 2.70GHz"
        machine.nodes = 1
        machine.cacheBytes = 32 << 20
        machine.memoryBytes = 16 << 30
        machine.governor = "performance"
        machine.hugePages = "advise"
        machine.kernel = "6.1.0"
        machine.load = 0.25
        machine.boot = "6c1b39e2"
        return machine
    }

    static func row(_ bytes: Int, algorithm: String = "ring") -> Row {
        Row(
            collective: "all-reduce",
            algorithm: algorithm,
            transport: "shm",
            ranks: 2,
            type: "float",
            operation: "sum",
            bytes: bytes,
            count: bytes / 4,
            iterations: 20,
            batches: 101
        )
    }

    static func figure(_ time: Double, _ bytes: Int, wrong: Int? = nil) -> Figure {
        let estimate = Estimate(median: time, low: time * 0.98, high: time * 1.02, count: 101)
        return Figure(estimate, bytes: bytes, busFactor: 1, wrong: wrong)
    }

    /// A row with everything, of an operation that takes 2 µs and a byte's share.
    static func fullRow(_ bytes: Int, algorithm: String = "ring") -> Row {
        let time = 2 + Double(bytes) / 20e3
        var row = row(bytes, algorithm: algorithm)
        row.outOfPlace = figure(time, bytes, wrong: 0)
        row.inPlace = figure(time * 0.9, bytes, wrong: 0)
        row.model = figure(time * 1.1, bytes)
        row.exchangeNanoseconds = 94.2
        return row
    }

    static func record(_ rows: [Row]) -> Record {
        Record(
            command: ["weft", "bench", "all-reduce", "--title", "it's mine"],
            date: "2026-11-21T08:00:00Z",
            machine: machine,
            timing: Record.Timing(
                clock: "TSC",
                readNanoseconds: 9.8,
                exchangeNanoseconds: 94.2,
                overheadPercent: 0.011
            ),
            rows: rows
        )
    }

    /// Sizes from 8 B to 64 MiB with two algorithms.
    static var sweep: Record {
        let sizes = (3...26).map { 1 << $0 }
        return record(sizes.flatMap { [fullRow($0), fullRow($0, algorithm: "one-shot")] })
    }

    static let hostile =
        "</style><script>alert(1)</script>\"'&<b>\u{0}\u{1B}[31m\r\n\u{202E}\u{85}🧵"
}
