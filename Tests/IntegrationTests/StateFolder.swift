import Foundation
import TestSupport

/// A state folder of a test's own, so that no calibration of the machine's user is seen or changed.
struct StateFolder {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    var environment: [String: String] { ["XDG_STATE_HOME": folder.url.path] }

    func run(_ line: String) throws -> Outcome {
        try Weft.run(
            line.split(separator: " ").map(String.init),
            environment: environment,
            in: folder.url
        )
    }
}

/// The rows of a printed table: the words of each line that is no comment.
func rows(_ table: String) -> [[String]] {
    table.split(separator: "\n").filter { !$0.hasPrefix("#") && !$0.isEmpty }
        .map { $0.split(separator: " ").map(String.init) }
}
