import Glibc
import Runtime
import TestSupport

/// Memory that threads share as ranks do: each maps it for itself.
final class SharedMemory {
    let descriptor: Int32
    let endpoints: Int

    init(
        endpoints: Int,
        isOversubscribed: Bool = false,
        boardEntries: Int = 0,
        heapBytes: Int = 4096
    ) throws {
        self.endpoints = endpoints
        descriptor = try Segment.create(
            Segment.Shape(
                endpoints: endpoints,
                isOversubscribed: isOversubscribed,
                jobBytes: 64,
                boardEntries: boardEntries,
                heapBytes: heapBytes
            )
        )
    }

    deinit { close(descriptor) }

    /// Runs a rank in each of as many threads; the errors' texts.
    ///
    /// Who fails ends the waiting of all.
    func run(
        _ body: @escaping @Sendable (borrowing Segment, Int) throws(RuntimeError) -> Void
    ) throws -> [String] {
        let found = Collected<String>()
        let observer = try Segment(descriptor: descriptor, endpoint: nil)
        let descriptor = descriptor
        let runOne: @Sendable (Int) -> Void = { rank in
            do {
                let segment = try Segment(descriptor: descriptor, endpoint: rank)
                do throws(RuntimeError) {
                    try body(segment, rank)
                } catch {
                    found.add(error.description)
                    segment.abort()
                }
            } catch {
                found.add("rank \(rank) can't start: \(error)")
            }
        }
        Threads.run(endpoints, onOverdue: { observer.abort() }, runOne)
        return found.all
    }
}
