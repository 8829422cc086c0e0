// The contract of endpoints that share no memory, over the RDMA devices of this machine:
// `verbs-contract RANKS WAY [SHARE] [--path cm] [--rails N] [--queue-pairs N] [--spin]`.
// A share of n takes every n-th case.
import Collectives
import Glibc
import Runtime
import TestSupport

func refuse() -> Never {
    print("Usage: verbs-contract RANKS WAY [SHARE] [--path cm] [--rails N] [--queue-pairs N]")
    exit(64)
}

var network = NetOptions()
network.transport = .verbs
// Emulated machines stand still for long.
network.rdma.timeout = 20
var spins = false
var numbers: [Int] = []
var words = CommandLine.arguments.dropFirst()
while let word = words.popFirst() {
    switch word {
    case "--path": network.rdma.path = words.popFirst() == "cm" ? .cm : .exchange
    case "--rails": network.rdma.rails = words.popFirst().flatMap { Int($0) } ?? 1
    case "--queue-pairs": network.rdma.queuePairs = words.popFirst().flatMap { Int($0) } ?? 1
    case "--spin": spins = true
    default:
        guard let number = Int(word), number >= 0 else { refuse() }
        numbers.append(number)
    }
}
guard (2...3).contains(numbers.count), numbers[0] >= 2, numbers[1] <= 2 else { refuse() }
let (ranks, way) = (numbers[0], numbers[1])
let share = numbers.count > 2 ? max(1, numbers[2]) : 1

let all = ContractCase.acrossNodes(ranks, seed: way)
let cases = stride(from: 0, to: all.count, by: share).map { all[$0] }
var problems: [String] = []
// Fewer at a time: those with switches have many endpoints.
for start in stride(from: 0, to: cases.count, by: 40) {
    let run = ContractRun(
        cases: Array(cases[start..<min(start + 40, cases.count)]),
        isOversubscribed: !spins,
        dawdling: way == 1 ? 300 : 0,
        nodes: ContractCase.spread(way, ranks),
        network: network
    )
    problems += try run.problems()
}
for problem in problems.prefix(5) { print(problem) }
print("\(cases.count) cases, \(problems.count) problems")
exit(problems.isEmpty ? 0 : 2)
