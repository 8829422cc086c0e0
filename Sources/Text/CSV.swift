/// Comma-separated values as RFC 4180 has them, but with LF at the end of a row.
public enum CSV {
    /// A row with its line break; a field is quoted where it needs to be.
    public static func row(_ fields: [String]) -> String {
        // A single empty field would else look like no row at all.
        guard fields != [""] else { return "\"\"\n" }
        return fields.map(quoted).joined(separator: ",") + "\n"
    }

    private static func quoted(_ field: String) -> String {
        guard field.utf8.contains(where: { "\",\r\n".utf8.contains($0) }) else { return field }
        var text = "\""
        for scalar in field.unicodeScalars {
            text.unicodeScalars.append(scalar)
            if scalar == "\"" {
                text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }
}
