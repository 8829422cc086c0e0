import Testing
import Text

@Suite struct NearestTests {
    struct Case: Sendable {
        let word: String
        let candidates: [String]
        let nearest: String?
    }

    @Test(arguments: [
        Case(word: "rtae", candidates: ["latency", "rate"], nearest: "rate"),
        Case(word: "latancy", candidates: ["latency", "rate"], nearest: "latency"),
        Case(word: "latenccy", candidates: ["latency", "rate"], nearest: "latency"),
        Case(word: "atency", candidates: ["latency", "rate"], nearest: "latency"),
        Case(word: "RATE", candidates: ["latency", "rate"], nearest: "rate"),
        Case(word: "ranks", candidates: ["rank", "banks", "tanks"], nearest: "rank"),
        Case(word: "colour", candidates: ["latency", "rate"], nearest: nil),
        Case(word: "a", candidates: ["b"], nearest: nil),
        Case(word: "ab", candidates: ["ba"], nearest: "ba"),
        Case(word: "", candidates: ["a"], nearest: nil),
        Case(word: "rate", candidates: [], nearest: nil),
        Case(word: "größe", candidates: ["grösse", "größen"], nearest: "größen"),
        Case(word: "allreduce", candidates: ["allgather", "all-reduce"], nearest: "all-reduce"),
    ])
    func findsWhatWasMeant(_ example: Case) {
        #expect(nearest(example.word, in: example.candidates) == example.nearest)
    }

    @Test func spendsNothingOnAnAbsurdWord() {
        #expect(nearest(String(repeating: "x", count: 1_000_000), in: ["rate"]) == nil)
    }
}
