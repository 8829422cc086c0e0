/// Whether a byte is the second or a later byte of a scalar.
func isUTF8Continuation(_ byte: UInt8) -> Bool {
    byte & 0xC0 == 0x80
}

/// The offset of the first byte that is not UTF-8, if any.
func firstInvalidUTF8(in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    let raw = UnsafeRawBufferPointer(bytes)
    var index = 0
    while index < bytes.count {
        if index + 8 <= bytes.count,
            raw.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
        {
            index += 8
            continue
        }
        let length = lengthOfUTF8Scalar(in: bytes, at: index)
        if length == 0 {
            return index
        }
        index += length
    }
    return nil
}

/// The number of bytes of the well-formed scalar at `index`; 0 when there is none.
///
/// The second byte's range depends on the first so as to refuse overlong forms, surrogates and
/// what lies beyond U+10FFFF (Unicode, table 3-7).
private func lengthOfUTF8Scalar(in bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Int {
    let length: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch bytes[index] {
    case 0x00...0x7F: return 1
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: length = 4
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    default: return 0
    }
    guard index + length <= bytes.count, second.contains(bytes[index + 1]) else { return 0 }
    for place in (index + 2)..<max(index + 2, index + length)
    where !isUTF8Continuation(bytes[place]) {
        return 0
    }
    return length
}

/// The scalar at `index` of a text that is known to be UTF-8, and the number of its bytes.
func scalar(
    in bytes: UnsafeBufferPointer<UInt8>,
    at index: Int
) -> (scalar: Unicode.Scalar, length: Int) {
    let first = bytes[index]
    let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    var code = length == 1 ? UInt32(first) : UInt32(first & (0x7F >> UInt8(length)))
    for place in (index + 1)..<(index + length) {
        code = code << 6 | UInt32(bytes[place] & 0x3F)
    }
    return (Unicode.Scalar(code) ?? "\u{FFFD}", length)
}
