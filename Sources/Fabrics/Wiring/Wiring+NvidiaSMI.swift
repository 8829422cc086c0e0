internal import Text
internal import Units

/// The matrix of `nvidia-smi topo -m`: how each GPU and adapter reaches each other.
///
/// `NV12` is a bond of 12 NVLinks; `PIX`, `PXB`, `PHB`, `NODE` and `SYS` say how high in the tree
/// of PCIe two have to go: one switch, several, the host bridge, the NUMA node, or beyond. The
/// command's own legend explains them. The tree is made of that; rates it does not tell.
extension Wiring {
    static func readingNvidiaSMI(_ bytes: [UInt8], name: String) throws(TextError) -> Wiring {
        var matrix = try SMIMatrix(bytes, file: name)
        return matrix.wiring(name)
    }
}

private struct SMIMatrix {
    /// How high two devices have to go: from 1, within a switch, to 5, between NUMA nodes.
    private static let levels = ["PIX": 1, "PXB": 2, "PHB": 3, "NODE": 4, "SYS": 5]
    /// More rows than any computer has.
    private static let rowsMost = 1024

    private var names: [String] = []
    /// The level of each pair, 0 where it is not told.
    private var level: [[UInt8]] = []
    private var bonds: [[Int32]] = []
    private var numa: [Int?] = []
    /// The processors that are near to each, as they are listed; empty where none are.
    private var cores: [String] = []
    private var aliases: [String: String] = [:]
    private let hasNUMA: Bool

    init(_ bytes: [UInt8], file: String) throws(TextError) {
        var scanner = LineScanner(Self.withoutEscapes(bytes), file: file)
        var columns: [String] = []
        var titles = ""
        while columns.isEmpty, scanner.nextSaying() {
            while let word = scanner.word() {
                if word == "CPU" || word == "NUMA" {
                    scanner.position -= word.utf8.count
                    titles = scanner.text(scanner.position..<scanner.end)
                    break
                }
                columns.append(word)
            }
        }
        guard columns.first?.hasPrefix("GPU") == true else {
            throw scanner.error("the first line names the columns: GPU0, GPU1 and so on")
        }
        guard columns.count <= Self.rowsMost else {
            throw scanner.error("more than \(Self.rowsMost) devices are more than a computer has")
        }
        hasNUMA = titles.contains("NUMA Affinity")
        try readRows(&scanner, columns)
        readLegend(&scanner)
    }

    /// The header is underlined on terminals, and in files that were copied from them.
    private static func withoutEscapes(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.contains(0x1B) else { return bytes }
        var plain: [UInt8] = []
        var isEscape = false
        for byte in bytes {
            if byte == 0x1B {
                isEscape = true
            } else if isEscape {
                if byte >= 0x40, byte != UInt8(ascii: "[") { isEscape = false }
            } else {
                plain.append(byte)
            }
        }
        return plain
    }

    private mutating func readRows(
        _ scanner: inout LineScanner,
        _ columns: [String]
    ) throws(TextError) {
        while names.count < columns.count {
            guard scanner.nextSaying() else {
                throw scanner.error(
                    "the table ends after \(names.count) of \(columns.count) rows; copy all of it"
                )
            }
            let start = scanner.position
            guard let name = scanner.word(), name == columns[names.count] else {
                scanner.position = start
                throw scanner.expected("the row of \(columns[names.count])")
            }
            names.append(name)
            var levels: [UInt8] = []
            var counts: [Int32] = []
            for column in columns.indices {
                scanner.skipBlanks()
                let place = scanner.position
                guard let cell = scanner.word() else {
                    throw scanner.error("the row of \(name) has no cell for \(columns[column])")
                }
                guard let (level, count) = Self.cell(cell, isSelf: column == names.count - 1) else {
                    scanner.position = place
                    throw scanner.expected("NV#, PIX, PXB, PHB, NODE, SYS, or X for itself")
                }
                let row = names.count - 1
                if column < row, self.level[column][row] != level || bonds[column][row] != count {
                    throw scanner.error(
                        "\(name) reaches \(columns[column]) otherwise than that reaches it",
                        at: place
                    )
                }
                levels.append(level)
                counts.append(count)
            }
            level.append(levels)
            bonds.append(counts)
            cores.append(scanner.word() ?? "")
            let number = hasNUMA ? scanner.word().flatMap { Int($0) } : nil
            numa.append(number.flatMap { $0 >= 0 ? $0 : nil })
        }
    }

