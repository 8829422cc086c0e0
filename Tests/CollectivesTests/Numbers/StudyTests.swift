import Collectives
import Testing

/// The study of reduction orders, on schedules whose arithmetic is known.
@Suite struct StudyTests {
    private typealias Finding = NumericsStudy.Finding

    private static let roundingTypes: [DataType] = [
        .float16, .bfloat16, .float32, .float64, .fp8E4M3, .fp8E5M2,
    ]

    private func algorithms(_ names: String...) throws -> [Algorithm] {
        try names.map { name in
            try #require(Algorithm.all(for: .allReduce).first { $0.name == name })
        }
    }

    private func study(
        _ type: DataType,
        ranks: Int = 8,
        _ inputs: StudyInputs = .normal,
        collective: Collective = .allReduce,
        elements: Int = 256
    ) -> NumericsStudy {
        NumericsStudy(
            collective,
            type: type,
            ranks: ranks,
            elements: elements,
            inputs: inputs,
            seed: 42
        )
    }

    // MARK: - Roundings and errors

    @Test func roundingsAreThoseOfTheOrder() throws {
        let all = try algorithms("ring", "one-shot", "two-shot")
        let narrow = study(.bfloat16).findings(all, over: .type)
        #expect(narrow.map(\.roundings) == [7, 1, 1])
        // binary32 rounds at each addition, also within a step.
        #expect(study(.float32).findings(all, over: .type).map(\.roundings) == [7, 7, 7])
        #expect(study(.bfloat16).findings(all, over: .float32).map(\.roundings) == [7, 7, 7])
        #expect(study(.bfloat16).findings(all, over: .mxfp8).map(\.roundings) == [7, 1, 1])
    }

    /// Of k roundings on its way, no contribution has a larger relative error than ku / (1 - ku).
    ///
    /// Where all have the same sign this bounds the error of the sum. Source: Higham, "Accuracy and
    /// Stability of Numerical Algorithms", 2nd ed., lemma 3.1 and (4.4).
    @Test(arguments: roundingTypes) func errorsKeepToTheBound(_ type: DataType) throws {
        let format = try #require(type.format)
        let unit = format.spacing(at: 1) / 2
        for ranks in [5, 16] {
            let study = study(type, ranks: ranks, .positive, elements: 256)
            let all = Algorithm.all(for: .allReduce).filter { algorithm in
                algorithm.refusal(of: Request(ranks: ranks, elements: 256)) == nil
            }
            for finding in study.findings(all, over: .type) {
                let roundings = Double(finding.roundings) * unit
                // Within a step, narrow types are added in binary32; subnormals err by less.
                let bound = roundings / (1 - roundings) * 1.001
                let place: Comment = "\(finding.algorithm), \(ranks) ranks"
                #expect(finding.error.largestRelative <= bound || roundings >= 1, place)
                #expect(finding.error.meanRelative <= finding.error.largestRelative, place)
                #expect(finding.error.meanULPs <= finding.error.largestULPs, place)
            }
        }
    }

    @Test func oneRoundingIsHalfAnULP() throws {
        for type in [DataType.float16, .bfloat16, .fp8E4M3, .fp8E5M2] {
            for wire in [NumericsStudy.Wire.type, .float32] {
                let findings = study(type).findings(try algorithms("two-shot"), over: wire)
                #expect(findings[0].error.largestULPs <= 0.501, "\(type) \(wire)")
                #expect(findings[0].error.meanULPs > 0.05)
            }
        }
        // Of two doubles the sum is rounded once; a reference in double would see no error.
        let two = study(.float64, ranks: 2).findings(try algorithms("ring"), over: .type)
        #expect(two[0].error.largestULPs <= 0.5 && two[0].error.meanULPs > 0.1)
    }

    @Test func moreRoundingsAreMoreError() throws {
        let all = try algorithms("ring", "two-shot")
        for wire in NumericsStudy.Wire.allCases where wire != .float32 {
            let findings = study(.fp8E4M3, ranks: 16).findings(all, over: wire)
            let errors = findings.map(\.error.meanRelative)
            #expect(errors[0] > 2 * errors[1], "\(wire) \(errors)")
        }
        let wide = study(.fp8E4M3, ranks: 16).findings(all, over: .float32)
        #expect(wide[0].error.meanRelative == wide[1].error.meanRelative)
    }

    /// Small rows are lost under one scale for all, and kept under their own.
    @Test func scalesKeepSmallRows() throws {
        let study = study(.bfloat16, ranks: 16, .gradients, elements: 512)
        func total(_ wire: NumericsStudy.Wire) throws -> Double {
            study.findings(try algorithms("two-shot"), over: wire)[0].error.totalRelative
        }
        #expect(try total(.fp8Tensor) > 4 * total(.fp8Row))
        #expect(try total(.mxfp4) > 2 * total(.mxfp6E2M3))
        #expect(try total(.mxfp8) > 4 * total(.type))
    }

