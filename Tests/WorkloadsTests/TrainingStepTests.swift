import Collectives
import Testing
import Text
import Units
import Workloads

@Suite struct TrainingStepTests {
    private func step(_ text: String) throws -> TrainingStep {
        try TrainingStep(parsing: text, name: "step.json5")
    }

    @Test func dataParallelGradients() throws {
        let step = try step(
            """
            { model: "llama-3-8b", gradientBytes: 2, dataParallel: 64, tensorParallel: 1,
              bucket: "25MiB" }
            """
        )
        #expect(step.ranks == 64)
        #expect(step.gradients.bytes == 8_030_261_248 * 2)
        // 16,060,522,496 = 612 * 26,214,400 + 17,309,696.
        #expect(step.calls.map(\.bytes.bytes) == [26_214_400, 17_309_696])
        #expect(step.calls.map(\.count) == [612, 1])
        for call in step.calls {
            #expect(call.purpose == .gradients && call.collective == .allReduce)
            #expect(call.ranks == 64 && call.stride == 1)
        }
    }

    @Test func tensorParallelActivations() throws {
        let step = try step(
            """
            { model: "llama-3-70b", gradientBytes: 2, dataParallel: 4, tensorParallel: 8,
              bucket: "20GB", tokens: 8192, activationBytes: 2 }
            """
        )
        let activations = try #require(step.calls.first)
        #expect(activations.purpose == .activations)
        #expect(activations.bytes.bytes == 8192 * 8192 * 2)
        #expect(activations.count == 320)
        #expect(activations.ranks == 8 && activations.stride == 1)
        // An eighth of the model, in one bucket that is not full.
        #expect(step.calls.count == 2)
        #expect(step.calls[1].bytes.bytes == 70_553_706_496 / 8 * 2)
        #expect(step.calls[1].ranks == 4 && step.calls[1].stride == 8)
        #expect(step.ranks == 32)
    }

    /// Counted again from the shapes in the source.
    @Test(arguments: [("llama-3-8b", 14_336), ("llama-3-70b", 28_672)])
    func parametersOfTheCatalogue(name: String, feedForward: Int) throws {
        let model = try #require(ModelShape.all.first { $0.name == name })
        let attention = 2 * model.width * model.width + 2 * model.width * 8 * 128
        let layer = attention + 3 * model.width * feedForward + 2 * model.width
        let total = model.layers * layer + 2 * 128_256 * model.width + model.width
        #expect(model.parameters == total)
    }

    @Test func aModelOfTheUsersOwn() throws {
        let step = try step(
            """
            { model: { name: "tiny", parameters: 1001, layers: 1, width: 8, source: "here" },
              gradientBytes: 4, dataParallel: 2, tensorParallel: 2, bucket: "1000",
              tokens: 3, activationBytes: 2 }
            """
        )
        // 501 gradients a rank: 2,004 bytes are two buckets and one gradient.
        #expect(step.calls.map(\.bytes.bytes) == [48, 1000, 4])
        #expect(step.calls.map(\.count) == [4, 2, 1])
    }

    @Test func aSingleRankSendsNothing() throws {
        let step = try step(
            """
            { model: "llama-3-8b", gradientBytes: 2, dataParallel: 1, tensorParallel: 1,
              bucket: "1MiB" }
            """
        )
        #expect(step.calls.isEmpty)
        #expect(step.communication { _ in Picoseconds(1) } == .zero)
    }

    @Test func costIsThatOfAllCalls() throws {
        let step = try step(
            """
            { model: { name: "tiny", parameters: 1001, layers: 1, width: 8, source: "here" },
              gradientBytes: 4, dataParallel: 2, tensorParallel: 2, bucket: "1000",
              tokens: 3, activationBytes: 2 }
            """
        )
        let rate = BitsPerSecond(8_000_000_000_000)
        let time = step.communication { Picoseconds(100) + rate.duration(of: $0.bytes) }
        #expect(time == Picoseconds(4 * 148 + 2 * 1100 + 104))
        #expect(step.communication { _ in Picoseconds(.max) } == nil)
    }

    @Test(arguments: [
        (
            #"{ model: "llama3-8b", gradientBytes: 2 }"#,
            "step.json5:1:10: model: no model is called 'llama3-8b'; did you mean 'llama-3-8b'?"
        ),
        (
            #"{ model: "llama-3-8b", gradientBytes: 0 }"#,
            "step.json5:1:39: gradientBytes: expected 1 to 8, found 0"
        ),
        (
            #"{ model: "llama-3-8b", buckets: 1 }"#,
            "step.json5:1:24: unknown key 'buckets'; did you mean 'bucket'?"
        ),
        (
            """
            { model: "llama-3-8b", gradientBytes: 2, dataParallel: 2, tensorParallel: 1,
              bucket: "25" }
            """,
            "step.json5:2:11: bucket: a bucket holds whole gradients of 2 bytes"
        ),
        (
            """
            { model: "llama-3-8b", gradientBytes: 2, dataParallel: 2, tensorParallel: 2,
              bucket: "25MB" }
            """,
            "step.json5:1:1: the key 'tokens' is missing"
        ),
        (
            """
            { model: "llama-3-8b", gradientBytes: 2, dataParallel: 2, tensorParallel: 1,
              bucket: "25MB", tokens: 1 }
            """,
            "step.json5:2:27: tokens: no layer is shared, so no activations are sent"
        ),
        (
            #"{ model: { name: "x", parameters: 1e18 } }"#,
            "step.json5:1:35: model.parameters: expected 1 to 1125899906842624, "
                + "found 1000000000000000000"
        ),
    ])
    func mistakesHaveAPlace(text: String, message: String) {
        let error = #expect(throws: TextError.self) {
            try TrainingStep(parsing: text, name: "step.json5")
        }
        #expect(error?.description == message)
    }
}
