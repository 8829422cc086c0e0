/// The number of cells that a text takes on a terminal.
///
/// Marks that combine with their neighbour count 0, East Asian wide characters and emoji 2.
/// Terminals differ on the rarer scripts; this is what most of them do.
public func terminalWidth(_ text: String) -> Int {
    if text.utf8.allSatisfy({ 0x20..<0x7F ~= $0 }) {
        return text.utf8.count
    }
    return text.reduce(0) { $0 + width(of: $1) }
}

/// The cells of a character, which are those of its widest scalar.
private func width(of character: Character) -> Int {
    var width = 0
    for scalar in character.unicodeScalars {
        // The selector asks for the emoji form of the scalar before it; flags are two indicators.
        if scalar == "\u{FE0F}" || 0x1F1E6...0x1F1FF ~= scalar.value {
            return 2
        }
        width = max(width, cells(of: scalar))
    }
    return width
}

private func cells(of scalar: Unicode.Scalar) -> Int {
    if 0x20..<0x7F ~= scalar.value { return 1 }
    switch scalar.properties.generalCategory {
    case .control, .nonspacingMark, .enclosingMark:
        return 0
    case .format:
        // Terminals show the soft hyphen.
        return scalar == "\u{AD}" ? 1 : 0
    default:
        return isWide(scalar) ? 2 : 1
    }
}

/// Whether the scalar takes two cells (Unicode, East Asian Width W and F, by block).
private func isWide(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
        0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x1B000...0x1B2FF,
        0x1F200...0x1F2FF, 0x20000...0x3FFFD:
        true
    default:
        scalar.properties.isEmojiPresentation
    }
}
