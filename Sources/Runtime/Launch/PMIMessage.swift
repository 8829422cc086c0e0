/// A line of PMI's wire protocol, version 1: `cmd=put kvsname=k key=a value=b`.
struct PMIMessage {
    /// What is asked or answered.
    let command: String
    private let fields: [Substring: Substring]

    /// Reads a line without its end; nil when it is none of the protocol.
    ///
    /// Values have no blanks. What has no `=` is part of a message in words, and is left out.
    init?(_ line: String) {
        var fields: [Substring: Substring] = [:]
        for word in line.split(separator: " ") {
            guard let equals = word.firstIndex(of: "=") else { continue }
            let name = word[..<equals]
            // The first of a name holds: what comes later may be in the words of a message.
            if fields[name] == nil { fields[name] = word[word.index(after: equals)...] }
        }
        guard let command = fields["cmd"] else { return nil }
        self.command = String(command)
        self.fields = fields
    }

    subscript(_ name: String) -> Substring? { fields[Substring(name)] }

    /// Whether the manager did what it was asked: an answer without `rc` says that it did.
    var isSuccess: Bool { (fields["rc"] ?? "0") == "0" }

    /// A text in a form that values may have: two digits for each byte.
    static func encode(_ text: String) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var result: [UInt8] = []
        for byte in text.utf8 {
            result.append(digits[Int(byte >> 4)])
            result.append(digits[Int(byte & 15)])
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// The text of that form, nil when it is not of it.
    static func decode(_ value: some StringProtocol) -> String? {
        func digit(_ byte: UInt8) -> UInt8? {
            switch byte {
            case 0x30...0x39: byte - 0x30
            case 0x61...0x66: byte - 0x61 + 10
            default: nil
            }
        }
        let bytes = Array(value.utf8)
        if bytes.count % 2 != 0 { return nil }
        var result: [UInt8] = []
        for index in stride(from: 0, to: bytes.count, by: 2) {
            guard let high = digit(bytes[index]), let low = digit(bytes[index + 1]) else {
                return nil
            }
            result.append(high << 4 | low)
        }
        return String(validating: result, as: UTF8.self)
    }
}
