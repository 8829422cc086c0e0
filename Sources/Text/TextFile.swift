internal import Glibc

/// Whole files, read and written at once.
public enum TextFile {
    /// The bytes of a file, or an error when it is a folder, unreadable, or longer than `limit`.
    public static func read(
        _ path: String,
        limit: Int = 1 << 30
    ) throws(TextError) -> [UInt8] {
        let failed = FileFailure(doing: "read", path: path)
        try failed.refuseZeroByte()
        let file = try failed.check(openFile(path, O_RDONLY))
        defer { close(Int32(file)) }
        var status = stat()
        try failed.check(negativeErrno { Int(fstat(Int32(file), &status)) })
        guard !isKind(status, S_IFDIR) else { throw failed.error(EISDIR) }
        guard status.st_size <= limit else { throw failed.error(tooLong: limit) }
        // The size is but a hint: a pipe or a file under /proc has none. The byte more is for
        // the call that finds the end.
        var bytes = [UInt8](repeating: 0, count: max(Int(status.st_size) + 1, 1 << 12))
        var count = 0
        while true {
            let part = try failed.check(
                bytes.withUnsafeMutableBytes { buffer in
                    let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
                    return negativeErrno { Glibc.read(Int32(file), rest.baseAddress, rest.count) }
                }
            )
            guard part > 0 else { break }
            count += part
            guard count <= limit else { throw failed.error(tooLong: limit) }
            if count == bytes.count {
                bytes += repeatElement(0, count: count)
            }
        }
        bytes.removeSubrange(count...)
        return bytes
    }

    /// Writes a text as a whole file; see the form that takes bytes.
    public static func write(_ text: String, to path: String) throws(TextError) {
        try write(Array(text.utf8), to: path)
    }

    /// Writes a whole file, so that a reader finds either the old contents or the new.
    ///
    /// The bytes go into a temporary file in the same folder that then takes the file's name. A
    /// symbolic link is followed and the permissions of an older file are kept. What is no plain
    /// file (a pipe, `/dev/null`) is written as it is; a folder is refused.
    public static func write(_ bytes: [UInt8], to path: String) throws(TextError) {
        let failed = FileFailure(doing: "write", path: path)
        try failed.refuseZeroByte()
        var status = stat()
        guard stat(path, &status) == 0 else {
            return try replace(path, with: bytes, mode: nil, failed)
        }
        guard !isKind(status, S_IFDIR) else { throw failed.error(EISDIR) }
        guard isKind(status, S_IFREG) else {
            let file = try failed.check(openFile(path, O_WRONLY))
            defer { close(Int32(file)) }
            return try write(bytes, file: file, failed)
        }
        let target = resolved(path)
        try replace(target, with: bytes, mode: status.st_mode & 0o7777, failed)
    }

    private static func replace(
        _ path: String,
        with bytes: [UInt8],
        mode: mode_t?,
        _ failed: FileFailure
    ) throws(TextError) {
        let (temporary, file) = try openTemporary(beside: path, failed)
        do throws(TextError) {
            defer { close(Int32(file)) }
            try write(bytes, file: file, failed)
            if let mode {
                try failed.check(negativeErrno { Int(fchmod(Int32(file), mode)) })
            }
            try failed.check(negativeErrno { Int(rename(temporary, path)) })
        } catch {
            unlink(temporary)
            throw error
        }
    }

    /// Opens a new file in the folder of `path`, whose name no other process uses.
    private static func openTemporary(
        beside path: String,
        _ failed: FileFailure
    ) throws(TextError) -> (path: String, file: Int) {
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
        var temporary = ""
        var result = 0
        for _ in 0..<16 {
            let ordinal = String(UInt32.random(in: 0 ... .max), radix: 36)
            temporary = "\(folder).\(getpid())-\(ordinal).tmp"
            result = openFile(temporary, O_WRONLY | O_CREAT | O_EXCL)
            guard result == -Int(EEXIST) else { break }
        }
        return (temporary, try failed.check(result))
    }

    private static func write(
        _ bytes: [UInt8],
        file: Int,
        _ failed: FileFailure
    ) throws(TextError) {
        var count = 0
        while count < bytes.count {
            count += try failed.check(
                bytes.withUnsafeBytes { buffer in
                    let rest = UnsafeRawBufferPointer(rebasing: buffer[count...])
                    return negativeErrno { Glibc.write(Int32(file), rest.baseAddress, rest.count) }
                }
            )
        }
    }

    /// The path behind symbolic links; the path itself when it cannot be told.
    private static func resolved(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }
}

/// Turns the errno of a call into an error that names what was done to which file.
private struct FileFailure {
    let doing: String
    let path: String

    /// Passes a result on unless it is a negative errno.
    @discardableResult
    func check(_ result: Int) throws(TextError) -> Int {
        guard result >= 0 else { throw error(Int32(-result)) }
        return result
    }

    /// Refuses a path that the system would cut short.
    func refuseZeroByte() throws(TextError) {
        guard !path.utf8.contains(0) else { throw error(EINVAL) }
    }

    func error(_ code: Int32) -> TextError {
        error(strerror(code).map { String(cString: $0) } ?? "error \(code)")
    }

    func error(tooLong limit: Int) -> TextError {
        error("it is longer than \(limit) bytes")
    }

    private func error(_ reason: String) -> TextError {
        TextError(file: path, message: "cannot \(doing) '\(path)': \(reason)")
    }
}

/// The result of a call, or the negative errno where it returned -1; an interrupted call is made
/// again.
private func negativeErrno(_ call: () -> Int) -> Int {
    while true {
        let result = call()
        if result >= 0 { return result }
        let code = errno
        if code != EINTR { return -Int(code) }
    }
}

/// Opens a file that no child process inherits; the descriptor or a negative errno.
private func openFile(_ path: String, _ flags: Int32) -> Int {
    negativeErrno { Int(open(path, flags | O_CLOEXEC, 0o666)) }
}

private func isKind(_ status: stat, _ kind: mode_t) -> Bool {
    status.st_mode & S_IFMT == kind
}
