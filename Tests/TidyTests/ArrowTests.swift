import Foundation
import TestSupport
import Testing

/// Who may know whom: docs/ARCHITECTURE.md's arrows, all of which point down.
@Suite struct ArrowTests {
    private static let placementAndBelow: Set = [
        "Units", "Text", "Collectives", "Fabrics", "Placement",
    ]
    private static let below: [String: Set<String>] = [
        "Units": [], "Text": [], "Drawing": [], "CommandLine": [], "CWeft": [],
        "Collectives": ["Units", "Text"], "Fabrics": ["Units", "Text"],
        "Placement": ["Units", "Collectives", "Fabrics"],
        "Models": placementAndBelow, "Simulation": placementAndBelow,
        "Workloads": placementAndBelow,
        "Runtime": ["Units", "Text", "Collectives", "CWeft"], "Measurement": ["Units", "Text"],
        "Emulation": ["Units", "Collectives", "Fabrics", "Placement", "Runtime", "CWeft"],
        "Claims": placementAndBelow.union(["Models", "Simulation", "Emulation", "Workloads"]),
        "Reports": placementAndBelow.union(["Drawing", "Measurement"]),
        "WeftTool": placementAndBelow.union([
            "CWeft", "Drawing", "CommandLine", "Models", "Simulation", "Runtime", "Measurement",
            "Emulation", "Workloads", "Claims", "Reports",
        ]),
        "weft": ["WeftTool"],
        "Library": ["WeftHeader", "Collectives", "Measurement", "Models", "Runtime"],
    ]
    /// What comes with the compiler and starts in no time.
    private static let system: Set = ["Swift", "Glibc", "Synchronization"]

    private static let sources = Repository.files(below: ["Sources"])

    /// The modules that a file imports, each with its line.
    private func imports(_ file: Repository.File) -> [(module: String, line: Int)] {
        file.lines.enumerated().compactMap { number, line in
            var words = line.split(separator: " ")[...]
            while let first = words.first, first.hasPrefix("@") || Self.levels.contains(first) {
                words = words.dropFirst()
            }
            guard words.first == "import", words.count > 1 else { return nil }
            // `import struct Module.Name` names the module before the point.
            let name = words[words.startIndex + (words.count > 2 ? 2 : 1)]
            return (String(name.prefix { $0 != "." }), number + 1)
        }
    }

    private static let levels: Set<Substring> = ["public", "package", "internal", "private"]

    @Test func everyRoomIsInTheTable() {
        let rooms = Set(
            Self.sources.compactMap { file in
                let parts = file.path.split(separator: "/")
                return parts.count > 2 ? String(parts[1]) : nil
            }
        )
        #expect(rooms == Set(Self.below.keys))
    }

    @Test func everyImportPointsDown() {
        for file in Self.sources where file.ending == "swift" {
            let room = file.path.split(separator: "/").dropFirst().first.map(String.init) ?? ""
            let allowed = (Self.below[room] ?? []).union(Self.system)
            for (module, line) in imports(file) {
                #expect(allowed.contains(module), "\(file):\(line): \(room) imports \(module)")
            }
        }
    }

    @Test func theTableHasNoCircle() {
        var rest = Self.below
        while let (room, _) = rest.first(where: { $0.value.isDisjoint(with: rest.keys) }) {
            rest[room] = nil
        }
        #expect(rest.isEmpty, "\(rest.keys)")
    }

    /// Two pairs that must stay strangers, directly and through others of the same floor.
    @Test(arguments: [
        ("Simulation", "Runtime"), ("Runtime", "Simulation"), ("Collectives", "Fabrics"),
        ("Fabrics", "Collectives"), ("Text", "Units"), ("Drawing", "Text"),
        ("CommandLine", "Text"),
    ])
    func someNeverMeet(_ one: String, _ other: String) {
        var open = [one]
        var reached: Set<String> = []
        while let room = open.popLast() {
            for next in Self.below[room] ?? [] where reached.insert(next).inserted {
                open.append(next)
            }
        }
        #expect(!reached.contains(other))
        for file in Self.sources where file.path.hasPrefix("Sources/\(one)/") {
            #expect(!imports(file).contains { $0.module == other }, "\(file)")
        }
    }

    /// Foundation would take longer to load than the smallest benchmark to run.
    @Test func foundationIsForTestsOnly() {
        for file in Self.sources where file.ending == "swift" {
            let found = imports(file).first { $0.module.hasPrefix("Foundation") }
            #expect(found == nil, "\(file):\(found?.line ?? 0)")
        }
    }

    @Test func onlyTheDataPlaneTouchesTheMachine() {
        let headers = [
            "infiniband/", "rdma/", "numa.h", "immintrin.h", "x86intrin.h", "arm_neon.h",
            "stdatomic.h", "linux/futex.h",
        ]
        // What measures weft's peers speaks their language; what tries the data plane under
        // sanitizers, and where there is no Swift, is of the same kind.
        let places = [
            "Sources/CWeft/", "Benchmarks/Peers/", "Tests/Contract/", "Tests/Library/",
            "Tests/Litmus/",
        ]
        for file in Repository.files(below: ["Sources", "Tests", "Benchmarks"])
        where !places.contains(where: file.path.hasPrefix)
            && ["c", "h", "swift"].contains(file.ending)
        {
            #expect(file.ending == "swift", "\(file): C outside CWeft")
            for line in file.lines where line.hasPrefix("#include") {
                #expect(!headers.contains { line.contains($0) }, "\(file): \(line)")
            }
        }
        // What Swift sees must be plain C: atomics and intrinsics stay behind it.
        for file in Repository.files(below: ["Sources/CWeft/include"]) {
            for line in file.lines where line.hasPrefix("#include") {
                #expect(!headers.contains { line.contains($0) }, "\(file): \(line)")
            }
        }
    }

    @Test func theHeavyHeadersAreUsedWhereTheyShould() {
        let plane = Repository.files(below: ["Sources/CWeft"]).map(\.text).joined()
        for header in ["infiniband/verbs.h", "rdma/rdma_cma.h", "numa.h", "stdatomic.h"] {
            #expect(plane.contains("#include <\(header)>"), "\(header)")
        }
    }
}
