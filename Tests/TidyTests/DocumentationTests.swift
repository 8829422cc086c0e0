import Foundation
import TestSupport
import Testing

/// What is written about the program is there, and true as far as a program can tell.
@Suite struct DocumentationTests {
    private static let pages = Repository.files().filter {
        $0.ending == "md" && !$0.path.hasPrefix("Tests/")
    }

    @Test(arguments: [
        "README.md", "docs/ARCHITECTURE.md", "docs/MEASUREMENT.md", "docs/HACKING.md",
        "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", ".editorconfig", ".swift-format",
        "scripts/run", "scripts/test", ".ci/run",
    ])
    func isThere(_ path: String) {
        let file = Repository.File(path: path)
        #expect(file.text.count > 20, "\(path) is missing or empty")
    }

    @Test func theLicenseIsApache() {
        let text = Repository.File(path: "LICENSE").text
        #expect(text.contains("Apache License") && text.contains("Version 2.0"))
    }

    // MARK: - Symbols

    /// Every public declaration has a documentation comment, or shares that of the declaration just
    /// above it.
    ///
    /// Operators mean what their protocol says.
    @Test func publicSymbolsAreDocumented() {
        for file in Repository.files(below: ["Sources"]) where file.ending == "swift" {
            let lines = file.lines.map { $0.drop { $0 == " " } }
            for (number, line) in lines.enumerated() where isPublicSymbol(line) {
                #expect(isDocumented(number, lines), "\(file):\(number + 1): \(line)")
            }
        }
    }

    private func isPublicSymbol(_ line: Substring) -> Bool {
        guard line.hasPrefix("public ") || line.hasPrefix("open ") else { return false }
        let words = line.split(separator: " ")
        if words.count < 2 || ["=", "extension"].contains(words[1]) { return false }
        if words.contains("import") { return false }
        return !["func <", "func ==", "func hash(into"].contains { line.contains($0) }
    }

    private func isDocumented(_ number: Int, _ lines: [Substring]) -> Bool {
        var at = number - 1
        while at >= 0 {
            // What a header declares is documented there.
            if lines[at].hasPrefix("///") || lines[at] == "@c @implementation" { return true }
            let isAttribute = lines[at].hasPrefix("@")
            let isNeighbour =
                isPublicSymbol(lines[at]) && !lines[at].hasSuffix("{")
                && (lines[at].contains(" var ") || lines[at].contains(" let "))
            if !isAttribute && !isNeighbour { return false }
            at -= 1
        }
        return false
    }

    /// Every function of the data plane's headers has a comment, or follows one that has.
    @Test func cFunctionsAreDocumented() {
        for file in Repository.files(below: ["Sources/CWeft/include"]) where file.ending == "h" {
            var isCovered = false
            for (number, line) in file.lines.enumerated() {
                if line.hasPrefix("/") { isCovered = true }
                if line.isEmpty { isCovered = false }
                let isFunction = line.contains("weft_") && line.contains("(")
                let startsOne = line.first?.isLetter == true && !line.hasPrefix("typedef")
                if isFunction && startsOne && !isCovered && !line.contains("_destroy")
                    && !line.contains("_detach")
                {
                    Issue.record("\(file):\(number + 1): \(line)")
                }
            }
        }
    }

    // MARK: - Links

