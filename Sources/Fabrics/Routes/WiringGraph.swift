internal import Units

/// A wiring in flat lists: what is linked to each device, and the numbers of channels.
///
/// A channel is one direction of one cable. The two directions of a cable have neighbouring
/// numbers, the even one in the direction in which the wiring has the link.
struct WiringGraph: Sendable {
    /// The most channels: a link may stand for any number of cables.
    static let channelLimit = 1 << 26

    let wiring: Wiring
    /// Where the arms of each device begin, and behind the last one's.
    let starts: [Int32]
    /// The device at the other end of each arm.
    let far: [Int32]
    /// The link of each arm, twice, plus 1 where the device is the end that the link leads to.
    let arms: [Int32]
    /// The first channel of each link, and behind the last one's.
    let bases: [Int32]
    /// Whether data passes through each device on its way between others.
    let forwards: [Bool]

    init(_ wiring: Wiring) throws(WiringError) {
        self.wiring = wiring
        var bases: [Int32] = [0]
        bases.reserveCapacity(wiring.links.count + 1)
        var starts = [Int32](repeating: 0, count: wiring.devices.count + 1)
        var channels = 0
        for link in wiring.links {
            channels += 2 * max(0, Int(link.count))
            guard channels <= Self.channelLimit else {
                throw WiringError(
                    "\(wiring.name) has more than \(Self.channelLimit / 2) cables, which is the "
                        + "most that routes lead over; import a part of it"
                )
            }
            bases.append(Int32(channels))
            guard Self.isWay(link) else { continue }
            starts[Int(link.from) + 1] += 1
            starts[Int(link.to) + 1] += 1
        }
        for place in wiring.devices.indices { starts[place + 1] += starts[place] }
        var next = starts
        let all = Int(starts[wiring.devices.count])
        var far = [Int32](repeating: 0, count: all)
        var arms = far
        for (index, link) in wiring.links.enumerated() where Self.isWay(link) {
            for (here, there, side) in [(link.from, link.to, 0), (link.to, link.from, 1)] {
                let place = Int(next[Int(here)])
                next[Int(here)] += 1
                far[place] = there
                arms[place] = Int32(2 * index + side)
            }
        }
        self.starts = starts
        self.far = far
        self.arms = arms
        self.bases = bases
        forwards = wiring.devices.map(\.kind.forwards)
    }

    /// Whether a link leads anywhere: nothing goes from a device to itself.
    private static func isWay(_ link: Wiring.Link) -> Bool {
        link.from != link.to && link.count > 0
    }

    /// How many channels there are.
    var channels: Int { Int(bases[bases.count - 1]) }

    /// The arms of a device.
    func arms(of device: Int) -> Range<Int> { Int(starts[device])..<Int(starts[device + 1]) }

    /// How many cables an arm has.
    func cables(of arm: Int) -> Int {
        let link = Int(arms[arm]) / 2
        return Int(bases[link + 1] - bases[link]) / 2
    }

    /// The channel that leads out over one cable of an arm.
    func channel(of arm: Int, cable: Int) -> Int {
        let arm = Int(arms[arm])
        return Int(bases[arm / 2]) + 2 * cable + arm % 2
    }

    /// The link that a channel belongs to.
    func link(of channel: Int) -> Int {
        precondition((0..<channels).contains(channel), "the channel exists")
        var range = 0..<wiring.links.count
        while range.count > 1 {
            let middle = (range.lowerBound + range.upperBound) / 2
            range =
                bases[middle] > channel
                ? range.lowerBound..<middle : middle..<range.upperBound
        }
        return range.lowerBound
    }

    /// What a channel carries, 0 bits where that is not known.
    func rate(of channel: Int) -> BitsPerSecond {
        let link = wiring.links[link(of: channel)]
        let rate = channel.isMultiple(of: 2) ? link.rate : link.rateBack ?? link.rate
        return rate ?? BitsPerSecond(0)
    }

    /// The devices at the ends of a channel.
    func ends(of channel: Int) -> (from: Int, to: Int) {
        let link = wiring.links[link(of: channel)]
        return channel.isMultiple(of: 2)
            ? (Int(link.from), Int(link.to)) : (Int(link.to), Int(link.from))
    }

    /// Where a channel leads: `leaf1 port 33 → spine1 port 1`, or `gpu0 → sw2 (3 of 18)`.
    func words(for channel: Int) -> String {
        let number = link(of: channel)
        let link = wiring.links[number]
        let one = wiring.devices[Int(link.from)].name + (link.fromPort.map { " port \($0)" } ?? "")
        let other = wiring.devices[Int(link.to)].name + (link.toPort.map { " port \($0)" } ?? "")
        let words = channel.isMultiple(of: 2) ? "\(one) → \(other)" : "\(other) → \(one)"
        if link.count == 1 { return words }
        return words + " (\((channel - Int(bases[number])) / 2 + 1) of \(link.count))"
    }
}
