extension Algorithm {
    /// What it costs, nil for an algorithm that nobody has worked out; a test expects none.
    ///
    /// Of two-level algorithms, with the levels that they use unless a request says otherwise.
    public var cost: AlgorithmCost? { AlgorithmCost.table[collective]?[name] }
}

extension AlgorithmCost {
    /// Every algorithm's cost: what `weft algorithms` and docs/ALGORITHMS.md tell, and what tests
    /// hold against the schedules.
    static let table: [Collective: [String: AlgorithmCost]] = [
        .allReduce: allReduce,
        .reduceScatter: reduceScatter,
        .allGather: allGather,
        .allGatherV: allGather,
        .allToAll: allToAll,
        .allToAllV: allToAll,
        .broadcast: broadcast,
        .reduce: reduce,
        .gather: gather,
        .scatter: scatter,
        .sendReceive: ["direct": .init("1", "S", "0")],
        .barrier: barrier,
    ]

    /// What the first of a k-nomial tree's ranks has to tell: one message to each child.
    private static let children = "(k - 1) log(k, q) + ceil(n/q) - 1"
    private static let upAndDown: CostFormula = "2 ceil(log(k, n)) - 1"
    /// The largest subtree of a k-nomial tree but the whole.
    private static let subtree = "max(q/k, min(q, n - q))"

    private static let allReduce: [String: AlgorithmCost] = [
        "ring": .init("2 (n - 1)", "2 (n - 1)/n S", "0"),
        "one-shot": .init("1", "(n - 1) S", "n S"),
        "two-shot": .init("1", "2 (n - 1)/n S", "0"),
        "bidirectional-ring": .init("2 (n - 1)", "2 (n - 1)/n S", "0"),
        "recursive-doubling": .init(
            "floor(log(k, n)) + [n ≥ 2 p]",
            .atMost("((k - 1) floor(log(k, n)) + floor(n/p) - 1 + k [n > p]) S"),
            "min(2, floor(log(k, n)) + [n ≥ 2 p] - 1) S"
        ),
        "halving-doubling": .init(
            "2 log2(p)",
            "(2 (p - 1)/p + [n > p]/2 + [n > 3 p/2]/2) S",
            "0"
        ),
        "tree": .init("2 ceil(log(k, n))", "(\(children)) S", "0"),
        "double-tree": .init("2 ceil(log2(n))", "min(2, n/2) S", "0"),
        "chain": .init("2 (n - 1)", "min(2, n - 1) S", "0"),
        "two-level": .init("2 [g > 1] + 2 (m - 1)", "2 (n - 1)/n S", "0"),
        "rail-ring": .init("2 (g - 1) + 2 (m - 1)", "2 (n - 1)/n S", "0"),
        "sharp-llt": .init(upAndDown, "S", "[n > k] min(S, B)"),
        "sharp-sat": .init(upAndDown, "S", "[n > k] min(S, B)"),
        "nvls": .init("2 n", "(n + 1)/n S", "0"),
        "nvls-tree": .init(
            .atMost("2 g [g > 1] + 2 ceil(log2(m))"),
            "([g > 1] (1 + 1/g) + [m > 1] min(2, m/2)/g) S",
            "0"
        ),
        "nvls-sharp": .init(
            .atMost("2 g [g > 1] + [m > 1] (2 ceil(log(k, m)) - 1)"),
            "([g > 1] (1 + 1/g) + [m > 1]/g) S",
            "[m > k] min(S/g, B)"
        ),
    ]

    private static let reduceScatter: [String: AlgorithmCost] = [
        "ring": .init("n - 1", "(n - 1) S", "[n > 2] 2 S"),
        "bidirectional-ring": .init("n - 1", "(n - 1) S", "[n > 2] 2 S"),
        "recursive-halving": .init("log2(n)", "(n - 1) S", "[n > 2] n/2 S"),
        "bruck": .init(
            "ceil(log(k, n)) + [n > 2 q] [n mod q > 0]",
            "(n - 1) S",
            "[n > k] q S"
        ),
        "pat": .init(
            .atMost("w/2 + [c > 1] log2(w) + [c > w] (ceil(log2(c)) - 1)"),
            "(n - 1) S",
            "((log2(w) - 1) c + [c > 1] [c ≤ w] c + [c > w] n) S"
        ),
        "direct": .init("1", "(n - 1) S", "0"),
        "one-shot": .init("n - 1", "(n - 1) S", "n S"),
        "two-level": .init(
            "[g > 1] + m - 1",
            "(n - 1) S",
            "[g > 1] [m > 1] m S + [m > 2] 2 S"
        ),
        "sharp-sat": .init("n + ceil(log(k, n)) - 1", "n S", "[n > k] min(n S, B)"),
        "nvls": .init("n", "n S", "0"),
    ]

