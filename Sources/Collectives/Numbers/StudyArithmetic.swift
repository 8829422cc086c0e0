internal import Synchronization

/// An arithmetic that knows how many of the values it stores are too large for their format.
protocol ObservableArithmetic: Arithmetic where Value: Equatable {
    func overflows(_ sum: Sum, isComplete: Bool) -> Int
}

/// A number that an arithmetic changes while it computes.
final class StudyCounter: Sendable {
    private let value = Atomic<UInt64>(0)

    /// Adds, and gives the new number.
    @discardableResult
    func add(_ count: Int) -> UInt64 {
        value.wrappingAdd(UInt64(count), ordering: .relaxed).newValue
    }

    var count: Int { Int(value.load(ordering: .relaxed)) }
}

/// The same arithmetic, which also counts what overflows.
struct Observed<Base: ObservableArithmetic>: Arithmetic {
    let base: Base
    let overflows = StudyCounter()

    var preparesInputs: Bool { base.preparesInputs }
    var finishesResults: Bool { base.finishesResults }

    func load(_ value: Base.Value, isInput: Bool) -> Base.Sum {
        base.load(value, isInput: isInput)
    }

    func combine(_ left: Base.Sum, _ right: Base.Sum) -> Base.Sum { base.combine(left, right) }

    func store(_ sum: Base.Sum, isComplete: Bool) -> Base.Value {
        overflows.add(base.overflows(sum, isComplete: isComplete))
        return base.store(sum, isComplete: isComplete)
    }
}

/// The same arithmetic, but a step combines its sources in the order of a chance arrival, another
/// for each element and at each rank.
struct ArrivalOrder<Base: Arithmetic>: Arithmetic {
    /// What a step has read; a class, so that adding to it does not copy it.
    final class Arrivals {
        var sums: [Base.Sum]

        init(_ sum: Base.Sum) { sums = [sum] }
    }

    let base: Base
    let seed: UInt64
    let stores = StudyCounter()

    var preparesInputs: Bool { base.preparesInputs }
    var finishesResults: Bool { base.finishesResults }

    func load(_ value: Base.Value, isInput: Bool) -> Arrivals {
        Arrivals(base.load(value, isInput: isInput))
    }

    func combine(_ left: Arrivals, _ right: Arrivals) -> Arrivals {
        left.sums += right.sums
        return left
    }

    func store(_ arrivals: Arrivals, isComplete: Bool) -> Base.Value {
        var random = StudyRandom(seed: seed ^ stores.add(1) << 20)
        let sums = arrivals.sums.shuffled(using: &random)
        let sum = sums.dropFirst().reduce(sums[0]) { base.combine($0, $1) }
        return base.store(sum, isComplete: isComplete)
    }
}

/// Values that count their roundings: the most that any contribution in them went through.
struct Roundings: Arithmetic {
    let preparesInputs = false
    let finishesResults = false
    /// Whether each combination rounds, or the store that ends a step.
    let atCombine: Bool

    func load(_ value: Int, isInput: Bool) -> Int { value }
    func combine(_ left: Int, _ right: Int) -> Int { max(left, right) + (atCombine ? 1 : 0) }
    func store(_ sum: Int, isComplete: Bool) -> Int { sum + (atCombine ? 0 : 1) }
}
