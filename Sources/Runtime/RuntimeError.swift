internal import Glibc

/// Something outside the program that went wrong while a job was set up or ran.
public struct RuntimeError: Error, Equatable, CustomStringConvertible {
    /// A sentence: what, where, and what to do where that is known.
    public let description: String

    /// Whether trying again can't help.
    let isFinal: Bool

    /// Makes an error of a sentence.
    public init(_ description: String) { self.init(description, isFinal: false) }

    init(_ description: String, isFinal: Bool) {
        self.description = description
        self.isFinal = isFinal
    }

    /// Makes an error of a negative errno.
    init(_ what: String, errno code: Int32) {
        isFinal = false
        let reason = String(cString: strerror(-code))
        switch -code {
        case ENOMEM, ENOSPC:
            description = "\(what): \(reason); use fewer ranks or smaller sizes"
        case EFBIG:
            description = "\(what): it would be larger than 'ulimit -f' allows; raise that limit"
        case EMFILE, ENFILE:
            description = "\(what): \(reason); raise the limit 'ulimit -n'"
        case EPROTO:
            description = "\(what): it was made by another version of weft"
        default:
            description = "\(what): \(reason)"
        }
    }
}

/// Turns a negative errno into an error.
@inline(__always)
func check(_ code: Int32, _ what: @autoclosure () -> String) throws(RuntimeError) {
    if code < 0 { throw RuntimeError(what(), errno: code) }
}
