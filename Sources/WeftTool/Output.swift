internal import Glibc
internal import Text

/// Where the tool's words go: results to standard output, everything else to standard error.
enum Output {
    /// A result, with a line break.
    static func print(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }

    /// Something to know that is not the result.
    static func complain(_ text: String) { write(visible(text) + "\n", to: STDERR_FILENO) }

    /// A text that quotes files and arguments, whose names must not move the cursor of a terminal.
    private static func visible(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control where scalar != "\n", .format, .lineSeparator, .paragraphSeparator:
                result += "\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// How far long work is, where somebody is looking; overwritten by the next.
    static func progress(_ text: String) {
        if isatty(STDERR_FILENO) != 0 { write("\r\u{1b}[K" + text, to: STDERR_FILENO) }
    }

    /// Whether results can be seen as they come, rather than go to a file or program.
    static var isSeen: Bool { isatty(STDOUT_FILENO) != 0 }

    private static func write(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { bytes in
            var sent = 0
            while sent < bytes.count {
                let count = Glibc.write(
                    descriptor,
                    bytes.baseAddress.map { $0 + sent },
                    bytes.count - sent
                )
                // Nobody is left to be told when even this can't be written.
                if count < 0 && errno != EINTR { return }
                sent += max(0, count)
            }
        }
    }

    /// Refuses a file that can't be written before any time is spent on what should be in it, by
    /// opening it: permissions alone say nothing of read-only file systems, or to root.
    static func checkWritable(_ path: String) throws(TextError) {
        let isNew = access(path, F_OK) != 0
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        if descriptor < 0 {
            let reason = String(cString: strerror(errno))
            throw TextError(file: path, message: "'\(path)' can't be written: \(reason)")
        }
        close(descriptor)
        if isNew { unlink(path) }
    }
}

/// The time of day, for records.
enum Date {
    /// Now, in UTC, as 2026-11-21T08:00:00Z.
    static var now: String {
        var seconds = time(nil)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        var buffer = [CChar](repeating: 0, count: 32)
        let count = strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
        return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
