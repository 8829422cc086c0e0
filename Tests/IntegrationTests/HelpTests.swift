import Foundation
import TestSupport
import Testing

@Suite(.everyCore) struct HelpTests {
    /// The commands that the overview lists.
    private func commands() throws -> [String] {
        let overview = try Weft.run(["help"]).output
        let lines = overview.split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex(of: "Commands:")) + 1
        return lines[start...].prefix { $0.hasPrefix("  ") }.compactMap {
            $0.split(separator: " ").first.map(String.init)
        }
    }

    @Test func theOverviewListsTheCommands() throws {
        let commands = try commands()
        let needed = ["bench", "tune", "calibrate", "predict", "report", "version"]
        for command in needed { #expect(commands.contains(command)) }
        let help = try Weft.run(["help"])
        for arguments in [[], ["--help"], ["-h"]] {
            let outcome = try Weft.run(arguments)
            #expect(outcome.status == 0)
            #expect(outcome.output == help.output)
            #expect(outcome.errors.isEmpty)
        }
    }

    @Test func everyCommandHasHelp() throws {
        for command in try commands() {
            let help = try Weft.run(["help", command])
            #expect(help.status == 0, "\(command)")
            #expect(help.errors.isEmpty)
            #expect(help.output.contains("usage: weft \(command)"), "\(command)")
            for form in ["--help", "-h"] {
                let outcome = try Weft.run([command, form])
                #expect(outcome.status == 0)
                #expect(outcome.output == help.output)
            }
            for line in help.output.split(separator: "\n") { #expect(line.count <= 100) }
        }
    }

    @Test func helpWinsOverWhatElseIsWrong() throws {
        let outcome = try Weft.run(["bench", "--ranks", "0", "--nonsense", "--help"])
        #expect(outcome.status == 0)
        #expect(outcome.errors.isEmpty)
    }

    @Test func versionSaysWhatItFound() throws {
        let outcome = try Weft.run(["version", "--json"])
        #expect(outcome.status == 0)
        let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        let keys = try #require(object as? [String: Any]).keys
        #expect(Set(keys).isSuperset(of: ["version", "revision", "kernels", "rdmaDevices"]))
    }

    @Test(arguments: ["bash", "zsh"])
    func completionsNameTheCommands(_ shell: String) throws {
        let outcome = try Weft.run(["completions", shell])
        #expect(outcome.status == 0)
        for command in try commands() { #expect(outcome.output.contains(command)) }
    }

    @Test func theManualIsAManualPage() throws {
        let outcome = try Weft.run(["manual"])
        #expect(outcome.status == 0)
        #expect(outcome.output.contains(".TH"))
    }

    @Test func fabricsAreListedAndShown() throws {
        let list = try Weft.run(["fabric", "list"])
        #expect(list.status == 0)
        #expect(try Weft.run(["fabric", "show", "gb200-nvl72"]).status == 0)
        let unknown = try Weft.run(["fabric", "show", "gb200-nvl73"])
        #expect(unknown.status == 64)
        #expect(unknown.output.isEmpty)
    }
}
