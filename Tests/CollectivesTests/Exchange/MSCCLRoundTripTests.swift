import Collectives
import Testing
import Text

@Suite struct MSCCLRoundTripTests {
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
        #expect(refusal(variable) == "all-gather-v can't be written here")
        schedule.algorithm = "tree"
        schedule.aggregators = 2
        #expect(
            refusal(schedule)
                == "tree all-reduce has 2 aggregators; only ranks can be written here"
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
