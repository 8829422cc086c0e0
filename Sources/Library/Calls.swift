// The names are those of weft.h, which says what they do.
// swift-format-ignore-file: AlwaysUseLowerCamelCase, AllPublicDeclarationsHaveDocumentation

internal import Collectives
internal import Runtime
public import WeftHeader

// In the order of the header's enumerations.
private let types: [DataType] = [
    .int8, .uint8, .int32, .uint32, .int64, .uint64, .float16, .bfloat16, .float32, .float64,
    .fp8E4M3, .fp8E5M2, .mxfp8,
]
private let operators: [ReductionOperator] = [.sum, .product, .minimum, .maximum, .average]

/// A call as C makes it, before it is looked at.
private struct Wanted {
    let collective: Collective
    let communicator: OpaquePointer?
    var input: UnsafeRawPointer?
    var output: UnsafeMutableRawPointer?
    var count = 0
    var counts: UnsafePointer<Int>?
    var element = WEFT_UINT8
    var reduction = WEFT_SUM
    var root: CInt = 0

    /// Does it, or begins it where there is a request or an open group.
    func run(_ request: UnsafeMutablePointer<OpaquePointer?>?) -> CInt {
        result { () throws(CallError) in
            request?.pointee = nil
            let team = try Library.communicator(communicator)
            let call = try call(team)
            let state = ThreadState.current
            if let request {
                request.pointee = held(try team.begin(call, input: input, output: output))
            } else if state.groups > 0 {
                state.operations.append(try team.begin(call, input: input, output: output))
            } else {
                try team.run(call, input: input, output: output)
            }
        }
    }

    private func call(_ team: Communicator) throws(CallError) -> Call {
        let (type, combining) = (Int(element.rawValue), Int(reduction.rawValue))
        guard types.indices.contains(type) else { throw .invalid("there is no element \(type)") }
        guard operators.indices.contains(combining) else {
            throw .invalid("there is no reduction \(combining)")
        }
        guard (0..<team.ranks).contains(Int(root)) else {
            throw .invalid("root \(root) is none of \(team.ranks) ranks")
        }
        let inPlace = input != nil && input == UnsafeRawPointer(output)
        return try Call.checked(
            collective,
            count: count,
            counts: try counts(team),
            Reduction(types[type], operators[combining]),
            root: Int(root),
            inPlace: inPlace,
            has: (input != nil, output != nil),
            for: team
        )
    }

    private func counts(_ team: Communicator) throws(CallError) -> BlockCounts? {
        guard collective.isVariable else { return nil }
        guard let counts else { throw .invalid("the counts are NULL") }
        let ranks = team.ranks
        let isPerPair = collective == .allToAllV
        let all = Array(
            UnsafeBufferPointer(start: counts, count: isPerPair ? ranks * ranks : ranks)
        )
        guard all.allSatisfy({ $0 >= 0 && $0 < 1 << 40 }) else {
            throw .invalid("a count is larger than any memory")
        }
        if !isPerPair { return BlockCounts(perRank: all) }
        return BlockCounts(
            perPair: (0..<ranks).map { Array(all[($0 * ranks)..<(($0 + 1) * ranks)]) }
        )
    }
}

@c @implementation
public func weft_all_reduce(
    _ communicator: OpaquePointer?,
    _ input: UnsafeRawPointer?,
    _ output: UnsafeMutableRawPointer?,
    _ count: Int,
    _ element: weft_element,
    _ reduction: weft_reduction,
    _ request: UnsafeMutablePointer<OpaquePointer?>?
) -> CInt {
    Wanted(
        collective: .allReduce,
        communicator: communicator,
        input: input,
        output: output,
        count: count,
        element: element,
        reduction: reduction
    ).run(request)
}

@c @implementation
public func weft_reduce_scatter(
    _ communicator: OpaquePointer?,
    _ input: UnsafeRawPointer?,
    _ output: UnsafeMutableRawPointer?,
    _ count: Int,
    _ element: weft_element,
    _ reduction: weft_reduction,
    _ request: UnsafeMutablePointer<OpaquePointer?>?
) -> CInt {
    Wanted(
        collective: .reduceScatter,
        communicator: communicator,
        input: input,
        output: output,
        count: count,
        element: element,
        reduction: reduction
    ).run(request)
}

@c @implementation
public func weft_reduce(
    _ communicator: OpaquePointer?,
    _ input: UnsafeRawPointer?,
    _ output: UnsafeMutableRawPointer?,
    _ count: Int,
    _ element: weft_element,
    _ reduction: weft_reduction,
    _ root: CInt,
    _ request: UnsafeMutablePointer<OpaquePointer?>?
) -> CInt {
    Wanted(
        collective: .reduce,
        communicator: communicator,
        input: input,
        output: output,
        count: count,
        element: element,
        reduction: reduction,
        root: root
    ).run(request)
}

