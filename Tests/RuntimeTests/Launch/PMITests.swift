import Glibc
import Runtime
import TestSupport
import Testing

/// PMI's wire protocol with a launcher that is not what it should be.
///
/// Its answers are all there before they are asked for, and then it is gone.
@Suite struct PMITests {
    private static let text = "host:1 secret"
    private static let answers = [
        "cmd=response_to_init pmi_version=1 pmi_subversion=1 rc=0",
        "cmd=maxes kvsname_max=256 keylen_max=64 vallen_max=1024",
        "cmd=my_kvsname kvsname=kvs_1_0",
        "cmd=barrier_out",
        "cmd=get_result rc=0 msg=success value=\(hex(text))",
    ]

    private static func hex(_ text: String) -> String {
        text.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// What rank 1 of 2 makes of a launcher's bytes.
    private func shared(_ bytes: [UInt8]) throws -> String {
        var ends: [Int32] = [0, 0]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        defer { for end in ends { close(end) } }
        try #require(bytes.count < 100_000)
        try #require(write(ends[1], bytes, bytes.count) == bytes.count)
        shutdown(ends[1], Int32(SHUT_WR))
        let variables = ["PMI_FD": "\(ends[0])", "PMI_RANK": "1", "PMI_SIZE": "2"]
        let found = try ProcessManager.detect(in: LaunchVariables(variables))
        let manager = try #require(found)
        #expect(manager.name == "PMI")
        defer { manager.finish() }
        return try manager.share(nil, within: .seconds(20))
    }

    private func bytes(_ lines: [String]) -> [UInt8] {
        Array(lines.map { "\($0)\n" }.joined().utf8)
    }

    @Test func theRightAnswers() throws {
        #expect(try shared(bytes(Self.answers)) == Self.text)
    }

    /// What a line says besides is not looked at, and `rc` may be left out.
    @Test func otherWordsAreLeftOut() throws {
        var answers = Self.answers
        answers[3] = "cmd=barrier_out rc=0 msg=all is well"
        answers[4] = "  cmd=get_result  msg=found value=\(Self.hex(Self.text)) value=00 cmd=x"
        #expect(try shared(bytes(answers)) == Self.text)
    }

    @Test(arguments: [
        (0, "cmd=response_to_init pmi_version=1 rc=-1", "refused 'cmd=init"),
        (1, "cmd=my_kvsname kvsname=a", "where 'maxes' was expected"),
        (2, "cmd=my_kvsname", "does not name the place"),
        (2, "", "answered '' where"),
        (3, "barrier_out", "answered 'barrier_out' where"),
        (4, "cmd=get_result rc=-1 msg=key_weft_not_found", "refused 'cmd=get"),
        (4, "cmd=get_result rc=0", "does not hand over"),
        (4, "cmd=get_result rc=0 value=6", "does not hand over"),
        (4, "cmd=get_result rc=0 value=zz", "does not hand over"),
        (4, "cmd=get_result rc=0 value=ff", "does not hand over"),
        (4, "cmd=get_result rc=0 value=0a", "can't have shared"),
        (4, "cmd=get_result value=\(String(repeating: "61", count: 401))", "can't have shared"),
    ])
    func wrongAnswers(_ line: Int, _ answer: String, _ sentence: String) {
        var answers = Self.answers
        answers[line] = answer
        let error = #expect(throws: RuntimeError.self) { try shared(bytes(answers)) }
        #expect(error?.description.contains(sentence) == true, "\(error?.description ?? "")")
    }

    @Test func anEndIsSaid() {
        for count in 0..<bytes(Self.answers).count {
            let error = #expect(throws: RuntimeError.self) {
                try shared(Array(bytes(Self.answers).prefix(count)))
            }
            #expect(error?.description.contains("it has closed the connection") == true)
        }
    }

    @Test func aLineWithoutAnEndIsRefused() {
        let error = #expect(throws: RuntimeError.self) {
            try shared([UInt8](repeating: 0x61, count: 50_000))
        }
        #expect(error?.description.contains("a line that does not end") == true)
    }

    /// A launcher that says nothing is waited for until the limit.
    @Test func silenceHasALimit() throws {
        var ends: [Int32] = [0, 0]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        defer { for end in ends { close(end) } }
        let variables = ["PMI_FD": "\(ends[0])", "PMI_RANK": "0", "PMI_SIZE": "2"]
        let manager = try #require(
            try ProcessManager.detect(in: LaunchVariables(variables))
        )
        let error = #expect(throws: RuntimeError.self) {
            try manager.share("x", within: .milliseconds(20))
        }
        #expect(error?.description.contains("have come within 20 ms") == true)
    }

    /// Bytes that are changed, left out or put in give the text or a sentence.
    @Test func brokenAnswers() throws {
        var random = SeededRandom(seed: 2)
        let right = bytes(Self.answers)
        var refused = 0
        for _ in 0..<5000 {
            var broken = right
            for _ in 0...random.below(4) {
                let at = random.below(broken.count)
                switch random.below(4) {
                case 0: broken[at] = UInt8(random.below(256))
                case 1: broken.remove(at: at)
                case 2: broken.insert(UInt8(random.below(256)), at: at)
                default:
                    let end = min(broken.count, at + random.below(80))
                    broken.insert(contentsOf: broken[at..<end], at: random.below(broken.count))
                }
            }
            do {
                _ = try shared(broken)
            } catch let error as RuntimeError {
                refused += 1
                let isShown = error.description.unicodeScalars.allSatisfy {
                    $0 == "…" || $0.value >= 0x20 && $0.value < 0x7F
                }
                #expect(isShown, "\(error)")
            }
        }
        #expect(refused > 1000)
    }
}
