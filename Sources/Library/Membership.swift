// The names are those of weft.h, which says what they do.
// swift-format-ignore-file: AlwaysUseLowerCamelCase, AllPublicDeclarationsHaveDocumentation

internal import Glibc
internal import Measurement
internal import Runtime
public import WeftHeader

private func text(_ pointer: UnsafePointer<CChar>?) -> String? {
    pointer.map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
}

extension Communicator.Place {
    fileprivate init(_ options: weft_options) throws(CallError) {
        if options.memory >= 0 {
            self = .memory(options.memory, rank: Int(options.rank))
            return
        }
        if options.rank < 0 {
            self = .launcher
            return
        }
        guard options.ranks > options.rank else {
            throw .invalid("rank \(options.rank) of \(options.ranks): ranks count from 0")
        }
        guard let meeting = text(options.meeting) else {
            throw .invalid("with a rank of one's own goes a meeting place, \"host:port\"")
        }
        do {
            self = .rank(
                Int(options.rank),
                of: Int(options.ranks),
                meeting: try Address(meeting, in: "the option 'meeting'"),
                token: text(options.token)
            )
        } catch {
            throw .invalid("\(error)")
        }
    }
}

/// As WEFT_OPTIONS has them.
private var usualOptions: weft_options {
    weft_options(
        bytes: MemoryLayout<weft_options>.size,
        rank: -1,
        ranks: 0,
        meeting: nil,
        token: nil,
        node: nil,
        memory: -1,
        heap_bytes: 1 << 30,
        checks: 0,
        seconds: 120
    )
}

@c @implementation
public func weft_join(
    _ options: UnsafePointer<weft_options>?,
    _ communicator_out: UnsafeMutablePointer<OpaquePointer?>?
) -> CInt {
    result { () throws(CallError) in
        guard let communicator_out else { throw .invalid("there is no place for a communicator") }
        communicator_out.pointee = nil
        let given = options?.pointee ?? usualOptions
        guard given.bytes == MemoryLayout<weft_options>.size else {
            throw .invalid(
                "options of \(given.bytes) bytes are of another version of weft.h than the library;"
                    + " begin with WEFT_OPTIONS"
            )
        }
        let place = try Communicator.Place(given)
        guard given.seconds > 0 else { throw .invalid("the option 'seconds' is not positive") }
        do {
            let cores = try Cores()
            let machine = MachineContext(
                cores: cores.count,
                threads: cores.processors.count,
                version: Version.current,
                revision: ""
            )
            var wanted = CommunicatorOptions(try Selection.chooser(machine))
            wanted.heapBytes = given.heap_bytes
            wanted.checks = given.checks != 0 || getenv("WEFT_CHECKS") != nil
            wanted.seconds = Int(given.seconds)
            wanted.node = text(given.node) ?? text(getenv("WEFT_NODE")) ?? ""
            wanted.streamingFrom = machine.streamingFrom
            let arrival = try Arrival.here(
                version: Version.current,
                host: machine.host,
                boot: machine.boot,
                model: machine.processor
            )
            communicator_out.pointee = held(try Communicator.join(place, arrival, wanted))
        } catch let error as CallError {
            throw error
        } catch {
            throw .failed("\(error)")
        }
    }
}

@c @implementation
public func weft_memory_create(
    _ ranks: CInt,
    _ heap_bytes: Int,
    _ descriptor_out: UnsafeMutablePointer<CInt>?
) -> CInt {
    result { () throws(CallError) in
        guard let descriptor_out else { throw .invalid("there is no place for a descriptor") }
        guard ranks > 0 else { throw .invalid("there are \(ranks) ranks") }
        descriptor_out.pointee = try Communicator.memory(ranks: Int(ranks), heapBytes: heap_bytes)
    }
}

@c @implementation
public func weft_leave(_ pointer: OpaquePointer?) -> CInt {
    result { () throws(CallError) in
        guard let pointer else { return }
        let left = Unmanaged<Communicator>.fromOpaque(UnsafeRawPointer(pointer)).takeRetainedValue()
        try left.leave()
    }
}

@c @implementation
public func weft_split(
    _ pointer: OpaquePointer?,
    _ color: CInt,
    _ key: CInt,
    _ part_out: UnsafeMutablePointer<OpaquePointer?>?
) -> CInt {
    result { () throws(CallError) in
        guard let part_out else { throw .invalid("there is no place for a communicator") }
        part_out.pointee = nil
        let part = try communicator(pointer).split(color: Int(color), key: Int(key))
        part_out.pointee = part.map(held)
    }
}

@c @implementation
public func weft_rank(_ pointer: OpaquePointer?) -> CInt {
    (try? communicator(pointer)).map { CInt($0.rank) } ?? CInt(WEFT_INVALID)
}

@c @implementation
public func weft_ranks(_ pointer: OpaquePointer?) -> CInt {
    (try? communicator(pointer)).map { CInt($0.ranks) } ?? CInt(WEFT_INVALID)
}

@c @implementation
public func weft_allocate(
    _ pointer: OpaquePointer?,
    _ bytes: Int,
    _ memory_out: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> CInt {
    result { () throws(CallError) in
        guard let memory_out else { throw .invalid("there is no place for a pointer") }
        memory_out.pointee = nil
        memory_out.pointee = try communicator(pointer).allocate(bytes)
    }
}

@c @implementation
public func weft_free(_ pointer: OpaquePointer?, _ memory: UnsafeMutableRawPointer?) -> CInt {
    result { () throws(CallError) in
        guard let memory else { return }
        try communicator(pointer).free(memory)
    }
}

// Made once, and never changed.
nonisolated(unsafe) private let version = UnsafePointer(strdup(Version.current))

@c @implementation
public func weft_library_version() -> UnsafePointer<CChar>? { version }
