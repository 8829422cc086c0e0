import Collectives
import Testing

/// Indices are linear forms, with a modulus that counts from 0 for negative values too.
struct IndexTests {
    /// What a step's indices are computed from.
    private struct Values {
        var group: Int
        var position: Int
        var round: Int
        var item: Int
        var weight: Int
        var radix: Int

        var low: Int { position % weight }
        var digit: Int { position / weight % radix }
        var high: Int { position / weight / radix }
    }

    /// Holds an index against a formula at every step of a view of 3 groups of 12.
    private func expect(
        _ index: Index,
        weight: Int = 1,
        radix: Int = 1,
        sourceLocation: SourceLocation = #_sourceLocation,
        _ formula: (Values) -> Int
    ) {
        let view = View(size: 12, groups: 3)
        let pattern = Pattern(
            view: view,
            weight: weight,
            radix: radix,
            sources: [Operand(.own, .scratch, ChunkSet(first: index), slot: index, to: 3)],
            targets: []
        )
        let probe = Probe(pattern, rounds: 4)
        var wrong: Values?
        for (number, step) in probe.steps.enumerated() {
            for (item, place) in probe.sources(of: step).enumerated() {
                let values = Values(
                    group: number % 36 / 12,
                    position: number % 12,
                    round: number / 36,
                    item: item,
                    weight: weight,
                    radix: radix
                )
                let want = formula(values)
                if place.slot != want || place.first != want { wrong = wrong ?? values }
            }
        }
        #expect(wrong == nil, sourceLocation: sourceLocation)
    }

    @Test func eachCoordinateIsItself() {
        expect(7) { _ in 7 }
        expect(-7) { _ in -7 }
        expect(.position) { $0.position }
        expect(.round) { $0.round }
        expect(.item) { $0.item }
        expect(.group) { $0.group }
        expect(.low, weight: 2, radix: 3) { $0.low }
        expect(.digit, weight: 2, radix: 3) { $0.digit }
        expect(.high, weight: 2, radix: 3) { $0.high }
        expect(.low * 1 + .digit * 2 + .high * 6, weight: 2, radix: 3) { $0.position }
    }

    @Test func digitsOfThePlainPhaseAreThePosition() {
        expect(.low) { _ in 0 }
        expect(.digit) { _ in 0 }
        expect(.high) { $0.position }
    }

    @Test func modulusCountsFromZero() {
        expect((Index.position - 5).modulo(4)) { (($0.position - 5) % 4 + 4) % 4 }
        expect((Index(0) - .position - .round).modulo(7)) {
            ((-$0.position - $0.round) % 7 + 7) % 7
        }
        expect(Index(-12).modulo(4)) { _ in 0 }
        expect(Index(9).modulo(1)) { _ in 0 }
    }

    @Test func groupAndConstantMayFollowAModulus() {
        expect((Index.position - 1).modulo(4) + .group * 4) {
            ($0.position + 3) % 4 + $0.group * 4
        }
        expect((Index.position - 1).modulo(4) - 9 - .group) {
            ($0.position + 3) % 4 - 9 - $0.group
        }
    }

    /// What was written so far is within the modulus, the group like everything else.
    @Test func theGroupBeforeAModulusIsWithinIt() {
        expect((Index.group + .position).modulo(4)) { ($0.group + $0.position) % 4 }
        expect((Index.group * -3 + 1).modulo(4) + .group * 5) {
            ((1 - 3 * $0.group) % 4 + 4) % 4 + 5 * $0.group
        }
    }

    @Test func randomFormsAreLinear() {
        var random = SplitMix64(seed: 11)
        for _ in 0..<60 {
            let c = (0..<8).map { _ in random.number() }
            let modulus = Bool.random(using: &random) ? 1 + random.below(9) : 0
            let behind = (random.number(), random.number())
            let (weight, radix) = (1 + random.below(4), 1 + random.below(4))
            var form = Index(c[0])
            let terms: [Index] = [.position, .round, .item, .low, .digit, .high, .group]
            for (factor, term) in zip(c.dropFirst(), terms) {
                let isMinus = Bool.random(using: &random)
                form = isMinus ? form - term * -factor : form + term * factor
            }
            if modulus > 0 {
                form = form.modulo(modulus)
                form = form + Index(behind.0) + .group * behind.1
            }
            expect(form, weight: weight, radix: radix) { v in
                var value = c[0] + c[1] * v.position + c[2] * v.round + c[3] * v.item
                value += c[4] * v.low + c[5] * v.digit + c[6] * v.high + c[7] * v.group
                if modulus == 0 { return value }
                return (value % modulus + modulus) % modulus + behind.0 + behind.1 * v.group
            }
        }
    }
}
