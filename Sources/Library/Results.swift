// The names are those of weft.h, which says what they do.
// swift-format-ignore-file: AlwaysUseLowerCamelCase, AllPublicDeclarationsHaveDocumentation

internal import Glibc
internal import Runtime
internal import WeftHeader

extension CallError {
    /// What C is told.
    fileprivate var code: CInt {
        switch self {
        case .invalid: CInt(WEFT_INVALID)
        case .failed: CInt(WEFT_FAILED)
        case .mismatch: CInt(WEFT_MISMATCH)
        case .broken: CInt(WEFT_BROKEN)
        }
    }
}

/// Runs what may go wrong; 0, or a number, with the words for `weft_error`.
func result(_ body: () throws(CallError) -> Void) -> CInt {
    do {
        try body()
        return 0
    } catch {
        ThreadState.current.say(error.description)
        return error.code
    }
}

/// What belongs to a thread of the program: its last error, and its open group.
final class ThreadState {
    private(set) var words: UnsafeMutablePointer<CChar>?
    /// How many groups are open, one inside the other.
    var groups = 0
    /// What was called in them.
    var operations: [Operation] = []

    deinit { free(words) }

    func say(_ text: String) {
        free(words)
        words = strdup(text)
    }

    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key) { raw in
            if let raw { Unmanaged<ThreadState>.fromOpaque(raw).release() }
        }
        return key
    }()

    /// This thread's.
    static var current: ThreadState {
        if let raw = pthread_getspecific(key) {
            return Unmanaged<ThreadState>.fromOpaque(raw).takeUnretainedValue()
        }
        let state = ThreadState()
        pthread_setspecific(key, Unmanaged.passRetained(state).toOpaque())
        return state
    }
}

/// The object behind a pointer that C holds.
func communicator(_ pointer: OpaquePointer?) throws(CallError) -> Communicator {
    guard let pointer else { throw .invalid("the communicator is NULL") }
    return Unmanaged<Communicator>.fromOpaque(UnsafeRawPointer(pointer)).takeUnretainedValue()
}

/// A pointer for C to hold, which keeps the object.
func held(_ object: AnyObject) -> OpaquePointer {
    OpaquePointer(Unmanaged.passRetained(object).toOpaque())
}

@c @implementation
public func weft_error() -> UnsafePointer<CChar>? {
    let state = ThreadState.current
    if state.words == nil { state.say("nothing went wrong") }
    return UnsafePointer(state.words)
}
