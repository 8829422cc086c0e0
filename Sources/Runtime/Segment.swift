internal import CWeft
internal import Glibc

/// Memory that the endpoints of a job share, as one of them sees it.
///
/// Not thread-safe: an endpoint is one thread, and each maps the memory for itself.
public struct Segment: ~Copyable {
    let pointer: UnsafeMutablePointer<weft_segment>
    /// Whose mapping it is, nil for an observer.
    public let endpoint: Int?
    /// How many endpoints share the memory.
    public let endpoints: Int

    /// How large the memory is, and how its endpoints wait.
    public struct Shape: Sendable {
        /// Endpoints.
        public var endpoints: Int
        /// Whether there are more endpoints than cores, so that waiting must sleep.
        public var isOversubscribed: Bool
        /// Whether some endpoints are on other nodes.
        public var spansNodes: Bool
        /// Bytes that the launcher hands to all.
        public var jobBytes: Int
        /// Results that each endpoint has room for.
        public var boardEntries: Int
        /// Each endpoint's own memory.
        public var heapBytes: Int

        /// Makes a shape.
        public init(
            endpoints: Int,
            isOversubscribed: Bool,
            spansNodes: Bool = false,
            jobBytes: Int = 0,
            boardEntries: Int = 0,
            heapBytes: Int
        ) {
            self.endpoints = endpoints
            self.isOversubscribed = isOversubscribed
            self.spansNodes = spansNodes
            self.jobBytes = jobBytes
            self.boardEntries = boardEntries
            self.heapBytes = heapBytes
        }
    }

    /// Makes memory for endpoints to map; the caller closes the descriptor.
    public static func create(_ shape: Shape) throws(RuntimeError) -> Int32 {
        var description = weft_segment_shape(
            endpoints: UInt32(shape.endpoints),
            oversubscribed: shape.isOversubscribed,
            spans_nodes: shape.spansNodes,
            job_bytes: UInt64(shape.jobBytes),
            board_entries: UInt64(shape.boardEntries),
            heap_bytes: UInt64(shape.heapBytes)
        )
        var descriptor: Int32 = -1
        try check(weft_segment_create(&description, &descriptor), "shared memory can't be made")
        return descriptor
    }

    /// Maps the memory for an endpoint, or for an observer.
    public init(descriptor: Int32, endpoint: Int?) throws(RuntimeError) {
        var segment: UnsafeMutablePointer<weft_segment>?
        let number = endpoint.map { UInt32($0) } ?? weft_observer
        let code = weft_segment_attach(descriptor, number, &segment)
        try check(code, "shared memory can't be mapped")
        guard let segment else { throw RuntimeError("shared memory can't be mapped") }
        pointer = segment
        self.endpoint = endpoint
        endpoints = Int(segment.pointee.endpoints)
    }

    deinit { weft_segment_detach(pointer) }

    /// Bytes of each endpoint's heap.
    public var heapBytes: Int { Int(pointer.pointee.heap_bytes) }

    /// Whether there are more endpoints than cores.
    public var isOversubscribed: Bool { pointer.pointee.oversubscribed }

    /// The bytes that the launcher hands to all, as many as the shape said.
    public var job: UnsafeMutableRawPointer { weft_segment_job(pointer) }

    /// An endpoint's results.
    public func board(of endpoint: Int) -> UnsafeMutablePointer<UInt64> {
        weft_segment_board(pointer, UInt32(endpoint))
    }

    /// An endpoint's heap.
    public func heap(of endpoint: Int) -> UnsafeMutableRawPointer {
        weft_segment_heap(pointer, UInt32(endpoint))
    }

    /// Takes all pages of the own heap now, near the core that runs this, huge where possible.
    public func touch() throws(RuntimeError) { try touch(from: 0, bytes: heapBytes) }

    /// The same for a part of it.
    func touch(from start: Int, bytes: Int) throws(RuntimeError) {
        try check(
            weft_segment_touch(pointer, UInt64(start), UInt64(bytes)),
            "memory for the buffers can't be had"
        )
    }

    /// Waits for all endpoints.
    public func barrier() throws(RuntimeError) {
        try check(weft_segment_barrier(pointer), "waiting for the other ranks")
    }

    /// Waits until the launcher has raised its word to a value.
    public func await(_ value: Int) throws(RuntimeError) {
        try check(weft_segment_await(pointer, UInt64(value)), "waiting for the launcher")
    }

    /// Raises the launcher's word.
    public func raise(_ value: Int) { weft_segment_raise(pointer, UInt64(value)) }

    /// Ends all waiting on all endpoints.
    public func abort() { weft_segment_abort(pointer) }

    /// Ends all waiting like `abort`, from any thread, for as long as the memory is mapped.
    var stopper: @Sendable () -> Void {
        nonisolated(unsafe) let pointer = pointer
        return { weft_segment_abort(pointer) }
    }

    /// Whose connection has failed, nil for nobody's.
    var culprit: Int? {
        let endpoint = weft_net_culprit(pointer)
        return endpoint == weft_observer ? nil : Int(endpoint)
    }

    /// Bytes that this endpoint has sent to other nodes, headers included.
    public var sentBytes: Int { Int(weft_net_sent(pointer)) }

    /// Bytes that this endpoint has received from other nodes, headers included.
    public var receivedBytes: Int { Int(weft_net_received(pointer)) }

    /// Whether somebody ended all waiting.
    public var isAborted: Bool { weft_segment_is_aborted(pointer) }

    /// The time that a cache line takes from endpoint 0 to endpoint 1, in seconds; both call this.
    public func exchange(batches: Int, rounds: Int) throws(RuntimeError) -> Double {
        var ticks = 0.0
        try check(
            weft_segment_exchange(pointer, UInt32(batches), UInt32(rounds), &ticks),
            "measuring the exchange of a cache line"
        )
        return ticks / weft_clock_rate()
    }
}
