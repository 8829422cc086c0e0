import Foundation
import Measurement
import TestSupport
import Testing

@Suite(.everyCore) struct ModelTests {
    @Test func predictWithoutACalibrationSaysWhatToDo() throws {
        let outcome = try StateFolder().run("predict all-reduce")
        #expect(outcome.status == 1)
        #expect(outcome.output.isEmpty)
        let words = "weft: there is no calibration of this machine; run 'weft calibrate'\n"
        #expect(outcome.errors == words)
    }

    @Test func aBrokenCalibrationIsRefused() throws {
        let state = try StateFolder()
        let folder = state.folder.url.appending(path: "weft")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: "calibration.json")
        for (text, place) in [("{", ":1:2: "), ("{\"schema\": \"x\"}", ":1:12: "), ("", ":1:1: ")] {
            try Data(text.utf8).write(to: file)
            let outcome = try state.run("predict all-reduce --sizes 8")
            #expect(outcome.status == 1)
            #expect(outcome.output.isEmpty)
            #expect(outcome.errors.hasPrefix("weft: \(file.path)\(place)"), "\(outcome.errors)")
        }
    }

    /// The thread from end to end: calibrate, then see the model beside the measurement.
    @Test func afterACalibrationTheModelIsThere() throws {
        let state = try StateFolder()
        let calibrate = try state.run("calibrate")
        #expect(calibrate.status == 0, "\(calibrate.errors)")
        #expect(calibrate.output.contains("flag to flag (alpha)"))
        let path = state.folder.path("weft/calibration.json")
        #expect(calibrate.output.hasSuffix("stored in \(path)\n"))
        #expect(FileManager.default.fileExists(atPath: path))

        let bench = try state.run("bench all-reduce --sizes 8,4K,1M --json")
        #expect(bench.status == 0, "\(bench.errors)")
        let measured = try Record(reading: Array(bench.output.utf8), name: "bench")
        #expect(measured.rows.count == 3)
        for row in measured.rows {
            let model = try #require(row.model)
            #expect(0 < model.low && model.low <= model.microseconds)
            #expect(model.microseconds <= model.high)
            #expect(model.wrong == nil)
            #expect(row.modelError != nil)
        }
        let predict = try state.run("predict all-reduce --sizes 8,4K,1M --json")
        #expect(predict.status == 0, "\(predict.errors)")
        let predicted = try Record(reading: Array(predict.output.utf8), name: "predict")
        // A measured row's model follows the exchange of a cache line just before it.
        for row in predicted.rows { #expect((row.model?.microseconds ?? 0) > 0) }
        #expect(predicted.rows.map(\.algorithm) == measured.rows.map(\.algorithm))
        #expect(predicted.rows.allSatisfy { $0.outOfPlace == nil && $0.inPlace == nil })

        let table = try state.run("bench all-reduce --sizes 8,4K --iterations 5")
        for row in rows(table.output) {
            #expect(row.count == 18)
            #expect((Double(row[13]) ?? 0) > 0)
            #expect(row[15].hasPrefix("+") || row[15].hasPrefix("-"))
        }
        #expect(table.output.contains("# Model: calibrated "))
        #expect(table.output.contains("# Model error"))
        try expectDoubts(state, path)
    }

    /// A calibration of another machine, or from before its start, is said to be one.
    private func expectDoubts(_ state: StateFolder, _ path: String) throws {
        let url = URL(filePath: path)
        let text = String(decoding: try Data(contentsOf: url), as: UTF8.self)
        func change(_ key: String) throws -> String {
            let line = try #require(text.split(separator: "\n").first { $0.contains("\"\(key)\"") })
            return text.replacingOccurrences(of: line, with: "  \"\(key)\": \"elsewhere\",")
        }
        try Data(change("machine").utf8).write(to: url)
        let other = try state.run("bench all-reduce --sizes 8 --iterations 5")
        #expect(other.output.contains("the calibration is of another machine (elsewhere)"))
        try Data(change("boot").utf8).write(to: url)
        let older = try state.run("bench all-reduce --sizes 8 --iterations 5")
        #expect(older.output.contains("is older than this machine's start"))
        #expect(older.output.contains("run 'weft calibrate'"))
    }

    @Test func moreRanksThanCoresHaveNoModel() throws {
        let state = try StateFolder()
        let ranks = ProcessInfo.processInfo.activeProcessorCount + 1
        let outcome = try state.run("calibrate --ranks \(ranks)")
        #expect(outcome.status == 64)
        #expect(outcome.output.isEmpty)
    }
}
