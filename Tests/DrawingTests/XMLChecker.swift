/// Why a text is not well-formed XML.
struct XMLError: Error, CustomStringConvertible {
    var description: String
}

/// A strict reader of the XML that drawings are made of: elements, attributes, text, references.
struct XMLChecker {
    struct Element {
        var name: String
        var attributes: [String: String]
        var text = ""
    }

    private static let nameScalars = Set(
        "-:0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".unicodeScalars
    )

    private let scalars: [Unicode.Scalar]
    private var index = 0
    private(set) var elements: [Element] = []

    init(_ text: String) throws {
        scalars = Array(text.unicodeScalars)
        for scalar in scalars {
            let isControl = scalar.value < 0x20 && !["\t", "\n", "\r"].contains(scalar)
            guard !isControl, scalar.value != 0xFFFE, scalar.value != 0xFFFF else {
                throw XMLError(description: "forbidden character \(scalar.value)")
            }
        }
        try element()
        guard index == scalars.count else { throw failure("text after the root") }
    }

    private func failure(_ reason: String) -> XMLError {
        let around = scalars[max(0, index - 40)..<min(scalars.count, index + 40)]
        return XMLError(
            description: "\(reason) at \(index): \(String(String.UnicodeScalarView(around)))"
        )
    }

    private var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    private mutating func expect(_ text: String) throws {
        for scalar in text.unicodeScalars {
            guard next == scalar else { throw failure("no \(text)") }
            index += 1
        }
    }

    private mutating func name() throws -> String {
        var result = ""
        while let scalar = next, Self.nameScalars.contains(scalar) {
            result.unicodeScalars.append(scalar)
            index += 1
        }
        guard let first = result.first, first.isLetter else { throw failure("no name") }
        return result
    }

    private mutating func element() throws {
        try expect("<")
        var element = Element(name: try name(), attributes: [:])
        while next == " " {
            index += 1
            let key = try name()
            try expect("=\"")
            let value = try characters(until: "\"")
            guard element.attributes.updateValue(value, forKey: key) == nil else {
                throw failure("second attribute \(key)")
            }
            try expect("\"")
        }
        let place = elements.count
        elements.append(element)
        if next == "/" { return try expect("/>") }
        try expect(">")
        var text = ""
        while true {
            text += try characters(until: "<")
            if index + 1 < scalars.count, scalars[index + 1] == "/" { break }
            try self.element()
        }
        elements[place].text = text
        try expect("</\(element.name)>")
    }

    private mutating func characters(until end: Unicode.Scalar) throws -> String {
        var result = ""
        while let scalar = next, scalar != end {
            guard scalar != "<", scalar != ">" else { throw failure("bare \(scalar)") }
            if scalar == "&" {
                result.unicodeScalars.append(try reference())
            } else {
                result.unicodeScalars.append(scalar)
                index += 1
            }
        }
        guard next != nil else { throw failure("no end") }
        return result
    }

    private mutating func reference() throws -> Unicode.Scalar {
        let known: [(String, Unicode.Scalar)] = [
            ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#9;", "\t"),
            ("&#10;", "\n"), ("&#13;", "\r"),
        ]
        for (text, scalar) in known {
            let end = index + text.unicodeScalars.count
            if end <= scalars.count, scalars[index..<end].elementsEqual(text.unicodeScalars) {
                index = end
                return scalar
            }
        }
        throw failure("unknown reference")
    }
}
