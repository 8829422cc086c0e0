import Testing
import Text

@Suite struct JSONReaderTests {
    struct Case: Sendable {
        let text: String
        let json: JSON

        init(_ text: String, _ json: JSON) {
            self.text = text
            self.json = json
        }
    }

    private func expect(_ example: Case) throws {
        #expect(try JSONReader.parse(example.text, name: "test").json == example.json)
        #expect(try JSONReader.parse(Array(example.text.utf8), name: "test").json == example.json)
    }

    @Test(arguments: [
        Case("null", nil), Case("true", true), Case("false", false),
        Case("0", 0), Case("-0", 0), Case("7", 7), Case("+7", 7), Case("-7", -7),
        Case("9223372036854775807", .integer(.max)), Case("-9223372036854775808", .integer(.min)),
        Case("9223372036854775808", 9223372036854775808.0),
        Case("-9223372036854775809", -9223372036854775808.0),
        Case("123456789012345678901234567890", 1.2345678901234568e29),
        Case("1.5", 1.5), Case("-1.5", -1.5), Case(".5", 0.5), Case("5.", 5.0), Case("+.5", 0.5),
        Case("0.1", 0.1), Case("0.30000000000000004", 0.30000000000000004),
        Case("1e3", 1000.0), Case("1E+3", 1000.0), Case("12e-1", 1.2), Case("5.e1", 50.0),
        Case("1e23", 1e23), Case("0e9999", 0.0), Case("1e-400", 0.0), Case("0.0", 0.0),
        Case("1.7976931348623157e308", .number(.greatestFiniteMagnitude)),
        Case("4.9e-324", .number(.leastNonzeroMagnitude)),
        Case("1e0000000000000000000000000000000001", 10.0),
        Case("9007199254740993.0", 9007199254740992.0),
        Case("0.00000000000000000000000000000000001", 1e-35),
        Case("0xff", 255), Case("0XFf", 255), Case("-0x10", -16), Case("+0x1", 1),
        Case("0x7FFFFFFFFFFFFFFF", .integer(.max)), Case("-0x8000000000000000", .integer(.min)),
        Case("0xFFFFFFFFFFFFFFFF", 18446744073709551616.0),
        Case("0x10000000000000000", 18446744073709551616.0),
        Case("0x00000000000000000001", 1),
        Case("Infinity", .number(.infinity)), Case("+Infinity", .number(.infinity)),
        Case("-Infinity", .number(-.infinity)),
    ])
    func scalars(_ example: Case) throws {
        try expect(example)
    }

    @Test func notANumber() throws {
        for text in ["NaN", "+NaN", "-NaN"] {
            #expect(try JSONReader.parse(text, name: "test").number().isNaN)
        }
    }

