import Foundation
import TestSupport

/// The script that the tests start.
enum Lab {
    static let path = Repository.root.appending(path: "scripts/lab").path

    /// Whether all that it needs is here, or could be had just now.
    static let isReady = (try? RunningProgram(path, ["setup"]).wait(atMost: 600))?.status == 0
}
