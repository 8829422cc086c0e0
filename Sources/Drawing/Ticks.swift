import Glibc

extension Axis {
    /// The extent and marks of the axis for the values from `lower` to `upper`.
    ///
    /// The extent reaches to round values around the given ones, and to zero on request where
    /// the scale is linear. There are about `count` marks with text at most. Bounds that no such
    /// axis can show give a default extent.
    public func ticks(
        from lower: Double,
        to upper: Double,
        count: Int,
        includingZero: Bool = false
    ) -> Ticks {
        var extent = Extent()
        for bound in [lower, upper] where shows(bound) { extent.include(bound) }
        if includingZero, scale == .linear { extent.include(0) }
        return ticks(extent, count: count)
    }

    func ticks(_ extent: Extent, count: Int) -> Ticks {
        let count = min(max(1, count), 1000)
        switch scale {
        case .linear: return linearTicks(extent, count: count)
        case .log2: return binaryTicks(extent, count: count)
        case .log10: return decimalTicks(extent, count: count)
        }
    }

    private func linearTicks(_ extent: Extent, count: Int) -> Ticks {
        var lower = extent.isEmpty ? 0 : extent.lower
        var upper = extent.isEmpty ? 1 : extent.upper
        // An extent too narrow for distinct marks is widened around its values.
        let least = max(max(abs(lower), abs(upper)) * 1e-9, 1e-300)
        if upper - lower < least {
            let room = max(abs(lower), abs(upper)) / 2
            lower -= room > 1e-300 ? room : 0
            upper += room > 1e-300 ? room : 1
        }
        let step = Self.niceStep((upper - lower) / Double(count))
        let first = Int((lower / step + 1e-9).rounded(.down))
        let last = Int((upper / step - 1e-9).rounded(.up))
        let major = (first...last).map { index in
            let value = Double(index) * step
            return Ticks.Tick(value: value, label: format.text(value, step: step))
        }
        return Ticks(
            lower: Double(first) * step,
            upper: Double(last) * step,
            major: major,
            minor: []
        )
    }

    /// The smallest of 1, 2, 5 times a power of ten that is not below a value.
    private static func niceStep(_ least: Double) -> Double {
        let exponent = NumberText.exponent(least)
        let half = exponent / 2
        for mantissa in [1.0, 2, 5] {
            // Two steps, because ten to the power of -310 is zero.
            let step = mantissa * pow(10, Double(half)) * pow(10, Double(exponent - half))
            if step >= least * (1 - 1e-9) { return step }
        }
        return 10 * pow(10, Double(half)) * pow(10, Double(exponent - half))
    }

    private func binaryTicks(_ extent: Extent, count: Int) -> Ticks {
        var first = extent.isEmpty ? 0 : Int(log2(extent.lower).rounded(.down))
        var last = extent.isEmpty ? 10 : Int(log2(extent.upper).rounded(.up))
        // Below this, powers of two lose digits and then become zero.
        first = max(first, -1022)
        last = max(last, first)
        if first == last {
            first -= 1
            last += 1
        }
        let step = Self.exponentStep(last - first, count: count, steps: [1, 2, 4])
        let start = Self.multiple(of: step, from: first)
        let major = stride(from: start, through: last, by: step).map { exponent in
            let value = exp2(Double(exponent))
            return Ticks.Tick(value: value, label: format.text(value))
        }
        let minor = (first...last).filter { !($0 - start).isMultiple(of: step) }
        return Ticks(
            lower: exp2(Double(first)),
            upper: exp2(Double(last)),
            major: major,
            minor: last - first > 100 ? [] : minor.map { exp2(Double($0)) }
        )
    }

    private func decimalTicks(_ extent: Extent, count: Int) -> Ticks {
        guard !extent.isEmpty else { return decimalTicks(from: 0, to: 9, count: count) }
        var first = Self.oneTwoFive(extent.lower, rounding: .down)
        var last = Self.oneTwoFive(extent.upper, rounding: .up)
        if first == last {
            first -= 1
            last += 1
        }
        return decimalTicks(from: first, to: last, count: count)
    }

    /// Marks between two places in the row that contains 1, 2, 5, 10, 20, 50.
    private func decimalTicks(from first: Int, to last: Int, count: Int) -> Ticks {
        let places: [Int]
        var minor: [Double] = []
        if last - first < max(count, 4) {
            places = Array(first...last)
        } else {
            let decades = (first: Self.decade(first), last: Self.decade(last))
            let step = Self.exponentStep(
                decades.last - decades.first,
                count: count,
                steps: [1, 2, 3]
            )
            let start = Self.multiple(of: step, from: decades.first)
            let row = stride(from: start, through: decades.last, by: step).map { 3 * $0 }
            places = row.filter { (first...last).contains($0) }
            if step > 1, decades.last - decades.first <= 60 {
                let all = (decades.first...decades.last).map { 3 * $0 }
                minor = all.filter { $0 >= first && !places.contains($0) }.map(Self.value)
            }
        }
        let lower = Self.value(first)
        let upper = Self.value(last)
        if last - first <= 30, minor.isEmpty {
            let marks = Set(places)
            for decade in Self.decade(first)...Self.decade(last) {
                for digit in 2...9 {
                    let value = Double(digit) * Self.value(3 * decade)
                    let place = digit == 2 ? 3 * decade + 1 : digit == 5 ? 3 * decade + 2 : nil
                    if let place, marks.contains(place) { continue }
                    if value > lower, value < upper { minor.append(value) }
                }
            }
        }
        let major = places.map { Ticks.Tick(value: Self.value($0), label: text(of: $0)) }
        return Ticks(lower: lower, upper: upper, major: major, minor: minor)
    }

    private func text(of place: Int) -> String { format.text(Self.value(place)) }

    /// The place of the nearest of 1, 2, 5 times a power of ten below or above a value.
    private static func oneTwoFive(_ value: Double, rounding: FloatingPointRoundingRule) -> Int {
        let value = max(value, 1e-300)
        let base = 3 * NumberText.exponent(value)
        let tolerance = value * 1e-9
        if rounding == .down {
            return (base...base + 2).last { self.value($0) <= value + tolerance } ?? base
        }
        return (base...base + 3).first { self.value($0) >= value - tolerance } ?? base + 3
    }

    private static func value(_ place: Int) -> Double {
        let decade = decade(place)
        let power = decade < 0 ? 1 / pow(10, Double(-decade)) : pow(10, Double(decade))
        return [1, 2, 5][place - 3 * decade] * power
    }

    private static func decade(_ place: Int) -> Int {
        place >= 0 ? place / 3 : -((2 - place) / 3)
    }

    private static func exponentStep(_ span: Int, count: Int, steps: [Int]) -> Int {
        let all = steps + [5, 10, 20, 50, 100, 200, 500]
        return all.first { span / $0 < count } ?? 1000
    }

    private static func multiple(of step: Int, from first: Int) -> Int {
        let remainder = first % step
        return remainder == 0 ? first : first - remainder + (first > 0 ? step : 0)
    }
}

extension Axis.Scale {
    /// The distance of a value from the origin of the scale.
    func position(_ value: Double) -> Double {
        switch self {
        case .linear: min(max(value, -1e300), 1e300)
        case .log2: Glibc.log2(value)
        case .log10: Glibc.log10(value)
        }
    }
}
