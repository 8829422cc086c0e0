import Drawing
import Testing

@Suite("SVG writer")
struct SVGTests {
    @Test("writes nested elements")
    func nesting() {
        var svg = SVG()
        svg.element("g", ["class": "a"]) { svg in
            svg.element("rect", ["x": 1.5, "y": -2])
            svg.element("text") { $0.text("hello") }
        }
        #expect(svg.text == #"<g class="a"><rect x="1.5" y="-2"/><text>hello</text></g>"#)
    }

    @Test("escapes text")
    func textEscaping() {
        var svg = SVG()
        svg.text("a<b> & \"c\" 'd' ]]>\t\n\r")
        #expect(svg.text == "a&lt;b&gt; &amp; \"c\" 'd' ]]&gt;\t\n&#13;")
    }

    @Test("escapes attributes")
    func attributeEscaping() {
        var svg = SVG()
        svg.element("a", ["b": .text("<&>\"'\t\n\r")])
        #expect(svg.text == "<a b=\"&lt;&amp;&gt;&quot;'&#9;&#10;&#13;\"/>")
    }

    @Test("replaces what XML forbids", arguments: [0, 1, 8, 0x0B, 0x0C, 0x1F, 0xFFFE, 0xFFFF])
    func forbidden(value: UInt32) throws {
        let scalar = try #require(Unicode.Scalar(value))
        var svg = SVG()
        svg.text("a\(scalar)b")
        #expect(svg.text == "a\u{FFFD}b")
    }

    @Test(
        "keeps every other character",
        arguments: [
            "é", "漢字", "🧵", "👩‍👩‍👧", "ﷺ", "\u{FFFD}", "\u{FFBF}", "\u{10FFFF}", "\u{7F}", "𝔘",
        ]
    )
    func kept(text: String) {
        var svg = SVG()
        svg.text(text)
        #expect(svg.text == text)
    }

    @Test("writes coordinates with two decimals and never what is not a number")
    func coordinates() {
        let cases: [(Double, String)] = [
            (0, "0"), (-0.0, "0"), (0.004, "0"), (-0.004, "0"), (0.005, "0.01"), (1.25, "1.25"),
            (-1.5, "-1.5"), (12.05, "12.05"), (99.999, "100"), (.nan, "0"), (.infinity, "0"),
            (1e308, "10000000"), (-1e308, "-10000000"),
        ]
        for (value, expected) in cases {
            var svg = SVG()
            svg.element("a", ["b": .number(value)])
            #expect(svg.text == "<a b=\"\(expected)\"/>", "\(value)")
        }
    }

    @Test("writes paths")
    func paths() {
        var path = SVG.Path()
        #expect(path.isEmpty)
        path.move(1, 2)
        path.line(3.5, -4)
        path.lineBy(0, .nan)
        path.close()
        path.circle(5, 5, radius: 2)
        var svg = SVG()
        svg.element("path", ["d": .path(path)])
        let circle = "M3 5a2 2 0 1 0 4 0a2 2 0 1 0 -4 0z"
        #expect(svg.text == "<path d=\"M1 2L3.5 -4l0 0z\(circle)\"/>")
    }
}
