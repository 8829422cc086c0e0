import Collectives
import Testing

/// The formulae of costs and the schedules say the same.
@Suite struct CostTests {
    private static let counts = Array(2...9) + [12, 13, 16, 17, 27, 32, 63, 64, 65]

    /// What an algorithm can be asked for with so many ranks.
    private static func requests(_ algorithm: Algorithm, ranks: Int) -> [Request] {
        let heeds = algorithm.parameters
        var requests = [Request(ranks: ranks, elements: 1)]
        func vary<Value>(_ path: WritableKeyPath<Request, Value>, over values: [Value]) {
            requests = requests.flatMap { request in
                values.map { value in
                    var changed = request
                    changed[keyPath: path] = value
                    return changed
                }
            }
        }
        if heeds.contains(.radix) { vary(\.radix, over: [2, 3, 4]) }
        if heeds.contains(.aggregation) { vary(\.aggregation, over: [nil, 1, 2, 3]) }
        if heeds.contains(.node) {
            vary(\.nodeSize, over: (1...ranks).filter { ranks % $0 == 0 })
        }
        // What is cut to fit the switches is rounded to cache lines: SwitchRoomTests look at that.
        if heeds.contains(.buffer) {
            vary(\.buffer, over: [1 << 20])
            vary(\.outstanding, over: [8])
        }
        if algorithm.collective.hasRoot {
            vary(\.root, over: Set([0, ranks / 2, ranks - 1]).sorted())
        }
        return requests.filter { algorithm.refusal(of: $0) == nil }
    }

    /// The same with a size that every cut of the data divides.
    private static func even(_ request: Request, _ algorithm: Algorithm) -> Request {
        let small = algorithm.schedule(request)
        var result = request
        // Chunks begin at cache lines, of 16 elements.
        if algorithm.collective != .barrier { result.elements = 16 * small.lanes * small.chunks }
        return result
    }

    /// The letters of the formulae.
    private static func values(_ request: Request) -> [String: Double] {
        let n = request.ranks
        let k = request.radix ?? 2
        let size = request.elements * request.elementSize
        var p = 1
        while p * k <= n { p *= k }
        let a = request.aggregation ?? max(1, (1 << 19) / size)
        let room = (request.buffer ?? 0) * (request.outstanding ?? 0)
        var w = 2
        while (n + w - 1) / w > a { w *= 2 }
        var values = [
            "n": n, "S": size, "B": room, "k": k, "p": p, "q": p < n ? p : p / k, "a": a, "w": w,
            "c": (n + w - 1) / w,
        ]
        if let g = request.nodeSize {
            values["g"] = g
            values["m"] = n / g
        }
        return values.mapValues(Double.init)
    }

    private func check(
        _ formula: CostFormula,
        _ found: Int,
        _ values: [String: Double],
        _ what: String
    ) throws {
        let said = try Formula.value(of: formula.text, values)
        let holds =
            formula.isBound ? Double(found) <= said + 1e-6 : abs(Double(found) - said) < 1e-6
        // The first that is wrong is enough.
        try #require(holds, "\(what): \(formula.description) is \(said), not \(found); \(values)")
    }

    @Test(arguments: Algorithm.all.map { [$0.collective.rawValue, $0.name] })
    func formulaeAndSchedulesAgree(_ names: [String]) throws {
        let collective = try #require(Collective(rawValue: names[0]))
        let algorithm = try #require(Algorithm.named(names[1], for: collective))
        let cost = try #require(algorithm.cost, "\(names) has no cost")
        var count = 0
        for ranks in Self.counts {
            for request in Self.requests(algorithm, ranks: ranks) {
                let request = Self.even(request, algorithm)
                let schedule = algorithm.schedule(request)
                let totals = schedule.totals
                let values = Self.values(request)
                let name = "\(names[1]) \(names[0])"
                #expect(schedule.depth <= totals.rounds)
                try check(cost.steps, schedule.depth, values, "steps of \(name)")
                try check(cost.bytes, totals.sentBytes, values, "bytes of \(name)")
                try check(cost.memory, totals.scratchBytes, values, "memory of \(name)")
                count += 1
            }
        }
        #expect(count > 0)
    }

    /// A bound that is never reached is no use: it is exact for some number of ranks.
    @Test(arguments: Algorithm.all.map { [$0.collective.rawValue, $0.name] })
    func boundsAreReached(_ names: [String]) throws {
        let collective = try #require(Collective(rawValue: names[0]))
        let algorithm = try #require(Algorithm.named(names[1], for: collective))
        let cost = try #require(algorithm.cost)
        let requests = Self.counts.flatMap { Self.requests(algorithm, ranks: $0) }
        func isReached(_ formula: CostFormula, _ found: (Schedule) -> Int) throws -> Bool {
            try !formula.isBound
                || requests.contains { request in
                    let request = Self.even(request, algorithm)
                    let said = try Formula.value(of: formula.text, Self.values(request))
                    return said == Double(found(algorithm.schedule(request)))
                }
        }
        #expect(try isReached(cost.steps, \.depth), "steps of \(names)")
        #expect(try isReached(cost.bytes, \.totals.sentBytes), "bytes of \(names)")
        #expect(try isReached(cost.memory, \.totals.scratchBytes), "memory of \(names)")
    }

    @Test(arguments: Algorithm.all.map { [$0.collective.rawValue, $0.name] })
    func aloneNothingGoesAnywhere(_ names: [String]) throws {
        let collective = try #require(Collective(rawValue: names[0]))
        let algorithm = try #require(Algorithm.named(names[1], for: collective))
        let totals = algorithm.schedule(Request(ranks: 1, elements: 64)).totals
        #expect(totals.rounds == 0 && totals.sentBytes == 0 && totals.scratchBytes == 0)
    }

    /// The reader of formulae is tested too.
    @Test(arguments: [
        ("2 (n - 1)/n S", 1.5 * 64), ("2n", 8), ("[n > 3] 2 + 1", 3), ("n/2/2 k", 3),
        ("ceil(log(k, n))", 2), ("floor(log2(n + 3))", 2), ("k^2 - k mod 2", 8),
        ("max(1, n, k) - -1", 5), ("[n = 4] + [n ≠ 4] + [n < 4] + [n ≥ 4]", 2),
    ])
    func formulaeAreRead(_ text: String, _ value: Double) throws {
        let values = ["n": 4.0, "k": 3, "S": 64]
        #expect(try Formula.value(of: text, values) == value)
    }

    @Test(arguments: ["", "n +", "(n", "n)", "x", "[n]", "ceil(n, n)", "n % 2", "[n > 1"])
    func whatIsNoFormulaIsRefused(_ text: String) {
        #expect(throws: FormulaError.self) { try Formula.value(of: text, ["n": 4]) }
    }
}
