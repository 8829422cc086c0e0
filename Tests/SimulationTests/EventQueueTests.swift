import Simulation
import Testing

@Suite struct EventQueueTests {
    @Test func eventsComeByTimeThenKey() {
        var queue = EventQueue(capacity: 4)
        for (time, key) in [(5, 1), (3, 9), (3, 2), (7, 0)] as [(Int, UInt64)] {
            queue.push(Event(time: time, key: key))
        }
        var order: [UInt64] = []
        while let event = queue.pop() { order.append(event.key) }
        #expect(order == [2, 9, 1, 0])
        #expect(queue.count == 0)
    }

    /// Against sorting, while events come and go.
    @Test func itIsASort() {
        var random = Generator(state: 1)
        for capacity in [1, 2, 3, 10, 257, 1000] {
            var queue = EventQueue(capacity: capacity)
            var reference: [Event] = []
            for _ in 0..<(4 * capacity) {
                if queue.count < capacity, Bool.random(using: &random) {
                    let event = Event(time: .random(in: 0..<50), key: .random(in: 0..<50))
                    queue.push(event)
                    reference.append(event)
                } else {
                    reference.sort()
                    let first = reference.isEmpty ? nil : reference.removeFirst()
                    #expect(queue.pop() == first)
                }
            }
        }
    }

    @Test func anEmptyQueueHasNothing() {
        var queue = EventQueue(capacity: 0)
        #expect(queue.pop() == nil)
    }
}

/// The same numbers every time (Knuth's linear congruential generator, high bits).
private struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        func word() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 32
        }
        return word() << 32 | word()
    }
}