@c @implementation
public func weft_all_gather(
    _ communicator: OpaquePointer?,
    _ input: UnsafeRawPointer?,
    _ output: UnsafeMutableRawPointer?,
    _ count: Int,
    _ element: weft_element,
    _ request: UnsafeMutablePointer<OpaquePointer?>?
) -> CInt {
    Wanted(
        collective: .allGather,
        communicator: communicator,
        input: input,
        output: output,
        count: count,
        element: element
    ).run(request)
}

@c @implementation
public func weft_all_gather_v(
    _ communicator: OpaquePointer?,
    _ input: UnsafeRawPointer?,
    _ output: UnsafeMutableRawPointer?,
    _ counts: UnsafePointer<Int>?,
    _ element: weft_element,
    _ request: UnsafeMutablePointer<OpaquePointer?>?
) -> CInt {
    Wanted(
        collective: .allGatherV,
        communicator: communicator,
        input: input,
        output: output,
        counts: counts,
        element: element
    ).run(request)
}

@c @implementation
public func weft_all_to_all(
    _ communicator: OpaquePointer?,
    _ input: UnsafeRawPointer?,
    _ output: UnsafeMutableRawPointer?,
    _ count: Int,
    _ element: weft_element,
    _ request: UnsafeMutablePointer<OpaquePointer?>?
) -> CInt {
    Wanted(
        collective: .allToAll,
        communicator: communicator,
        input: input,
        output: output,
        count: count,
        element: element
    ).run(request)
}

@c @implementation
public func weft_all_to_all_v(
    _ communicator: OpaquePointer?,
    _ input: UnsafeRawPointer?,
    _ output: UnsafeMutableRawPointer?,
    _ counts: UnsafePointer<Int>?,
    _ element: weft_element,
    _ request: UnsafeMutablePointer<OpaquePointer?>?
) -> CInt {
    Wanted(
        collective: .allToAllV,
        communicator: communicator,
        input: input,
        output: output,
        counts: counts,
        element: element
    ).run(request)
}

@c @implementation
public func weft_broadcast(
    _ communicator: OpaquePointer?,
    _ buffer: UnsafeMutableRawPointer?,
    _ count: Int,
    _ element: weft_element,
    _ root: CInt,
    _ request: UnsafeMutablePointer<OpaquePointer?>?
) -> CInt {
    Wanted(
        collective: .broadcast,
        communicator: communicator,
        input: UnsafeRawPointer(buffer),
        output: buffer,
        count: count,
        element: element,
        root: root
    ).run(request)
}

@c @implementation
public func weft_gather(
    _ communicator: OpaquePointer?,
    _ input: UnsafeRawPointer?,
    _ output: UnsafeMutableRawPointer?,
    _ count: Int,
    _ element: weft_element,
    _ root: CInt,
    _ request: UnsafeMutablePointer<OpaquePointer?>?
) -> CInt {
    Wanted(
        collective: .gather,
        communicator: communicator,
        input: input,
        output: output,
        count: count,
        element: element,
        root: root
    ).run(request)
}

@c @implementation
public func weft_scatter(
    _ communicator: OpaquePointer?,
    _ input: UnsafeRawPointer?,
    _ output: UnsafeMutableRawPointer?,
    _ count: Int,
    _ element: weft_element,
    _ root: CInt,
    _ request: UnsafeMutablePointer<OpaquePointer?>?
) -> CInt {
    Wanted(
        collective: .scatter,
        communicator: communicator,
        input: input,
        output: output,
        count: count,
        element: element,
        root: root
    ).run(request)
}

@c @implementation
public func weft_send_receive(
    _ communicator: OpaquePointer?,
    _ input: UnsafeRawPointer?,
    _ output: UnsafeMutableRawPointer?,
    _ count: Int,
    _ element: weft_element,
    _ request: UnsafeMutablePointer<OpaquePointer?>?
) -> CInt {
    Wanted(
        collective: .sendReceive,
        communicator: communicator,
        input: input,
        output: output,
        count: count,
        element: element
    ).run(request)
}

@c @implementation
public func weft_barrier(
    _ communicator: OpaquePointer?,
    _ request: UnsafeMutablePointer<OpaquePointer?>?
) -> CInt {
    Wanted(collective: .barrier, communicator: communicator).run(request)
}
