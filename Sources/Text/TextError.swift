/// What is wrong with a text or a file, and where.
public struct TextError: Error, Equatable, CustomStringConvertible, Sendable {
    /// The file's path, or the name that the reader gave to the text.
    public let file: String
    /// The line, from 1; 0 when the error concerns the whole file.
    public let line: Int
    /// The column in Unicode scalars, from 1; 0 when the error concerns the whole file.
    public let column: Int
    /// A sentence without the position.
    public let message: String

    /// Makes an error at a place in a text.
    public init(file: String, line: Int, column: Int, message: String) {
        self.file = file
        self.line = line
        self.column = column
        self.message = message
    }

    /// Makes an error at a byte of a text that is UTF-8 up to there.
    init(_ message: String, at offset: Int, in bytes: UnsafeBufferPointer<UInt8>, file: String) {
        let lines = LineTable(bytes)
        self.init(
            file: file,
            line: lines.line(at: offset),
            column: lines.column(at: offset, in: bytes),
            message: message
        )
    }

    /// The error about the first byte that is not UTF-8, nil if all are.
    init?(invalidUTF8In bytes: UnsafeBufferPointer<UInt8>, file: String) {
        guard let offset = firstInvalidUTF8(in: bytes) else { return nil }
        let digits = String(bytes[offset], radix: 16, uppercase: true)
        self.init("the byte 0x\(digits) is not UTF-8 here", at: offset, in: bytes, file: file)
    }

    /// Makes an error about a whole file; `message` names the file itself.
    public init(file: String, message: String) {
        self.init(file: file, line: 0, column: 0, message: message)
    }

    /// The error as `file:line:column: message`, or its message alone for a whole file.
    public var description: String {
        line == 0 ? message : "\(file):\(line):\(column): \(message)"
    }
}
