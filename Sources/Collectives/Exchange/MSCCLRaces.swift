internal import Text

/// Finds steps of a GPU that touch the same chunk without an order between them.
struct MSCCLRaces {
    private let order: MSCCLOrder
    private let memory: MSCCLMemory
    /// When each step is taken.
    private var times: [Int]
    private let taken: [Int]
    /// For each threadblock and each other the last step that it has waited for so far.
    private var waited: [[Int: Int]]
    /// The last search in which each step was seen.
    private var seen: [Int32]
    private var search: Int32 = 0
    /// How many steps all searches together may look at.
    private var budget: Int

    init(_ order: MSCCLOrder, _ memory: MSCCLMemory, taken: [Int], budget: Int) {
        self.order = order
        self.memory = memory
        self.taken = taken
        self.budget = budget
        times = Array(repeating: 0, count: taken.count)
        for (time, step) in taken.enumerated() { times[step] = time }
        seen = Array(repeating: 0, count: taken.count)
        waited = Array(repeating: [:], count: order.file.blocks.count)
    }

    /// Refuses a file in which two steps race.
    mutating func refuse() throws(TextError) {
        var writer: [Int: Int] = [:]
        var readers: [Int: [Int]] = [:]
        for number in taken {
            let step = order.file.steps[number]
            noteWait(of: number)
            if step.kind.readsSource {
                for cell in memory.cells(of: step.source, gpu: step.gpu, count: step.count) {
                    if let writer = writer[cell] { try refuse(writer, number, "reads") }
                    readers[cell, default: []].append(number)
                }
            }
            guard step.kind.writesTarget else { continue }
            for cell in memory.cells(of: step.target, gpu: step.gpu, count: step.count) {
                if let writer = writer[cell] { try refuse(writer, number, "writes") }
                for reader in readers[cell] ?? [] { try refuse(reader, number, "writes") }
                writer[cell] = number
                readers[cell] = nil
            }
        }
    }

    private mutating func noteWait(of number: Int) {
        let awaited = order.dependence[number]
        guard awaited >= 0 else { return }
        let (block, step) = (order.file.steps[awaited].block, order.file.steps[awaited].number)
        let own = order.file.steps[number].block
        waited[own][block] = max(waited[own][block] ?? -1, step)
    }

    private mutating func refuse(_ first: Int, _ second: Int, _ verb: String) throws(TextError) {
        guard try !isOrdered(first, second) else { return }
        let step = order.file.steps[second]
        let other = order.file.steps[first]
        throw step.element.error(
            "nothing orders this step, which \(verb) a chunk, and \(order.file.describe(other)), "
                + "which touches it too"
        )
    }

    /// Whether the first of two steps is always taken before the second, which is the step that is
    /// looked at.
    private mutating func isOrdered(_ first: Int, _ second: Int) throws(TextError) -> Bool {
        let (block, number) = (order.file.steps[first].block, order.file.steps[first].number)
        let own = order.file.steps[second].block
        if own == block || waited[own][block] ?? -1 >= number { return true }
        // The way is longer: through other threadblocks, or other GPUs. Near steps come first.
        search += 1
        var open = [second]
        var next = 0
        while next < open.count {
            let step = open[next]
            next += 1
            let place = order.file.steps[step]
            if place.block == block && place.number >= number { return true }
            order.forEachPredecessor(of: step) { earlier in
                if times[earlier] >= times[first] && seen[earlier] != search {
                    seen[earlier] = search
                    open.append(earlier)
                }
            }
            budget -= 1
            if budget < 0 {
                throw order.file.root.error("the order of the steps is too long to be looked at")
            }
        }
        return false
    }
}
