import CommandLine
import Testing

@Suite("Help")
struct HelpTests {
    @Test func overview() {
        #expect(
            Sample.program.help(width: 80) == """
                weft: Measure and predict collectives.

                usage: weft COMMAND [options]

                Measure:
                  bench          Measure a collective.
                  compare        Compare records.

                Predict:
                  fabric         Look at fabrics.

                Commands:
                  launch         Run a program on every rank.

                Help:
                  help           Show help for a command.

                Options:
                  -h, --help     Show help; also after a command.
                      --version  Show the version.

                Exit codes:
                  0              The command did what it was asked.
                  1              The command failed; the reason is on standard error.
                  2              The command ran, and a result was wrong.
                  64             The command line was not understood; nothing was done.

                Run 'weft help COMMAND' for a command's arguments, options and examples.
                """
        )
    }

    @Test func command() throws {
        #expect(
            try Sample.program.help(for: ["bench"], width: 60) == """
                weft bench: Measure a collective.

                usage: weft bench COLLECTIVE [options]

                Runs the collective over a sweep of sizes and prints a row
                for each, so that the numbers can be read beside a
                prediction.

                The sweep is:
                  begin, begin x factor, ... end

                Arguments:
                  COLLECTIVE         What to run. (one of all-reduce,
                                     all-gather, broadcast)

                Options:
                  -b, --begin SIZE   First size. (default: 8)
                  -e, --end SIZE     Last size. (default: 64MiB)
                      --ranks N      Number of ranks. (default: all cores)
                  -o, --op OP        Reduction. (one of sum, min, max;
                                     default: sum)
                      --output FILE  Write records here.
                      --json         Print JSON.
                  -c, --check        Verify every result.
                  -h, --help         Show this help.

                Examples:
                  weft bench all-reduce -b 8 -e 64M
                      Sweeps from eight bytes to 64 MiB.

                  weft bench broadcast --json
                      Prints records for another program.
                """
        )
    }

    @Test func group() throws {
        #expect(
            try Sample.program.help(for: ["fabric"], width: 80) == """
                weft fabric: Look at fabrics.

                usage: weft fabric COMMAND

                Commands:
                  list        List the catalogue.
                  show        Show a fabric.

                Options:
                  -h, --help  Show this help.
                """
        )
    }

    /// A label wider than two fifths of the lines has its meaning below.
    @Test func wideLabels() throws {
        let wide = Option(
            name: "a-very-long-option-name",
            value: "PLACEHOLDER",
            help: "What it means."
        )
        let command = Command(name: "a", summary: "A.", options: [wide])
        let program = Program(name: "t", version: "1", summary: "T.", commands: [command])
        #expect(
            try program.help(for: ["a"], width: 50) == """
                t a: A.

                usage: t a [options]

                Options:
                      --a-very-long-option-name PLACEHOLDER
                              What it means.
                  -h, --help  Show this help.
                """
        )
    }

    @Test(arguments: [-1, 0, 39, 40, 41, 60, 80, 99, 100, 101, 1_000, Int.max])
    func width(_ width: Int) throws {
        let bound = min(max(width, 40), 100)
        let texts = [
            Sample.program.help(width: width),
            try Sample.program.help(for: ["bench"], width: width),
            try Sample.program.help(for: ["launch"], width: width),
        ]
        for line in texts.flatMap({ $0.split(separator: "\n") }) {
            // Usage and examples stand as they are typed.
            if line.hasPrefix("usage:") || line.hasPrefix("  weft ") { continue }
            #expect(line.count <= bound, "\(line)")
            #expect(line.last != " ")
        }
    }

    @Test func hiddenCommands() throws {
        #expect(!Sample.program.help(width: 80).contains("secret"))
        #expect(try !Sample.program.help(for: ["fabric"], width: 80).contains("dump"))
        #expect(try Sample.program.help(for: ["secret"], width: 80).contains("Not for all."))
    }
}
