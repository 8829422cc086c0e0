// Writes the contract's cases for those that run without Swift: `contract-cases FOLDER [--long]`.
import Collectives
import Foundation
import TestSupport

/// Every so many of a list that is in no order.
func few(_ cases: [ContractCase], _ step: Int) -> [ContractCase] {
    stride(from: 0, to: cases.count, by: step).map { cases[$0] }
}

let arguments = CommandLine.arguments.dropFirst()
guard let folder = arguments.first, arguments.count == 1 || arguments.last == "--long" else {
    FileHandle.standardError.write(Data("Usage: contract-cases FOLDER [--long]\n".utf8))
    exit(64)
}
let isLong = arguments.count > 1

var files: [(name: String, cases: [ContractCase], operations: Int)] = []
for ranks in isLong ? [1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 33] : [1, 2, 3, 5, 8] {
    let cases = ContractCase.everyAlgorithm(ranks)
    files.append(("algorithms-\(ranks)", few(cases, isLong ? 1 : 5), 3))
}
for ranks in isLong ? [1, 2, 3, 4, 8] : [2, 3, 4] {
    let cases = ContractCase.everyCollective(ranks)
    files.append(("collectives-\(ranks)", few(cases, isLong ? 1 : 5), 3))
}
for ranks in isLong ? [2, 3, 5] : [2, 3] {
    files.append(("alternating-\(ranks)", ContractCase.alternating(ranks), 3))
}
for ranks in isLong ? [4, 8] : [4] {
    files.append(("same-root-\(ranks)", ContractCase.sameRoot(ranks), 6))
}
for (turn, type) in DataType.allCases.enumerated() {
    let cases = ContractCase.everyOperator(of: type)
    let some = isLong ? cases : few(Array(cases[turn...]), 11)
    files.append(("operators-\(type.rawValue)", some, 3))
}
for (name, cases, operations) in files {
    let file = try CaseFile(cases, operations: operations)
    try Data(file.bytes).write(to: URL(filePath: "\(folder)/\(name).cases"))
}
