import CommandLine
import Testing

@Suite("Manual page")
struct ManPageTests {
    private static let hostile = Program(
        name: "tool",
        version: "1.0",
        summary: #".Starts with a dot, has \fBescapes\fR, "quotes", 'more' and `ticks`."#,
        commands: [
            Command(
                name: "a-b",
                summary: "'Quoted' at the start; 2^3 ~ 8, naïve → déjà-vu, \u{1F600}.",
                discussion: """
                    .SH not a heading
                    'br not a break

                      .verbatim \\n line
                      'second -- line
                    After the block.
                    """,
                arguments: [Positional(name: ".X", help: ".an argument")],
                options: [Option(name: "x-y", value: "\"V\"", help: "\\e -1 'x'")],
                examples: [(".tool a-b --x-y='1'", "'explained\nin two lines")]
            )
        ]
    )

    private func page(_ program: Program) -> String { program.manPage(date: "2026-11-21") }

    @Test func sections() {
        let headings = page(Sample.program).split(separator: "\n")
            .filter { $0.hasPrefix(".SH ") || $0.hasPrefix(".TH ") }
        #expect(
            headings == [
                #".TH "WEFT" "1" "2026\-11\-21" "weft 1.2.3" "User Commands""#,
                #".SH "NAME""#, #".SH "SYNOPSIS""#, #".SH "DESCRIPTION""#, #".SH "COMMANDS""#,
                #".SH "OPTIONS""#, #".SH "EXAMPLES""#, #".SH "EXIT STATUS""#,
            ]
        )
    }

    @Test func hiddenCommands() {
        #expect(!page(Sample.program).contains("secret"))
        #expect(!page(Sample.program).contains("dump"))
    }

    @Test func source() {
        let source = page(ManPageTests.hostile)
        #expect(source.utf8.allSatisfy { $0 == 0x0A || (0x20..<0x7F).contains($0) })
        let known = ["TH", "SH", "SS", "TP", "PP", "RS", "RE", "nf", "fi", "br"].map { ".\($0)" }
        for line in source.split(separator: "\n") where line.first == "." {
            #expect(known.contains(String(line.prefix { $0 != " " })), "\(line)")
        }
        #expect(!source.split(separator: "\n").contains { $0.first == "'" })
    }

    /// The formatted page of a program, in lines without the margin.
    private func formatted(_ program: Program) throws -> [String] {
        let words = ["groff", "-ww", "-man", "-Tutf8", "-P-c", "-P-b", "-P-u", "-rLL=100n", "page"]
        let result = try Tool.run(words, files: ["page": page(program)])
        #expect(result.errors == "")
        #expect(result.status == 0)
        return result.output.split(separator: "\n").map { String($0.drop { $0 == " " }) }
    }

    @Test(.enabled(if: Tool.exists("groff")))
    func text() throws {
        let lines = try formatted(Sample.program)
        for line in [
            "weft - Measure and predict collectives.", "weft bench COLLECTIVE [options]",
            "begin, begin x factor, ... end", "-b, --begin SIZE", "First size. (default: 8)",
            "weft fabric show FABRIC [RANK]", "weft bench all-reduce -b 8 -e 64M",
            "Prints records for another program.", "weft fabric list",
        ] {
            #expect(lines.contains(line), "\(line)")
        }
    }

    /// Every hostile text comes out as it went in.
    @Test(.enabled(if: Tool.exists("groff")))
    func escapes() throws {
        let lines = try formatted(ManPageTests.hostile)
        for line in [
            #".Starts with a dot, has \fBescapes\fR, "quotes", 'more' and `ticks`."#,
            "'Quoted' at the start; 2^3 ~ 8, naïve → déjà-vu, \u{1F600}.",
            ".SH not a heading 'br not a break", #".verbatim \n line"#, "'second -- line",
            "After the block.", ".an argument", #"--x-y "V""#, #"\e -1 'x'"#,
            ".tool a-b --x-y='1'", "'explained in two lines",
        ] {
            #expect(lines.contains { $0.hasSuffix(line) }, "\(line)")
        }
    }

    @Test(.enabled(if: Tool.exists("man")))
    func man() throws {
        for program in [Sample.program, ManPageTests.hostile] {
            let words = ["LC_ALL=C.UTF-8", "MANROFFOPT=-ww", "man", "--warnings", "-l", "./page"]
            let result = try Tool.run(words, files: ["page": page(program)])
            #expect(result.errors == "")
            #expect(result.output.contains("EXIT STATUS"))
        }
    }
}
