/// How contributions become results: what a step does to the values it reads and writes.
///
/// A step loads all its sources into wide sums, combines them from left to right, and rounds once,
/// when it stores. A step that only copies keeps the bits and asks nobody.
public protocol Arithmetic: Sendable {
    /// What lies in memory.
    associatedtype Value: Sendable
    /// What a step computes with.
    associatedtype Sum

    /// Whether inputs change as they enter a sum, so that copying one is not enough.
    var preparesInputs: Bool { get }
    /// Whether results change when they are complete, so that copying one is not enough.
    var finishesResults: Bool { get }

    /// A value as a step reads it; `isInput` says that it is a rank's own contribution, read from
    /// its input for the first time.
    func load(_ value: Value, isInput: Bool) -> Sum

    /// Two values as one.
    func combine(_ left: Sum, _ right: Sum) -> Sum

    /// A value as a step writes it; `isComplete` says that it holds every contribution.
    func store(_ sum: Sum, isComplete: Bool) -> Value
}

/// A closure as arithmetic: sums are values, and nothing happens at the ends.
struct Combining<Value: Sendable>: Arithmetic {
    let preparesInputs = false
    let finishesResults = false
    let function: @Sendable (Value, Value) -> Value

    func load(_ value: Value, isInput: Bool) -> Value { value }
    func combine(_ left: Value, _ right: Value) -> Value { function(left, right) }
    func store(_ sum: Value, isComplete: Bool) -> Value { sum }
}
