import CommandLine
import Testing

@Suite("Problems of a description")
struct ProblemTests {
    private func problems(_ commands: Command...) -> [String] {
        Program(name: "tool", version: "1", summary: "A tool.", commands: commands).problems()
    }

    private func problems(options: [Option] = [], arguments: [Positional] = []) -> [String] {
        problems(Command(name: "a", summary: "A.", arguments: arguments, options: options))
    }

    @Test func sampleHasNone() {
        #expect(Sample.program.problems() == [])
    }

    @Test func commands() {
        let plain = Command(name: "a", summary: "A.")
        #expect(problems(plain, plain, plain) == ["command 'a' exists twice"])
        #expect(problems(Command(name: "help", summary: "A.")) == ["command 'help' is built in"])
        #expect(problems(Command(name: "a", summary: "")) == ["command 'a' has no summary"])
        for name in ["", "A", "-a", "a b", "ä"] {
            let found = problems(Command(name: name, summary: "A."))
            #expect(found == ["command '\(name)' is not a plain name"])
        }
        let inner = Command(name: "b", summary: "B.", subcommands: [plain, plain])
        #expect(problems(inner) == ["command 'b a' exists twice"])
        let deep = Command(
            name: "c",
            summary: "C.",
            subcommands: [
                Command(name: "b", summary: "B.", subcommands: [plain])
            ]
        )
        #expect(problems(deep) == ["command 'c b' has commands of its own"])
        let mixed = Command(
            name: "a",
            summary: "A.",
            options: [Option(name: "x", help: "X.")],
            subcommands: [plain]
        )
        #expect(problems(mixed) == ["command 'a' has commands beside options or arguments"])
    }

    @Test func options() {
        let plain = Option(name: "x", short: "y", help: "X.")
        #expect(
            problems(options: [plain, plain]) == [
                "option '-y' of 'a' exists twice", "option '--x' of 'a' exists twice",
            ]
        )
        #expect(
            problems(options: [Option(name: "help", help: "X.")])
                == ["option '--help' of 'a' exists twice"]
        )
        #expect(
            problems(options: [Option(name: "X", help: "X.")])
                == ["option '--X' of 'a' is not a plain name"]
        )
        #expect(
            problems(options: [Option(name: "x", short: "1", help: "X.")])
                == ["option '--x' of 'a' has a short form that is no letter"]
        )
        #expect(
            problems(options: [Option(name: "x", help: "X.", allowed: ["y"])])
                == ["option '--x' of 'a' is a flag with values"]
        )
        #expect(
            problems(options: [Option(name: "x", value: "X", help: "X.", allowed: ["y z"])])
                == ["option '--x' of 'a' allows a value that is not one word"]
        )
    }

    @Test func arguments() {
        let first = Positional(name: "A", help: "A.", kind: .optional)
        let second = Positional(name: "B", help: "B.")
        let repeated = Positional(name: "C", help: "C.", kind: .repeating())
        #expect(
            problems(arguments: [first, second]) == ["argument B of 'a' follows an optional one"]
        )
        #expect(
            problems(arguments: [repeated, second])
                == ["argument C of 'a' repeats but is not the last"]
        )
        #expect(problems(arguments: [second, second]) == ["argument B of 'a' exists twice"])
        #expect(problems(arguments: [second, first, repeated]) == [])
        #expect(
            problems(arguments: [Positional(name: "A", help: "A.", allowed: [""])])
                == ["argument A of 'a' allows a value that is not one word"]
        )
    }
}
