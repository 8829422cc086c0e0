import Testing
import Text

@Suite struct XMLElementTests {
    @Test func elementsAndAttributes() throws {
        let text = """
            <?xml version="1.0" encoding='UTF-8'?>
            <!-- a comment -->
            <algo name="ring" n='2'>
              <gpu id="0"><tb/></gpu>
              <?print this?>
              <gpu
                id = "1" />
            </algo>
            <!-- the end -->
            """
        let root = try XMLElement.parse(text, file: "f")
        #expect(root.name == "algo" && root.isNamed("algo") && !root.isNamed("alg"))
        #expect(root.file == "f" && root.line == 3 && root.column == 1)
        #expect(root.attributes.map(\.name) == ["name", "n"])
        #expect(root.attributes.map(\.value) == ["ring", "2"])
        #expect(root.optional("nam") == nil)
        let gpus = try root.children(named: "gpu")
        #expect(gpus.map(\.line) == [4, 6])
        #expect(gpus.map(\.column) == [3, 3])
        #expect(gpus[0].children.map(\.name) == ["tb"])
        #expect(gpus[1].children.isEmpty)
        let id = try gpus[1].required("id")
        #expect(try id.integer() == 1)
        #expect(id.line == 7 && id.column == 5)
        #expect(id.equals("1") && !id.equals("11"))
        #expect(root.text.isEmpty)
    }

    @Test(arguments: [
        ("<a>one<b>no</b> two</a>", "one two"),
        ("<a>&lt;&gt;&amp;&quot;&apos;</a>", "<>&\"'"),
        ("<a>&#65;&#x42;&#x1F680;&#00067;</a>", "AB🚀C"),
        ("<a><![CDATA[<b>&amp;]]]]></a>", "<b>&amp;]]"),
        ("<a>1<![CDATA[2]]>3<!-- no -->4</a>", "1234"),
        ("<a>1\r\n2\r3\n4&#13;</a>", "1\n2\n3\n4\r"),
        ("<a>\r\n  <b/>\n</a>", ""),
        ("\u{FEFF}<größe.日-1>é</größe.日-1>", "é"),
        ("<a>></a>", ">"),
        ("<a>]] ></a>", "]] >"),
        ("<a/>", ""),
    ])
    func characters(_ text: String, _ meaning: String) throws {
        #expect(try XMLElement.parse(text, file: "f").text == meaning)
    }

    @Test(arguments: [
        ("\"v\"", "v"), ("'\"'", "\""), ("\"'>\"", "'>"), ("''", ""),
        ("\"a\nb\tc\r\nd\re\"", "a b c d e"),
        ("\"&#10;&#9;&#13;&lt;&amp;amp;\"", "\n\t\r<&amp;"),
        ("\"é日🚀\"", "é日🚀"),
    ])
    func values(_ value: String, _ meaning: String) throws {
        let root = try XMLElement.parse("<a v=\(value)/>", file: "f")
        let attribute = try root.required("v")
        #expect(attribute.value == meaning)
        #expect(attribute.equals(meaning) && !attribute.equals(meaning + "x"))
    }

    @Test func integers() throws {
        let root = try XMLElement.parse(
            "<a b='-12' c='007' d='+1' e='1.0' f='' g=' 1' h='9223372036854775808' i='&#49;'/>",
            file: "f"
        )
        func read(_ name: String, _ range: ClosedRange<Int> = -100...100) -> String {
            do throws(TextError) {
                return "\(try root.required(name).integer(in: range))"
            } catch {
                return error.description
            }
        }
        #expect(read("b") == "-12")
        #expect(read("c") == "7")
        #expect(read("i") == "1")
        #expect(read("d") == "f:1:20: expected an integer for d, found '+1'")
        #expect(read("e") == "f:1:27: expected an integer for e, found '1.0'")
        #expect(read("f") == "f:1:35: expected an integer for f, found ''")
        #expect(read("g") == "f:1:40: expected an integer for g, found ' 1'")
        #expect(read("h").hasSuffix("expected an integer for h, found '9223372036854775808'"))
        #expect(read("b", -1...1) == "f:1:4: b must be at least -1, not -12")
        #expect(read("c", -1...1) == "f:1:12: c must be at most 1, not 7")
        #expect(read("j") == "f:1:1: <a> lacks the attribute 'j'")
    }

    @Test func childrenOfAnotherName() throws {
        let root = try XMLElement.parse("<a>\n<b/> <c/></a>", file: "f")
        #expect {
            try root.children(named: "b")
        } throws: {
            ($0 as? TextError)?.description == "f:2:6: <a> holds <b>, found <c>"
        }
    }

    /// Names are bytes: how an accent is composed makes two of them, few or many.
    @Test func accents() throws {
        let two = "\u{E9}='1' e\u{301}='2'"
        for more in ["", (0..<20).map { " n\($0)=''" }.joined()] {
            let root = try XMLElement.parse("<a \(two)\(more)/>", file: "f")
            #expect(try root.required("\u{E9}").value == "1")
            #expect(try root.required("e\u{301}").value == "2")
        }
        let root = try XMLElement.parse("<a v='&#xE9;'/>", file: "f")
        #expect(try root.required("v").equals("\u{E9}"))
        #expect(try !root.required("v").equals("e\u{301}"))
    }

    @Test func deepAndWide() throws {
        let depth = 128
        let opening = String(repeating: "<a>", count: depth)
        let closing = String(repeating: "</a>", count: depth)
        var element = try XMLElement.parse(opening + closing, file: "f")
        for _ in 1..<depth { element = try #require(element.children.first) }
        #expect(element.children.isEmpty)

        let many = 10_000
        let wide = "<a>" + String(repeating: "<b c='1'/>", count: many) + "</a>"
        let children = try XMLElement.parse(wide, file: "f").children
        #expect(children.count == many)
        let names = (0..<many).map { "n\($0)='\($0)'" }.joined(separator: " ")
        #expect(try XMLElement.parse("<a \(names)/>", file: "f").attributes.count == many)
    }
}
