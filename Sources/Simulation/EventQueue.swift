/// Something that happens: a time and a key that says what.
///
/// Events are ordered by time, then key. Two that are equal in both are the same event, so the
/// order never depends on when they were queued.
public struct Event: BitwiseCopyable, Hashable, Comparable, Sendable {
    /// When, in picoseconds.
    public var time: Int
    /// What; among those of one time the lowest comes first.
    public var key: UInt64

    /// Makes an event.
    public init(time: Int, key: UInt64) {
        self.time = time
        self.key = key
    }

    /// Whether the left event comes first.
    @inline(__always)
    public static func < (left: Event, right: Event) -> Bool {
        left.time < right.time || (left.time == right.time && left.key < right.key)
    }
}

/// The events that are still to come: a binary heap in one buffer that is taken at the start.
public struct EventQueue: ~Copyable {
    /// The most events that can be queued at once.
    public let capacity: Int
    /// How many are queued.
    public private(set) var count = 0
    private let events: UnsafeMutablePointer<Event>

    /// Makes an empty queue with room for so many events.
    public init(capacity: Int) {
        precondition(capacity >= 0, "a capacity is not negative")
        self.capacity = capacity
        events = .allocate(capacity: capacity)
    }

    deinit { events.deallocate() }

    /// Queues an event; there must be room for it.
    public mutating func push(_ event: Event) {
        precondition(count < capacity, "the queue has room")
        // The hole moves up until the event fits.
        var hole = count
        count += 1
        while hole > 0 {
            let parent = (hole - 1) / 2
            if !(event < events[parent]) { break }
            events[hole] = events[parent]
            hole = parent
        }
        events[hole] = event
    }

    /// Takes the earliest event, nil when there is none.
    public mutating func pop() -> Event? {
        if count == 0 { return nil }
        let first = events[0]
        count -= 1
        let last = events[count]
        var hole = 0
        while true {
            var child = 2 * hole + 1
            if child >= count { break }
            if child + 1 < count && events[child + 1] < events[child] { child += 1 }
            if !(events[child] < last) { break }
            events[hole] = events[child]
            hole = child
        }
        events[hole] = last
        return first
    }
}

/// A fingerprint of all events in their order: FNV-1a of 64 bits.
struct TraceHash {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    @inline(__always)
    mutating func add(_ event: Event) {
        add(UInt64(bitPattern: Int64(event.time)))
        add(event.key)
    }

    /// Adds eight bytes, the lowest first, on any machine.
    @inline(__always)
    private mutating func add(_ word: UInt64) {
        var word = word
        for _ in 0..<8 {
            value = (value ^ (word & 0xff)) &* 0x100_0000_01b3
            word >>= 8
        }
    }
}
