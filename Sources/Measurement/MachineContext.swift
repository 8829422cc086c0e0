internal import Glibc
internal import Text

/// What a figure was measured on: all that is known to change it.
public struct MachineContext: Equatable, Sendable {
    /// The host's name.
    public var host: String
    /// The processor's model.
    public var processor: String
    /// Cores that could be used.
    public var cores: Int
    /// Hardware threads that could be used.
    public var threads: Int
    /// NUMA nodes.
    public var nodes: Int
    /// Bytes of the largest cache.
    public var cacheBytes: Int
    /// Bytes of memory.
    public var memoryBytes: Int
    /// The frequency governor, or what stands for it.
    public var governor: String
    /// Huge pages for shared memory, as the kernel is set.
    public var hugePages: String
    /// The kernel's release.
    public var kernel: String
    /// The load average over a minute, before the run.
    public var load: Double
    /// When the machine was started, as a number that changes with every start.
    public var boot: String
    /// The version of weft.
    public var version: String
    /// The revision that it was built from, where that is known.
    public var revision: String

    /// What stays the same from run to run: whether a calibration is for this machine.
    public var identity: String {
        "\(host) · \(processor) · \(cores) cores · \(memoryBytes >> 30) GiB"
    }

    /// Bytes that all ranks touch in an operation from which on stores go past the caches.
    ///
    /// It is one and a half times the largest cache. Below, who reads the result next still finds
    /// some of it there.
    ///
    /// Measured with the kernels on Zen 3, 2026-11: a result that is read back at once crosses over
    /// between 24 and 48 MiB with 32 MiB of cache (docs/MEASUREMENT.md).
    public var streamingFrom: Int { cacheBytes > 0 ? cacheBytes / 2 * 3 : 48 << 20 }
}

extension MachineContext {
    /// Looks at the machine that this runs on.
    public init(cores: Int, threads: Int, version: String, revision: String) {
        let cpu = "/sys/devices/system/cpu/cpu0"
        let info = SystemFile.text("/proc/cpuinfo")
        // x86 says "model name"; arm64 says only which part it is.
        let model =
            SystemFile.value(of: "model name", in: info)
            ?? SystemFile.value(of: "CPU part", in: info).map { "arm64 part \($0)" }
        let memory = SystemFile.value(of: "MemTotal", in: SystemFile.text("/proc/meminfo"))
        let kilobytes = memory.flatMap { Int($0.split(separator: " ").first ?? "") }
        let load = SystemFile.text("/proc/loadavg").split(separator: " ").first
        host = SystemFile.line("/proc/sys/kernel/hostname") ?? "unknown"
        processor = model ?? "unknown"
        self.cores = cores
        self.threads = threads
        nodes = SystemFile.ranges(SystemFile.line("/sys/devices/system/node/online") ?? "0")
        cacheBytes =
            (0..<8).compactMap { index in
                SystemFile.line("\(cpu)/cache/index\(index)/size").flatMap(SystemFile.kibibytes)
            }.max() ?? 0
        memoryBytes = (kilobytes ?? 0) << 10
        governor = SystemFile.line("\(cpu)/cpufreq/scaling_governor") ?? "not visible"
        hugePages =
            SystemFile.line("/sys/kernel/mm/transparent_hugepage/shmem_enabled")
            .flatMap(SystemFile.chosen) ?? "not visible"
        kernel = SystemFile.line("/proc/sys/kernel/osrelease") ?? "unknown"
        self.load = load.flatMap { Double($0) } ?? 0
        boot = SystemFile.line("/proc/sys/kernel/random/boot_id") ?? "unknown"
        self.version = version
        self.revision = revision
    }

    var json: JSON {
        [
            "host": .string(host),
            "processor": .string(processor),
            "cores": .integer(Int64(cores)),
            "threads": .integer(Int64(threads)),
            "nodes": .integer(Int64(nodes)),
            "cacheBytes": .integer(Int64(cacheBytes)),
            "memoryBytes": .integer(Int64(memoryBytes)),
            "governor": .string(governor),
            "hugePages": .string(hugePages),
            "kernel": .string(kernel),
            "load": .number(load),
            "boot": .string(boot),
            "version": .string(version),
            "revision": .string(revision),
        ]
    }

    init(reading reader: JSONReader) throws(TextError) {
        host = try reader.required("host").string()
        processor = try reader.required("processor").string()
        cores = Int(try reader.required("cores").integer())
        threads = Int(try reader.required("threads").integer())
        nodes = Int(try reader.required("nodes").integer())
        cacheBytes = Int(try reader.required("cacheBytes").integer())
        memoryBytes = Int(try reader.required("memoryBytes").integer())
        governor = try reader.required("governor").string()
        hugePages = try reader.required("hugePages").string()
        kernel = try reader.required("kernel").string()
        load = try reader.required("load").number()
        boot = try reader.required("boot").string()
        version = try reader.required("version").string()
        revision = try reader.required("revision").string()
    }
}

/// Small files in which the kernel describes the machine.
///
/// What is not there is not an error.
enum SystemFile {
    static func text(_ path: String) -> String {
        guard let bytes = try? TextFile.read(path, limit: 1 << 20) else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func line(_ path: String) -> String? {
        text(path).split(separator: "\n").first.map { String($0) }
    }

    /// The value of `key : value` or `key: value`.
    static func value(of key: String, in text: String) -> String? {
        for line in text.split(separator: "\n") where line.hasPrefix(key) {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            return String(parts[1].drop { $0 == " " || $0 == "\t" })
        }
        return nil
    }

    /// How many numbers a list such as `0-3,8` has.
    static func ranges(_ list: String) -> Int {
        list.split(separator: ",").reduce(0) { sum, part in
            let ends = part.split(separator: "-").compactMap { Int($0) }
            return sum + (ends.count == 2 ? ends[1] - ends[0] + 1 : ends.count)
        }
    }

    /// The bytes of `512K` or `32M`.
    static func kibibytes(_ text: String) -> Int? {
        if text.hasSuffix("K") { return Int(text.dropLast()).map { $0 << 10 } }
        if text.hasSuffix("M") { return Int(text.dropLast()).map { $0 << 20 } }
        return nil
    }

    /// The choice in brackets of `always [advise] never`.
    static func chosen(_ text: String) -> String? {
        guard let start = text.firstIndex(of: "["), let end = text.firstIndex(of: "]"), start < end
        else { return nil }
        return String(text[text.index(after: start)..<end])
    }
}
