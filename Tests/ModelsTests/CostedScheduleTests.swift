import Collectives
import Models
import Testing

/// The parameters of a model whose costs do not depend on the footprint, in made-up seconds large
/// enough to be added exactly.
struct Costs: Sendable {
    var exchange = 1000.0
    var operation = 70.0
    var step = 30.0
    var byte = 1.0
    var contended = 0.25
    var lined = 2.0

    var model: MachineModel {
        func flat(_ value: Double) -> MachineModel.Curve {
            MachineModel.Curve(footprints: [1024], values: [value])
        }
        return MachineModel(
            exchange: exchange,
            operation: operation,
            step: step,
            linedByte: lined,
            byte: flat(byte),
            contendedByte: flat(contended),
            uncertainty: 1,
            ranks: 2,
            reference: exchange,
            cachedFootprint: 16e6
        )
    }
}

func schedule(
    _ name: String,
    ranks: Int,
    elements: Int,
    inPlace: Bool = false,
    channels: Int = 1,
    slices: Int = 1
) throws -> Schedule {
    let algorithm = try #require(Algorithm.all.first { $0.name == name })
    return algorithm.schedule(
        Request(
            ranks: ranks,
            elements: elements,
            inPlace: inPlace,
            channels: channels,
            slices: slices
        )
    )
}

@Suite struct CostedScheduleTests {
    private let costs = Costs()

    private func seconds(_ schedule: Schedule, _ costs: Costs) -> Double {
        CostedSchedule(schedule).seconds(on: costs.model)
    }

    /// 32 elements are two chunks of 64 bytes.
    ///
    /// A rank waits for the other to enter, moves its chunk from two inputs to two outputs (256
    /// bytes, each touched by this rank alone), and waits for the other to be through before it
    /// leaves.
    @Test func twoShotOfTwoRanks() throws {
        let expected = costs.operation + costs.step + 256 * costs.byte + 2 * costs.exchange
        let time = seconds(try schedule("two-shot", ranks: 2, elements: 32), costs)
        #expect(time == expected)
    }

    /// Lines: 8 bytes are read from the input and put into a line; an exchange later they are taken
    /// out of it and added to the input into the output.
    ///
    /// Nothing closes: who has got the line knows that the other is through with it.
    @Test func oneShotOfTwoRanksInLines() throws {
        let put = costs.step + 8 * costs.byte + 8 * costs.lined
        let take = costs.step + 16 * costs.byte + 8 * costs.lined
        let expected = costs.operation + put + costs.exchange + take
        let time = seconds(try schedule("one-shot", ranks: 2, elements: 2), costs)
        #expect(time == expected)
    }

    /// Lines that go one way: the root puts them, copies its own vector, and waits for nobody.
    ///
    /// The exchange does not count, then.
    @Test func oneShotBroadcastOfTwoRanks() throws {
        let algorithm = try #require(Algorithm.named("one-shot", for: .broadcast))
        let put = costs.step + 8 * costs.byte + 8 * costs.lined
        let own = costs.step + 16 * costs.byte
        let time = seconds(algorithm.schedule(Request(ranks: 2, elements: 2)), costs)
        #expect(time == costs.operation + put + own)
    }

    /// 4,000 bytes go through plain scratch, whose lines change hands at both ends.
    @Test func oneShotOfTwoRanksInScratch() throws {
        let share = costs.step + 8000 * costs.byte + 4000 * costs.contended
        let combine = costs.step + 12_000 * costs.byte + 4000 * costs.contended
        let expected = costs.operation + share + costs.exchange + combine
        let time = seconds(try schedule("one-shot", ranks: 2, elements: 1000), costs)
        #expect(time == expected)
    }

    /// First sums: 192 bytes, the output's 64 are read by the other later.
    ///
    /// Gathering: 128 bytes, the 64 that are read were written by the other. Waits: to enter, for
    /// its sums, and to leave.
    @Test func ringOfTwoRanks() throws {
        let sums = costs.step + 192 * costs.byte + 64 * costs.contended
        let gather = costs.step + 128 * costs.byte + 64 * costs.contended
        let expected = costs.operation + sums + gather + 3 * costs.exchange
        let time = seconds(try schedule("ring", ranks: 2, elements: 32), costs)
        #expect(time == expected)
    }

