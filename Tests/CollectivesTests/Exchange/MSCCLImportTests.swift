import Collectives
import Testing
import Text

@Suite struct MSCCLImportTests {
    private func read(_ text: String) throws -> Schedule {
        try Schedule(msccl: text, file: "f", elements: 96, elementSize: 4)
    }

    /// The flaw that the prover finds, or what the import says.
    private func flaw(_ text: String) -> String {
        do {
            _ = try read(text).prove()
            return "proved"
        } catch {
            return "\(error)"
        }
    }

    @Test func fixtures() throws {
        for text in MSCCLFixtures.all {
            let schedule = try read(text)
            _ = try schedule.prove()
            #expect(try schedule.canonical() == schedule)
            let again = try read(schedule.mscclXML())
            #expect(again == schedule)
            #expect(try again.mscclXML() == schedule.mscclXML())
        }
    }

    @Test func ring() throws {
        let schedule = try read(MSCCLFixtures.ring)
        #expect(schedule.collective == .allReduce && schedule.algorithm == "ring")
        #expect(schedule.ranks == 3 && schedule.chunks == 3 && schedule.tracks.count == 1)
        #expect(!schedule.inPlace && schedule.tracks[0].rounds == 4)
        // What is received, added and sent is stored nowhere, so it takes a slot.
        #expect(schedule.scratch == Scratch(slots: 1))
        // A step adds what it receives to its own.
        #expect(schedule.resultsInWords()[2][0] == "(2.0 (1.0 0.0))")
    }

    @Test func lanesOfBlocks() throws {
        let schedule = try read(MSCCLFixtures.sums)
        #expect(schedule.chunks == 3 && schedule.tracks.count == 2)
        // Sums may not lie in the input, so they take a slot for each block.
        #expect(schedule.inPlace && schedule.scratch.slots == 3)
        #expect(try read(MSCCLFixtures.hierarchical).scratch.slots == 1)
    }

    /// Each reads what the other overwrites: one of them reads it into a slot first.
    @Test func exchangeInPlace() throws {
        let schedule = try read(MSCCLFixtures.exchange)
        #expect(schedule.scratch.slots == 1)
        #expect(schedule.resultsInWords().map { $0[0] } == ["(0.0 1.0)", "(1.0 0.0)"])
    }

    /// What is added to lies elsewhere than the sum, and the sum overwrites what is to be read yet.
    @Test func exchangeOutOfPlace() throws {
        let text = MSCCLFixtures.xml(
            """
            algo exchange allreduce 2 1 outofplace
            gpu 0 1 1 0
            tb 0 1 1 0
            cpy i0 o0 1
            s o0 o0 1
            rrc i0 o0 1
            gpu 1 1 1 0
            tb 0 0 0 0
            cpy i0 o0 1
            s o0 o0 1
            rrc i0 o0 1
            """
        )
        let schedule = try read(text)
        _ = try schedule.prove()
        #expect(schedule.scratch.slots == 1)
        #expect(schedule.resultsInWords().map { $0[0] } == ["(0.0 1.0)", "(1.0 0.0)"])
        #expect(try read(schedule.mscclXML()) == schedule)
    }

    /// A sum that another GPU made, in a part of the input that belongs to no output.
    @Test func sumsForOthersInPlace() throws {
        let text = MSCCLFixtures.xml(
            """
            algo sums reduce_scatter 2 2 inplace
            gpu 0 2 0 1
            tb 0 1 1 0
            r i1 s0 1
            re s0 i1 1
            s i1 i1 1
            rrc i0 i0 1
            gpu 1 2 0 0
            tb 0 0 0 0
            s i1 s0 1
            r i1 i1 1
            s i0 i0 1
            """
        )
        let schedule = try read(text)
        _ = try schedule.prove()
        #expect(schedule.scratch.slots == 3)
        #expect(try read(schedule.mscclXML()) == schedule)
    }

    /// More peers than one channel takes.
    @Test func manyPeers() throws {
        let direct = try #require(Algorithm.named("direct", for: .allGather))
        let schedule = direct.schedule(Request(ranks: 40, elements: 96))
        let text = try schedule.mscclXML()
        #expect(text.contains("nchannels=\"2\""))
        #expect(try read(text) == schedule.canonical())
    }

