import Foundation
import TestSupport
import Testing

/// How code is laid out: small files, short functions, lines that fit.
@Suite struct LayoutTests {
    private static let fileLines = 400
    private static let functionLines = 70
    private static let columns = 100

    /// Files of code: Swift, C, and scripts, which have no ending.
    static let code = Repository.files().filter { file in
        ["swift", "c", "h", "sh"].contains(file.ending)
            || file.text.hasPrefix("#!") && file.ending.isEmpty
    }

    @Test func thereIsCode() {
        for ending in ["swift", "c", "h", ""] {
            #expect(Self.code.contains { $0.ending == ending }, "none ends with \"\(ending)\"")
        }
    }

    @Test func filesAreShort() {
        for file in Self.code {
            let count = file.lines.count
            #expect(count <= Self.fileLines, "\(file): \(count) lines")
        }
    }

    @Test func linesFit() {
        for file in Self.code {
            for (number, line) in file.lines.enumerated() where line.count > Self.columns {
                Issue.record("\(file):\(number + 1): \(line.count) columns")
            }
        }
    }

    @Test func linesEndInWhatIsSeen() {
        for file in Self.code {
            for (number, line) in file.lines.enumerated() {
                let isClean = line.last?.isWhitespace != true && !line.contains("\t")
                #expect(isClean, "\(file):\(number + 1): white space at the end, or a tab")
            }
            #expect(file.text.hasSuffix("\n"), "\(file): no line break at its end")
        }
    }

    @Test func functionsAreShort() {
        for file in Self.code {
            let functions =
                switch file.ending {
                case "swift": SwiftText.functions(in: file.text)
                case "c", "h": cFunctions(in: file)
                default: [(name: String, line: Int, count: Int)]()
                }
            for function in functions where function.count > Self.functionLines {
                Issue.record(
                    "\(file):\(function.line): \(function.name) has \(function.count) lines"
                )
            }
        }
    }

    /// A C function begins with its type and ends with a brace, both in the first column.
    private func cFunctions(in file: Repository.File) -> [(name: String, line: Int, count: Int)] {
        var result: [(name: String, line: Int, count: Int)] = []
        var start: Int?
        for (number, line) in file.lines.enumerated() {
            if line == "}" {
                if let begin = start {
                    let name = String(file.lines[begin].prefix(60))
                    result.append((name, begin + 1, number - begin + 1))
                }
                start = nil
            } else if let first = line.first, first.isLetter || first == "_", start == nil {
                start = number
            } else if line.hasPrefix("}") || line.hasSuffix("};")
                || line.hasSuffix(";") && (line.hasPrefix(")") || file.ending == "h")
            {
                start = nil
            }
            if start == number && line.hasSuffix(";") { start = nil }
        }
        return result
    }

    /// The counting itself is tested: a rule that finds nothing is worse than none.
    @Test func functionsAreCounted() {
        let text = """
            struct A {
                func short() -> [Int] { [1] }
                // func inAComment() {
                let text = "func inText() {"
                init(
                    _ a: () -> Void = {}
                ) {
                    if true {
                        print("}")
                    }
                }
            }
            protocol P { func required(); var x: Int { get } }
            func last<T>(_ t: T) where T: P {
                /* } */
            }
            """
        let found = SwiftText.functions(in: text)
        #expect(found.map(\.count) == [1, 7, 3])
        #expect(found.map(\.line) == [2, 5, 14])
    }

    @Test func nothingIsLeftForLater() {
        let words = ["FIX" + "ME", "TO" + "DO", "X" + "XX", "HA" + "CK:"]
        for file in Repository.files() where file.url.pathExtension != "deb" {
            for (number, line) in file.lines.enumerated() {
                for word in words where line.contains(word) {
                    let parts = line.split { !$0.isLetter && $0 != ":" }
                    let isWord = parts.contains { $0 == word || $0 == word + ":" }
                    #expect(!isWord, "\(file):\(number + 1): \(word)")
                }
            }
        }
    }

    /// Paths of the machine that somebody worked on.
    @Test func noMachineIsNamed() {
        let places = ["/wo" + "rk/", "/ro" + "ot/", "/tmp/" + "h-", "/ho" + "me/"]
        for file in Repository.files() {
            for (number, line) in file.lines.enumerated() {
                for place in places {
                    #expect(!line.contains(place), "\(file):\(number + 1): \(place)")
                }
            }
        }
    }
}
