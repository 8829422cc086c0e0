public import Text
internal import Units

/// The forms of files that describe networks.
public enum WiringFormat: String, CaseIterable, Sendable {
    /// weft's own: JSON5 with `devices` and `links`.
    case json5
    /// What NCCL writes to `NCCL_TOPO_DUMP_FILE`.
    case ncclTopology = "nccl-topology"
    /// What NCCL writes to `NCCL_GRAPH_DUMP_FILE`.
    case ncclGraph = "nccl-graph"
    /// What `ibnetdiscover` prints.
    case ibnetdiscover
    /// What `ibnetdiscover -p` prints.
    case ibports = "ibnetdiscover-p"
    /// What `iblinkinfo` prints, with `-l` or without.
    case iblinkinfo
    /// The file `.lst` of `ibdiagnet`.
    case ibdiagnet = "lst"
    /// What `nvidia-smi topo -m` prints.
    case nvidiaSMI = "nvidia-smi"
    /// What `lstopo` writes to a file that ends in .xml.
    case hwloc
    /// The topologies of HPCC's simulator, of ASTRA-sim's ns-3 back end, and of SimAI.
    case hpcc
    /// The networks of ASTRA-sim's analytical back end.
    case astra

    /// The form of a text, by what is in it; nil when it is none of these.
    public static func of(_ bytes: [UInt8]) -> WiringFormat? {
        var scanner = LineScanner(bytes, file: "")
        while scanner.nextLine() {
            scanner.skipBlanks()
            if scanner.isAtEnd || scanner.byte == UInt8(ascii: "#") { continue }
            return switch scanner.byte {
            case UInt8(ascii: "<"): xml(scanner)
            case UInt8(ascii: "{"):
                scanner.take("{ CA ") || scanner.take("{ SW ") ? .ibdiagnet : json(bytes)
            case UInt8(ascii: "/"): json(bytes)
            default: listing(scanner)
            }
        }
        return nil
    }

    /// The outermost element is behind declarations and comments.
    private static func xml(_ scanner: LineScanner) -> WiringFormat? {
        var scanner = scanner
        let roots: [(StaticString, WiringFormat)] = [
            ("<system", .ncclTopology), ("<graphs", .ncclGraph), ("<topology", .hwloc),
        ]
        repeat {
            while scanner.find("<") {
                scanner.position -= 1
                for (root, format) in roots where scanner.take(root) { return format }
                scanner.position += 1
            }
        } while scanner.nextLine() && scanner.line < 1000
        return nil
    }

    private static func json(_ bytes: [UInt8]) -> WiringFormat? {
        guard let members = try? JSONReader.parse(bytes, name: "").members() else { return .json5 }
        let keys = members.map(\.key)
        if keys.contains("npus_count") || keys.contains("topologies-per-dim") { return .astra }
        let own = ["devices", "links", "tiers"]
        return keys.contains(where: own.contains) || keys.isEmpty ? .json5 : nil
    }

    private static func listing(_ scanner: LineScanner) -> WiringFormat? {
        var scanner = scanner
        let start = scanner.position
        let ids: [StaticString] = [
            "vendid=", "devid=", "sysimgguid=", "switchguid=", "caguid=", "rtguid=", "Chassis ",
            "Non-Chassis",
        ]
        for id in ids where scanner.take(id) { return .ibnetdiscover }
        if scanner.take("CA: ") || scanner.take("Switch: ") || scanner.take("Router: ") {
            return .iblinkinfo
        }
        if scanner.find("==(") { return .iblinkinfo }
        let words = self.words(scanner)
        switch words.first ?? "" {
        case "CA", "SW", "RT": return .ibports
        case "Switch", "Ca", "Hca", "Rt": return .ibnetdiscover
        case "topology:", "npus_count:", "bandwidth:", "latency:", "---": return .astra
        default: break
        }
        // Columns may be underlined, which is told to terminals before the first of them.
        if words.contains(where: { $0.hasSuffix("GPU0") }) { return .nvidiaSMI }
        scanner.position = start
        let numbers = words.prefix(5).filter { Int($0) != nil }.count
        if numbers == 3 && words.count == 3 || numbers == 5 && words.count == 6 { return .hpcc }
        return nil
    }