    @Test func modes() throws {
        let both = MSCCLFixtures.ring
            .replacing("inplace=\"0\"", with: "inplace=\"1\" outofplace=\"1\"")
        #expect(try !read(both).inPlace)
        func inPlace(_ text: String, _ mode: Bool) throws -> Schedule {
            try Schedule(msccl: text, file: "f", elements: 96, elementSize: 4, inPlace: mode)
        }
        let schedule = try inPlace(both, true)
        #expect(schedule.inPlace)
        _ = try schedule.prove()
        #expect {
            try inPlace(MSCCLFixtures.ring, true)
        } throws: {
            ($0 as? TextError)?.description == "f:1:1: ring does not work in place"
        }
    }

    @Test func roots() throws {
        let text = MSCCLFixtures.xml(
            """
            algo root broadcast 2 2 outofplace
            gpu 0 2 2 0
            tb 0 -1 1 0
            r i0 o0 2
            gpu 1 2 2 0
            tb 0 0 -1 0
            s i0 o0 2
            tb 1 -1 -1 0
            cpy i0 o0 2
            """
        )
        #expect(flaw(text).hasSuffix("rank 1 has no input, only the root 0 has"))
        let schedule = try Schedule(msccl: text, file: "f", elements: 9, elementSize: 4, root: 1)
        _ = try schedule.prove()
        #expect {
            try Schedule(msccl: text, file: "f", elements: 9, elementSize: 4, root: 2)
        } throws: {
            ($0 as? TextError)?.description == "f:1:1: root has 2 GPUs, no root 2"
        }
    }

    @Test func gatherAndScatter() throws {
        let gather = MSCCLFixtures.xml(
            """
            algo in gather 2 2 outofplace
            gpu 0 2 4 0
            tb 0 -1 1 0
            r i0 o2 2
            tb 1 -1 -1 0
            cpy i0 o0 2
            gpu 1 2 0 0
            tb 0 0 -1 0
            s i0 o2 2
            """
        )
        let scatter = MSCCLFixtures.xml(
            """
            algo out scatter 2 2 outofplace
            gpu 0 4 2 0
            tb 0 1 -1 0
            s i2 o0 2
            tb 1 -1 -1 0
            cpy i0 o0 2
            gpu 1 0 2 0
            tb 0 -1 0 0
            r i2 o0 2
            """
        )
        for text in [gather, scatter] {
            let schedule = try read(text)
            #expect(schedule.tracks.count == 2)
            _ = try schedule.prove()
            #expect(try read(schedule.mscclXML()) == schedule)
        }
    }

    // MARK: What is wrong

    @Test func aLostContribution() {
        let text = MSCCLFixtures.allPairs.replacing(
            "type=\"re\" srcbuf=\"s\" srcoff=\"1\" dstbuf=\"o\" dstoff=\"0\"",
            with: "type=\"nop\" srcbuf=\"s\" srcoff=\"1\" dstbuf=\"o\" dstoff=\"0\""
        )
        // Nobody waits for a step that does nothing, so who did is refused before.
        #expect(flaw(text).contains("waits for step 2 of threadblock 0 of gpu 0"))
        let lost = MSCCLFixtures.exchange.replacing("type=\"rrc\"", with: "type=\"r\"")
        #expect(flaw(lost) == "rank 0's output chunk 0 lacks the contribution of rank 0")
    }

    @Test func aContributionCountedTwice() {
        let text = MSCCLFixtures.allPairs.replacing(
            "type=\"re\" srcbuf=\"s\" srcoff=\"1\" dstbuf=\"o\" dstoff=\"1\"",
            with: "type=\"re\" srcbuf=\"s\" srcoff=\"0\" dstbuf=\"o\" dstoff=\"1\""
        )
        #expect(flaw(text).hasSuffix("rank 1: counts rank 0's chunk 1 twice"))
    }

    @Test func aWrongChunk() {
        let text = MSCCLFixtures.doubling.replacing(
            "type=\"r\" srcbuf=\"i\" srcoff=\"0\" dstbuf=\"o\" dstoff=\"3\"",
            with: "type=\"r\" srcbuf=\"i\" srcoff=\"0\" dstbuf=\"o\" dstoff=\"1\""
        )
        // GPU 2 has its neighbour's chunk where that of GPU 1 belongs, and nothing to send on.
        #expect(flaw(text).contains("reads rank 2's output chunk 3, where nothing is"))
    }

    @Test func aDeadlock() {
        let text = MSCCLFixtures.xml(
            """
            algo stuck allreduce 2 2 outofplace
            gpu 0 2 2 0
            tb 0 1 1 0
            r i0 o0 1
            s i0 o0 1
            gpu 1 2 2 0
            tb 0 0 0 0
            r i0 o0 1
            s i0 o0 1
            """
        )
        #expect(
            flaw(text)
                == "f:4:7: deadlock: this step waits for step 1 of threadblock 0 of gpu 1 (line "
                + "11), which waits for step 0 of threadblock 0 of gpu 1 (line 10), which waits "
                + "for step 1 of threadblock 0 of gpu 0 (line 5), which waits for this"
        )
    }

    @Test func aRace() {
        let text = MSCCLFixtures.allPairs.replacing(
            "cnt=\"1\" depid=\"2\" deps=\"1\" hasdep=\"1\"",
            with: "cnt=\"1\" depid=\"-1\" deps=\"-1\" hasdep=\"1\""
        )
        #expect(
            flaw(text)
                == "f:6:7: nothing orders this step, which reads a chunk, and step 1 of "
                + "threadblock 2 of gpu 0 (line 16), which touches it too"
        )
    }
}
