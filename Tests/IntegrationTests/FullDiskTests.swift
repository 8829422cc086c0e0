import Foundation
import TestSupport
import Testing

/// Places that can't be written to.
///
/// Each test has its own mounts, in a namespace that ends with it.
@Suite(.everyCore) struct FullDiskTests {
    /// Whether this user may mount things of his own.
    private static let canMount: Bool = {
        let probe = try? RunningProgram("/usr/bin/env", ["unshare", "-m", "true"]).wait()
        return probe?.status == 0
    }()

    private func run(_ script: String, in folder: TemporaryFolder) throws -> Outcome {
        try RunningProgram(
            "/usr/bin/env",
            ["unshare", "-m", "/bin/sh", "-euc", script],
            environment: ["WEFT": Weft.path, "XDG_STATE_HOME": folder.path("state")],
            in: folder.url
        ).wait()
    }

    /// The memory that ranks share has no name, so a full /dev/shm does not matter.
    @Test(.enabled(if: canMount))
    func aFullSharedMemoryFolderDoesNotMatter() throws {
        let folder = try TemporaryFolder()
        let outcome = try run(
            """
            mount -t tmpfs -o size=64k none /dev/shm
            head -c 200000 /dev/zero > /dev/shm/full 2>/dev/null || true
            ls /dev/shm > before
            "$WEFT" bench all-reduce --ranks 2 --sizes 8,1M --iterations 5
            ls /dev/shm > after
            cmp before after
            """,
            in: folder
        )
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(rows(outcome.output).count == 2)
    }

    @Test(.enabled(if: canMount))
    func aReadOnlyFolderIsRefusedBeforeAnythingStarts() throws {
        let folder = try TemporaryFolder()
        let mount = "mkdir -p ro; mount --bind ro ro; mount -o remount,ro,bind ro;"
        let bench = "bench all-reduce --ranks 2 --sizes 8 --report ro/page.html"
        let outcome = try run("\(mount) exec \"$WEFT\" \(bench)", in: folder)
        #expect(outcome.status == 1)
        #expect(outcome.output.isEmpty)
        let words = "weft: 'ro/page.html' can't be written: Read-only file system\n"
        #expect(outcome.errors == words)
    }

    @Test(.enabled(if: canMount))
    func aCalibrationThatCannotBeStoredIsAFailure() throws {
        let folder = try TemporaryFolder()
        let mount = "mkdir -p state; mount --bind state state; mount -o remount,ro,bind state;"
        let outcome = try run("\(mount) exec \"$WEFT\" calibrate", in: folder)
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("state/weft/calibration.json"), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    }

    @Test func foldersThatAreNotThereAreRefused() throws {
        let folder = try TemporaryFolder()
        let bench = ["bench", "all-reduce", "--ranks", "2", "--sizes", "8", "--report"]
        let missing = try Weft.run(bench + ["none/page.html"], in: folder.url)
        #expect(missing.status == 1)
        #expect(missing.output.isEmpty)
        let words = "weft: 'none/page.html' can't be written: No such file or directory\n"
        #expect(missing.errors == words)
        let isFolder = try Weft.run(bench + ["."], in: folder.url)
        #expect(isFolder.status == 1)
        #expect(isFolder.output.isEmpty)
        #expect(isFolder.errors == "weft: '.' can't be written: Is a directory\n")
    }
}
