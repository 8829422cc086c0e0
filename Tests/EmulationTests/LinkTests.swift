import CWeft
import Testing

@Suite(.serialized) struct LinkTests {
    private let clocks = Clocks(bytes: MemoryLayout<weft_link>.stride)

    /// A byte takes 10 ps.
    private func start(bitsPerSecond: UInt64 = 800_000_000_000) {
        #expect(weft_link_init(clocks.link, bitsPerSecond) == 0)
    }

    @Test func reservationsFollowEachOther() {
        start()
        let first = weft_link_reserve(clocks.link, 100, 5000)
        #expect(first.first == 5000 && first.last == 6000)
        let second = weft_link_reserve(clocks.link, 1, 0)
        #expect(second.first == 6000 && second.last == 6010)
        let third = weft_link_reserve(clocks.link, 0, 7000)
        #expect(third.first == 7000 && third.last == 7000)
    }

    @Test func timeIsRoundedUpAndEndsAtTheHorizon() {
        start(bitsPerSecond: 3_000_000_000_000)
        #expect(weft_link_reserve(clocks.link, 1, 0).last == 3)
        let end = UInt64(Int64.max)
        #expect(weft_link_reserve(clocks.link, .max, 0).last == end)
        let beyond = weft_link_reserve(clocks.link, 1, .max)
        #expect(beyond.first == end && beyond.last == end)
    }

    @Test func aLinkHasARate() {
        #expect(weft_link_init(clocks.link, 0) < 0)
    }

    /// Four threads at once: nothing is lost, and nothing is given twice.
    @Test func everyReservationCounts() {
        start()
        let clocks = clocks
        onThreads(4) { thread in
            var last: UInt64 = 0
            for index in 0..<100_000 {
                let bytes = UInt64(1 + (index + thread) % 7)
                let crossing = weft_link_reserve(clocks.link, bytes, 0)
                precondition(crossing.first >= last, "a thread's reservations follow each other")
                precondition(crossing.last == crossing.first + 10 * bytes)
                last = crossing.last
            }
        }
        var bytes: UInt64 = 0
        for thread in 0..<4 {
            for index in 0..<100_000 { bytes += UInt64(1 + (index + thread) % 7) }
        }
        #expect(weft_link_free_at(clocks.link) == 10 * bytes)
    }

    /// Whatever the senders' own times are, no span of the link's time carries more than its rate.
    @Test func noSpanCarriesMoreThanTheRate() {
        start()
        let clocks = clocks
        let count = 5000
        let results = Clocks(bytes: 4 * count * MemoryLayout<weft_crossing>.stride)
        onThreads(4) { thread in
            let own = results.buffer.bindMemory(to: weft_crossing.self)
            var random = SystemRandomNumberGenerator()
            var now: UInt64 = 0
            for index in 0..<count {
                now += UInt64.random(in: 0..<2000, using: &random)
                let bytes = UInt64.random(in: 1..<100, using: &random)
                own[thread * count + index] = weft_link_reserve(clocks.link, bytes, now)
            }
        }
        let crossings = results.buffer.bindMemory(to: weft_crossing.self)
            .sorted { $0.first < $1.first }
        for (before, after) in zip(crossings, crossings.dropFirst()) {
            #expect(before.last <= after.first)
        }
    }
}
