internal import Glibc
public import Text

/// What weft keeps about a machine from one run to the next: files in the user's state folder.
public enum StateFile {
    /// The path of such a file: `$XDG_STATE_HOME/weft/NAME`, by default below `~/.local/state`.
    public static func path(_ name: String) -> String {
        func variable(_ name: String) -> String? {
            getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
        }
        let home = variable("HOME") ?? "/tmp"
        return "\(variable("XDG_STATE_HOME") ?? "\(home)/.local/state")/weft/\(name)"
    }

    /// The bytes of a file, nil when there is none; an error when it can't be read.
    public static func read(_ path: String) throws(TextError) -> [UInt8]? {
        if access(path, F_OK) != 0 { return nil }
        return try TextFile.read(path)
    }

    /// Writes a file as a whole, and makes the folders that are missing.
    public static func write(_ text: String, to path: String) throws(TextError) {
        var folder = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/").dropLast() {
            folder += "/\(part)"
            mkdir(folder, 0o755)
        }
        try TextFile.write(text, to: path)
    }
}