    @Test func linksResolve() throws {
        let link = try Regex(#"\]\(([^)\s]+)[^)]*\)"#, as: (Substring, Substring).self)
        for page in Self.pages {
            for (number, line) in page.lines.enumerated() {
                for match in String(line).matches(of: link) {
                    let target = String(match.output.1)
                    if target.contains("://") || target.hasPrefix("mailto:") { continue }
                    #expect(resolves(target, from: page), "\(page):\(number + 1): \(target)")
                }
            }
        }
    }

    private func resolves(_ target: String, from page: Repository.File) -> Bool {
        let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let url =
            parts[0].isEmpty
            ? page.url : page.url.deletingLastPathComponent().appending(path: String(parts[0]))
        guard FileManager.default.fileExists(atPath: url.path) else { return false }
        guard parts.count > 1, let data = try? Data(contentsOf: url) else { return true }
        let headings = String(decoding: data, as: UTF8.self).split(separator: "\n")
            .filter { $0.hasPrefix("#") }
            .map { anchor(of: String($0.drop { $0 == "#" || $0 == " " })) }
        return headings.contains(String(parts[1]))
    }

    /// The anchor that a heading gets where the repository is shown.
    private func anchor(of heading: String) -> String {
        heading.lowercased().replacing(" ", with: "-")
            .filter { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
    }

    // MARK: - Commands

    /// The pieces of a page that are code: lines of code blocks, and what stands in backquotes.
    private func code(_ page: Repository.File) -> [(text: String, line: Int)] {
        var result: [(text: String, line: Int)] = []
        var isBlock = false
        for (number, line) in page.lines.enumerated() {
            if line.drop(while: { $0 == " " }).hasPrefix("```") {
                isBlock.toggle()
            } else if isBlock {
                var text = line.drop { $0 == " " }
                if text.hasPrefix("$ ") { text = text.dropFirst(2) }
                result.append((String(text), number + 1))
            } else {
                let parts = line.split(separator: "`", omittingEmptySubsequences: false)
                for (index, part) in parts.enumerated() where index % 2 == 1 {
                    result.append((String(part), number + 1))
                }
            }
        }
        return result
    }

    /// The words of a `weft` command line that a piece of code is, nil when it is none.
    private func commandLine(_ text: String) -> [String]? {
        let end = text.firstIndex { "|>;&#".contains($0) } ?? text.endIndex
        var words = text[..<end].split(separator: " ").map(String.init)
        guard let first = words.first else { return nil }
        // `scripts/run` hands its arguments to weft.
        guard first == "weft" || first == "scripts/run" else { return nil }
        words.removeFirst()
        return words.isEmpty ? nil : words
    }

    @Test func everyCommandLineParses() throws {
        var help: [String: String] = [:]
        func helpText(_ path: [String]) throws -> String? {
            let key = path.joined(separator: " ")
            if help[key] == nil {
                let outcome = try Weft.run(path + ["--help"])
                help[key] = outcome.status == 0 ? outcome.output : ""
            }
            return help[key].flatMap { $0.isEmpty ? nil : $0 }
        }
        var count = 0
        for page in Self.pages {
            for (text, line) in code(page) {
                guard var words = commandLine(text) else { continue }
                count += 1
                if words[0] == "help" { words.removeFirst() }
                let place = "\(page):\(line): \(text)"
                let names = Array(
                    words.prefix { $0.allSatisfy { $0.isLowercase || $0 == "-" } }
                        .prefix { !$0.hasPrefix("-") }
                )
                var path = Array(names.prefix(1))
                if names.count > 1, try helpText(path)?.contains("COMMAND") == true {
                    path = Array(names.prefix(2))
                }
                let text = try helpText(path)
                #expect(text != nil, "\(place): there is no such command")
                let known = Set((text ?? "").split { " ,\n[]=".contains($0) })
                for word in words.dropFirst(path.count) where word.hasPrefix("-") {
                    let name = word.prefix { $0 != "=" }
                    #expect(known.contains(name), "\(place): there is no option \(name)")
                }
            }
        }
        #expect(count > 5)
    }

    @Test func everyScriptThatIsNamedIsThere() throws {
        let name = try Regex(
            #"(?:^|[^A-Za-z0-9_/])((?:scripts|\.ci)/[A-Za-z0-9_.-]*[A-Za-z0-9])"#,
            as: (Substring, Substring).self
        )
        for page in Self.pages {
            for (number, line) in page.lines.enumerated() {
                for match in String(line).matches(of: name) {
                    let path = String(match.output.1)
                    let place = Repository.root.appending(path: path).path
                    let isThere =
                        path.hasSuffix(".sh")
                        ? FileManager.default.fileExists(atPath: place)
                        : FileManager.default.isExecutableFile(atPath: place)
                    #expect(isThere, "\(page):\(number + 1): \(path)")
                }
            }
        }
    }

    /// What continuous integration runs is the test script and nothing else.
    @Test func continuousIntegrationRunsTheTests() {
        let lines = Repository.File(path: ".ci/run").lines.filter {
            !$0.hasPrefix("#") && !$0.isEmpty && !$0.hasPrefix("set ")
        }
        #expect(lines.count <= 2, "\(lines)")
        #expect(lines.last?.contains("scripts/test") == true)
    }
}
