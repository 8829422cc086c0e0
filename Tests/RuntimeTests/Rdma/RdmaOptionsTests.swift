import Runtime
import TestSupport
import Testing

@Suite struct RdmaOptionsTests {
    @Test(arguments: [
        ("", ["mlx5_0:1", "rxe0:1"], []),
        ("mlx5_0", ["mlx5_0:1", "mlx5_0:2"], ["mlx5_1:1", "mlx5_01:1", "mlx5_:1"]),
        ("mlx5_0:2", ["mlx5_0:2"], ["mlx5_0:1"]),
        ("mlx5_*,rxe?", ["mlx5_0:1", "mlx5_bond_0:1", "mlx5_:1", "rxe0:9"], ["rxe:1", "rxe10:1"]),
        ("*_*0", ["mlx5_0:1", "a_10:1", "_0:1", "__00:1"], ["mlx5_1:1", "0:1"]),
        ("!mlx5_3,rxe*:1", ["mlx5_0:1", "rxe0:2"], ["mlx5_3:1", "mlx5_3:2", "rxe0:1"]),
        ("^*", [], ["mlx5_0:1"]),
    ])
    func patternsAllow(_ text: String, _ good: [String], _ bad: [String]) throws {
        let pattern = try DevicePattern(text)
        func allows(_ place: String) throws -> Bool {
            let parts = place.split(separator: ":")
            return pattern.allows(String(parts[0]), port: try #require(Int(parts[1])))
        }
        for place in good { #expect(try allows(place), "\(text) refuses \(place)") }
        for place in bad { #expect(try !allows(place), "\(text) allows \(place)") }
    }

    @Test(arguments: [
        ",", "a,", "a,,b", ":1", "a:", "a:0", "a:256", "a:1:2", "a:-1", "a:1x", "!", "a,!b", "!^a",
        "a b", "a\u{1b}", "a:99999999999999999999", String(repeating: "a", count: 2000),
    ])
    func wrongPatternsAreRefused(_ text: String) {
        #expect(throws: RuntimeError.self) { try DevicePattern(text) }
    }

    /// Stars do not make it slow: with any other rule this would take years.
    @Test func manyStarsAreFast() throws {
        let pattern = try DevicePattern(String(repeating: "*a", count: 500) + "b")
        #expect(!pattern.allows(String(repeating: "a", count: 4000), port: 1))
    }

    /// What a pattern allows is what a slow and obvious rule says.
    @Test func patternsAreAsTheSimplestRuleSays() throws {
        func matches(_ text: Substring, _ pattern: Substring) -> Bool {
            guard let first = pattern.first else { return text.isEmpty }
            let rest = pattern.dropFirst()
            if first == "*" {
                return matches(text, rest) || !text.isEmpty && matches(text.dropFirst(), pattern)
            }
            guard let letter = text.first, first == "?" || first == letter else { return false }
            return matches(text.dropFirst(), rest)
        }
        var random = SeededRandom(seed: 11)
        let letters = Array("ab*?")
        var allowed = 0
        for _ in 0..<20_000 {
            let text = String((0..<random.below(8)).map { _ in letters[random.below(2)] })
            let pattern = String((0...random.below(6)).map { _ in letters[random.below(4)] })
            let expected = matches(text[...], pattern[...])
            #expect(try DevicePattern(pattern).allows(text, port: 1) == expected)
            allowed += expected ? 1 : 0
        }
        #expect((1000...19_000).contains(allowed))
    }

    /// Whatever is written: a pattern or an error, and never a crash.
    @Test func anyTextIsAPatternOrAnError() {
        var random = SeededRandom(seed: 12)
        let letters = Array("!^,:*?a1 \u{e9}\0")
        for _ in 0..<20_000 {
            let text = String((0..<random.below(12)).map { _ in letters[random.below(11)] })
            guard let pattern = try? DevicePattern(text) else { continue }
            var options = RdmaOptions()
            options.devices = text
            #expect(options.problem == nil)
            _ = pattern.allows("a1", port: 1)
        }
    }

    @Test func settingsOutOfTheirRangesAreRefused() {
        let changes: [(inout RdmaOptions) -> Void] = [
            { $0.gidIndex = 256 }, { $0.partition = 0x8000 }, { $0.partition = 0x10000 },
            { $0.serviceLevel = 16 }, { $0.trafficClass = 256 }, { $0.timeout = 0 },
            { $0.timeout = 32 }, { $0.retries = 8 }, { $0.mtu = 1500 }, { $0.queuePairs = 0 },
            { $0.rails = 17 }, { $0.devices = "," }, { $0.onDemand = true },
            { $0.relaxedOrdering = true },
        ]
        #expect(RdmaOptions().problem == nil)
        for (number, change) in changes.enumerated() {
            var options = RdmaOptions()
            change(&options)
            #expect(options.problem != nil, "change \(number)")
        }
        var options = RdmaOptions()
        options.onDemand = true
        options.untested = true
        #expect(options.problem == nil)
    }

    /// A dead peer is noticed within five seconds, however long the device takes for a timeout.
    @Test func aDeadPeerIsNoticedSoonEnough() {
        let options = RdmaOptions()
        func longest(_ timeout: Int) -> Double {
            4.096e-6 * Double(1 << timeout) * Double(options.retries + 1) * 4
        }
        #expect(longest(options.timeout) < 5)
        #expect(longest(options.timeout + 1) > 5)
    }
}

/// An agent's part of a job on its way, byte by byte, with how it uses RDMA devices.
@Suite struct RdmaMessageTests {
    /// Settings of RDMA in the order in which they travel: the optional ones, numbers, flags.
    private struct Settings {
        var transport = "verbs"
        var devices = "mlx5_*"
        var path = "cm"
        var optional = [3, 0x8001, 1024]
        var numbers = [1, 106, 18, 6, 4, 2]
        var flags = [1, 1, 1]
    }

    private func word(_ value: Int) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    private func text(_ text: String) -> [UInt8] { word(text.utf8.count) + Array(text.utf8) }

    private func bytes(_ settings: Settings) -> [UInt8] {
        let none = word(0)
        let part = word(2) + none + none + text("core") + word(1) + none + none + text("here")
        let sizes = none + word(64) + word(4096) + text("10.0.0.1")
        let sockets = text("eth0") + text("ipv4") + none + word(1) + none + none
        let rdma = text(settings.transport) + text(settings.devices) + text(settings.path)
        let numbers = (settings.optional + settings.numbers + settings.flags).flatMap(word)
        return part + sizes + sockets + rdma + numbers + text("token") + text("1") + none + none
    }

    @Test func settingsTravel() throws {
        var settings = Settings()
        for _ in 0..<2 {
            let bytes = bytes(settings)
            let message = try Message(reading: bytes)
            #expect(message.packed == bytes)
            guard case .assigned = message else {
                Issue.record("\(message)")
                return
            }
            settings.optional = [-1, -1, -1]
        }
    }

    @Test func wrongSettingsAreRefused() {
        let changes: [(inout Settings) -> Void] = [
            { $0.transport = "pigeons" }, { $0.devices = "a,,b" }, { $0.path = "" },
            { $0.optional[0] = 256 }, { $0.optional[0] = -2 }, { $0.optional[1] = 0x8000 },
            { $0.optional[2] = 1500 }, { $0.numbers[0] = 16 }, { $0.numbers[1] = -1 },
            { $0.numbers[2] = 32 }, { $0.numbers[3] = 8 }, { $0.numbers[4] = 0 },
            { $0.numbers[5] = .max }, { $0.flags = [1, 0, 0] },
        ]
        for (number, change) in changes.enumerated() {
            var settings = Settings()
            change(&settings)
            #expect(throws: RuntimeError.self, "change \(number)") {
                try Message(reading: bytes(settings))
            }
        }
    }

    @Test func garbledSettingsAreRefused() {
        let whole = bytes(Settings())
        for end in whole.indices {
            #expect(throws: RuntimeError.self) { try Message(reading: Array(whole[..<end])) }
        }
        var random = SeededRandom(seed: 13)
        for _ in 0..<20_000 {
            var bytes = whole
            bytes[random.below(bytes.count)] = UInt8(random.below(256))
            if let message = try? Message(reading: bytes) {
                #expect((try? Message(reading: message.packed)) == message)
            }
        }
    }
}