    private static func cell(_ text: String, isSelf: Bool) -> (level: UInt8, count: Int32)? {
        if isSelf { return text == "X" ? (0, 0) : nil }
        if let level = levels[text] { return (UInt8(level), 0) }
        guard text.hasPrefix("NV"), let count = Int32(text.dropFirst(2)), (1...64).contains(count)
        else { return nil }
        return (0, count)
    }

    /// `NIC0: mlx5_0`, behind the legend of cells.
    private mutating func readLegend(_ scanner: inout LineScanner) {
        while scanner.nextSaying() {
            guard let word = scanner.word(), word.hasPrefix("NIC"), word.hasSuffix(":"),
                let name = scanner.word()
            else { continue }
            aliases[String(word.dropLast())] = name
        }
    }

    // MARK: The tree

    mutating func wiring(_ name: String) -> Wiring {
        var builder = WiringBuilder(name: name)
        let places = names.indices.map { row in
            let isGPU = names[row].hasPrefix("GPU")
            var device = Wiring.Device(
                isGPU ? .gpu : .nic,
                isGPU ? names[row].lowercased() : aliases[names[row]] ?? names[row]
            )
            device.numa = numa[row]
            return builder.add(device)
        }
        addTree(places, &builder)
        addNVLinks(places, &builder)
        builder.notes.append("the matrix tells no rates; 'links' may be given them")
        return builder.finish()
    }

    /// Groups of devices that go no higher than a level to reach each other.
    private func groups(_ most: UInt8) -> [Int] {
        var group = Array(names.indices)
        func root(_ one: Int) -> Int {
            var one = one
            while group[one] != one {
                group[one] = group[group[one]]
                one = group[one]
            }
            return one
        }
        for row in names.indices {
            for other in 0..<row {
                let isNear = (1...most).contains(level[row][other])
                // GPUs whose way over PCIe is hidden by NVLinks have at least a NUMA node.
                let isNode = most >= 4 && !cores[row].isEmpty && cores[row] == cores[other]
                if isNear || isNode {
                    let roots = (root(row), root(other))
                    group[max(roots.0, roots.1)] = min(roots.0, roots.1)
                }
            }
        }
        return names.indices.map(root)
    }

    private func addTree(_ places: [Int32], _ builder: inout WiringBuilder) {
        let levels = (1...4).map { groups(UInt8($0)) }
        var top = places
        var members = names.indices.map { [$0] }
        var current = Array(names.indices)
        let words = ["switch", "switches", "bridge", "numa"]
        for (step, group) in levels.enumerated() {
            var inside: [Int: [Int]] = [:]
            for one in Set(current).sorted() { inside[group[one], default: []].append(one) }
            var next = current
            for (leader, parts) in inside.sorted(by: { $0.key < $1.key }) {
                let all = parts.flatMap { members[$0] }
                for one in all { next[one] = leader }
                // A level of one part is not there, but everything sits at a NUMA node.
                if parts.count > 1 || step == 3 {
                    let number = all.compactMap { numa[$0] }.first
                    var device = Wiring.Device(
                        step == 3 ? .cpu : .pcie,
                        step == 3 ? "numa\(number ?? leader)" : "\(words[step])-\(names[leader])"
                    )
                    device.numa = number
                    let place = builder.add(device)
                    for part in parts {
                        builder.links.append(Wiring.Link(top[part], place, .pcie))
                    }
                    top[leader] = place
                } else if let part = parts.first {
                    top[leader] = top[part]
                }
                members[leader] = all
            }
            current = next
        }
        let nodes = Set(current).sorted().map { top[$0] }
        guard nodes.count <= 64 else {
            builder.notes.append("the ways between \(nodes.count) NUMA nodes are left out")
            return
        }
        for (index, one) in nodes.enumerated() {
            for other in nodes[(index + 1)...] {
                builder.links.append(Wiring.Link(one, other, .smp))
            }
        }
    }

    /// More NVLinks than a GPU has are those to a switch, told of once for each GPU behind it.
    private func addNVLinks(_ places: [Int32], _ builder: inout WiringBuilder) {
        let linksMost: Int32 = 18
        let sums = bonds.map { row in row.reduce(0) { Int($0) + Int($1) } }
        if let most = sums.max(), most > Int(linksMost) {
            let place = builder.add(Wiring.Device(.nvswitch, "nvswitch"))
            for row in names.indices {
                guard let count = bonds[row].max(), count > 0 else { continue }
                var link = Wiring.Link(places[row], place, .nvlink)
                link.count = count
                builder.links.append(link)
            }
            return
        }
        for row in names.indices {
            for other in 0..<row where bonds[row][other] > 0 {
                var link = Wiring.Link(places[other], places[row], .nvlink)
                link.count = bonds[row][other]
                builder.links.append(link)
            }
        }
    }
}
