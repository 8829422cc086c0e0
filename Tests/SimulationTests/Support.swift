import Collectives
import Fabrics
import Placement
import Simulation
import Testing
import Units

/// A byte takes 10 ps on the inner tier, whose latency is 1 us.
func rack(
    rate: String = "100GB/s",
    latency: String = "1us",
    outer: String = ""
) throws -> Fabric {
    let text = """
        { name: "test", summary: "for tests", family: "none", endpoint: "rank", tiers: [
          { name: "rack", rate: "\(rate)", latency: "\(latency)", holds: 8 },
          \(outer)
        ] }
        """
    return try Fabric(parsing: text, name: "test")
}

/// An algorithm's schedule for elements of four bytes.
func schedule(_ algorithm: String, ranks: Int, elements: Int, slices: Int = 1) throws -> Schedule {
    let found = try #require(Algorithm.all.first { $0.name == algorithm })
    return found.schedule(Request(ranks: ranks, elements: elements, slices: slices))
}

/// A broadcast of a vector of four-byte elements, step by step; what it computes does not matter.
func table(ranks: Int, elements: Int, _ steps: [StepTable.Step]) -> Schedule {
    Schedule(
        collective: .broadcast,
        algorithm: "test",
        ranks: ranks,
        elements: elements,
        elementSize: 4,
        inPlace: false,
        chunks: 1,
        tracks: [Track([Phase("test", table: StepTable(steps))])]
    )
}

/// A step that copies its actor's input to the output of others.
func push(_ actor: Int, to targets: [Int], round: Int = 0) -> StepTable.Step {
    StepTable.Step(
        round: round,
        actor: actor,
        sources: [Place(endpoint: actor, buffer: .input, first: 0)],
        targets: targets.map { Place(endpoint: $0, buffer: .output, first: 0) }
    )
}

extension Schedule {
    func simulated(on fabric: Fabric) throws -> FlowResult {
        try FlowSimulation(self, on: Placement(ranks: ranks, on: fabric)).run()
    }
}
