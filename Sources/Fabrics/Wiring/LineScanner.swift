internal import Text

/// Goes through a text line by line and word by word, and knows where it is.
///
/// What it reads are listings that programs print. They may quote names in bytes that are not
/// UTF-8, which are read as the replacement character.
struct LineScanner {
    let file: String
    let bytes: [UInt8]
    /// The number of the line, from 1; 0 before the first.
    private(set) var line = 0
    private(set) var start = 0
    private(set) var end = 0
    var position = 0
    private var following = 0

    init(_ bytes: [UInt8], file: String) {
        self.file = file
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { following = 3 }
    }

    // MARK: Lines

    /// Goes to the next line; false at the end of the text.
    mutating func nextLine() -> Bool {
        guard following < bytes.count else {
            // Errors about the end are told behind the last byte.
            position = end
            return false
        }
        line += 1
        start = following
        end = start
        while end < bytes.count, bytes[end] != 10 { end += 1 }
        following = end + 1
        if end > start, bytes[end - 1] == 13 { end -= 1 }
        position = start
        return true
    }

    /// Goes to the next line that says something other than a comment.
    mutating func nextSaying() -> Bool {
        while nextLine() {
            skipBlanks()
            if !isAtEnd && byte != UInt8(ascii: "#") { return true }
        }
        return false
    }

    // MARK: Within a line

    var isAtEnd: Bool { position >= end }

    /// The byte at the position, 0 at the end of the line.
    var byte: UInt8 { position < end ? bytes[position] : 0 }

    mutating func skipBlanks() {
        while position < end, bytes[position] == 32 || bytes[position] == 9 { position += 1 }
    }

    /// Goes behind these characters if they are next.
    mutating func take(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard end - position >= count else { return false }
        let isNext = text.withUTF8Buffer { other in
            for index in 0..<count where other[index] != bytes[position + index] { return false }
            return true
        }
        if isNext { position += count }
        return isNext
    }

    /// Goes behind these characters wherever they come next in the line.
    mutating func find(_ text: StaticString) -> Bool {
        let before = position
        while position < end {
            if take(text) { return true }
            position += 1
        }
        position = before
        return false
    }

    /// The next word, up to a blank; nil at the end of the line.
    mutating func word() -> String? {
        skipBlanks()
        let first = position
        while position < end, bytes[position] != 32, bytes[position] != 9 { position += 1 }
        return first < position ? text(first..<position) : nil
    }

    /// The digits that are next, nil where there are none or their number is too large.
    mutating func integer(below limit: Int = 1 << 31) -> Int? {
        var value = 0
        let first = position
        while position < end, bytes[position] >= 0x30, bytes[position] <= 0x39 {
            value = value * 10 + Int(bytes[position] - 0x30)
            position += 1
            if value >= limit {
                position = first
                return nil
            }
        }
        return first < position ? value : nil
    }

    /// The hexadecimal digits that are next, 0x before them or not; nil where there are none or
    /// more than sixteen.
    mutating func hexadecimal() -> UInt64? {
        let before = position
        _ = take("0x")
        var value: UInt64 = 0
        let first = position
        while let digit = Self.hexadecimalDigit(byte) {
            guard value >> 60 == 0 else {
                position = before
                return nil
            }
            value = value << 4 | UInt64(digit)
            position += 1
        }
        guard first < position else {
            position = before
            return nil
        }
        return value
    }

    private static func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }

    /// What stands between the quote that is next and the one after it.
    mutating func quoted() -> String? {
        guard byte == UInt8(ascii: "\"") else { return nil }
        var stop = position + 1
        while stop < end, bytes[stop] != UInt8(ascii: "\"") { stop += 1 }
        guard stop < end else { return nil }
        let text = text((position + 1)..<stop)
        position = stop + 1
        return text
    }

    /// The characters of some bytes, without blanks around them.
    func text(_ range: Range<Int>) -> String {
        var range = range
        while let first = range.first, bytes[first] == 32 || bytes[first] == 9 {
            range = (first + 1)..<range.upperBound
        }
        while let last = range.last, bytes[last] == 32 || bytes[last] == 9 {
            range = range.lowerBound..<last
        }
        return String(decoding: bytes[range], as: UTF8.self)
    }

    /// The rest of the line as it can stand in an error.
    var rest: String {
        let text = text(position..<max(position, end))
        return text.isEmpty ? "the end of the line" : "'\(text.prefix(40))'"
    }

    // MARK: Errors

    /// An error at the position, or at another byte of this line.
    func error(_ message: String, at place: Int? = nil) -> TextError {
        let place = min(max(place ?? position, start), bytes.count)
        let column = bytes[start..<place].reduce(1) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
        return TextError(file: file, line: max(line, 1), column: column, message: message)
    }

    /// An error that says what should be here.
    func expected(_ what: String) -> TextError { error("expected \(what), found \(rest)") }
}
