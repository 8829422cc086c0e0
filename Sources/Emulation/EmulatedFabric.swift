internal import CWeft
internal import Fabrics
internal import Glibc
public import Placement
public import Units

/// A fabric that real ranks feel: what they send is held back until its links would have passed it.
///
/// Each rank has a clock for each tier and direction, in memory that all of them share. A message
/// takes the clocks out of the tiers of its network up to the one where both ranks meet, waits that
/// tier's latency, and takes the clocks back in; bytes do not wait for the bytes behind them. A
/// clock has the rate that its tier sustains while all endpoints send. So `Simulation` says what
/// this should measure, but shares no code with it.
///
/// Sendable, though it holds a pointer: `start` comes before any other use, as its caller promises,
/// and from then on the memory changes only by atomic operations.
public struct EmulatedFabric: @unchecked Sendable {
    /// What the memory must be aligned to: a pair of cache lines.
    public static let alignment = 128

    /// Real time over the fabric's time: with 1000 a microsecond of the fabric takes a millisecond.
    public let dilation: Int
    private let placement: Placement
    private let tiers: Int
    private let innermost: [Int]
    private let memory: UnsafeMutableRawPointer

    /// How much memory the clocks of a placement need.
    public static func bytes(for placement: Placement) -> Int {
        alignment + placement.ranks * placement.fabric.tiers.count * 2 * alignment
    }

    /// A fabric whose clocks lie in memory that outlives it.
    ///
    /// Every process makes its own of the same placement and dilation; one of them starts it.
    public init(
        _ placement: Placement,
        dilation: Int = 1,
        in memory: UnsafeMutableRawBufferPointer
    ) throws(EmulationError) {
        let needed = Self.bytes(for: placement)
        guard memory.count >= needed, let start = memory.baseAddress else {
            throw .tooSmall(bytes: memory.count, needed: needed)
        }
        guard UInt(bitPattern: start) % UInt(Self.alignment) == 0 else { throw .notAligned }
        guard dilation > 0 else { throw .noDilation(dilation) }
        self.placement = placement
        self.dilation = dilation
        self.memory = start
        tiers = placement.fabric.tiers.count
        innermost = placement.fabric.networks.flatMap { network in
            network.tiers.map { _ in network.tiers.lowerBound }
        }
    }

    /// Sets all clocks to zero and the time to now: once, before any rank uses the fabric.
    public func start() {
        for rank in 0..<placement.ranks {
            for tier in 0..<tiers {
                let rate = UInt64(placement.fabric.tiers[tier].sustainedRate.bits)
                for way in [Way.out, .into] {
                    let code = weft_link_init(link(way, of: rank, tier), rate)
                    precondition(code == 0, "a tier has a rate")
                }
            }
        }
        memory.storeBytes(of: monotonicNanoseconds(), as: UInt64.self)
    }

    /// The fabric's time since it was started.
    public func now() -> Picoseconds {
        let started = memory.load(as: UInt64.self)
        let real = UInt128(max(monotonicNanoseconds(), started) - started)
        return Picoseconds(Int(clamping: real * 1000 / UInt128(dilation)))
    }

    /// Sends bytes and returns when they would all have arrived, with that time.
    @discardableResult
    public func pace(from source: Int, to target: Int, bytes: ByteCount) -> Picoseconds {
        let arrival = reserve(from: source, to: target, bytes: bytes, at: now())
        let real = UInt128(arrival.count) * UInt128(dilation)
        let started = memory.load(as: UInt64.self)
        wait(until: UInt64(clamping: UInt128(started) + (real + 999) / 1000))
        return arrival
    }

    /// When bytes that are sent at a time have all arrived; takes the links, but does not wait.
    public func reserve(
        from source: Int,
        to target: Int,
        bytes: ByteCount,
        at time: Picoseconds
    ) -> Picoseconds {
        guard let tier = placement.tier(between: source, and: target), bytes.bytes > 0 else {
            return time
        }
        let amount = UInt64(bytes.bytes)
        var head = UInt64(clamping: time.count)
        for crossed in innermost[tier]...tier {
            head = weft_link_reserve(link(.out, of: source, crossed), amount, head).first
        }
        head += UInt64(placement.fabric.tiers[tier].latency.value.count)
        // The last byte needs no look at the way out: its slowest link has its like on the way in.
        var tail = head
        for crossed in (innermost[tier]...tier).reversed() {
            let crossing = weft_link_reserve(link(.into, of: target, crossed), amount, head)
            head = crossing.first
            tail = max(tail, crossing.last)
        }
        return Picoseconds(Int(clamping: tail))
    }

    private enum Way: Int {
        case out
        case into
    }

    private func link(
        _ way: Way,
        of rank: Int,
        _ tier: Int
    ) -> UnsafeMutablePointer<weft_link> {
        let number = (rank * tiers + tier) * 2 + way.rawValue
        return (memory + Self.alignment * (1 + number)).assumingMemoryBound(to: weft_link.self)
    }
}

/// Why a fabric can't be emulated.
public enum EmulationError: Error, Equatable, CustomStringConvertible {
    /// The memory does not hold all clocks.
    case tooSmall(bytes: Int, needed: Int)
    /// The memory does not begin where a cache line does.
    case notAligned
    /// Time can't stand still or run backwards.
    case noDilation(Int)

    /// One sentence.
    public var description: String {
        switch self {
        case .tooSmall(let bytes, let needed):
            "the fabric's clocks need \(needed) bytes, but there are \(bytes)"
        case .notAligned:
            "the fabric's clocks must begin at a multiple of \(EmulatedFabric.alignment) bytes"
        case .noDilation(let dilation):
            "time can be stretched by 1 and more, not by \(dilation)"
        }
    }
}

/// The kernel's clock, the same in all processes of the machine.
private func monotonicNanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

/// Sleeps through most of a wait and yields through the rest: a sleeper wakes some 50 us late, and
/// there may be more ranks than cores.
private func wait(until deadline: UInt64) {
    let lateness: UInt64 = 100_000
    while true {
        let now = monotonicNanoseconds()
        if now >= deadline { return }
        if deadline - now > 2 * lateness {
            let wake = deadline - lateness
            var time = timespec(
                tv_sec: Int(wake / 1_000_000_000),
                tv_nsec: Int(wake % 1_000_000_000)
            )
            clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nil)
        } else {
            sched_yield()
        }
    }
}
