import Testing
import Text

@Suite struct TextTableTests {
    @Test func alignsAndTrims() {
        var table = TextTable(
            columns: [
                .init("name"), .init("rate", .trailing), .init("note", minimumWidth: 8),
                .init("n", .trailing),
            ],
            hasSeparator: true
        )
        table.append(["ring", "12.50", "", "8"])
        table.append(["tree of trees", "7", "slow"])
        table.append([])
        #expect(
            table.rendered() == """
                name            rate  note      n
                -------------  -----  --------  -
                ring           12.50            8
                tree of trees      7  slow

                """
        )
    }

    @Test func needsNoRowsNorColumns() {
        #expect(TextTable(columns: [.init("a"), .init("b")]).rendered() == "a  b")
        #expect(TextTable(columns: []).rendered() == "")
    }

    @Test func measuresCellsNotCharacters() {
        var table = TextTable(columns: [.init("a"), .init("b")])
        table.append(["日本", "1"])
        table.append(["e\u{301}", "2"])
        table.append(["abcd", "3"])
        #expect(table.rendered() == "a     b\n日本  1\ne\u{301}     2\nabcd  3")
    }

    @Test func letsNoControlCharacterThrough() {
        var table = TextTable(columns: [.init("a\nb"), .init("c")])
        table.append(["x\r\ny\u{1B}[31m", "\u{9B}z"])
        #expect(table.rendered() == "a b        c\nx  y [31m   z")
    }

    @Test(arguments: [
        ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本語", 6), ("한국", 4),
        ("\u{1112}\u{1161}\u{11AB}", 2), ("🚀", 2), ("👩‍👩‍👧", 2), ("🇩🇪", 2), ("❤\u{FE0F}", 2),
        ("a\u{200B}b", 2),
        ("ｆ", 2), ("µs", 2), ("…", 1), ("a\u{AD}b", 3),
    ])
    func terminalWidths(_ text: String, _ width: Int) {
        #expect(terminalWidth(text) == width)
    }

    @Test func pads() {
        #expect(padded("ab", to: 4, .leading) == "ab  ")
        #expect(padded("ab", to: 4, .trailing) == "  ab")
        #expect(padded("日本", to: 5, .trailing) == " 日本")
        #expect(padded("abc", to: 2, .leading) == "abc")
    }

    @Test func refusesARowThatIsTooLong() async {
        await #expect(processExitsWith: .failure) {
            var table = TextTable(columns: [.init("a")])
            table.append(["1", "2"])
        }
    }
}
