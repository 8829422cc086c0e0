/// Writes what the parts of a job tell each other as bytes.
struct Packer {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ value: Int) {
        let word = UInt64(bitPattern: Int64(value))
        for shift in stride(from: 0, to: 64, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
        }
    }

    mutating func add(_ value: Bool) { add(value ? 1 : 0) }

    mutating func add(_ value: [UInt8]) {
        add(value.count)
        bytes += value
    }

    mutating func add(_ value: String) { add(Array(value.utf8)) }

    mutating func add(_ values: [Int]) {
        add(values.count)
        for value in values { add(value) }
    }

    mutating func add(_ values: [String]) {
        add(values.count)
        for value in values { add(value) }
    }
}

/// Reads them again; bytes may be anybody's.
struct Unpacker {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    static var isCut: RuntimeError { RuntimeError("a message of the job is cut short or garbled") }

    mutating func int() throws(RuntimeError) -> Int {
        guard rest.count >= 8 else { throw Self.isCut }
        var word: UInt64 = 0
        for byte in rest.prefix(8).reversed() { word = word << 8 | UInt64(byte) }
        rest = rest.dropFirst(8)
        return Int(Int64(bitPattern: word))
    }

    mutating func bool() throws(RuntimeError) -> Bool { try int() != 0 }

    /// How many things follow, of which each takes a byte at least.
    private mutating func count() throws(RuntimeError) -> Int {
        let count = try int()
        guard count >= 0, count <= rest.count else { throw Self.isCut }
        return count
    }

    mutating func data() throws(RuntimeError) -> [UInt8] {
        let count = try count()
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    mutating func text() throws(RuntimeError) -> String {
        String(decoding: try data(), as: UTF8.self)
    }

    mutating func ints() throws(RuntimeError) -> [Int] {
        var result: [Int] = []
        for _ in 0..<(try count()) { result.append(try int()) }
        return result
    }

    mutating func datas() throws(RuntimeError) -> [[UInt8]] {
        var result: [[UInt8]] = []
        for _ in 0..<(try count()) { result.append(try data()) }
        return result
    }

    mutating func texts() throws(RuntimeError) -> [String] {
        var result: [String] = []
        for _ in 0..<(try count()) { result.append(try text()) }
        return result
    }
}
