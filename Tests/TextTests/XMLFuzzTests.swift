import Glibc
import Testing
import Text

/// Feeds the reader with mutants of valid texts.
///
/// It must answer each, with an element or with a refusal that names a place; and what it accepts
/// must survive being written and read again.
private struct XMLFuzzer {
    private static let seeds = [
        "<?xml version=\"1.0\" encoding='utf-8'?><!-- c --><a b='1' c=\"&lt;&#65;\"><d/>x&amp;</a>",
        "<system version='1'>\n<cpu numaid=\"0\"><pci busid=\"ffff:ff:01.0\"/></cpu>\n</system>\n",
        "\u{FEFF}<größe 日='🚀 é'><![CDATA[<&]]><?pi data?>text &#128640; ]] <b></b></größe>",
        "<a><a><a><a n1='' n2='' n3=''/></a><!----></a>\r\n\r</a>",
    ]
    private static let pieces = [
        "<", ">", "/", "</", "/>", "=", "'", "\"", "&", ";", "&#", "&#x", "&amp;", "&lt;", "<!--",
        "-->", "--", "<![CDATA[", "]]>", "<?", "?>", "<?xml ", "<!DOCTYPE", "a", ":", "é", "\n",
        "\r", "\t", " ", "\0", "\u{1F}", "\u{FFFF}", "\u{10FFFF}", "<a>", "</a>", "<a b='c'/>",
    ].map { Array($0.utf8) }

    private var random: SeededGenerator
    private(set) var accepted = 0
    private(set) var refused = 0

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    mutating func run(count: Int) {
        for _ in 0..<count {
            var bytes = Array(Self.seeds[random.below(Self.seeds.count)].utf8)
            for _ in 0...random.below(4) {
                mutate(&bytes)
            }
            check(bytes)
        }
    }

    private mutating func mutate(_ bytes: inout [UInt8]) {
        let place = random.below(bytes.count + 1)
        let end = min(bytes.count, place + random.below(9))
        switch random.below(6) {
        case 0: bytes.removeSubrange(place..<end)
        case 1 where random.below(4) == 0: bytes.removeSubrange(place...)
        case 2: bytes.insert(contentsOf: bytes[place..<end], at: random.below(bytes.count + 1))
        case 3 where place < bytes.count: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 4 where place < bytes.count: bytes[place] ^= 1 << UInt8(random.below(8))
        default: bytes.insert(contentsOf: Self.pieces[random.below(Self.pieces.count)], at: place)
        }
    }

    private mutating func check(_ bytes: [UInt8]) {
        do throws(TextError) {
            let root = try XMLElement.parse(bytes, file: "fuzz")
            accepted += 1
            var writer = XMLWriter()
            write(root, to: &writer)
            let again = try XMLElement.parse(writer.text, file: "again")
            if !areEqual(root, again) {
                Issue.record("\(bytes) is written as \(writer.text)")
            }
        } catch {
            refused += 1
            if error.line < 1 || error.column < 1 || error.file != "fuzz" || error.message.isEmpty {
                Issue.record("\(bytes) is refused with \(error)")
            }
        }
    }

    /// Writes an element; its characters only where it has no elements.
    private func write(_ element: XMLElement, to writer: inout XMLWriter) {
        let attributes = element.attributes.map { ($0.name, $0.value) }
        let children = element.children
        if children.isEmpty {
            writer.element(element.name, attributes, text: element.text)
        } else {
            writer.open(element.name, attributes)
            for child in children { write(child, to: &writer) }
            writer.close()
        }
    }

    private func areEqual(_ left: XMLElement, _ right: XMLElement) -> Bool {
        let (attributes, others) = (left.attributes, right.attributes)
        let (children, otherChildren) = (left.children, right.children)
        // A reader sees no blanks between tags.
        let isBlank = left.text.allSatisfy(\.isWhitespace)
        return left.name == right.name && attributes.map(\.name) == others.map(\.name)
            && attributes.map(\.value) == others.map(\.value)
            && children.count == otherChildren.count
            && (!children.isEmpty || isBlank || left.text == right.text)
            && zip(children, otherChildren).allSatisfy(areEqual)
    }
}

@Suite struct XMLFuzzTests {
    @Test func mutants() {
        let count = getenv("WEFT_LONG") == nil ? 30_000 : 1_000_000
        var fuzzer = XMLFuzzer(seed: 1)
        fuzzer.run(count: count)
        #expect(fuzzer.accepted > count / 20 && fuzzer.refused > count / 20)
    }

    /// Cuts a text at every byte: each end of the text is one that no rule may read beyond.
    @Test func prefixes() {
        let text = """
            <?xml version="1.0" encoding="utf-8" standalone='yes'?><!-- c --><?pi d?>
            <é b='1' c="&lt;&#x41;日"><d/>x&amp;🚀<![CDATA[<&]]><!----></é>
            """
        let bytes = Array(text.utf8)
        for count in bytes.indices {
            #expect(throws: TextError.self) {
                try XMLElement.parse(Array(bytes[..<count]), file: "cut")
            }
        }
        #expect(throws: Never.self) { try XMLElement.parse(bytes, file: "whole") }
    }
}
