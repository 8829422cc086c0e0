/// Direct: everyone tells everyone that it has come.
///
/// - n ranks; slot s of a rank's scratch is for the token of rank s.
/// - Steps: 2 rounds, of which only the first crosses between ranks: the lowest latency there is.
/// - Messages: n - 1 from every rank, so for few ranks only.
/// - A token and its flag travel in one cache line.
/// - Source: the barriers of MSCCL++ and TensorRT-LLM, between GPUs that see each other's memory.
enum DirectBarrier {
    static let algorithm = Algorithm(
        "direct",
        .barrier,
        "everyone tells everyone; one exchange, for few ranks",
        blocks: { _ in 1 },
        stage: stage
    )

    static func stage(_ work: Work) -> Stage {
        var stage = OneShotAllReduce.stage(work)
        stage.usesLines = true
        return stage
    }
}
