// The names are those of weft.h, which says what they do.
// swift-format-ignore-file: AlwaysUseLowerCamelCase, AllPublicDeclarationsHaveDocumentation

internal import Runtime
internal import WeftHeader

private func operation(_ request: OpaquePointer?) throws(CallError) -> Unmanaged<Operation> {
    guard let request else { throw .invalid("the request is NULL") }
    return Unmanaged.fromOpaque(UnsafeRawPointer(request))
}

@c @implementation
public func weft_test(
    _ request: OpaquePointer?,
    _ is_done_out: UnsafeMutablePointer<CInt>?
) -> CInt {
    result { () throws(CallError) in
        let isDone = try operation(request).takeUnretainedValue().isDone
        is_done_out?.pointee = isDone ? 1 : 0
    }
}

@c @implementation
public func weft_wait(_ request: OpaquePointer?) -> CInt {
    result { () throws(CallError) in
        try operation(request).takeRetainedValue().wait()
    }
}

@c @implementation
public func weft_group_begin() -> CInt {
    ThreadState.current.groups += 1
    return 0
}

@c @implementation
public func weft_group_end() -> CInt {
    result { () throws(CallError) in
        let state = ThreadState.current
        guard state.groups > 0 else { throw .invalid("no group was begun in this thread") }
        state.groups -= 1
        if state.groups > 0 { return }
        let operations = state.operations
        state.operations = []
        var problem: CallError?
        for operation in operations {
            do throws(CallError) { try operation.wait() } catch { problem = problem ?? error }
        }
        if let problem { throw problem }
    }
}
