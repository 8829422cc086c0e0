import Collectives
import Testing
import Text

@Suite struct MSCCLRefusalTests {
    /// Two GPUs that exchange, one line each element.
    private static let text = MSCCLFixtures.xml(
        """
        algo two allgather 2 2 outofplace
        gpu 0 1 2 1
        tb 0 1 1 0
        s i0 o0 1
        r i0 o1 1 told
        tb 1 -1 -1 0
        cpy i0 o0 1 after 0.1
        gpu 1 1 2 1
        tb 0 0 0 0
        s i0 o1 1
        r i0 o0 1
        tb 1 -1 -1 0
        cpy i0 o1 1
        """
    )

    private func refusal(_ text: String) -> String {
        do throws(TextError) {
            _ = try Schedule(msccl: text, file: "f", elements: 8, elementSize: 4)
            return "accepted"
        } catch {
            return error.description
        }
    }

    @Test func theTextIsGood() throws {
        _ = try Schedule(msccl: Self.text, file: "f", elements: 8, elementSize: 4).prove()
    }

    /// Changes the first place on a line of the text.
    private func change(_ line: Int, _ old: String, _ new: String) -> String {
        var lines = Self.text.split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
        if let range = lines[line - 1].firstRange(of: old) {
            lines[line - 1].replaceSubrange(range, with: new)
        }
        return lines.joined(separator: "\n")
    }

    @Test(arguments: [
        ("<algo", "<Algo", "20:1: expected </Algo>, found </algo>; <Algo> is on line 1"),
        ("name=\"two\" ", "", "1:1: <algo> lacks the attribute 'name'"),
        ("Simple", "simple", "1:18: proto must be Simple, LL or LL128, not 'simple'"),
        ("nchannels=\"2\"", "nchannels=\"0\"", "1:33: nchannels must be at least 1, not 0"),
        (
            "loop=\"2\"", "loop=\"3\"",
            "1:47: nchunksperloop is 3, which does not divide into 2 "
                + "blocks"
        ),
        ("loop=\"2\"", "loop=\"4\"", "2:15: i_chunks must be 2 or 0 to fit nchunksperloop, not 1"),
        ("ngpus=\"2\"", "ngpus=\"1\"", "11:8: id must be at most 0, not 1"),
        (
            "ngpus=\"2\"", "ngpus=\"1000000\"",
            "1:47: nchunksperloop is 2, which does not divide "
                + "into 1000000 blocks"
        ),
        (
            "allgather", "custom",
            "1:76: what a custom collective computes is not in the file, so "
                + "it can't be proved"
        ),
        (
            "allgather", "allgather_",
            "1:76: the collective 'allgather_' is none of allreduce, "
                + "allgather, reduce_scatter, alltoall, broadcast, reduce, gather and scatter"
        ),
        ("inplace=\"0\"", "inplace=\"2\"", "1:93: inplace must be at most 1, not 2"),
        (
            "inplace=\"0\"", "inplace=\"0\" outofplace=\"0\"",
            "1:105: the algorithm must work in "
                + "place, out of place or both"
        ),
        (
            "inplace=\"0\"", "inplace=\"0\" minBytes=\"9\" maxBytes=\"8\"",
            "1:118: maxBytes is 8, "
                + "less than minBytes, 9"
        ),
    ])
    func heads(_ old: String, _ new: String, _ message: String) {
        #expect(refusal(change(1, old, new)) == "f:\(message)")
    }

    @Test(arguments: [
        (4, "<step", "<stop", "4:7: <tb> holds <step>, found <stop>"),
        (11, "id=\"1\"", "id=\"0\"", "11:8: gpu 0 is there already, on line 2"),
        (2, "s_chunks=\"1\"", "s_chunks=\"-1\"", "2:41: s_chunks must be at least 0, not -1"),
        (3, "id=\"0\"", "id=\"2\"", "3:9: id must be at most 1, not 2"),
        (7, "id=\"1\"", "id=\"0\"", "7:9: threadblock 0 is there already, on line 3"),
        (3, "send=\"1\"", "send=\"0\"", "3:16: gpu 0 can't have itself as its peer"),
        (3, "recv=\"1\"", "recv=\"2\"", "3:25: recv must be at most 1, not 2"),
        (3, "recv=\"1\"", "recv=\"-2\"", "3:25: recv must be at least -1, not -2"),
        (3, "chan=\"0\"", "chan=\"2\"", "3:34: chan must be at most 1, not 2"),
        (3, "chan=\"0\"", "chan=\"1\"", "4:7: gpu 1 never receives this on channel 1"),
        (3, "send=\"1\"", "send=\"-1\"", "4:19: threadblock 0 sends, but has no GPU to send to"),
        (3, "recv=\"1\"", "recv=\"-1\"", "5:19: threadblock 0 receives, but from no GPU"),
    ])
    func blocks(_ line: Int, _ old: String, _ new: String, _ message: String) {
        #expect(refusal(change(line, old, new)) == "f:\(message)")
    }

