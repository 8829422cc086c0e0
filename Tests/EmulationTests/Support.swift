import CWeft
import Emulation
import Fabrics
import Foundation
import Placement
import Testing

/// Runs a body on so many threads of their own, and waits for all.
func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    let group = DispatchGroup()
    for index in 0..<count {
        group.enter()
        let thread = Thread {
            body(index)
            group.leave()
        }
        thread.start()
    }
    group.wait()
}

/// Zeroed memory for a fabric's clocks.
///
/// Only ever touched as the C functions do: by atomics.
final class Clocks: @unchecked Sendable {
    let buffer: UnsafeMutableRawBufferPointer

    init(bytes: Int) {
        buffer = .allocate(byteCount: bytes, alignment: EmulatedFabric.alignment)
        buffer.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit { buffer.deallocate() }

    /// The memory as one link.
    var link: UnsafeMutablePointer<weft_link> {
        buffer.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: weft_link.self)
    }
}

/// A rack of eight whose links carry a byte in so many picoseconds, with a latency of 1 us.
func rack(picosecondsPerByte: Int = 10, outer: String = "") throws -> Fabric {
    let text = """
        { name: "test", summary: "for tests", family: "none", endpoint: "rank", tiers: [
          { name: "rack", rate: "\(1_000_000_000_000 / picosecondsPerByte)B/s", latency: "1us",
            holds: 8 },
          \(outer)
        ] }
        """
    return try Fabric(parsing: text, name: "test")
}
