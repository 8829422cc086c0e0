import Testing

/// Every order between accesses that the data plane relies on, in C11 and on its processors; and
/// that each is needed: weakened, something lets the wrong outcome be.
@Suite struct EngineOrderTests {
    private func isRight(_ litmus: Litmus) {
        for model in MemoryModel.allCases {
            #expect(!litmus.isAllowed(by: model), "\(model)")
        }
    }

    /// Weakened, these let it be wrong.
    ///
    /// That x86 is seldom among them is why tests on it alone would say little.
    private func isWrong(_ litmus: Litmus, by models: Set<MemoryModel> = [.c11, .arm64]) {
        for model in MemoryModel.allCases {
            #expect(litmus.isAllowed(by: model) == models.contains(model), "\(model)")
        }
    }

    // MARK: - Lines: `put_lines` and `arrive` in plan_run.c

    private func line(_ put: Ordering = .release, _ arrive: Ordering = .acquire) -> Litmus {
        Litmus(threads: [
            [.store("first", 1, .plain), .store("last", 1, .plain), .store("flag", 2, put)],
            [
                .await("flag", atLeast: 2, arrive), .load("first", into: "a", .plain),
                .load("last", into: "b", .plain),
            ],
        ]) { $0["a"] == 0 || $0["b"] == 0 }
    }

    @Test func aFlagBringsItsData() {
        isRight(line())
        isWrong(line(.relaxed))
        isWrong(line(.release, .relaxed))
    }

    // MARK: - Progress: `weft_word_publish` and `await`

    /// The third endpoint only looks at the second's progress, and reads what the first wrote.
    private func chain(
        _ publish: Ordering = .release,
        _ await: Ordering = .acquire,
        _ pass: Ordering = .release
    ) -> Litmus {
        Litmus(threads: [
            [.store("data", 1, .plain), .store("p", 2, publish)],
            [.await("p", atLeast: 2, `await`), .store("q", 2, pass)],
            [.await("q", atLeast: 2, .acquire), .load("data", into: "a", .plain)],
        ]) { $0["a"] == 0 }
    }

    @Test func progressOfOneTellsOfAllBefore() {
        isRight(chain())
        isWrong(chain(.relaxed))
        // On arm64 what is before a release, or after an acquire, keeps its place: either is enough
        // in the middle.
        isWrong(chain(.release, .relaxed), by: [.c11])
        isWrong(chain(.release, .acquire, .relaxed), by: [.c11])
        isWrong(chain(.release, .relaxed, .relaxed))
    }

    // MARK: - What is read may be overwritten: leaving, and the halves of scratch

    /// The reader says that it has left, by its progress or by its own next line; only then does
    /// the writer store what the operation after next needs.
    private func reuse(_ leave: Ordering = .release, _ free: Ordering = .acquire) -> Litmus {
        Litmus(threads: [
            [.load("data", into: "a", .plain), .store("left", 3, leave)],
            [.await("left", atLeast: 3, free), .store("data", 4, .plain)],
        ]) { $0["a"] == 4 }
    }

    @Test func whatIsReadIsNotOverwritten() {
        isRight(reuse())
        isWrong(reuse(.relaxed))
        isWrong(reuse(.release, .relaxed))
    }

    // MARK: - Sleeping: `weft_word_wake` and `wait_asleep` in wait.c

    /// The kernel compares `wake` once the sleeper is in its queue, and looks into the queue when
    /// it is told to wake: neither misses the other.
    private func sleep(
        _ waker: [Action] = [.fence],
        _ sleeper: [Action] = [.fence],
        wakes: Bool = true
    ) -> Litmus {
        let bell = wakes ? [Action.increment("wake", into: "old", .relaxed)] : []
        return Litmus(threads: [
            [.store("value", 2, .release)] + waker + [.load("sleepers", into: "asleep", .relaxed)]
                + bell + [.fence, .load("queue", into: "queued", .relaxed)],
            [
                .load("wake", into: "seen", .relaxed),
                .increment("sleepers", into: "others", .relaxed),
            ] + sleeper + [
                .load("value", into: "value", .acquire), .store("queue", 1, .relaxed), .fence,
                .load("wake", into: "wake", .relaxed),
            ],
        ]) { found in
            let sleeps = found["value"] == 0 && found["wake"] == found["seen"]
            return sleeps && (found["asleep"] == 0 || found["queued"] == 0)
        }
    }

    @Test func nobodySleepsForEver() {
        isRight(sleep())
        isWrong(sleep([]), by: [.c11, .x86, .arm64])
        // On x86 the locked increment of `sleepers` is a fence.
        isWrong(sleep([.fence], []))
    }

    /// Between the last look at the value and the kernel's queue a wake-up would be lost.
    @Test func theCountOfWakeUpsIsNeeded() {
        isWrong(sleep(wakes: false), by: [.c11, .x86, .arm64])
    }

    // MARK: - The barrier: `weft_segment_barrier`

    private func barrier(
        _ arrive: Ordering = .acquireRelease,
        _ open: Ordering = .release,
        _ pass: Ordering = .acquire
    ) -> Litmus {
        // The second to arrive, which found one there, opens it.
        Litmus(threads: [
            [
                .store("x", 1, .plain), .increment("arrivals", into: "first", arrive),
                .await("generation", atLeast: 1, pass), .load("y", into: "b", .plain),
                .increment("arrivals", into: "next", arrive),
            ],
            [
                .store("y", 1, .plain), .increment("arrivals", into: "second", arrive, atLeast: 1),
                .load("x", into: "a", .plain), .store("arrivals", 0, .relaxed),
                .store("generation", 1, open),
            ],
        ]) { $0["a"] == 0 || $0["b"] == 0 || $0["next"] != 0 }
    }

    @Test func nobodyPassesABarrierEarly() {
        isRight(barrier())
        isWrong(barrier(.relaxed))
        isWrong(barrier(.acquireRelease, .relaxed))
        isWrong(barrier(.acquireRelease, .release, .relaxed))
    }
}
