internal import Drawing
internal import Measurement
internal import Text

/// What a record was measured on and by which command.
struct MachineCard {
    let record: Record

    func write(to page: inout HTML) {
        page.element("dl") { page in
            for (name, value) in facts where !value.isEmpty {
                page.element("dt", name)
                page.element("dd", value)
            }
            guard !record.command.isEmpty else { return }
            page.element("dt", "Command")
            page.element("dd") { page in
                page.element("pre") { $0.element("code", shellLine(record.command)) }
            }
        }
    }

    private var facts: [(String, String)] {
        let machine = record.machine
        let cores = counted(machine.cores, "core") + ", " + counted(machine.threads, "thread")
        let revision = machine.revision.isEmpty ? "" : " (\(machine.revision))"
        return [
            ("Host", machine.host),
            ("Processor", machine.processor),
            ("Usable", cores),
            ("NUMA nodes", "\(machine.nodes)"),
            ("Largest cache", bytes(machine.cacheBytes)),
            ("Memory", bytes(machine.memoryBytes)),
            ("Frequency governor", machine.governor),
            ("Huge pages for shared memory", machine.hugePages),
            ("Kernel", machine.kernel),
            ("Load before the run", significant(machine.load, 3)),
            ("Boot", machine.boot),
            ("weft", machine.version + revision),
            ("Date", proseDate(record.date)),
        ]
    }

    private func counted(_ count: Int, _ noun: String) -> String {
        count == 1 ? "1 \(noun)" : "\(count) \(noun)s"
    }

    /// About how much: memory is never a round number.
    private func bytes(_ count: Int) -> String {
        let text = ValueFormat.bytes.text(Double(count))
        guard let prefix = text.last, prefix.isLetter else { return "\(count) B" }
        return "\(text.dropLast()) \(prefix)iB"
    }
}