    @Test(arguments: [
        Case(#""""#, ""), Case("''", ""), Case(#""it's""#, "it's"),
        Case(#"'say "hi"'"#, #"say "hi""#),
        Case(#""\b\f\n\r\t\v\0\\\"\'\/""#, "\u{08}\u{0C}\n\r\t\u{0B}\0\\\"'/"),
        Case(#""\a\q\é\日""#, "aqé日"), Case(#""\x41\xe9\xFF""#, "Aéÿ"),
        Case(#""\u0041\u65e5\u2028""#, "A日\u{2028}"), Case(#""\uD83D\uDE80""#, "🚀"),
        Case(#""\udbff\udfff""#, "\u{10FFFF}"), Case(#""x\uD83D\uDE80y""#, "x🚀y"),
        Case("'a\\\nb'", "ab"), Case("'a\\\rb'", "ab"), Case("'a\\\r\nb'", "ab"),
        Case("'a\\\u{2028}b'", "ab"), Case("'a\\\u{2029}b'", "ab"), Case("'a\\\n\\\n\\\nb'", "ab"),
        Case("'a\u{2028}\u{2029}b'", "a\u{2028}\u{2029}b"), Case("'a\tb'", "a\tb"),
        Case("'é日🚀e\u{301}'", "é日🚀e\u{301}"), Case("'// no /* comment */'", "// no /* comment */"),
        Case(#"'\0a'"#, "\0a"), Case("'\\\u{301}'", "\u{301}"),
    ])
    func strings(_ example: Case) throws {
        try expect(example)
    }

    @Test(arguments: [
        Case("[]", []), Case("{}", [:]), Case("[1]", [1]), Case("[1,]", [1]),
        Case("[1,2,]", [1, 2]), Case("{a:1,}", ["a": 1]), Case("[[],[[]],{}]", [[], [[]], [:]]),
        Case("{a:{b:[{c:null}]}}", ["a": ["b": [["c": nil]]]]),
        Case("{a:1,'b':2,\"c\":3}", ["a": 1, "b": 2, "c": 3]),
        Case("{$:1,_:2,$a_1:3,a$:4}", ["$": 1, "_": 2, "$a_1": 3, "a$": 4]),
        Case("{größe:1,日本:2,ⅷ:3,ª:4}", ["größe": 1, "日本": 2, "ⅷ": 3, "ª": 4]),
        Case("{e\u{301}a:1}", ["e\u{301}a": 1]),
        Case("{a\u{200C}\u{200D}b:1}", ["a\u{200C}\u{200D}b": 1]),
        Case("{a\u{203F}٣:1}", ["a\u{203F}٣": 1]),
        Case(#"{\u0061b\u0063:1}"#, ["abc": 1]), Case(#"{a\u0031:1}"#, ["a1": 1]),
        Case("{null:1,true:2,NaN:3,if:4}", ["null": 1, "true": 2, "NaN": 3, "if": 4]),
        Case("{'':1,' ':2,'1':3,'a\\nb':4}", ["": 1, " ": 2, "1": 3, "a\nb": 4]),
    ])
    func containers(_ example: Case) throws {
        try expect(example)
    }

    @Test(arguments: [
        Case(" \t\n\r\u{0B}\u{0C}\u{A0}\u{FEFF}\u{2028}\u{2029}1", 1),
        Case("\u{1680}\u{2000}\u{200A}\u{202F}\u{205F}\u{3000}1\u{3000}", 1),
        Case("1// end", 1), Case("1//", 1), Case("// first\n1", 1), Case("// first\r1", 1),
        Case("// first\u{2028}1", 1), Case("// first\u{2029}1", 1), Case("// é \u{2027}\n1", 1),
        Case("/* a */1/* b */", 1), Case("/**/1", 1), Case("/***/1", 1), Case("/* * / ** */1", 1),
        Case("/* // */1", 1), Case("/* two\nlines */1", 1), Case("/*/*/1", 1),
        Case("[/*a*/1/*b*/,/*c*/2/*d*/]", [1, 2]),
        Case("{/*a*/a/*b*/:/*c*/1/*d*/,//e\n}", ["a": 1]), Case("[1 , 2 ]", [1, 2]),
    ])
    func blanksAndComments(_ example: Case) throws {
        try expect(example)
    }

    @Test func theExampleOfTheSpecification() throws {
        let text = #"""
            {
              // comments
              unquoted: 'and you can quote me on that',
              singleQuotes: 'I can use "double quotes" here',
              lineBreaks: "Look, Mom! \
            No \\n's!",
              hexadecimal: 0xdecaf,
              leadingDecimalPoint: .8675309, andTrailing: 8675309.,
              positiveSign: +1,
              trailingComma: 'in objects', andIn: ['arrays',],
              "backwardsCompatible": "with JSON",
            }

            """#
        #expect(
            try JSONReader.parse(text, name: "test").json == [
                "unquoted": "and you can quote me on that",
                "singleQuotes": "I can use \"double quotes\" here",
                "lineBreaks": "Look, Mom! No \\n's!",
                "hexadecimal": 0xdecaf, "leadingDecimalPoint": 0.8675309,
                "andTrailing": 8675309.0, "positiveSign": 1,
                "trailingComma": "in objects", "andIn": ["arrays"],
                "backwardsCompatible": "with JSON",
            ]
        )
    }

    @Test func nestsToTheLimit() throws {
        let text = String(repeating: "[", count: 128) + String(repeating: "]", count: 128)
        #expect(try JSONReader.parse(text, name: "test").json.serialized() == text)
    }

    @Test func readsManyKeys() throws {
        let members = (0..<3_000).map { "k\($0): \($0)" }.joined(separator: ",")
        let reader = try JSONReader.parse("{\(members)}", name: "test")
        #expect(try reader.members().count == 3_000)
        #expect(try reader.required("k2999").integer() == 2_999)
    }

    @Test func whatIsWrittenReadsBackEqual() throws {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<3_000 {
            let json = random.json(depth: 5)
            for pretty in [false, true] {
                let text = json.serialized(pretty: pretty)
                #expect(try JSONReader.parse(text, name: "test").json == json, "\(text)")
            }
        }
    }

    @Test func doublesReadAsTheStandardLibraryReadsThem() throws {
        var random = SeededGenerator(seed: 2)
        for _ in 0..<5_000 {
            let digits = String(random.next() >> UInt64(random.below(60)))
            let text = "\(digits).\(random.below(100_000))e\(random.below(60) - 30)"
            let number = try JSONReader.parse(text, name: "test").number()
            #expect(number == Double(text), "\(text)")
        }
    }
}
