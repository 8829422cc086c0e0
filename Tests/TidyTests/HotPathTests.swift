import Foundation
import TestSupport
import Testing

/// What runs while a collective runs, looked at in the program as it was built.
@Suite struct HotPathTests {
    private static let files: Set = [
        "plan_run.c", "kernel.c", "kernel_avx2.c", "kernel_avx512.c", "kernel_neon.c",
        "kernel_portable.c",
    ]
    /// What a hot function may call beside others: copies, the slow paths of waiting, and what goes
    /// to other nodes, which is the kernel's work.
    private static let allowed: Set = [
        "memcpy", "memmove", "weft_word_wait", "weft_flag_wait", "weft_word_wake",
        "weft_net_send", "weft_net_ask", "weft_net_answer", "weft_net_flush", "weft_net_poll",
    ]
    /// Of those files, what is asked for once, when a plan is made.
    private static let cold: Set = [
        "weft_isa_supported", "weft_combine_kernel", "weft_copy_kernel",
    ]

    private struct Function {
        let name: String
        let start: UInt64
        let size: UInt64

        var end: UInt64 { start + size }
    }

    private func tool(_ arguments: [String]) throws -> String {
        let names = ["llvm-objdump", "objdump"]
        for name in names {
            let which = try RunningProgram("/usr/bin/env", ["which", name]).wait()
            if which.status != 0 { continue }
            let outcome = try RunningProgram("/usr/bin/env", [name] + arguments).wait()
            if outcome.status == 0 { return outcome.output }
        }
        throw MissingTool()
    }

    private struct MissingTool: Error, CustomStringConvertible {
        let description = "there is no llvm-objdump or objdump that can read \(Weft.path)"
    }

    /// The functions of the hot files: local ones follow their file's name in the table of symbols.
    private func functions() throws -> [Function] {
        var result: [Function] = []
        var file = ""
        for line in try tool(["-t", Weft.path]).split(separator: "\n") {
            let words = line.split { $0 == " " || $0 == "\t" }
            guard let name = words.last, words.count >= 4 else { continue }
            if words.contains("*ABS*") && words.contains("df") {
                file = String(name)
                continue
            }
            guard words.contains("F"), words.contains(".text") else { continue }
            let isLocal = words[1] == "l" && Self.files.contains(file)
            guard isLocal || name == "weft_plan_run_once" else { continue }
            guard let start = UInt64(words[0], radix: 16),
                let size = words.compactMap({ $0.count == 16 ? UInt64($0, radix: 16) : nil })
                    .dropFirst().first
            else { continue }
            result.append(Function(name: String(name), start: start, size: size))
        }
        return result
    }

    /// Where each function calls or jumps to outside itself; "*" for a call through a pointer.
    ///
    /// A jump through one is a switch. Functions that lie near each other are disassembled at once:
    /// reading the program takes longer than that.
    private func destinations(
        of functions: [Function]
    ) throws -> [(function: Function, destinations: [String])] {
        var result: [(Function, [String])] = []
        var left = functions.sorted { $0.start < $1.start }[...]
        while let first = left.first {
            let near = left.prefix { $0.start < first.start + 1 << 20 }
            left = left.dropFirst(near.count)
            let end = near.reduce(first.end) { max($0, $1.end) }
            let text = try tool([
                "-d", "--no-show-raw-insn", "--start-address=\(first.start)",
                "--stop-address=\(end)", Weft.path,
            ])
            var lines = text.split(separator: "\n").compactMap { line in
                let words = line.split { $0 == " " || $0 == "\t" }
                let address = words.first.flatMap { word in
                    word.hasSuffix(":") ? UInt64(word.dropLast(), radix: 16) : nil
                }
                return address.map { (address: $0, line: line, words: words) }
            }[...]
            for function in near {
                lines = lines.drop { $0.address < function.start }
                let own = lines.prefix { $0.address < function.end }
                result.append((function, destinations(own.map { ($0.line, $0.words) }, function)))
            }
        }
        return result
    }

    private func destinations(
        _ lines: [(line: Substring, words: [Substring])],
        _ function: Function
    ) -> [String] {
        var result: [String] = []
        for (line, words) in lines where words.count > 1 {
            let isCall = words[1].hasPrefix("call") || words[1] == "bl" || words[1] == "blr"
            let isJump = words[1].hasPrefix("j") || words[1] == "b" || words[1].hasPrefix("b.")
            guard isCall || isJump else { continue }
            guard let open = line.lastIndex(of: "<"), let close = line.lastIndex(of: ">") else {
                if isCall { result.append("*") }
                continue
            }
            let name = line[line.index(after: open)..<close]
            // Within itself it is `name+0x10`.
            let plain = name.prefix { $0 != "+" && $0 != "@" }
            if plain == function.name && isJump { continue }
            result.append(String(plain))
        }
        return result
    }

    @Test func theHotPathCallsNothingElse() throws {
        let functions = try functions()
        #expect(
            functions.contains { $0.name == "weft_plan_run_once" },
            "\(Weft.path) has no symbol weft_plan_run_once; is it stripped?"
        )
        #expect(functions.contains { $0.name.hasPrefix("sum_float32") }, "no kernels are found")
        #expect(functions.allSatisfy { $0.size > 0 })
        let hot = Set(functions.map(\.name)).union(Self.allowed)
        for (function, destinations) in try destinations(of: functions) {
            if !Self.cold.contains(function.name) {
                let strangers = Set(destinations).subtracting(hot).subtracting(["*"])
                #expect(strangers.isEmpty, "\(function.name) calls \(strangers)")
            }
            // Only the engine calls through pointers: those of the kernels that the plan holds.
            if function.name.hasPrefix("sum_") {
                #expect(!destinations.contains("*"), "\(function.name)")
            }
        }
    }

    /// The check itself: a function that allocates is seen to.
    @Test func anAllocationIsSeen() throws {
        let symbols = try tool(["-t", Weft.path])
        let line = try #require(
            symbols.split(separator: "\n").first { $0.hasSuffix(" weft_plan_create") }
        )
        let words = line.split { $0 == " " || $0 == "\t" }
        let start = try #require(UInt64(words[0], radix: 16))
        let sizes = words.compactMap { $0.count == 16 ? UInt64($0, radix: 16) : nil }
        let function = Function(
            name: "weft_plan_create",
            start: start,
            size: try #require(sizes.last)
        )
        let found = try destinations(of: [function]).flatMap(\.destinations)
        #expect(found.contains("malloc") || found.contains("calloc"), "\(found)")
    }

    /// Grace hosts are arm64: what is there for them must at least compile.
    @Test func theDataPlaneCompilesForArm64() throws {
        let include = "/usr/aarch64-linux-gnu/include"
        let isThere = FileManager.default.fileExists(atPath: include)
        try #require(isThere, "\(include) is missing: install libc6-dev-arm64-cross")
        let folder = Repository.root.appending(path: "Sources/CWeft")
        let files = Repository.files(below: ["Sources/CWeft"]).filter { $0.ending == "c" }
        #expect(files.count > 5)
        for file in files {
            let outcome = try RunningProgram(
                "/usr/bin/env",
                [
                    "clang", "--target=aarch64-linux-gnu", "-fsyntax-only", "-std=c11", "-Wall",
                    "-Wextra", "-Werror", "-D_GNU_SOURCE", "-isystem", include,
                    "-I\(folder.appending(path: "include").path)", file.url.path,
                ]
            ).wait()
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
    }
}
