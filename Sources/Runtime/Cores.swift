internal import CWeft
internal import Glibc

/// What keeps ranks where their memory is.
public enum Binding: String, CaseIterable, Sendable {
    /// Each stays on a processor of its own.
    case core
    /// Each stays on the processors of the NUMA node of the one it would have.
    case numa
    /// The kernel decides.
    case none
}

/// The cores that this process may use.
public struct Cores: Sendable {
    /// One processor of each core, then the cores' other hardware threads, in order.
    public let processors: [Int]
    /// How many cores there are.
    public let count: Int

    /// Asks the kernel.
    public init() throws(RuntimeError) {
        var allowed = [UInt32](repeating: 0, count: 16_384)
        let found = weft_machine_processors(&allowed, UInt32(allowed.count))
        try check(found, "the kernel does not say which processors there are")
        var first: [Int] = []
        var others: [Int] = []
        var seen: Set<String> = []
        for processor in allowed.prefix(Int(found)).map({ Int($0) }) {
            let path = "/sys/devices/system/cpu/cpu\(processor)/topology/thread_siblings_list"
            // Where the kernel does not tell, every processor counts as a core.
            let core = Self.line(of: path) ?? "\(processor)"
            if seen.insert(core).inserted {
                first.append(processor)
            } else {
                others.append(processor)
            }
        }
        processors = first + others
        count = first.count
    }

    /// The first line of a small file.
    private static func line(of path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var buffer = [CChar](repeating: 0, count: 256)
        guard fgets(&buffer, Int32(buffer.count), file) != nil else { return nil }
        return String(
            decoding: buffer.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) },
            as: UTF8.self
        )
    }

    /// Keeps the calling thread on a processor, or near it, and takes memory near it from now on.
    public static func pin(
        to processor: Int,
        _ binding: Binding = .core
    ) throws(RuntimeError) {
        if binding == .numa {
            try check(
                weft_machine_pin_to_node(UInt32(processor)),
                "the NUMA node of processor \(processor) can't be had (libnuma knows it)"
            )
        } else {
            try check(weft_machine_pin(UInt32(processor)), "processor \(processor) can't be had")
        }
        // Without libnuma the kernel's own first-touch rule does the same for a pinned process.
        _ = weft_machine_prefer_local_memory()
    }

    /// The processors with those of different NUMA nodes in turn.
    public var spread: [Int] {
        let byNode = Dictionary(grouping: processors.indices) { Self.node(of: processors[$0]) ?? 0 }
        var turns: [(turn: Int, node: Int, index: Int)] = []
        for (node, indices) in byNode {
            turns += indices.enumerated().map { ($0, node, $1) }
        }
        return turns.sorted { ($0.turn, $0.node) < ($1.turn, $1.node) }.map { processors[$0.index] }
    }

    /// What tells apart containers whose processes do not see each other.
    public static var processNamespace: String {
        var buffer = [CChar](repeating: 0, count: 64)
        let count = readlink("/proc/self/ns/pid", &buffer, buffer.count)
        return String(
            decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) },
            as: UTF8.self
        )
    }

    /// The NUMA node of a processor, nil where it is not known.
    public static func node(of processor: Int) -> Int? {
        let node = weft_machine_node(UInt32(processor))
        return node < 0 ? nil : Int(node)
    }
}

/// The RDMA devices of this machine, as far as its optional libraries tell.
public enum RDMADevices {
    /// Their names; nil where libibverbs is missing.
    public static var names: [String]? {
        let count = weft_verbs_devices()
        guard count >= 0 else { return nil }
        return (0..<count).compactMap { device in
            var name = [CChar](repeating: 0, count: 64)
            guard weft_verbs_device_name(device, &name, UInt64(name.count)) == 0 else { return nil }
            return String(
                decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) },
                as: UTF8.self
            )
        }
    }

    /// Bytes of the largest packet's data that a port sends now, and could send; nil where the
    /// device can't be asked.
    public static func mtu(_ device: String, port: Int) -> (now: Int, most: Int)? {
        var (now, most): (UInt32, UInt32) = (0, 0)
        let code = weft_verbs_mtu(
            device,
            UInt32(truncatingIfNeeded: port),
            &now,
            &most
        )
        return code == 0 ? (Int(now), Int(most)) : nil
    }

    /// How many of them librdmacm can connect on; nil where it is missing.
    public static var connectable: Int? {
        let count = weft_verbs_cm_devices()
        return count < 0 ? nil : Int(count)
    }
}
