/// The candidate that a mistyped word most likely meant; nil when none is close enough.
///
/// Close is one slip in three letters: a letter too much, missing or wrong, or two neighbours
/// swapped. Case does not count. Of equally close candidates the first is taken.
public func nearest(_ word: String, in candidates: [String]) -> String? {
    let letters = Array(word.lowercased().unicodeScalars)
    var best: (candidate: String, distance: Int)?
    for candidate in candidates {
        let other = Array(candidate.lowercased().unicodeScalars)
        let longer = max(letters.count, other.count)
        let limit = max(1, longer / 3)
        // A distance cannot be less than the difference in length; asking first keeps an absurdly
        // long word from costing anything.
        guard abs(letters.count - other.count) <= limit else { continue }
        let distance = editDistance(letters, other)
        // Words with nothing in common are not close, however short.
        guard distance <= limit, distance < longer || distance == 0 else { continue }
        if distance < best?.distance ?? .max {
            best = (candidate, distance)
        }
    }
    return best?.candidate
}

/// The number of slips between two words: the Damerau-Levenshtein distance in its restricted
/// form, where no letter is edited twice.
private func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in left.indices {
        var current = [row + 1]
        for column in right.indices {
            let substitution = last[column] + (left[row] == right[column] ? 0 : 1)
            var distance = min(substitution, last[column + 1] + 1, current[column] + 1)
            let isSwap =
                row > 0 && column > 0 && left[row] == right[column - 1]
                && left[row - 1] == right[column]
            if isSwap {
                distance = min(distance, beforeLast[column - 1] + 1)
            }
            current.append(distance)
        }
        beforeLast = last
        last = current
    }
    return last[right.count]
}
