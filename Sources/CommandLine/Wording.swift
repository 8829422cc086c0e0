/// Puts a text in quotes, so that it can be shown on a terminal whatever it holds.
///
/// Control and other invisible characters are written as escapes: an argument must not be able to
/// move the cursor or to break the line. Very long texts are cut.
func quoted(_ text: String) -> String {
    let limit = 120
    var shown = ""
    var count = 0
    for scalar in text.unicodeScalars {
        if count == limit {
            shown += "..."
            break
        }
        count += 1
        if isVisible(scalar) {
            shown.unicodeScalars.append(scalar)
        } else {
            shown += "\\u{\(String(scalar.value, radix: 16))}"
        }
    }
    return "'\(shown)'"
}

private func isVisible(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return scalar.value >= 0x20 && scalar.value != 0x7F }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
        .paragraphSeparator:
        return false
    default:
        return true
    }
}

/// The candidate that was most likely meant, if one is near.
///
/// A candidate is near when at most a third of the typed characters (at least one) are wrong,
/// swapped, missing or too many, or when it starts with what was typed. The first of equals wins.
func nearest(to typed: String, in candidates: [String]) -> String? {
    let wanted = Array(typed)
    let limit = max(1, wanted.count / 3)
    var best: (name: String, distance: Int)?
    for candidate in candidates {
        var distance = editDistance(wanted, Array(candidate), limit: limit)
        if wanted.count >= 2, candidate.hasPrefix(typed) { distance = 1 }
        guard let distance, distance < wanted.count else { continue }
        if distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.name
}

/// The number of insertions, deletions, replacements and swaps of neighbours between two words,
/// or `nil` when it exceeds the limit.
private func editDistance(_ first: [Character], _ second: [Character], limit: Int) -> Int? {
    guard abs(first.count - second.count) <= limit else { return nil }
    var older: [Int] = []
    var previous = Array(0...second.count)
    for row in first.indices {
        var current = [row + 1]
        for column in second.indices {
            let replaced = previous[column] + (first[row] == second[column] ? 0 : 1)
            var cost = min(replaced, previous[column + 1] + 1, current[column] + 1)
            if row > 0, column > 0, first[row] == second[column - 1],
                first[row - 1] == second[column]
            {
                cost = min(cost, older[column - 1] + 1)
            }
            current.append(cost)
        }
        older = previous
        previous = current
    }
    let distance = previous[second.count]
    return distance <= limit ? distance : nil
}

/// The question to add to a refusal, or nothing when no candidate is near.
func suggestion(for typed: String, in candidates: [String]) -> String {
    nearest(to: typed, in: candidates).map { "; did you mean '\($0)'?" } ?? ""
}

/// The question to add to the refusal of an option; how many dashes were typed does not matter.
func optionSuggestion(for typed: String, in options: [Option]) -> String {
    let near = nearest(to: String(typed.drop { $0 == "-" }), in: options.map(\.name))
    return near.map { "; did you mean '--\($0)'?" } ?? ""
}

/// A list in a sentence: `a, b or c`.
func alternatives(_ names: [String]) -> String {
    guard let last = names.last, names.count > 1 else { return names.first ?? "" }
    return "\(names.dropLast().joined(separator: ", ")) or \(last)"
}
