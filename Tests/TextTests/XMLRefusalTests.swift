import Testing
import Text

@Suite struct XMLRefusalTests {
    private func refusal(_ bytes: [UInt8]) -> String {
        do throws(TextError) {
            _ = try XMLElement.parse(bytes, file: "f")
            return "accepted"
        } catch {
            return error.description
        }
    }

    private func refusal(_ text: String) -> String { refusal(Array(text.utf8)) }

    @Test(arguments: [
        ("", "f:1:1: expected an element, found the end of the text"),
        ("<!-- only -->\n", "f:2:1: expected an element, found the end of the text"),
        ("x<a/>", "f:1:1: expected an element, a comment or the end of the text, found 'x'"),
        ("<a/>\n x", "f:2:2: expected an element, a comment or the end of the text, found 'x'"),
        ("<a/><b/>", "f:1:5: a second element beside the first; XML has one around all"),
        ("<a/></a>", "f:1:5: </a> closes nothing"),
        ("<a/><![CDATA[]]>", "f:1:5: CDATA lies outside of all elements"),
        ("<a>\n<b>", "f:2:4: the text ends before </b>; <b> is on line 2"),
        ("<a>\n<b>\n</a>", "f:3:1: expected </b>, found </a>; <b> is on line 2"),
        ("<a>]]></a>", "f:1:4: ']]>' in text is written ]]&gt;"),
        ("<a>\u{07}</a>", "f:1:4: XML may not hold U+0007"),
        ("<a>\u{FFFE}</a>", "f:1:4: XML may not hold U+FFFE"),
        ("<a>\0</a>", "f:1:4: XML may not hold U+0000"),
    ])
    func texts(_ text: String, _ message: String) {
        #expect(refusal(text) == message)
    }

    @Test(arguments: [
        ("<", "f:1:2: expected an element's name, found the end of the text"),
        ("< a/>", "f:1:2: expected an element's name, found U+0020"),
        ("<1/>", "f:1:2: expected an element's name, found '1'"),
        ("<a", "f:1:3: expected a blank, '>' or '/>', found the end of the text"),
        ("<a/ >", "f:1:4: expected '>' behind the '/', found U+0020"),
        ("<a></a b>", "f:1:8: expected '>', found 'b'"),
        ("<a></", "f:1:6: expected an element's name, found the end of the text"),
        ("<a\nb>", "f:2:2: expected '=' behind the attribute, found '>'"),
        ("<a b=c>", "f:1:6: expected a value in quotes, found 'c'"),
        ("<a b='c' 1='2'>", "f:1:10: expected an attribute's name, '>' or '/>', found '1'"),
        ("<a b='c'd='e'>", "f:1:9: expected a blank, '>' or '/>', found 'd'"),
        ("<a b='c\n", "f:1:6: this value has no closing quote"),
        ("<a b='<'>", "f:1:7: a '<' in a value is written &lt;"),
        ("<a b='\u{01}'>", "f:1:7: XML may not hold U+0001"),
        ("<a é='1' b='2' é='3'/>", "f:1:16: the attribute 'é' is given twice"),
    ])
    func elements(_ text: String, _ message: String) {
        #expect(refusal(text) == message)
    }

    @Test func manyAttributesOfWhichTwoAreEqual() {
        let names = (0..<40).map { "n\($0)='' " }.joined()
        #expect(refusal("<a \(names)n7=''/>").hasSuffix(": the attribute 'n7' is given twice"))
    }

    @Test(arguments: [
        ("&", "an '&' begins a reference, which ends with ';'; write &amp; for itself"),
        ("& b;", "an '&' begins a reference, which ends with ';'; write &amp; for itself"),
        ("&lt", "an '&' begins a reference, which ends with ';'; write &amp; for itself"),
        ("&;", "an '&' begins a reference, which ends with ';'; write &amp; for itself"),
        ("&#;", "an '&' begins a reference, which ends with ';'; write &amp; for itself"),
        ("&nbsp;", "the entity &nbsp; is unknown; XML knows amp, lt, gt, quot and apos"),
        ("&#x;", "&#x; is no character that XML may hold"),
        ("&#1a;", "&#1a; is no character that XML may hold"),
        ("&#xG;", "&#xG; is no character that XML may hold"),
        ("&#0;", "&#0; is no character that XML may hold"),
        ("&#8;", "&#8; is no character that XML may hold"),
        ("&#xD800;", "&#xD800; is no character that XML may hold"),
        ("&#xFFFF;", "&#xFFFF; is no character that XML may hold"),
        ("&#x110000;", "&#x110000; is no character that XML may hold"),
        ("&#99999999999999999999;", "&#99999999999999999999; is no character that XML may hold"),
    ])
    func references(_ reference: String, _ message: String) {
        #expect(refusal("<a>\(reference)</a>") == "f:1:4: \(message)")
        #expect(refusal("<a b='\(reference)'/>") == "f:1:7: \(message)")
    }

