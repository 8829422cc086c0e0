import Foundation
import Testing
import Text

@Suite struct TextFileTests {
    /// A folder for one test, removed with it.
    final class Folder {
        let path: String

        init() throws {
            let name = "text-tests-\(UUID().uuidString)"
            path = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: false
            )
        }

        deinit {
            try? FileManager.default.removeItem(atPath: path)
        }

        func contents() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        }
    }

    @Test(arguments: [0, 1, 4_095, 4_096, 4_097, 1_000_003])
    func readsWhatItWrote(_ count: Int) throws {
        let folder = try Folder()
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try TextFile.write(bytes, to: folder.path + "/a")
        #expect(try TextFile.read(folder.path + "/a") == bytes)
        #expect(try folder.contents() == ["a"])
    }

    @Test func replacesAndKeepsPermissions() throws {
        let folder = try Folder()
        let path = folder.path + "/a"
        try TextFile.write("old and long", to: path)
        #expect(chmod(path, 0o640) == 0)
        try TextFile.write("new", to: path)
        #expect(try TextFile.read(path) == Array("new".utf8))
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o640)
        #expect(try folder.contents() == ["a"])
    }

    @Test func followsSymbolicLinks() throws {
        let folder = try Folder()
        try TextFile.write("old", to: folder.path + "/a")
        #expect(symlink("a", folder.path + "/link") == 0)
        try TextFile.write("new", to: folder.path + "/link")
        #expect(try TextFile.read(folder.path + "/a") == Array("new".utf8))
        let kept = try FileManager.default.destinationOfSymbolicLink(atPath: folder.path + "/link")
        #expect(kept == "a")
    }

    @Test func readsFilesOfUnknownSize() throws {
        #expect(try !TextFile.read("/proc/self/status").isEmpty)
    }

    @Test func writesDevicesInPlace() throws {
        try TextFile.write("lost", to: "/dev/null")
        #expect(throws: whole("/dev/full", "cannot write '/dev/full': No space left on device")) {
            try TextFile.write("x", to: "/dev/full")
        }
        #expect(FileManager.default.fileExists(atPath: "/dev/full"))
    }

    @Test func saysWhyItCannotRead() throws {
        let folder = try Folder()
        let path = folder.path
        #expect(throws: whole(path, "cannot read '\(path)': Is a directory")) {
            try TextFile.read(path)
        }
        let missing = path + "/missing"
        #expect(throws: whole(missing, "cannot read '\(missing)': No such file or directory")) {
            try TextFile.read(missing)
        }
        #expect(throws: whole("a\0b", "cannot read 'a\0b': Invalid argument")) {
            try TextFile.read("a\0b")
        }
        #expect(throws: whole("", "cannot read '': No such file or directory")) {
            try TextFile.read("")
        }
    }

    @Test func keepsToTheLimit() throws {
        let folder = try Folder()
        let path = folder.path + "/a"
        try TextFile.write("12345", to: path)
        #expect(try TextFile.read(path, limit: 5).count == 5)
        #expect(throws: whole(path, "cannot read '\(path)': it is longer than 4 bytes")) {
            try TextFile.read(path, limit: 4)
        }
        let endless = "/dev/zero"
        #expect(throws: whole(endless, "cannot read '/dev/zero': it is longer than 9999 bytes")) {
            try TextFile.read(endless, limit: 9_999)
        }
    }

    @Test func leavesNothingBehindWhenItCannotWrite() throws {
        let folder = try Folder()
        let long = folder.path + "/" + String(repeating: "x", count: 300)
        #expect(throws: whole(long, "cannot write '\(long)': File name too long")) {
            try TextFile.write("x", to: long)
        }
        let nowhere = folder.path + "/none/a"
        #expect(throws: whole(nowhere, "cannot write '\(nowhere)': No such file or directory")) {
            try TextFile.write("x", to: nowhere)
        }
        #expect(throws: whole(folder.path, "cannot write '\(folder.path)': Is a directory")) {
            try TextFile.write("x", to: folder.path)
        }
        #expect(try folder.contents().isEmpty)
    }

    @Test func describesItselfByItsMessage() {
        #expect(whole("a", "cannot read 'a': because").description == "cannot read 'a': because")
    }

    private func whole(_ path: String, _ message: String) -> TextError {
        TextError(file: path, message: message)
    }
}
