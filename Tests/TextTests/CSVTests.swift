import Testing
import Text

@Suite struct CSVTests {
    @Test(arguments: [
        (["a", "b"], "a,b\n"),
        (["a b", " c "], "a b, c \n"),
        (["1,5", "x"], "\"1,5\",x\n"),
        (["say \"hi\""], "\"say \"\"hi\"\"\"\n"),
        (["two\nlines", "return\r"], "\"two\nlines\",\"return\r\"\n"),
        (["", ""], ",\n"),
        ([""], "\"\"\n"),
        ([], "\n"),
        (["\"\u{301}x"], "\"\"\"\u{301}x\"\n"),
        (["größe", "日本"], "größe,日本\n"),
    ])
    func quotesWhatNeedsIt(_ fields: [String], _ row: String) {
        #expect(CSV.row(fields) == row)
    }
}
