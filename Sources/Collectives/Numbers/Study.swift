/// What the order of a reduction and the format that travels do to the numbers: schedules are run
/// on values, and their results held against exact sums.
public struct NumericsStudy: Sendable {
    /// What travels between ranks.
    public enum Wire: String, CaseIterable, Sendable {
        /// The type itself: partial sums are rounded to it whenever they are stored.
        case type
        /// binary32 instead of a narrower type, and results rounded to the type once.
        case float32
        /// MXFP8: E4M3 in blocks of 32, each with a scale that follows its largest element.
        case mxfp8
        /// FP8 with such a scale for each row of 128.
        case fp8Row = "fp8-row"
        /// FP8 with one scale for all ranks and the whole operation, under which no sum overflows.
        case fp8Tensor = "fp8-tensor"
        /// MXFP6 with E2M3 elements, in blocks of 32.
        case mxfp6E2M3 = "mxfp6-e2m3"
        /// MXFP6 with E3M2 elements, in blocks of 32.
        case mxfp6E3M2 = "mxfp6-e3m2"
        /// MXFP4: E2M1 elements, in blocks of 32.
        case mxfp4

        /// Bits that an element takes on the wire, with its part of the scale.
        public func bits(for type: DataType) -> Double {
            switch self {
            case .type: Double(8 * type.unitBytes) / Double(type.unitElements)
            case .float32: 32
            case .mxfp8: 8.25
            case .fp8Row: 8.0625
            case .fp8Tensor: 8
            case .mxfp6E2M3, .mxfp6E3M2: 6.25
            case .mxfp4: 4.25
            }
        }

        /// Those that are not the same as another for a type, in the order of cases.
        public static func distinct(_ wires: [Wire], for type: DataType) -> [Wire] {
            allCases.filter { wire in
                guard wires.contains(wire) else { return false }
                let isType =
                    wire == .float32 && type == .float32 || wire == .mxfp8 && type == .mxfp8
                return !(isType && wires.contains(.type))
            }
        }
    }

    /// The collective; one that reduces.
    public let collective: Collective
    /// The type of inputs and results; a floating-point type or MXFP8.
    public let type: DataType
    /// How many ranks.
    public let ranks: Int
    /// Elements of each rank's input: whole rows, at least two, and for reduce-scatter as many for
    /// each rank.
    public let elements: Int
    /// Where the numbers come from.
    public let inputs: StudyInputs
    /// What the numbers are drawn with.
    public let seed: UInt64

    private let values: [[Double]]
    private let exact: [ExactSum]

    /// Draws the numbers, and adds them up exactly.
    public init(
        _ collective: Collective,
        type: DataType,
        ranks: Int,
        elements: Int,
        inputs: StudyInputs,
        seed: UInt64
    ) {
        precondition(collective.reduces && ranks > 0 && elements > 0)
        precondition(type.format != nil || type == .mxfp8)
        let rows = StudyInputs.row * (collective == .reduceScatter ? ranks : 1)
        self.collective = collective
        self.type = type
        self.ranks = ranks
        self.elements = max(2 * StudyInputs.row, (elements + rows - 1) / rows * rows)
        self.inputs = inputs
        self.seed = seed
        values = inputs.values(
            ranks: ranks,
            elements: self.elements,
            seed: seed,
            wide: type == .float64
        )
        exact = Self.sums(values)
    }

    /// What comes of each algorithm, in their order; the algorithms must exist for these ranks.
    public func findings(_ algorithms: [Algorithm], over wire: Wire) -> [Finding] {
        // Each case has its own type, so that the compiler makes code for it.
        func blocks(of format: FloatFormat, _ count: Int) -> BlockCarrier {
            BlockCarrier(format, block: count, ranks: ranks)
        }
        let fp8: FloatFormat = type == .fp8E5M2 ? .e5m2 : .e4m3
        let scalars = type.format.map { ScalarCarrier(type, $0, ranks: ranks) }
        switch (wire, scalars) {
        case (.type, let scalars?): return findings(algorithms, wire, scalars)
        case (.float32, let scalars?):
            return findings(algorithms, wire, WideCarrier(scalars, ranks: ranks))
        case (.float32, nil):
            return findings(algorithms, wire, WideCarrier(blocks(of: .e4m3, 32), ranks: ranks))
        case (.type, nil), (.mxfp8, _): return findings(algorithms, wire, blocks(of: .e4m3, 32))
        case (.fp8Row, _): return findings(algorithms, wire, blocks(of: fp8, StudyInputs.row))
        case (.fp8Tensor, _):
            let carrier = ScalarCarrier(
                type == .fp8E5M2 ? .fp8E5M2 : .fp8E4M3,
                fp8,
                ranks: ranks,
                exponent: exponentOfTensor(fp8)
            )
            return findings(algorithms, wire, carrier)
        case (.mxfp6E2M3, _): return findings(algorithms, wire, blocks(of: .e2m3, 32))
        case (.mxfp6E3M2, _): return findings(algorithms, wire, blocks(of: .e3m2, 32))
        case (.mxfp4, _): return findings(algorithms, wire, blocks(of: .e2m1, 32))
        }
    }

    /// The scale under which not even the largest input from all ranks would overflow.
    private func exponentOfTensor(_ format: FloatFormat) -> Int {
        let largest = values.joined().reduce(0) { max($0, $1.magnitude) }
        let most = largest * Double(ranks)
        return most == 0 ? 0 : Int(most.exponent) - format.maximumExponent
    }

