import Collectives
import Testing

@Suite struct GOALTests {
    private func schedule(_ name: String, _ request: Request) throws -> Schedule {
        try #require(Algorithm.named(name, for: .allReduce)).schedule(request)
    }

    @Test func twoRanks() throws {
        let ring = try schedule("ring", Request(ranks: 2, elements: 64))
        let text = """
            // weft: ring all-reduce, 2 ranks, 64 elements of 4 bytes
            num_ranks 2

            rank 0 {
            l1: recv 128b from 1 tag 0
            l2: send 128b to 1 tag 0
            l3: recv 128b from 1 tag 1
            l4: send 128b to 1 tag 1
            l4 requires l1
            }

            rank 1 {
            l1: send 128b to 0 tag 0
            l2: recv 128b from 0 tag 0
            l3: send 128b to 0 tag 1
            l3 requires l2
            l4: recv 128b from 0 tag 1
            }

            """
        #expect(try ring.goal() == text)
        #expect(
            try ring.goal(reductionPicosecondsPerByte: 70).contains(
                "l1: recv 128b from 1 tag 0\nl2: calc 9\nl2 requires l1\n"
            )
        )
        #expect(throws: ExchangeError.self) { try ring.goal(reductionPicosecondsPerByte: -1) }
    }

    /// What every text must hold: each message has two ends, and nothing requires what comes later.
    @Test func everyAlgorithm() throws {
        for schedule in ExchangeSamples.all {
            let text = try schedule.goal(reductionPicosecondsPerByte: 1)
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            var sends: [String] = []
            var receives: [String] = []
            var rank = -1
            var known: Set<Substring> = []
            for line in lines {
                let words = line.split(separator: " ")
                switch words.first {
                case nil, "//": continue
                case "num_ranks": #expect(words[1] == "\(schedule.endpoints)")
                case "rank":
                    rank += 1
                    known = []
                    #expect(line == "rank \(rank) {")
                case "}": #expect(words.count == 1)
                case let label? where label.last == ":":
                    #expect(known.insert(label.dropLast()).inserted)
                    if words[1] == "send" {
                        sends.append("\(rank) \(words[4]) \(words[6]) \(words[2])")
                    } else if words[1] == "recv" {
                        receives.append("\(words[4]) \(rank) \(words[6]) \(words[2])")
                    } else {
                        #expect(words[1] == "calc" && words.count == 3)
                    }
                default:
                    #expect(words.count == 3 && words[1] == "requires")
                    #expect(known.contains(words[0]) && known.contains(words[2]))
                }
            }
            #expect(rank == schedule.endpoints - 1)
            #expect(Set(sends).count == sends.count)
            #expect(sends.sorted() == receives.sorted(), "\(schedule.summary)")
        }
    }

    @Test func emptyMessagesAreLeftOut() throws {
        let ring = try schedule("ring", Request(ranks: 3, elements: 0))
        #expect(try !ring.goal().contains("send"))
    }
}
