internal import Glibc

/// Who dials, and as what.
public struct Caller: Equatable, Sendable {
    /// What the connection is for.
    public enum Purpose: UInt32, Sendable {
        /// A node's agent that reports to the head of the job.
        case control = 1
        /// Data between two endpoints.
        case data = 2
    }

    /// What for.
    public var purpose: Purpose
    /// Who dials: an endpoint, or for control the first rank of an agent.
    public var from: Int
    /// Who is called.
    public var to: Int
    /// Which of several connections.
    public var number: Int

    /// Names a caller.
    public init(_ purpose: Purpose, from: Int, to: Int = 0, number: Int = 0) {
        self.purpose = purpose
        self.from = from
        self.to = to
        self.number = number
    }
}

/// The first bytes of every connection of a job: both ends prove that they know the job's token.
///
/// Who was called says its version and a number that was never used before; who calls says who it
/// is and answers with a code over both (HMAC-SHA-256 under the token); who was called proves
/// itself in the same way. A stranger learns nothing and is refused before anything else of his is
/// read.
public struct Handshake: Sendable {
    /// A job's secret and the version of all its parts.
    public struct Secret: Sendable {
        let token: [UInt8]
        let version: String

        /// Holds a token.
        public init(token: String, version: String) {
            self.token = Array(token.utf8)
            self.version = version
        }

        /// A token that nobody can guess, in hexadecimal digits.
        public static func freshToken() -> String {
            let digits = Array("0123456789abcdef")
            return String(
                Handshake.random(32).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
            )
        }
    }

    private enum Stage { case greeting, hello, answer, done }

    private static let magic = Array("weft/net".utf8)
    private static let versionBytes = 32
    private static let nonceBytes = 16
    private static let greetingBytes = 8 + versionBytes + nonceBytes
    private static let helloBytes = 8 + versionBytes + 16 + nonceBytes + 32
    private static let answerBytes = 1 + 32

    private let secret: Secret
    private let isDialing: Bool
    private let nonce: [UInt8]
    private var theirNonce: [UInt8] = []
    private var stage: Stage
    private var received: [UInt8] = []
    /// Who dials; known to who was called once the handshake is done.
    public private(set) var caller: Caller?

    /// Whether both ends have proved themselves.
    public var isDone: Bool { stage == .done }
    /// Bytes that belong to the handshake and are still to come: nothing behind it is read.
    public var wanted: Int { bytesOfStage - received.count }

    /// The end that dials.
    public init(dialing caller: Caller, _ secret: Secret) {
        self.secret = secret
        self.caller = caller
        isDialing = true
        nonce = Self.random(Self.nonceBytes)
        stage = .greeting
    }

    /// The end that is called, and what it says first.
    public init(answering secret: Secret, greeting: inout [UInt8]) {
        self.secret = secret
        isDialing = false
        nonce = Self.random(Self.nonceBytes)
        stage = .hello
        greeting = Self.magic + Self.padded(secret.version) + nonce
    }

    private var bytesOfStage: Int {
        switch stage {
        case .greeting: Self.greetingBytes
        case .hello: Self.helloBytes
        case .answer: Self.answerBytes
        case .done: received.count
        }
    }

    /// Takes bytes that came; what to send in return.
    ///
    /// An error may come with an answer to be sent before the connection is closed.
    public mutating func receive(
        _ bytes: some Sequence<UInt8>,
        reply: inout [UInt8]
    ) throws(RuntimeError) {
        received += bytes
        while stage != .done, received.count >= bytesOfStage {
            let message = Array(received.prefix(bytesOfStage))
            received.removeFirst(message.count)
            switch stage {
            case .greeting: reply += try hello(to: message)
            case .hello:
                let (answer, problem) = answer(to: message)
                reply += answer
                if let problem { throw problem }
            case .answer: try settle(message)
            case .done: break
            }
        }
    }

    private mutating func hello(to greeting: [UInt8]) throws(RuntimeError) -> [UInt8] {
        guard greeting.starts(with: Self.magic) else {
            throw RuntimeError("what answers there is not weft")
        }
        let version = Self.text(greeting[8..<8 + Self.versionBytes])
        if version != secret.version { throw Self.differs(version, secret.version) }
        theirNonce = Array(greeting.suffix(Self.nonceBytes))
        stage = .answer
        let who = identity
        return Self.magic + Self.padded(secret.version) + who + nonce + proof("hello", who)
    }

    /// What a hello is answered with, and what was wrong with it.
    private mutating func answer(to hello: [UInt8]) -> ([UInt8], RuntimeError?) {
        let none = [UInt8](repeating: 0, count: 32)
        guard hello.starts(with: Self.magic) else { return ([], RuntimeError("a stranger called")) }
        let version = Self.text(hello[8..<8 + Self.versionBytes])
        let who = Array(hello[40..<56])
        theirNonce = Array(hello[56..<72])
        if version != secret.version { return ([1] + none, Self.differs(version, secret.version)) }
        let words = (0..<4).map { word in
            who[4 * word..<4 * word + 4].reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        guard Self.isSame(Array(hello.suffix(32)), proof("hello", who)),
            let purpose = Caller.Purpose(rawValue: UInt32(words[0]))
        else {
            let words = "somebody called who does not know this job's token"
            return ([2] + none, RuntimeError(words))
        }
        caller = Caller(purpose, from: words[1], to: words[2], number: words[3])
        stage = .done
        return ([0] + proof("welcome", who), nil)
    }

    private mutating func settle(_ answer: [UInt8]) throws(RuntimeError) {
        switch answer[0] {
        case 0: break
        case 1:
            throw RuntimeError("another version of weft answers there", isFinal: true)
        default:
            let words = "another job answers there: its token is not this one's"
            throw RuntimeError(words, isFinal: true)
        }
        guard Self.isSame(Array(answer.dropFirst()), proof("welcome", identity)) else {
            throw RuntimeError("what answers there does not know this job's token")
        }
        stage = .done
    }

    private var identity: [UInt8] {
        guard let caller else { return [] }
        return [Int(caller.purpose.rawValue), caller.from, caller.to, caller.number].flatMap {
            word in
            (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
        }
    }

    /// A code over what this message is, who dials, and both ends' fresh numbers.
    private func proof(_ what: String, _ who: [UInt8]) -> [UInt8] {
        let (first, second) = isDialing ? (nonce, theirNonce) : (theirNonce, nonce)
        return SHA256.hmac(Array(what.utf8) + [0] + who + first + second, key: secret.token)
    }

    private static func differs(_ theirs: String, _ ours: String) -> RuntimeError {
        RuntimeError(
            "weft \(theirs) is at the other end and \(ours) at this one; install the same version "
                + "on all hosts",
            isFinal: true
        )
    }

    private static func padded(_ version: String) -> [UInt8] {
        let bytes = Array(version.utf8.prefix(versionBytes))
        return bytes + [UInt8](repeating: 0, count: versionBytes - bytes.count)
    }

    /// A version as far as it is printable, since a stranger may have sent it.
    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes.prefix { $0 > 32 && $0 < 127 }, as: UTF8.self)
    }

    /// In a time that does not tell where the two differ.
    private static func isSame(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        a.count == b.count && zip(a, b).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    fileprivate static func random(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }
}
