/// This version of weft, the same in all of its parts.
public enum Version {
    /// As `weft version`, every record and `weft_library_version` tell it.
    public static let current = "0.1.0"
}
