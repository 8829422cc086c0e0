/// What each switch of a tree has room for: so many operations of so many bytes at a time.
///
/// What is larger than an operation goes in several, as slices of the schedule; a slice waits until
/// there is room for it. So switches need as much memory for a gigabyte as for a megabyte.
struct SwitchRoom: Hashable {
    /// Bytes of an operation.
    var buffer: Int
    /// Operations of a tree that are under way at a time.
    var outstanding: Int
    /// Slots that an operation takes.
    var slots = 1

    /// The most operations of a message: each is planned.
    static let slicesMost = 1 << 16

    /// The fewest bytes of an operation: a cache line, which is never divided.
    static let bufferLeast = 64

    /// What both have room for.
    static func smaller(_ one: SwitchRoom?, _ other: SwitchRoom?) -> SwitchRoom? {
        guard var room = one, let other else { return one ?? other }
        if other.buffer / other.slots < room.buffer / room.slots {
            (room.buffer, room.slots) = (other.buffer, other.slots)
        }
        room.outstanding = min(room.outstanding, other.outstanding)
        return room
    }

    /// The least number of slices whose operations fit.
    ///
    /// - Parameters:
    ///   - elements: of the vector, or of the largest block.
    ///   - chunks: into how many slots' worth a lane of it is cut.
    func slices(elements: Int, size: Int, chunks: Int, tracks: Int) -> Int {
        let grain = max(1, 64 / size)
        let lines = (elements + grain - 1) / grain
        let linesOfSlot = max(1, buffer / slots / (grain * size))
        let lanes = (lines + linesOfSlot * chunks - 1) / (linesOfSlot * chunks)
        return max(1, (lanes + tracks - 1) / tracks)
    }
}
