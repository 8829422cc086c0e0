import CWeft
import Collectives
import Glibc
import Runtime
import TestSupport
import Testing

@Suite struct HandshakeTests {
    private let secret = Handshake.Secret(token: "the token of this job", version: "0.1.0")

    /// Lets two ends talk, some bytes at a time, until neither has anything to say.
    private func talk(
        _ dialing: inout Handshake,
        _ answering: inout Handshake,
        _ greeting: [UInt8],
        pieces: Int
    ) throws {
        var toDialing = greeting
        var toAnswering: [UInt8] = []
        while !toDialing.isEmpty || !toAnswering.isEmpty {
            let first = Array(toDialing.prefix(pieces))
            toDialing.removeFirst(first.count)
            try dialing.receive(first, reply: &toAnswering)
            let second = Array(toAnswering.prefix(pieces))
            toAnswering.removeFirst(second.count)
            try answering.receive(second, reply: &toDialing)
        }
    }

    private func meet(_ ours: Handshake.Secret, _ theirs: Handshake.Secret, pieces: Int = 7)
        -> String
    {
        let caller = Caller(.data, from: 70_000, to: 3, number: 2)
        var greeting: [UInt8] = []
        var dialing = Handshake(dialing: caller, ours)
        var answering = Handshake(answering: theirs, greeting: &greeting)
        do {
            try talk(&dialing, &answering, greeting, pieces: pieces)
        } catch {
            return "\(error)"
        }
        return dialing.isDone && answering.isDone && answering.caller == caller ? "met" : "not met"
    }

    @Test(arguments: [1, 7, 1000])
    func bothEndsProveThemselves(_ pieces: Int) {
        #expect(meet(secret, secret, pieces: pieces) == "met")
    }

    @Test func othersAreRefused() {
        let other = Handshake.Secret(token: "the token of that job", version: "0.1.0")
        let newer = Handshake.Secret(token: "the token of this job", version: "0.2.0")
        #expect(meet(secret, other).contains("does not know this job's token"))
        #expect(meet(secret, newer).contains("install the same version"))
    }

    /// Whatever a stranger sends, nobody crashes and nobody takes him for one of the job.
    @Test func strangersAreNotTakenIn() {
        var random = SeededRandom(seed: 11)
        var greeting: [UInt8] = []
        for turn in 0..<20_000 {
            var handshake =
                turn % 2 == 0
                ? Handshake(answering: secret, greeting: &greeting)
                : Handshake(dialing: Caller(.control, from: 1), secret)
            // Half of them know how it begins.
            var bytes = turn % 4 < 2 ? Array(greeting.prefix(40)) : []
            bytes += (0..<random.below(200)).map { _ in UInt8(random.below(256)) }
            var reply: [UInt8] = []
            try? handshake.receive(bytes, reply: &reply)
            #expect(!handshake.isDone)
        }
    }

    /// A code that was heard once is worth nothing in another conversation.
    @Test func whatWasHeardCanNotBeSaidAgain() throws {
        var greeting: [UInt8] = []
        var dialing = Handshake(dialing: Caller(.control, from: 1), secret)
        _ = Handshake(answering: secret, greeting: &greeting)
        var hello: [UInt8] = []
        try dialing.receive(greeting, reply: &hello)
        var other = Handshake(answering: secret, greeting: &greeting)
        var reply: [UInt8] = []
        #expect(throws: RuntimeError.self) { try other.receive(hello, reply: &reply) }
        #expect(!other.isDone)
    }

    /// The examples of FIPS 180-4's own paper and of RFC 4231.
    @Test func codesAreThoseOfTheStandards() {
        func hex(_ bytes: [UInt8]) -> String {
            bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
        #expect(
            hex(SHA256.hash(Array("abc".utf8)))
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        )
        let long = Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8)
        #expect(
            hex(SHA256.hash(long))
                == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        )
        #expect(
            hex(SHA256.hmac(Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8)))
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        )
        let key = [UInt8](repeating: 0xaa, count: 131)
        let text = "Test Using Larger Than Block-Size Key - Hash Key First"
        #expect(
            hex(SHA256.hmac(Array(text.utf8), key: key))
                == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        )
    }
}

@Suite struct JobMessageTests {
    private let messages: [Message]

    init() throws {
        messages = [
            .alive, .abort, .ended, .failed("rank 3 was killed"), .memory(path: "/proc/7/fd/9"),
            .go(event: 3, addresses: ["10.0.0.1:80", "[::1]:9"]),
            .reached(event: 2, addresses: [], boards: [[1, 2, 3], []]),
            .arrived(
                try Arrival.here(version: "1", host: "h", boot: "b", model: "p", headAddress: "::1")
            ),
            .shared([]), .gathered([[1], [], [2, 3]]),
        ]
    }