    private static func words(_ scanner: LineScanner) -> [String] {
        var scanner = scanner
        var words: [String] = []
        while words.count < 8, let word = scanner.word() { words.append(word) }
        return words
    }

    /// What each is called, for people.
    public var title: String {
        switch self {
        case .json5: "weft's JSON5 of devices and links"
        case .ncclTopology: "NCCL's topology XML"
        case .ncclGraph: "NCCL's graph XML"
        case .ibnetdiscover: "ibnetdiscover's listing"
        case .ibports: "ibnetdiscover -p's listing"
        case .iblinkinfo: "iblinkinfo's listing"
        case .ibdiagnet: "ibdiagnet's .lst file"
        case .nvidiaSMI: "nvidia-smi topo -m's matrix"
        case .hwloc: "hwloc's XML"
        case .hpcc: "a topology of HPCC or SimAI"
        case .astra: "a network of ASTRA-sim"
        }
    }
}

extension Wiring {
    /// Reads a network from a text in any of the known forms.
    ///
    /// - Parameters:
    ///   - text: the file's text.
    ///   - name: the file's path, or what else to call it.
    ///   - format: the form, nil to go by what is in the text.
    public static func reading(
        _ text: String,
        name: String,
        as format: WiringFormat? = nil
    ) throws(TextError) -> Wiring {
        try reading(Array(text.utf8), name: name, as: format)
    }

    /// Reads a network from the bytes of a text in any of the known forms; see the form that takes
    /// a text.
    public static func reading(
        _ bytes: [UInt8],
        name: String,
        as format: WiringFormat? = nil
    ) throws(TextError) -> Wiring {
        guard let format = format ?? WiringFormat.of(bytes) else {
            let known = WiringFormat.allCases.map(\.title).joined(separator: ", ")
            throw TextError(
                file: name,
                line: 1,
                column: 1,
                message: "this is none of the forms of networks that are known: \(known)"
            )
        }
        if format == .json5 { return try readingJSON(bytes, name: name) }
        var wiring = try reading(bytes, name, as: format)
        // Other forms have no names; the file's is better than none.
        let file = name.split(separator: "/").last ?? ""
        let stem = file.lastIndex(of: ".").map { file[..<$0] } ?? file
        wiring.name = String(stem.isEmpty ? file : stem)
        return wiring
    }

    private static func reading(
        _ bytes: [UInt8],
        _ name: String,
        as format: WiringFormat
    ) throws(TextError) -> Wiring {
        switch format {
        case .json5: return try readingJSON(bytes, name: name)
        case .ncclTopology:
            return try readingNCCL(try root("system", bytes, name, format), name: name)
        case .ncclGraph:
            return try readingNCCLGraph(try root("graphs", bytes, name, format), name: name)
        case .hwloc:
            let plain = withoutDocumentType(bytes)
            return try readingHwloc(try root("topology", plain, name, format), name: name)
        case .ibnetdiscover: return try readingIBNetDiscover(bytes, name: name)
        case .ibports: return try readingIBPorts(bytes, name: name)
        case .iblinkinfo: return try readingIBLinkInfo(bytes, name: name)
        case .ibdiagnet: return try readingIBDiagnet(bytes, name: name)
        case .nvidiaSMI: return try readingNvidiaSMI(bytes, name: name)
        case .hpcc: return try readingHPCC(bytes, name: name)
        case .astra: return try readingASTRA(bytes, name: name)
        }
    }

    private static func root(
        _ wanted: String,
        _ bytes: [UInt8],
        _ name: String,
        _ format: WiringFormat
    ) throws(TextError) -> XMLElement {
        let root = try XMLElement.parse(bytes, file: name)
        guard root.isNamed(wanted) else {
            throw root.error("\(format.title) is a <\(wanted)>, and this is a <\(root.name)>")
        }
        return root
    }

    private static func readingASTRA(_ bytes: [UInt8], name: String) throws(TextError) -> Wiring {
        let network = try ASTRANetwork(parsing: bytes, name: name)
        do throws(WiringError) {
            return try network.wiring()
        } catch {
            throw TextError(file: name, line: 1, column: 1, message: error.description)
        }
    }
}
