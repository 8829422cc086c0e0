import Testing
import Text

@Suite struct JSONRefusalTests {
    private func refusal(_ text: String) -> String {
        do throws(TextError) {
            _ = try JSONReader.parse(text, name: "f")
            return "accepted"
        } catch {
            return error.description
        }
    }

    @Test(arguments: [
        ("", "f:1:1: expected a value, found the end of the text"),
        (" // only\n", "f:2:1: expected a value, found the end of the text"),
        ("}", "f:1:1: expected a value, found '}'"),
        ("1 2", "f:1:3: expected the end of the text, found '2'"),
        ("[1] x", "f:1:5: expected the end of the text, found 'x'"),
        ("nul", "f:1:1: expected a value, found nul; a string needs quotes"),
        ("[True]", "f:1:2: expected a value, found True; a string needs quotes"),
        ("\u{200B}1", "f:1:1: expected a value, found U+200B"),
        ("\u{07}", "f:1:1: expected a value, found U+0007"),
        ("\u{1F680}", "f:1:1: expected a value, found '🚀'"),
        ("1\0", "f:1:2: expected the end of the text, found U+0000"),
        ("/", "f:1:1: expected a value, found '/'"),
        ("1 /* a", "f:1:3: this comment has no end"),
        ("1\n/*/", "f:2:1: this comment has no end"),
    ])
    func texts(_ text: String, _ message: String) {
        #expect(refusal(text) == message)
    }