    @Test(arguments: [
        ("<!DOCTYPE a []><a/>", "a document type is not read here; take the <!DOCTYPE> away"),
        ("<!ENTITY a 'b'><a/>", "expected a comment or CDATA behind '<!'"),
        ("<!-- a <a/>", "this comment has no end"),
        ("<?go <a/>", "this instruction has no end"),
        ("<!-><a/>", "expected a comment or CDATA behind '<!'"),
    ])
    func markup(_ text: String, _ message: String) {
        #expect(refusal(text) == "f:1:1: \(message)")
    }

    @Test(arguments: [
        ("<!-- a -- b --><a/>", "f:1:8: a comment may not hold '--'"),
        ("<!-- a ---><a/>", "f:1:8: a comment may not hold '--'"),
        ("<a><![CDATA[ ]]</a>", "f:1:4: this CDATA has no end"),
        ("<a><!-- \u{08} --></a>", "f:1:9: XML may not hold U+0008"),
        ("<? go?><a/>", "f:1:3: expected an instruction's name, found U+0020"),
        ("<?go.;?><a/>", "f:1:6: expected a blank or '?>', found ';'"),
        (
            "\n<?xml version='1.0'?><a/>",
            "f:2:1: the declaration <?xml ?> stands only where the text begins"
        ),
    ])
    func moreMarkup(_ text: String, _ message: String) {
        #expect(refusal(text) == message)
    }

    @Test(arguments: [
        ("version='1.0'", "accepted"),
        ("version='1.0' encoding='utf-8' standalone='yes' ", "accepted"),
        ("version=\"1.0\" standalone='no'", "accepted"),
        ("encoding='US-ASCII'", "accepted"),
        ("", "f:1:7: expected version=\"1.0\", found '?'"),
        ("version='1.1'", "f:1:15: the version must be 1.0, not '1.1'"),
        (
            "version='1.0' encoding='latin1'",
            "f:1:30: the encoding must be utf-8 or us-ascii, not 'latin1'"
        ),
        ("standalone='yes' version='1.0'", "f:1:24: a declaration has no version here"),
        ("version='1.0'encoding='utf-8'", "f:1:20: expected a blank or '?>', found 'e'"),
        ("version '1.0'", "f:1:15: expected '=', found '''"),
        ("version=1.0", "f:1:15: expected a value in quotes, found '1'"),
        ("version='1.0", "f:1:15: this value has no closing quote"),
        ("version='1.0' ;", "f:1:21: expected '?>', found ';'"),
    ])
    func declarations(_ content: String, _ message: String) {
        #expect(refusal("<?xml \(content)?><a/>") == message)
    }

    @Test(arguments: [128, 129, 5_000_000])
    func depth(_ depth: Int) {
        let text = String(repeating: "<a>", count: depth)
        let message =
            depth > 128
            ? "f:1:385: elements nest deeper than 128"
            : "f:1:385: the text ends before </a>; <a> is on line 1"
        #expect(refusal(text) == message)
    }

    @Test(
        arguments: [
            ([0xFF], "f:1:1: the byte 0xFF is not UTF-8 here"),
            (Array("<a>\n é".utf8) + [0xC3], "f:2:3: the byte 0xC3 is not UTF-8 here"),
            (Array("<a>".utf8) + [0xED, 0xA0, 0x80], "f:1:4: the byte 0xED is not UTF-8 here"),
        ] as [([UInt8], String)]
    )
    func bytesThatAreNotUTF8(_ bytes: [UInt8], _ message: String) {
        #expect(refusal(bytes) == message)
    }
}