    @Test func whatIsSaidIsHeard() throws {
        for message in messages { #expect(try Message(reading: message.packed) == message) }
    }

    /// Cut short, changed or made up: an error or another message, and never a crash.
    @Test func garbledMessagesAreRefused() {
        var random = SeededRandom(seed: 5)
        for turn in 0..<40_000 {
            var bytes = messages[turn % messages.count].packed
            for _ in 0...random.below(3) where !bytes.isEmpty {
                switch random.below(3) {
                case 0: bytes.removeLast(random.below(bytes.count))
                case 1: bytes[random.below(bytes.count)] = UInt8(random.below(256))
                default: bytes.insert(UInt8(random.below(256)), at: random.below(bytes.count))
                }
            }
            // What is still taken for a message is one: said again, it is heard the same.
            if let message = try? Message(reading: bytes) {
                #expect((try? Message(reading: message.packed)) == message)
            }
        }
    }
}

@Suite struct StreamTests {
    /// A peer that sends anything at all gets an error, and writes nowhere but into the heap.
    @Test func garbageOnAConnectionIsAnError() throws {
        let one = ContractCase(algorithm: "ring", ranks: 2, elements: 100)
        let drafts = try one.drafts(nodes: [0, 1])
        let areas = Areas(for: drafts)
        var random = SeededRandom(seed: 3)
        for turn in 0..<300 {
            let shape = Segment.Shape(
                endpoints: 2,
                isOversubscribed: true,
                spansNodes: true,
                heapBytes: areas.buffersStart + 8192
            )
            let memory = try Segment.create(shape)
            defer { close(memory) }
            var raw: UnsafeMutablePointer<weft_segment>?
            #expect(weft_segment_attach(memory, 0, &raw) == 0)
            let segment = try #require(raw)
            defer { weft_segment_detach(segment) }
            #expect(weft_net_create(segment, 1) == 0)
            var ends: [Int32] = [0, 0]
            #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
            #expect(weft_net_adopt(segment, 1, 0, ends[0]) == 0)
            var bytes = (0..<random.below(400)).map { _ in UInt8(random.below(256)) }
            // Every other one begins as a message does, for a place near the end of the heap.
            if turn % 2 == 0, bytes.count > 32 {
                bytes.replaceSubrange(0..<8, with: [1, 0, 0, 0, 0, 0, 0, 0])
                bytes.replaceSubrange(12..<24, with: [UInt8](repeating: 0, count: 12))
            }
            _ = write(ends[1], bytes, bytes.count)
            close(ends[1])
            let code = try run(drafts[0], segment, areas)
            #expect([-EPROTO, -ECONNRESET, -EPIPE].contains(code), "\(code)")
        }
    }

    private func run(
        _ draft: PlanDraft,
        _ segment: UnsafeMutablePointer<weft_segment>,
        _ areas: Areas
    ) throws -> Int32 {
        var plan: UnsafeMutablePointer<weft_plan>?
        let code = draft.steps.withUnsafeBufferPointer { steps in
            draft.operands.withUnsafeBufferPointer { operands in
                draft.waits.withUnsafeBufferPointer { waits in
                    draft.notices.withUnsafeBufferPointer { notices in
                        var parts = weft_plan_parts()
                        parts.steps = steps.baseAddress
                        parts.step_count = UInt32(steps.count)
                        parts.operands = operands.baseAddress
                        parts.operand_count = UInt32(operands.count)
                        parts.waits = waits.baseAddress
                        parts.wait_count = UInt32(waits.count)
                        parts.closing = UInt32(draft.closing)
                        parts.notices = notices.baseAddress
                        parts.notice_count = UInt32(notices.count)
                        parts.entering = UInt32(draft.entering)
                        parts.leaving = UInt32(draft.leaving)
                        parts.type = WEFT_TYPE_FLOAT32
                        parts.op = WEFT_OPERATOR_SUM
                        parts.turns = UInt32(draft.turns)
                        parts.ranks = 2
                        return weft_plan_create(&parts, segment, WEFT_ISA_PORTABLE, &plan)
                    }
                }
            }
        }
        #expect(code == 0)
        let made = try #require(plan)
        defer { weft_plan_destroy(made) }
        let at = UInt64(areas.buffersStart)
        let starts = [at, at + 4096, UInt64(areas.scratchStart), 0]
        let strides = [0, 0, UInt64(areas.scratchBytes), 0]
        #expect(weft_plan_bind(made, segment, starts, strides) == 0)
        return weft_plan_run(made, segment, 3)
    }
}