    @Test(arguments: [
        ("[", "f:1:2: expected a value, found the end of the text"),
        ("[\n1\n", "f:3:1: expected ',' or ']', found the end of the text; the '[' is on line 1"),
        ("[,]", "f:1:2: expected a value, found ','"),
        ("[1,,]", "f:1:4: expected a value, found ','"),
        ("[1 2]", "f:1:4: expected ',' or ']', found '2'"),
        ("[1}", "f:1:3: expected ',' or ']', found '}'"),
        ("[1.2.3]", "f:1:5: expected ',' or ']', found '.'"),
        ("{", "f:1:2: expected a key or '}', found the end of the text; the '{' is on line 1"),
        ("{,}", "f:1:2: expected a key or '}', found ','"),
        ("{1:2}", "f:1:2: expected a key or '}', found '1'"),
        ("{a-b:2}", "f:1:3: expected ':' after the key, found '-'"),
        ("{a\n", "f:2:1: expected ':' after the key, found the end of the text"),
        ("{a:}", "f:1:4: expected a value, found '}'"),
        ("{a:1 b:2}", "f:1:6: expected ',' or '}', found 'b'"),
        ("{a:1", "f:1:5: expected ',' or '}', found the end of the text; the '{' is on line 1"),
        ("{é: 1, 日: }", "f:1:11: expected a value, found '}'"),
        ("{\u{301}a:1}", "f:1:2: expected a key or '}', found U+0301"),
        (#"{a\n:1}"#, "f:1:3: a key without quotes may hold only \\u escapes"),
        (#"{\u0031:1}"#, "f:1:2: this character needs quotes around the key"),
        (#"{a\u0020:1}"#, "f:1:3: this character needs quotes around the key"),
        (#"{a\u00:1}"#, "f:1:3: \\u needs four hexadecimal digits"),
        ("{a\\", "f:1:3: a key without quotes may hold only \\u escapes"),
    ])
    func containers(_ text: String, _ message: String) {
        #expect(refusal(text) == message)
    }

    @Test(arguments: [
        ("'", "f:1:1: this string has no closing quote"),
        ("\n 'a\"", "f:2:2: this string has no closing quote"),
        ("'a\\", "f:1:3: the text ends after a backslash"),
        (
            "'ab\n'",
            "f:1:4: the line ends within a string; write \\n, or end the line with a backslash"
        ),
        (
            "'\r'",
            "f:1:2: the line ends within a string; write \\n, or end the line with a backslash"
        ),
        (#"'\x4'"#, "f:1:2: \\x needs two hexadecimal digits"),
        (#"'\xg0'"#, "f:1:2: \\x needs two hexadecimal digits"),
        (#"'é\u12'"#, "f:1:3: \\u needs four hexadecimal digits"),
        (#"'\u{41}'"#, "f:1:2: \\u needs four hexadecimal digits"),
        (#"'\ud83d'"#, "f:1:2: half a surrogate pair is no character"),
        (#"'\ud83dx'"#, "f:1:2: half a surrogate pair is no character"),
        (#"'\ud83d\n'"#, "f:1:2: half a surrogate pair is no character"),
        (#"'\ud83d\u0041'"#, "f:1:2: half a surrogate pair is no character"),
        (#"'\ude80\ud83d'"#, "f:1:2: half a surrogate pair is no character"),
        (#"'\1'"#, "f:1:2: octal escapes are not JSON5"),
        (#"'\01'"#, "f:1:2: octal escapes are not JSON5"),
        (#"'\9'"#, "f:1:2: octal escapes are not JSON5"),
    ])
    func strings(_ text: String, _ message: String) {
        #expect(refusal(text) == message)
    }

    @Test(arguments: [
        ("-", "f:1:2: expected a digit, found the end of the text"),
        ("+-1", "f:1:2: expected a digit, found '-'"),
        ("- 1", "f:1:2: expected a digit, found U+0020"),
        (".", "f:1:2: expected a digit, found the end of the text"),
        ("-.e1", "f:1:3: expected a digit, found 'e'"),
        ("01", "f:1:1: a number of several digits may not begin with 0"),
        ("[-00.5]", "f:1:3: a number of several digits may not begin with 0"),
        ("1e", "f:1:3: expected a digit of the exponent, found the end of the text"),
        ("1e+x", "f:1:4: expected a digit of the exponent, found 'x'"),
        ("0x", "f:1:3: expected a hexadecimal digit, found the end of the text"),
        ("0xg", "f:1:3: expected a hexadecimal digit, found 'g'"),
        ("-Inf", "f:1:2: expected a digit, found 'I'"),
        ("1e999", "f:1:1: this number is too large; the largest is about 1.8e308"),
        (
            "[-1e99999999999999999999]",
            "f:1:2: this number is too large; the largest is about 1.8e308"
        ),
        ("5px", "f:1:2: expected the end of the text, found 'p'"),
        ("1_000", "f:1:2: expected the end of the text, found '_'"),
    ])
    func numbers(_ text: String, _ message: String) {
        #expect(refusal(text) == message)
    }

    @Test(arguments: [
        ("{a:1,a:2}", "f:1:6: the key 'a' is given twice, on line 1 and on line 1"),
        ("{a:1,\n\n'a':2}", "f:3:1: the key 'a' is given twice, on line 1 and on line 3"),
        ("[{a:1,\r\n\\u0061:2}]", "f:2:1: the key 'a' is given twice, on line 1 and on line 2"),
        ("{é:1,'e\u{301}':2}", "f:1:6: the key 'e\u{301}' is given twice, on line 1 and on line 1"),
        ("{a:{b:1,\nb:2}}", "f:2:1: the key 'b' is given twice, on line 1 and on line 2"),
    ])
    func duplicates(_ text: String, _ message: String) {
        #expect(refusal(text) == message)
    }

    @Test func duplicatesAmongMany() {
        let members = (0..<100).map { "k\($0): {k1: [1]}" }.joined(separator: ",\n")
        #expect(
            refusal("{\(members),\nk41: 2}")
                == "f:101:1: the key 'k41' is given twice, on line 42 and on line 101"
        )
    }

    @Test(arguments: ["[", "{a:"]) func depth(_ opening: String) {
        let text = String(repeating: opening, count: 100_000)
        let column = 128 * opening.count + 1
        #expect(refusal(text) == "f:1:\(column): arrays and objects nest deeper than 128")
    }

    @Test(
        arguments: [
            ([0xFF], "f:1:1: the byte 0xFF is not UTF-8 here"),
            (Array("{\n 'é".utf8) + [0xC3], "f:2:4: the byte 0xC3 is not UTF-8 here"),
            (Array("0123456789".utf8) + [0x80], "f:1:11: the byte 0x80 is not UTF-8 here"),
            ([0xC0, 0x80], "f:1:1: the byte 0xC0 is not UTF-8 here"),
            ([0xE0, 0x80, 0x80], "f:1:1: the byte 0xE0 is not UTF-8 here"),
            ([0xED, 0xA0, 0x80], "f:1:1: the byte 0xED is not UTF-8 here"),
            ([0xF0, 0x9F, 0x9A], "f:1:1: the byte 0xF0 is not UTF-8 here"),
            ([0xF4, 0x90, 0x80, 0x80], "f:1:1: the byte 0xF4 is not UTF-8 here"),
            ([0xF5, 0x80, 0x80, 0x80], "f:1:1: the byte 0xF5 is not UTF-8 here"),
            ([0xE2, 0x82, 0x28], "f:1:1: the byte 0xE2 is not UTF-8 here"),
        ] as [([UInt8], String)]
    )
    func bytesThatAreNotUTF8(_ bytes: [UInt8], _ message: String) {
        #expect {
            try JSONReader.parse(bytes, name: "f")
        } throws: {
            ($0 as? TextError)?.description == message
        }
    }

    @Test func agreesWithTheStandardLibraryOnUTF8() {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<20_000 {
            var bytes = Array("'aé日🚀'".utf8)
            bytes[1 + random.below(bytes.count - 2)] = UInt8(truncatingIfNeeded: random.next())
            let isValid = String(validating: bytes, as: UTF8.self) != nil
            let message: String
            do throws(TextError) {
                _ = try JSONReader.parse(bytes, name: "f")
                message = ""
            } catch {
                message = error.message
            }
            #expect(isValid != message.hasSuffix("is not UTF-8 here"))
        }
    }
}
