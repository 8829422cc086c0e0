import Collectives
import Testing
import Text

@Suite struct MSCCLRoundTripTests {
    /// No algorithm is left out because none of the requests suits it.
    @Test func everyAlgorithmIsThere() {
        func names(_ schedules: [Schedule]) -> Set<String> {
            Set(schedules.map { "\($0.collective.rawValue) \($0.algorithm)" })
        }
        let every = Algorithm.all.map { "\($0.collective.rawValue) \($0.name)" }
        #expect(Set(every).subtracting(names(ExchangeSamples.all)).sorted() == [])
        // Those that can't be written, each for a reason that `whatCannotBeWritten` has.
        let unwritten = ExchangeSamples.all.filter { $0.aggregators > 0 }
        let variable: Set<Collective> = [.allGatherV, .allToAllV, .sendReceive, .barrier]
        let others = Algorithm.all.filter { variable.contains($0.collective) }
            .map { "\($0.collective.rawValue) \($0.name)" }
        let plain = Set(every).subtracting(names(unwritten)).subtracting(others)
        #expect(plain.subtracting(names(ExchangeSamples.plain)).sorted() == [])
    }

    @Test func everyAlgorithm() throws {
        #expect(ExchangeSamples.plain.count > 80)
        for schedule in ExchangeSamples.plain {
            let canonical = try schedule.canonical()
            let text = try schedule.mscclXML()
            let imported = try Schedule(
                msccl: text,
                file: schedule.summary,
                elements: schedule.elements,
                elementSize: schedule.elementSize,
                root: schedule.root
            )
            #expect(imported == canonical, "\(schedule.summary)")
            #expect(try imported.mscclXML() == text, "\(schedule.summary)")
            #expect(throws: Never.self, "\(schedule.summary)") { try imported.prove() }
        }
    }

    private func refusal(_ schedule: Schedule) -> String {
        do throws(ExchangeError) {
            _ = try schedule.mscclXML()
            return "written"
        } catch {
            return error.message
        }
    }

    @Test func whatCannotBeWritten() throws {
        var schedule = try #require(ExchangeSamples.plain.first { $0.ranks == 3 })
        #expect(refusal(schedule) == "written")
        schedule.algorithm = "a\u{1}"
        #expect(refusal(schedule) == "the algorithm's name has a character that XML can't hold")
        let variable = try #require(ExchangeSamples.all.first { $0.collective == .allGatherV })
        #expect(refusal(variable) == "MSCCL's XML has no all-gather-v")
        schedule.algorithm = "tree"
        schedule.aggregators = 2
        #expect(
            refusal(schedule)
                == "tree all-reduce has 2 aggregators; MSCCL's XML knows only ranks"
        )
    }

    @Test func protocols() throws {
        let schedule = try #require(ExchangeSamples.plain.first { $0.ranks == 2 })
        for name in Schedule.MSCCLProtocol.allCases {
            #expect(try schedule.mscclXML(protocol: name).contains("proto=\"\(name.rawValue)\""))
        }
        #expect(try schedule.mscclXML().contains("proto=\"Simple\""))
    }
}
