import Emulation
import Fabrics
import Foundation
import Placement
import Runtime
import Testing
import Units

@Suite(.serialized) struct EmulatedFabricTests {
    private func fabric(
        _ placement: Placement,
        dilation: Int = 1
    ) throws -> (fabric: EmulatedFabric, memory: Clocks) {
        let memory = Clocks(bytes: EmulatedFabric.bytes(for: placement))
        let fabric = try EmulatedFabric(placement, dilation: dilation, in: memory.buffer)
        fabric.start()
        return (fabric, memory)
    }

    @Test func whatAMessageTakes() throws {
        let (fabric, memory) = try fabric(Placement(ranks: 4, on: rack()))
        func send(_ source: Int, _ target: Int, _ bytes: Int, at time: Int = 0) -> Int {
            fabric.reserve(
                from: source,
                to: target,
                bytes: ByteCount(bytes),
                at: Picoseconds(time)
            ).count
        }
        withExtendedLifetime(memory) {
            // 40 ns of bytes and 1 us.
            #expect(send(0, 1, 4000) == 1_040_000)
            // The way out is taken for 40 ns.
            #expect(send(0, 2, 4000) == 1_080_000)
            // The way in is taken until 1.04 us.
            #expect(send(3, 1, 4000) == 1_080_000)
            #expect(send(2, 3, 4000, at: 500) == 1_040_500)
            #expect(send(1, 1, 4000, at: 7) == 7)
            #expect(send(1, 2, 0, at: 7) == 7)
        }
    }

    /// Over an outer tier at half the rate; the network of a third tier is another.
    @Test func acrossTiers() throws {
        let outer = """
            { name: "leaf", latency: "3us", holds: 2, oversubscription: "2:1" },
            { name: "spine", rate: "10GB/s", latency: "5us", holds: 2 },
            """
        let (fabric, memory) = try fabric(Placement(ranks: 32, on: rack(outer: outer)))
        func send(_ source: Int, _ target: Int) -> Int {
            fabric.reserve(from: source, to: target, bytes: ByteCount(4000), at: .zero).count
        }
        withExtendedLifetime(memory) {
            #expect(send(0, 8) == 3_000_000 + 80_000)
            // The rack's way out is free again before the leaf's.
            #expect(send(0, 1) == 1_000_000 + 80_000)
            #expect(send(0, 31) == 5_000_000 + 400_000)
        }
    }

    /// Real time: a message of 5 ms may not come sooner, and twice as late when time is stretched.
    @Test(arguments: [1, 2])
    func paceTakesItsTime(dilation: Int) throws {
        // A microsecond a byte.
        let slow = try rack(picosecondsPerByte: 1_000_000)
        let (fabric, memory) = try fabric(Placement(ranks: 2, on: slow), dilation: dilation)
        withExtendedLifetime(memory) {
            let clock = ContinuousClock()
            let before = fabric.now()
            var arrival = Picoseconds.zero
            let real = clock.measure {
                arrival = fabric.pace(from: 0, to: 1, bytes: ByteCount(5000))
            }
            #expect(fabric.now() >= arrival)
            #expect(arrival.count >= before.count + 5_001_000_000)
            #expect(real >= .milliseconds(4) * dilation)
        }
    }

    /// Each waits for its own message before it sends the next, so that they take turns.
    @Test func twoSendersGetHalfEach() throws {
        let slow = try rack(picosecondsPerByte: 1_000_000)
        let (fabric, memory) = try fabric(Placement(ranks: 3, on: slow))
        let message = ByteCount(5000)
        let span = Picoseconds(400_000_000_000)
        let counts = Counts()
        onThreads(2) { sender in
            while fabric.pace(from: sender, to: 2, bytes: message) <= span {
                counts.messages[sender] += 1
            }
        }
        let (first, second) = withExtendedLifetime(memory) {
            (counts.messages[0], counts.messages[1])
        }
        // Together never more than 400 ms at a microsecond a byte; 80 messages fill them.
        #expect(first + second <= 80)
        #expect(first + second >= 40)
        #expect(abs(first - second) <= (first + second) / 10 + 1)
    }

    /// Two processes would map it likewise: the clocks are one, wherever they are mapped.
    @Test func clocksLieInASegment() throws {
        let placement = try Placement(ranks: 2, on: rack())
        let bytes = EmulatedFabric.bytes(for: placement)
        let descriptor = try Segment.create(
            Segment.Shape(endpoints: 2, isOversubscribed: false, jobBytes: bytes, heapBytes: 4096)
        )
        defer { close(descriptor) }
        let one = try Segment(descriptor: descriptor, endpoint: 0)
        let other = try Segment(descriptor: descriptor, endpoint: 1)
        #expect(one.job != other.job)
        func fabric(_ segment: borrowing Segment) throws -> EmulatedFabric {
            try EmulatedFabric(
                placement,
                in: UnsafeMutableRawBufferPointer(start: segment.job, count: bytes)
            )
        }
        let first = try fabric(one)
        first.start()
        let second = try fabric(other)
        let message = ByteCount(4000)
        #expect(first.reserve(from: 0, to: 1, bytes: message, at: .zero).count == 1_040_000)
        #expect(second.reserve(from: 0, to: 1, bytes: message, at: .zero).count == 1_080_000)
    }

    @Test func badMemoryIsRefused() throws {
        let placement = try Placement(ranks: 2, on: rack())
        let needed = EmulatedFabric.bytes(for: placement)
        let memory = Clocks(bytes: needed + 128)
        func make(_ range: Range<Int>, dilation: Int = 1) throws {
            let part = UnsafeMutableRawBufferPointer(rebasing: memory.buffer[range])
            _ = try EmulatedFabric(placement, dilation: dilation, in: part)
        }
        #expect(throws: EmulationError.tooSmall(bytes: needed - 1, needed: needed)) {
            try make(0..<(needed - 1))
        }
        #expect(throws: EmulationError.notAligned) { try make(64..<(64 + needed)) }
        #expect(throws: EmulationError.noDilation(0)) { try make(0..<needed, dilation: 0) }
    }
}

/// One counter for each of two threads, which nobody else touches until they are joined.
private final class Counts: @unchecked Sendable {
    let messages = UnsafeMutablePointer<Int>.allocate(capacity: 2)

    init() { messages.initialize(repeating: 0, count: 2) }
    deinit { messages.deallocate() }
}
