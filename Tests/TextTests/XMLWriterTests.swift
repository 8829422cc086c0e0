import Testing
import Text

@Suite struct XMLWriterTests {
    @Test func nested() {
        var writer = XMLWriter()
        writer.open("algo", [("name", "ring"), ("n", "2")])
        writer.open("gpu")
        writer.element("tb", [("id", "0")])
        writer.close()
        writer.element("note", text: "a < b")
        writer.close()
        writer.close()
        let text = """
            <algo name="ring" n="2">
              <gpu>
                <tb id="0"/>
              </gpu>
              <note>a &lt; b</note>
            </algo>

            """
        #expect(writer.text == text)
    }

    @Test func whatIsWrittenIsRead() throws {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<2_000 {
            let (value, text) = (random.text(), random.text())
            var writer = XMLWriter()
            writer.element("a", [("b", value)], text: text)
            let root = try XMLElement.parse(writer.text, file: "f")
            #expect(try root.required("b").value == readable(value))
            // Between the tags blanks alone say nothing.
            let isBlank = text.unicodeScalars.allSatisfy { " \n\t".unicodeScalars.contains($0) }
            #expect(root.text == (isBlank ? "" : readable(text)))
        }
    }

    @Test func whatCanBeHeld() {
        for text in ["", "a\t\n\r b", "é🚀\u{FFFD}"] { #expect(XMLWriter.canHold(text)) }
        for text in ["\0", "a\u{1F}", "\u{FFFE}"] { #expect(!XMLWriter.canHold(text)) }
    }

    /// A text without what XML can't hold.
    private func readable(_ text: String) -> String {
        let scalars = text.unicodeScalars.map { scalar -> Unicode.Scalar in
            let isControl = scalar.value < 0x20 && !"\t\n\r".unicodeScalars.contains(scalar)
            return isControl ? "\u{FFFD}" : scalar
        }
        return String(String.UnicodeScalarView(scalars))
    }
}