    private static let allGather: [String: AlgorithmCost] = [
        "ring": .init("n - 1", "(n - 1) S", "0"),
        "bidirectional-ring": .init("n - 1", "(n - 1) S", "0"),
        "recursive-doubling": .init("log2(n)", "(n - 1) S", "0"),
        "bruck": .init("ceil(log(k, n)) + [n > 2 q] [n mod q > 0]", "(n - 1) S", "0"),
        "pat": .init(
            .atMost("floor((n - 1 + (a - 1) ceil(log2(n)))/a)"),
            "(n - 1) S",
            "0"
        ),
        "direct": .init("1", "(n - 1) S", "0"),
        "one-shot": .init("1", "(n - 1) S", "n S"),
        "two-level": .init("[g > 1] + m - 1", "(n - 1) S", "0"),
        "sharp-sat": .init("n + ceil(log(k, n)) - 1", "S", "[n > k] min(n S, B)"),
        "nvls": .init("n", "S", "0"),
    ]

    private static let allToAll: [String: AlgorithmCost] = [
        "linear": .init("n - 1", "(n - 1) S", "0"),
        "one-shot": .init("n - 1", "(n - 1) S", "n S"),
        "pairwise": .init("n - 1", "(n - 1) S", "0"),
        "pairwise-xor": .init("n - 1", "(n - 1) S", "0"),
        "bruck": .init(
            CostFormula(stringLiteral: children),
            .atMost("(k - 1) ceil(log(k, n)) ceil(n/k) S"),
            "[n > k] n S"
        ),
        "hierarchical": .init(
            "[g = 1] (n - 1) + [g > 1] [m ≥ g] 2 m + [g > m] (g max(1, m - 1) + 1)",
            "((m - 1) g^2 + (g - 1) n) S",
            "[g > 1] 2 g n S"
        ),
        "rail-aligned": .init(
            "g + m - 2",
            "((g - 1) m + (m - 1) g) S",
            "[g > 1] [m > 1] n S"
        ),
    ]

    private static let broadcast: [String: AlgorithmCost] = [
        "tree": .init("ceil(log(k, n))", "(\(children)) S", "0"),
        "chain": .init("n - 1", "S", "0"),
        "one-shot": .init("1", "(n - 1) S", "S"),
        "direct": .init("1", "(n - 1) S", "0"),
        "double-tree": .init("ceil(log2(n))", "S", "0"),
        "scatter-allgather": .init("ceil(log2(n)) + n - 1", "2 (n - 1)/n S", "0"),
        "two-level": .init(
            "ceil(log(k, m)) + [g > 1]",
            .atMost("((k - 1) ceil(log(k, m)) + g - 1) S"),
            "0"
        ),
        "sharp-llt": .init(upAndDown, "S", "[n > k] min(S, B)"),
        "sharp-sat": .init(upAndDown, "S", "[n > k] min(S, B)"),
        "nvls": .init("1", "S", "0"),
    ]

    private static let reduce: [String: AlgorithmCost] = [
        "tree": .init("ceil(log(k, n))", "S", "[n > k] S"),
        "chain": .init("n - 1", "S", "[n > 2] S"),
        "one-shot": .init("1", "S", "n S"),
        "direct": .init("1", "S", "0"),
        "double-tree": .init("ceil(log2(n))", "S", "[n > 2] S"),
        "two-level": .init(
            "[g > 1] + ceil(log(k, m))",
            "S",
            "([g > 1] [m > 1] + [m > k]) S"
        ),
        "sharp-llt": .init("ceil(log(k, n))", "S", "[n > k] min(S, B)"),
        "sharp-sat": .init("ceil(log(k, n))", "S", "[n > k] min(S, B)"),
        "nvls": .init("1", "S", "0"),
    ]

    private static let gather: [String: AlgorithmCost] = [
        "direct": .init("1", "S", "0"),
        "one-shot": .init("1", "S", "n S"),
        "tree": .init(
            .atMost("ceil(log(k, n)) + 1"),
            "max(1, \(subtree)) S",
            "[n > k] \(subtree) S"
        ),
        "two-level": .init(
            .atMost("[g > 1] + ceil(log(k, m)) + 1"),
            .atMost("max(1, n/2) S"),
            .atMost("([g > 1] [m > 1] g + [m > k] n/2) S")
        ),
    ]

    private static let scatter: [String: AlgorithmCost] = [
        "direct": .init("1", "(n - 1) S", "0"),
        "one-shot": .init("n - 1", "(n - 1) S", "S"),
        "tree": .init(
            .atMost("ceil(log(k, n)) + 1"),
            "(n - 1) S",
            "[n > k] \(subtree) S"
        ),
        "two-level": .init(
            .atMost("[g > 1] + ceil(log(k, m)) + 1"),
            "(n - 1) S",
            .atMost("([g > 1] [m > 1] g + [m > k] n/2) S")
        ),
    ]

    /// A token takes a cache line of 64 bytes in memory.
    private static let barrier: [String: AlgorithmCost] = [
        "dissemination": .init("ceil(log(k, n))", "(\(children)) S", "64 (\(children))"),
        "tree": .init("2 ceil(log(k, n))", "(\(children)) S", "0"),
        "direct": .init("1", "(n - 1) S", "64 n"),
        "two-level": .init(
            "2 ceil(log(k, g)) + ceil(log(k, m))",
            .atMost("(k - 1) (ceil(log(k, g)) + ceil(log(k, m))) S"),
            .atMost("64 ((k - 1) ceil(log(k, m)) + 2)")
        ),
        "sharp-llt": .init(upAndDown, "S", "64 [n > k]"),
    ]
}
