/// Why a page is not well formed.
struct PageError: Error, CustomStringConvertible {
    var description: String
}

/// A strict reader of the pages that reports are: every element is closed in turn, every
/// attribute quoted, every `<` and `&` of a text escaped.
struct PageChecker {
    struct Element {
        var name: String
        var attributes: [String: String]
        var text = ""
    }

    private static let voids: Set<String> = ["meta"]
    private static let references = ["&amp;", "&lt;", "&gt;", "&quot;", "&#10;", "&#9;", "&#13;"]

    private let bytes: [UInt8]
    private var index = 0
    private(set) var elements: [Element] = []

    init(_ page: String) throws {
        bytes = Array(page.utf8)
        for byte in bytes where byte < 0x20 && byte != 0x0A || byte == 0x7F {
            throw PageError(description: "forbidden byte \(byte)")
        }
        try expect("<!DOCTYPE html>\n")
        try element()
        try expect("\n")
        guard index == bytes.count else { throw failure("text after the end") }
    }

    /// All elements of a name.
    func all(_ name: String) -> [Element] { elements.filter { $0.name == name } }

    private func failure(_ reason: String) -> PageError {
        let around = bytes[max(0, index - 60)..<min(bytes.count, index + 40)]
        return PageError(description: "\(reason): \(String(decoding: around, as: UTF8.self))")
    }

    private func isNext(_ text: String) -> Bool {
        bytes[index...].starts(with: text.utf8)
    }

    private mutating func expect(_ text: String) throws {
        guard isNext(text) else { throw failure("no \(text)") }
        index += text.utf8.count
    }

    private mutating func name() -> String {
        let start = index
        while index < bytes.count, !" =>/\"<".utf8.contains(bytes[index]) { index += 1 }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private mutating func element() throws {
        try expect("<")
        var element = Element(name: name(), attributes: [:])
        while isNext(" ") {
            index += 1
            let key = name()
            try expect("=\"")
            let value = try characters(until: UInt8(ascii: "\""))
            guard element.attributes.updateValue(value, forKey: key) == nil else {
                throw failure("second attribute \(key)")
            }
            try expect("\"")
        }
        let place = elements.count
        elements.append(element)
        if isNext("/>") { return try expect("/>") }
        try expect(">")
        if Self.voids.contains(element.name) { return }
        var text = ""
        while true {
            // A style sheet is no text: it ends at the first end tag.
            text += try characters(until: UInt8(ascii: "<"), isRaw: element.name == "style")
            if isNext("</") { break }
            try self.element()
        }
        elements[place].text = text
        try expect("</\(element.name)>")
    }

    private mutating func characters(until end: UInt8, isRaw: Bool = false) throws -> String {
        let start = index
        while index < bytes.count, bytes[index] != end {
            if !isRaw {
                let isBare = "<>".utf8.contains(bytes[index])
                guard !isBare else { throw failure("bare character") }
                if bytes[index] == UInt8(ascii: "&"), !Self.references.contains(where: isNext) {
                    throw failure("unknown reference")
                }
            }
            index += 1
        }
        guard index < bytes.count else { throw failure("no end") }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }
}