    private func findings<Carrier: StudyCarrier>(
        _ algorithms: [Algorithm],
        _ wire: Wire,
        _ carrier: Carrier
    ) -> [Finding] {
        let packed = values.map { carrier.pack($0) }
        let contributed = Self.sums(packed.map { carrier.unpack($0) })
        let spacings = spacings(at: contributed.map(\.rounded))
        let harmed = packedWithHarm(carrier)
        return algorithms.map { algorithm in
            let run = StudyRun(schedule(algorithm, carrier), carrier, seed: seed)
            let results = run.results(packed)
            let shuffled = run.shuffledResults(packed)
            var finding = Finding(
                algorithm: algorithm.name,
                wire: wire,
                roundings: run.roundings(packed)
            )
            finding.overflows = results.overflows
            finding.unequalRanks = Self.unequal(results.vectors)
            finding.shuffledUnequalRanks = Self.unequal(shuffled)
            finding.shuffledShare = Self.difference(shuffled, results.vectors)
            finding.error = error(
                results.vectors.map { carrier.unpack($0) },
                contributed,
                spacings
            )
            finding.harm = harm(run.results(harmed).vectors.map { carrier.unpack($0) })
            return finding
        }
    }

    private func schedule(_ algorithm: Algorithm, _ carrier: some StudyCarrier) -> Schedule {
        let blocks = collective == .reduceScatter ? ranks : 1
        return algorithm.schedule(
            Request(
                ranks: ranks,
                elements: elements / carrier.unit / blocks,
                elementSize: type.size
            )
        )
    }

    private static func sums(_ values: [[Double]]) -> [ExactSum] {
        var sums = Array(repeating: ExactSum(), count: values.first?.count ?? 0)
        for array in values {
            for (index, value) in array.enumerated() { sums[index].add(value) }
        }
        return sums
    }

    // MARK: - Comparing

    /// The ULP of the type at each of the exact results.
    private func spacings(at results: [Double]) -> [Double] {
        if let format = type.format { return results.map { format.spacing(at: $0) } }
        // That of a block's elements, times the scale that the exact block would have.
        var spacings: [Double] = []
        for start in stride(from: 0, to: results.count, by: type.unitElements) {
            let block = results[start..<min(start + type.unitElements, results.count)]
            let largest = block.reduce(0) { max($0, $1.magnitude) }
            let least = FloatFormat.e8m0.minimumExponent
            let exponent =
                largest == 0
                ? least : max(least, Int(largest.exponent) - FloatFormat.e4m3.maximumExponent)
            let scale = FloatFormat.powerOfTwo(exponent)
            spacings += block.map { FloatFormat.e4m3.spacing(at: $0 / scale) * scale }
        }
        return spacings
    }

    private func error(
        _ results: [[Double]],
        _ contributed: [ExactSum],
        _ spacings: [Double]
    ) -> Finding.Error {
        var error = Finding.Error()
        var placed = 0
        for result in results {
            var (lost, total, all, whole) = (0.0, 0.0, 0.0, 0.0)
            for (index, value) in result.enumerated() {
                let distance = contributed[index].distance(to: value)
                let size = contributed[index].rounded.magnitude
                if size > 0 {
                    error.largestULPs = max(error.largestULPs, distance / spacings[index])
                    error.meanULPs += distance / spacings[index]
                    error.largestRelative = max(error.largestRelative, distance / size)
                    placed += 1
                }
                lost += distance
                all += size
                total += exact[index].distance(to: value)
                whole += exact[index].rounded.magnitude
                if (index + 1) % StudyInputs.row == 0 {
                    error.meanRelative += lost == 0 ? 0 : lost / all
                    error.totalRelative += total == 0 ? 0 : total / whole
                    (lost, total, all, whole) = (0, 0, 0, 0)
                }
            }
        }
        let rows = Double(results.count * elements / StudyInputs.row)
        error.meanULPs /= Double(max(1, placed))
        error.meanRelative /= rows
        error.totalRelative /= rows
        return error
    }

    /// How many vectors differ from the first.
    private static func unequal<Value: Equatable>(_ vectors: [[Value]]) -> Int {
        vectors.count { $0 != vectors[0] }
    }

    /// The share of values that differ.
    private static func difference<Value: Equatable>(_ a: [[Value]], _ b: [[Value]]) -> Double {
        var (differing, all) = (0, 0)
        for (left, right) in zip(a, b) {
            differing += zip(left, right).count { $0 != $1 }
            all += left.count
        }
        return all == 0 ? 0 : Double(differing) / Double(all)
    }

    // MARK: - NaN and infinity

    /// Where the infinity is: in another row than the NaN, which is the first element.
    private var placeOfInfinity: Int { elements / StudyInputs.row / 2 * StudyInputs.row }

    /// The inputs, of which one rank's have a NaN and an infinity.
    private func packedWithHarm<Carrier: StudyCarrier>(
        _ carrier: Carrier
    ) -> [[Carrier.Base.Value]] {
        var values = values
        values[ranks / 2][placeOfInfinity] = .infinity
        values[ranks / 2][0] = .nan
        return values.map { carrier.pack($0) }
    }

    private func harm(_ results: [[Double]]) -> Finding.Harm {
        var harm = Finding.Harm()
        for result in results {
            let bad = result.indices.filter { !result[$0].isFinite }
            let ofNaN = bad.count { $0 < placeOfInfinity }
            let ofInfinity = bad.count - ofNaN
            harm.nanOutputs = max(harm.nanOutputs, ofNaN)
            harm.nanRanks += ofNaN > 0 ? 1 : 0
            harm.infinityOutputs = max(harm.infinityOutputs, ofInfinity)
            harm.infinityRanks += ofInfinity > 0 ? 1 : 0
        }
        return harm
    }
}