    @Test func everyReducingCollectiveIsStudied() throws {
        for collective in [Collective.allReduce, .reduceScatter, .reduce] {
            for algorithm in Algorithm.all(for: collective) {
                if algorithm.refusal(of: Request(ranks: 4, elements: 512)) != nil { continue }
                let study = study(.float16, ranks: 4, collective: collective)
                #expect(study.elements == (collective == .reduceScatter ? 512 : 256))
                for wire in NumericsStudy.Wire.allCases {
                    let finding = study.findings([algorithm], over: wire)[0]
                    #expect(finding.error.totalRelative < 0.5, "\(algorithm.name) \(wire)")
                    #expect(finding.roundings > 0)
                }
            }
        }
    }

    // MARK: - Bits

    @Test func theScheduleFixesTheBits() throws {
        let all = try algorithms("ring", "one-shot", "two-shot")
        for finding in study(.float32).findings(all, over: .type) {
            #expect(finding.unequalRanks == 0)
            switch finding.algorithm {
            case "ring": #expect(finding.shuffledShare == 0 && finding.shuffledUnequalRanks == 0)
            case "one-shot":
                #expect(finding.shuffledShare > 0.2 && finding.shuffledUnequalRanks == 7)
            default: #expect(finding.shuffledShare > 0.2 && finding.shuffledUnequalRanks == 0)
            }
        }
    }

    @Test func theSameSeedGivesTheSame() throws {
        let all = try algorithms("one-shot", "ring")
        let first = study(.fp8E5M2).findings(all, over: .mxfp8)
        let second = study(.fp8E5M2).findings(all, over: .mxfp8)
        #expect(first.map(\.error.totalRelative) == second.map(\.error.totalRelative))
        #expect(first.map(\.shuffledShare) == second.map(\.shuffledShare))
        #expect(first.map(\.overflows) == second.map(\.overflows))
    }

    // MARK: - What does not fit

    @Test func aNaNReachesEveryRank() throws {
        let ring = try algorithms("ring")
        func harm(_ type: DataType, _ wire: NumericsStudy.Wire) -> [Int] {
            let harm = study(type).findings(ring, over: wire)[0].harm
            return [harm.nanOutputs, harm.nanRanks, harm.infinityOutputs, harm.infinityRanks]
        }
        #expect(harm(.float16, .type) == [1, 8, 1, 8])
        #expect(harm(.float64, .type) == [1, 8, 1, 8])
        // FP8 saturates: the infinity has become a number.
        #expect(harm(.fp8E4M3, .type) == [1, 8, 0, 0])
        #expect(harm(.fp8E5M2, .type) == [1, 8, 0, 0])
        #expect(harm(.fp8E4M3, .float32) == [1, 8, 0, 0])
        #expect(harm(.float16, .fp8Tensor) == [1, 8, 0, 0])
        #expect(harm(.float16, .mxfp4) == [32, 8, 32, 8])
        #expect(harm(.mxfp8, .type) == [32, 8, 32, 8])
        #expect(harm(.bfloat16, .fp8Row) == [128, 8, 128, 8])
    }

    @Test func overflowsAreCounted() throws {
        let ring = try algorithms("ring")
        #expect(study(.float16, .positive).findings(ring, over: .type)[0].overflows == 0)
        // The sum of 256 magnitudes is about 204; all of E2M1 saturate above 6 / 4 of a scale.
        let four = study(.float16, .positive).findings(ring, over: .mxfp4)[0]
        #expect(four.overflows > 0)
        let tensor = study(.float16, .positive).findings(ring, over: .fp8Tensor)[0]
        #expect(tensor.overflows == 0)
    }

    @Test func wiresThatAreTheSameAreTakenOnce() {
        let all = NumericsStudy.Wire.allCases
        #expect(NumericsStudy.Wire.distinct(all, for: .bfloat16) == all)
        #expect(NumericsStudy.Wire.distinct(all, for: .float32) == all.filter { $0 != .float32 })
        #expect(NumericsStudy.Wire.distinct(all, for: .mxfp8) == all.filter { $0 != .mxfp8 })
        #expect(NumericsStudy.Wire.distinct([.mxfp8], for: .mxfp8) == [.mxfp8])
        #expect(NumericsStudy.Wire.type.bits(for: .mxfp8) == 8.25)
        #expect(NumericsStudy.Wire.type.bits(for: .float16) == 16)
    }
}