    @Test(arguments: [
        (5, "s=\"1\"", "s=\"2\"", "5:13: steps are numbered from 0 in order; expected 1"),
        (
            4, "type=\"s\"", "type=\"x\"",
            "4:19: a step is one of s, r, rcs, rrs, rrc, rrcs, cpy, "
                + "re, nop, not 'x'"
        ),
        (4, "srcbuf=\"i\"", "srcbuf=\"in\"", "4:28: a buffer is i, o or s, not 'in'"),
        (4, "srcoff=\"0\"", "srcoff=\"1\"", "4:39: chunk 1 lies outside of i, which has 1"),
        (4, "srcoff=\"0\"", "srcoff=\"-1\"", "4:39: chunk -1 lies outside of i, which has 1"),
        (
            5, "dstoff=\"1\"", "dstoff=\"9223372036854775807\"",
            "5:61: chunk 9223372036854775807 "
                + "lies outside of o, which has 2"
        ),
        (5, "cnt=\"1\"", "cnt=\"2\"", "5:61: 1 + 2 lie outside of o, which has 2"),
        (4, "cnt=\"1\"", "cnt=\"0\"", "4:72: cnt must be at least 1, not 0"),
        (8, "depid=\"0\"", "depid=\"2\"", "8:82: depid must be at most 1, not 2"),
        (8, "deps=\"1\"", "deps=\"-1\"", "8:92: deps must say which step, not -1"),
        (8, "deps=\"1\"", "deps=\"2\"", "8:92: threadblock 0 has 2 steps, no 2"),
        (
            5, "hasdep=\"1\"", "hasdep=\"0\"",
            "8:92: waits for step 1 of threadblock 0 of gpu 0 "
                + "(line 5), but no step from there on has hasdep=\"1\""
        ),
        (5, "hasdep=\"1\"", "hasdep=\"2\"", "5:101: hasdep must be at most 1, not 2"),
        (
            5, "type=\"r\"", "type=\"nop\"",
            "8:92: waits for step 1 of threadblock 0 of gpu 0 (line "
                + "5), but no step from there on has hasdep=\"1\""
        ),
        (14, "type=\"r\"", "type=\"nop\"", "4:7: gpu 1 never receives this on channel 0"),
        (13, "type=\"s\"", "type=\"nop\"", "5:7: gpu 1 never sends this on channel 0"),
        (4, "depid=\"-1\"", "depid=\"0\"", "4:90: deps must say which step, not -1"),
    ])
    func steps(_ line: Int, _ old: String, _ new: String, _ message: String) {
        #expect(refusal(change(line, old, new)) == "f:\(message)")
    }

    private func refused(_ short: String) -> String { refusal(MSCCLFixtures.xml(short)) }

    @Test func connections() {
        #expect(
            refused(
                """
                algo a allreduce 2 4 outofplace
                gpu 0 4 4 0
                tb 0 1 -1 0
                s i0 o0 2
                gpu 1 4 4 0
                tb 0 -1 0 0
                r i0 o0 1
                """
            )
                == "f:9:7: receives 1 chunks where step 0 of threadblock 0 of gpu 0 (line 4) "
                + "sends 2"
        )
        #expect(
            refused(
                """
                algo a allreduce 2 4 outofplace
                gpu 0 4 4 0
                tb 0 1 -1 0
                s i0 o0 1
                tb 1 1 -1 0
                s i1 o1 1
                gpu 1 4 4 0
                """
            ) == "f:7:7: threadblocks 0 and 1 both send to gpu 1 on channel 0"
        )
    }

    @Test func stepsOnOneGPU() {
        #expect(
            refused(
                """
                algo a allreduce 1 4 outofplace
                gpu 0 4 4 0
                tb 0 -1 -1 0
                cpy i0 o0 2
                cpy o0 o1 3
                """
            ) == "f:5:7: the source and the target of this step overlap"
        )
        #expect(
            refused(
                """
                algo a allgather 2 4 outofplace
                gpu 0 2 4 0
                tb 0 -1 -1 0
                cpy i0 o1 1
                gpu 1 2 4 0
                """
            )
                == "f:4:7: part 0 of a block meets part 1 here; weft keeps the parts of blocks "
                + "apart"
        )
        #expect(
            refused(
                """
                algo a allreduce 1 1 outofplace
                gpu 0 1 1 0
                tb 0 -1 -1 0
                cpy i0 o0 1 after 0.0 told
                """
            ) == "f:4:7: deadlock: this step waits for itself"
        )
    }

    @Test func sizes() {
        func refused(_ short: String, elements: Int = 8, elementSize: Int = 4) -> String {
            do throws(TextError) {
                _ = try Schedule(
                    msccl: MSCCLFixtures.xml(short),
                    file: "f",
                    elements: elements,
                    elementSize: elementSize
                )
                return "accepted"
            } catch {
                return error.description
            }
        }
        let big = "algo a allreduce 1 1048576 outofplace\ngpu 0 1048576 1048576 1048576\n"
        #expect(refused(big) == "accepted")
        let bigger =
            "algo a allreduce 8 1048576 outofplace\n"
            + (0..<8).map { "gpu \($0) 1048576 1048576 1048576\n" }.joined()
        #expect(
            refused(bigger)
                == "f:1:1: 8 endpoints with 1048576 chunks and 1048576 slots in each of 1 lanes "
                + "are more than this program takes"
        )
        let steps = String(repeating: "cpy i0 o0 1048576\n", count: 20)
        #expect(
            refused(big + "tb 0 -1 -1 0\n" + steps)
                == "f:1:1: its steps read and write more than 33554432 chunks, all in all"
        )
        let small = "algo a allreduce 1 1 outofplace\ngpu 0 1 1 0\n"
        for (elements, size) in [(-1, 4), (.max, 4), (1, 0), (1, -4), (1, .max)] {
            #expect(
                refused(small, elements: elements, elementSize: size)
                    == "f:1:1: there can't be \(elements) elements of \(size) bytes"
            )
        }
        #expect(
            refused("algo a allreduce 2 1 outofplace\ngpu 1 1 1 0\n")
                == "f:1:1: gpu 0 of the 2 is missing"
        )
    }
}
