internal import Units

/// Bytes by channel, for the channels that have any: of a million endpoints' cables a job uses few.
///
/// A hash table with open addressing: looking a channel up costs about as much as in an array that
/// the caches do not hold.
public struct ChannelBytes: Sendable {
    /// The channels that carry anything, in the order in which they came to.
    public private(set) var channels: [Int] = []
    private var bytes: [Int] = []
    /// Places in the lists, -1 where there is none; so many that half of them stay empty.
    private var slots = [Int32](repeating: -1, count: 64)

    /// Begins with nothing.
    public init() {}

    /// What a channel carries.
    public subscript(channel: Int) -> Int {
        let place = slots[slot(of: channel)]
        return place < 0 ? 0 : bytes[Int(place)]
    }

    /// Puts more on a channel.
    public mutating func add(_ more: Int, to channel: Int) {
        if more == 0 { return }
        let slot = slot(of: channel)
        if slots[slot] >= 0 {
            bytes[Int(slots[slot])] += more
            return
        }
        slots[slot] = Int32(channels.count)
        channels.append(channel)
        bytes.append(more)
        if 2 * channels.count > slots.count { grow() }
    }

    /// Takes everything off.
    public mutating func removeAll() {
        // The last first, so that what a search passes over is still there.
        while let channel = channels.last {
            slots[slot(of: channel)] = -1
            channels.removeLast()
        }
        bytes.removeAll(keepingCapacity: true)
    }

    /// Where a channel is, or would be.
    private func slot(of channel: Int) -> Int {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: Draws.mixed(UInt64(channel))) & mask
        while true {
            let place = slots[slot]
            if place < 0 || channels[Int(place)] == channel { return slot }
            slot = (slot + 1) & mask
        }
    }

    private mutating func grow() {
        slots = [Int32](repeating: -1, count: 2 * slots.count)
        for (place, channel) in channels.enumerated() { slots[slot(of: channel)] = Int32(place) }
    }
}
