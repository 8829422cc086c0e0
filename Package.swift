// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// A room of the house: what it may import is what it names here, and the build checks it
/// (`--explicit-target-dependency-import-check error`).
///
/// docs/ARCHITECTURE.md draws the arrows.
func room(_ name: String, _ imports: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: imports, swiftSettings: strict)
}

func tests(_ name: String, _ imports: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: imports, swiftSettings: strict)
}

let placementAndBelow: [Target.Dependency] = [
    "Units", "Text", "Collectives", "Fabrics", "Placement",
]
let reportsAndBelow: [Target.Dependency] = placementAndBelow + ["Drawing", "Measurement"]
let everything: [Target.Dependency] =
    reportsAndBelow + [
        "CWeft", "CommandLine", "Models", "Simulation", "Runtime", "Emulation", "Workloads",
        "Claims", "Reports",
    ]

let package = Package(
    name: "weft",
    products: [
        .executable(name: "weft", targets: ["weft"]),
        // A product can't have the name of another; its file is installed as libweft.so.0.
        .library(name: "weft-c", type: .dynamic, targets: ["Library"]),
    ],
    targets: [
        .target(
            name: "CWeft",
            cSettings: [.define("_GNU_SOURCE")],
            linkerSettings: [.linkedLibrary("dl"), .linkedLibrary("pthread")]
        ),
        room("Units"),
        room("Text"),
        room("Drawing"),
        room("CommandLine"),
        room("Collectives", ["Units", "Text"]),
        room("Fabrics", ["Units", "Text"]),
        room("Placement", ["Units", "Collectives", "Fabrics"]),
        room("Models", placementAndBelow),
        room("Simulation", placementAndBelow),
        room("Runtime", ["Units", "Text", "Collectives", "CWeft"]),
        room("Measurement", ["Units", "Text"]),
        room("Emulation", ["Units", "Collectives", "Fabrics", "Placement", "Runtime", "CWeft"]),
        room("Workloads", placementAndBelow),
        room(
            "Claims",
            placementAndBelow + ["Models", "Simulation", "Emulation", "Workloads"]
        ),
        room("Reports", reportsAndBelow),
        room("WeftTool", everything),
        .executableTarget(name: "weft", dependencies: ["WeftTool"], swiftSettings: strict),
        .systemLibrary(name: "WeftHeader", path: "include"),
        .target(
            name: "Library",
            dependencies: ["WeftHeader", "Collectives", "Measurement", "Models", "Runtime"],
            swiftSettings: strict,
            linkerSettings: [
                .unsafeFlags([
                    // Whole by itself, with nothing to be seen but what the header declares, and
                    // never unloaded, since it may have threads.
                    "-static-stdlib", "-Xlinker", "-soname=libweft.so.0",
                    "-Xlinker", "--version-script=\(Context.packageDirectory)/include/weft.map",
                    "-Xlinker", "-z", "-Xlinker", "nodelete",
                ])
            ]
        ),
        .executableTarget(
            name: "collectives-benchmark",
            dependencies: ["Collectives"],
            path: "Benchmarks/Collectives",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "fabrics-benchmark",
            dependencies: ["Fabrics"],
            path: "Benchmarks/Fabrics",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "kernels-benchmark",
            dependencies: ["CWeft", "Collectives"],
            path: "Benchmarks/Kernels",
            swiftSettings: strict
        ),

        .target(
            name: "TestSupport",
            dependencies: ["Units", "Collectives", "CWeft", "Runtime"],
            path: "Tests/TestSupport",
            swiftSettings: strict
        ),
        // What launchers start in tests.
        .executableTarget(
            name: "manager-probe",
            dependencies: ["Runtime"],
            path: "Tests/ManagerProbe",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "contract-cases",
            dependencies: ["Collectives", "CWeft", "Runtime", "TestSupport"],
            path: "Tests/ContractCases",
            swiftSettings: strict
        ),
        // What runs in the lab's machines.
        .executableTarget(
            name: "verbs-contract",
            dependencies: ["Collectives", "Runtime", "TestSupport"],
            path: "Tests/VerbsContract",
            swiftSettings: strict
        ),
        tests("CWeftTests", ["CWeft", "Collectives"]),
        tests("UnitsTests", ["Units"]),
        tests("TextTests", ["Text"]),
        tests("DrawingTests", ["Drawing"]),
        tests("CommandLineTests", ["CommandLine"]),
        tests("CollectivesTests", ["Collectives"]),
        tests("FabricsTests", ["Fabrics", "Text", "Units", "TestSupport"]),
        tests("PlacementTests", ["Placement", "Collectives", "Fabrics", "Units"]),
        tests("ModelsTests", ["Models", "Collectives", "Text", "TestSupport"]),
        tests("SimulationTests", placementAndBelow + ["Simulation"]),
        tests("RuntimeTests", ["Runtime", "Collectives", "CWeft", "TestSupport"]),
        tests("LibraryTests", ["TestSupport"]),
        tests("LitmusTests", []),
        tests("LabTests", ["TestSupport"]),
        tests("MeasurementTests", ["Measurement", "Text", "TestSupport"]),
        tests(
            "EmulationTests",
            ["Units", "Collectives", "Fabrics", "Placement", "Runtime", "CWeft", "Emulation"]
        ),
        tests("WorkloadsTests", placementAndBelow + ["Workloads"]),
        tests("ClaimsTests", placementAndBelow + ["Claims"]),
        tests("ReportsTests", ["Reports", "Measurement", "Units", "Text"]),
        tests("IntegrationTests", ["Measurement", "Text", "TestSupport"]),
        tests("TidyTests", ["TestSupport"]),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c11
)