    /// Three chunks of 64 bytes, four rounds.
    ///
    /// Contended are, round by round: the output that is read next; that and the partial sum read;
    /// read and passed on; read and written over a partial sum.
    @Test func ringOfThreeRanks() throws {
        let bytes = 192.0 + 192 + 128 + 128
        let contended = 64.0 + 128 + 128 + 128
        let moved = 4 * costs.step + bytes * costs.byte + contended * costs.contended
        let expected = costs.operation + moved + 5 * costs.exchange
        let time = seconds(try schedule("ring", ranks: 3, elements: 48), costs)
        #expect(time == expected)
    }

    @Test func oneRankCopies() throws {
        let time = seconds(try schedule("ring", ranks: 1, elements: 16), costs)
        #expect(time == costs.operation + costs.step + 128 * costs.byte)
        let inPlace = try schedule("ring", ranks: 1, elements: 16, inPlace: true)
        // A step that has nothing to move.
        #expect(seconds(inPlace, costs) == costs.operation + costs.step)
    }

    @Test(arguments: ["ring", "one-shot", "two-shot"], [2, 3, 5])
    func moreBytesNeverCostLess(_ name: String, _ ranks: Int) throws {
        for inPlace in [false, true] {
            var last = 0.0
            // Multiples of what every rank's chunk grows by, on one side of the limit for lines.
            for factor in [4, 5, 8, 16, 64, 256] {
                let elements = factor * 16 * ranks * 4
                let next = seconds(
                    try schedule(name, ranks: ranks, elements: elements, inPlace: inPlace),
                    costs
                )
                #expect(next > last, "\(elements) elements")
                last = next
            }
        }
    }

    @Test(arguments: ["ring", "one-shot", "two-shot"], [2, 3, 5])
    func noCostHelpsWhenItGrows(_ name: String, _ ranks: Int) throws {
        let parameters: [WritableKeyPath<Costs, Double>] = [
            \.exchange, \.operation, \.step, \.byte, \.contended, \.lined,
        ]
        for elements in [2, 100, 1000, 10_000] {
            let costed = CostedSchedule(try schedule(name, ranks: ranks, elements: elements))
            let before = costed.seconds(on: costs.model)
            for parameter in parameters {
                for factor in [1.1, 2, 100] {
                    var more = costs
                    more[keyPath: parameter] *= factor
                    #expect(costed.seconds(on: more.model) >= before, "\(parameter)")
                }
            }
        }
    }

    /// The exchange counts everywhere, and lined bytes where there are lines.
    @Test func everyCostThatIsPaidCounts() throws {
        var more = costs
        more.lined *= 2
        let lines = try schedule("one-shot", ranks: 2, elements: 2)
        let plain = try schedule("one-shot", ranks: 2, elements: 1000)
        #expect(seconds(lines, more) > seconds(lines, costs))
        #expect(seconds(plain, more) == seconds(plain, costs))
        more = costs
        more.exchange *= 2
        for name in ["ring", "one-shot", "two-shot"] {
            let schedule = try schedule(name, ranks: 3, elements: 1000)
            #expect(seconds(schedule, more) > seconds(schedule, costs))
        }
    }

    @Test func bytesCostWhatTheirFootprintSays() throws {
        var model = costs.model
        model.byte = MachineModel.Curve(footprints: [128, 512], values: [1, 3])
        let schedule = try schedule("two-shot", ranks: 2, elements: 32)
        // 256 bytes lie half-way between 128 and 512 on the logarithm.
        let expected = costs.operation + costs.step + 256 * 2 + 2 * costs.exchange
        #expect(abs(CostedSchedule(schedule).seconds(on: model) - expected) < 1e-6)
    }
}

@Suite struct CurveTests {
    private let curve = MachineModel.Curve(footprints: [16, 64, 1024], values: [1, 3, 11])

    static let points: [(Double, Double)] = [
        (0, 1), (1, 1), (16, 1), (32, 2), (64, 3), (128, 5), (256, 7), (512, 9), (1024, 11),
        (1e12, 11), (.infinity, 11),
    ]

    @Test(arguments: points)
    func interpolatesOverTheLogarithm(_ footprint: Double, _ value: Double) {
        #expect(abs(curve.value(at: footprint) - value) < 1e-12)
    }

    @Test func onePointIsTheSameEverywhere() {
        let flat = MachineModel.Curve(footprints: [100], values: [7])
        for footprint in [1.0, 100, 1e9] { #expect(flat.value(at: footprint) == 7) }
    }

    @Test func needsAPoint() async {
        await #expect(processExitsWith: .failure) {
            _ = MachineModel.Curve(footprints: [], values: [])
        }
    }
}
