/// Just enough of Swift's grammar to count the lines of functions.
enum SwiftText {
    /// The text with everything in comments and string literals as blanks; line breaks stay.
    static func withoutTexts(_ text: String) -> [Character] {
        var result: [Character] = []
        let characters = Array(text)
        var index = 0
        func has(_ word: String) -> Bool {
            characters[index...].starts(with: word)
        }
        func blank(through end: Int) {
            while index < min(end, characters.count) {
                result.append(characters[index].isNewline ? characters[index] : " ")
                index += 1
            }
        }
        func find(_ word: String, from start: Int) -> Int {
            var at = start
            while at < characters.count {
                if characters[at] == "\\" && word != "*/" {
                    at += 2
                    continue
                }
                if characters[at...].starts(with: word) { return at + word.count }
                at += 1
            }
            return characters.count
        }
        while index < characters.count {
            if has("//") {
                let end = characters[index...].firstIndex { $0.isNewline } ?? characters.count
                blank(through: end)
            } else if has("/*") {
                blank(through: find("*/", from: index + 2))
            } else if has("#\"") {
                blank(through: find("\"#", from: index + 2))
            } else if has("\"\"\"") {
                blank(through: find("\"\"\"", from: index + 3))
            } else if has("\"") {
                blank(through: find("\"", from: index + 1))
            } else {
                result.append(characters[index])
                index += 1
            }
        }
        return result
    }

    /// The functions and initialisers that have a body: the first line, from 1, and how many.
    static func functions(in text: String) -> [(name: String, line: Int, count: Int)] {
        let characters = withoutTexts(text)
        var lineOf: [Int] = []
        var line = 1
        for character in characters {
            lineOf.append(line)
            if character.isNewline { line += 1 }
        }
        var result: [(name: String, line: Int, count: Int)] = []
        var index = 0
        while index < characters.count {
            guard let (name, end) = declaration(characters, at: index) else {
                index += 1
                continue
            }
            if let body = body(characters, from: end), let close = matching(characters, body) {
                result.append((name, lineOf[index], lineOf[close] - lineOf[index] + 1))
            }
            index = end
        }
        return result
    }

    /// A declaration's keyword and name that begin here, and the index behind them.
    private static func declaration(
        _ characters: [Character],
        at index: Int
    ) -> (name: String, end: Int)? {
        func isWord(_ at: Int) -> Bool {
            guard characters.indices.contains(at) else { return false }
            return characters[at].isLetter || characters[at].isNumber || characters[at] == "_"
        }
        let before = characters.indices.contains(index - 1) ? characters[index - 1] : " "
        if isWord(index - 1) || before == "." { return nil }
        for keyword in ["func ", "init(", "init?(", "init<", "subscript("]
        where characters[index...].starts(with: keyword) {
            let rest = characters[(index + keyword.count)...].prefix { $0 != "(" && !$0.isNewline }
            return (keyword + String(rest), index + keyword.count - (keyword == "func " ? 0 : 1))
        }
        return nil
    }

    /// The brace that opens the body, nil where a protocol only asks for the function.
    private static func body(_ characters: [Character], from start: Int) -> Int? {
        var depth = 0
        for index in start..<characters.count {
            switch characters[index] {
            case "(", "[": depth += 1
            case ")", "]": depth -= 1
            case "{" where depth == 0: return index
            case "}" where depth == 0, ";" where depth == 0: return nil
            default: break
            }
            if depth < 0 { return nil }
            if depth == 0 && index > start && declaration(characters, at: index) != nil {
                return nil
            }
        }
        return nil
    }

    private static func matching(_ characters: [Character], _ open: Int) -> Int? {
        var depth = 0
        for index in open..<characters.count {
            if characters[index] == "{" { depth += 1 }
            if characters[index] == "}" { depth -= 1 }
            if depth == 0 { return index }
        }
        return nil
    }
}
