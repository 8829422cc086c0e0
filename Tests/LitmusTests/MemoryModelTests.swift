import Testing

/// That the models are the ones they are said to be: what is known of the classic tests.
@Suite struct MemoryModelTests {
    private static func classic(
        _ threads: [[Action]],
        _ isWrong: @escaping ([String: Int]) -> Bool
    ) -> Litmus { Litmus(threads: threads, isWrong: isWrong) }

    private func check(_ litmus: Litmus, _ allowed: MemoryModel...) {
        for model in MemoryModel.allCases {
            #expect(litmus.isAllowed(by: model) == allowed.contains(model), "\(model)")
        }
    }

    private func storeBuffering(_ fences: [[Action]]) -> Litmus {
        Self.classic(
            [
                [.store("x", 1, .relaxed)] + fences[0] + [.load("y", into: "a", .relaxed)],
                [.store("y", 1, .relaxed)] + fences[1] + [.load("x", into: "b", .relaxed)],
            ]
        ) { $0["a"] == 0 && $0["b"] == 0 }
    }

    @Test func storeBuffering() {
        check(storeBuffering([[], []]), .c11, .x86, .arm64)
        check(storeBuffering([[.fence], []]), .c11, .x86, .arm64)
        check(storeBuffering([[.fence], [.fence]]))
    }

    @Test func loadBuffering() {
        let litmus = Self.classic([
            [.load("x", into: "a", .relaxed), .store("y", 1, .relaxed)],
            [.load("y", into: "b", .relaxed), .store("x", 1, .relaxed)],
        ]) { $0["a"] == 1 && $0["b"] == 1 }
        // The repaired C11 forbids it, where processors may not.
        check(litmus, .arm64)
    }

    @Test(arguments: [Ordering.relaxed, .acquire])
    func independentReadsOfIndependentWrites(_ order: Ordering) {
        let litmus = Self.classic([
            [.store("x", 1, .relaxed)],
            [.store("y", 1, .relaxed)],
            [.load("x", into: "a", order), .load("y", into: "b", order)],
            [.load("y", into: "c", order), .load("x", into: "d", order)],
        ]) { $0 == ["a": 1, "b": 0, "c": 1, "d": 0] }
        if order == .relaxed { check(litmus, .c11, .arm64) } else { check(litmus, .c11) }
    }

    @Test func aPlaceHasOneOrder() {
        let litmus = Self.classic([
            [.store("x", 1, .relaxed), .store("x", 2, .relaxed)],
            [.load("x", into: "a", .relaxed), .load("x", into: "b", .relaxed)],
        ]) { $0["a"] == 2 && $0["b"] == 1 }
        check(litmus)
    }

    @Test func incrementsAreInOnePiece() {
        let add = [Action.increment("x", into: "a", .relaxed)]
        let litmus = Self.classic([add, [.increment("x", into: "b", .relaxed)]]) {
            $0["a"] == $0["b"]
        }
        check(litmus)
    }

    /// On x86 an increment is a fence, elsewhere it is none.
    @Test func incrementsThatOrderNothing() {
        let litmus = Self.classic([
            [.increment("x", into: "c", .relaxed), .load("y", into: "a", .relaxed)],
            [.increment("y", into: "d", .relaxed), .load("x", into: "b", .relaxed)],
        ]) { $0["a"] == 0 && $0["b"] == 0 }
        check(litmus, .c11, .arm64)
    }

    @Test func twoPairsOfStores() {
        let litmus = Self.classic([
            [
                .store("x", 1, .relaxed), .store("y", 2, .relaxed),
                .load("y", into: "a", .relaxed), .load("y", into: "b", .relaxed),
            ],
            [.store("y", 1, .relaxed), .store("x", 2, .relaxed)],
            [.load("x", into: "c", .acquire), .load("x", into: "d", .acquire)],
            [.load("y", into: "e", .acquire), .load("y", into: "f", .acquire)],
        ]) { $0["c"] == 2 && $0["d"] == 1 && $0["e"] == 2 && $0["f"] == 1 }
        check(litmus, .c11, .arm64)
    }
}
