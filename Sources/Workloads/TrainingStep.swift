public import Collectives
public import Text
public import Units

/// Equal collectives that a workload makes one after the other.
public struct CollectiveCall: Hashable, Sendable {
    /// What it is for.
    public enum Purpose: String, Sendable {
        /// Sums that a tensor-parallel layer needs to go on.
        case activations
        /// The mean gradient over the data-parallel ranks.
        case gradients
    }

    /// What it is for.
    public let purpose: Purpose
    /// What is computed.
    public let collective: Collective
    /// Bytes of each rank's vector.
    public let bytes: ByteCount
    /// Ranks that take part.
    public let ranks: Int
    /// From one of these ranks to the next, among all ranks of the job.
    public let stride: Int
    /// How often it is made in a step.
    public let count: Int
}

/// One step of training with data and tensor parallelism.
///
/// Tensor-parallel ranks are neighbours; those that hold the same part of the model are
/// `tensorParallel` apart.
public struct TrainingStep: Hashable, Sendable {
    /// What is trained.
    public let model: ModelShape
    /// Bytes of a gradient as it is sent.
    public let gradientBytes: Int
    /// Copies of the model.
    public let dataParallel: Int
    /// Ranks that share each layer of a copy.
    public let tensorParallel: Int
    /// Gradients are sent as soon as so many bytes are there.
    public let bucket: ByteCount
    /// Tokens that a copy takes through the model in a step; 0 where no layer is shared.
    public let tokens: Int
    /// Bytes of an activation as it is sent; 0 where no layer is shared.
    public let activationBytes: Int

    /// Reads a step from a JSON5 text; `name` is the file's path, or what else to call it.
    public init(parsing text: String, name: String) throws(TextError) {
        let reader = try JSONReader.parse(text, name: name)
        try reader.allow(only: [
            "model", "gradientBytes", "dataParallel", "tensorParallel", "bucket", "tokens",
            "activationBytes",
        ])
        model = try ModelShape(reading: reader.required("model"))
        gradientBytes = try reader.required("gradientBytes").count(upTo: 8)
        dataParallel = try reader.required("dataParallel").count(upTo: 1 << 30)
        tensorParallel = try reader.required("tensorParallel").count(upTo: 1 << 30)
        let bucket = try reader.required("bucket")
        self.bucket = try bucket.size()
        guard self.bucket.bytes > 0, self.bucket.bytes % gradientBytes == 0 else {
            throw bucket.error("a bucket holds whole gradients of \(gradientBytes) bytes")
        }
        if tensorParallel > 1 {
            tokens = try reader.required("tokens").count(upTo: 1 << 32)
            activationBytes = try reader.required("activationBytes").count(upTo: 8)
        } else {
            for key in ["tokens", "activationBytes"] {
                if let value = try reader.optional(key) {
                    throw value.error("no layer is shared, so no activations are sent")
                }
            }
            tokens = 0
            activationBytes = 0
        }
    }

    /// How many ranks there are.
    public var ranks: Int { dataParallel * tensorParallel }

    /// Bytes of all gradients that one rank holds: its share of the model, as if the norms were
    /// shared like the rest (they are less than a part in ten thousand of it).
    public var gradients: ByteCount {
        ByteCount((model.parameters + tensorParallel - 1) / tensorParallel * gradientBytes)
    }

    /// The collectives of a step, as each rank makes them.
    ///
    /// A tensor-parallel layer sums its activations twice on the way forward and twice on the way
    /// back (Megatron-LM, arXiv:1909.08053, section 3). Gradients are summed in buckets; the last
    /// one is what is left.
    public var calls: [CollectiveCall] {
        var calls: [CollectiveCall] = []
        if tensorParallel > 1 {
            calls.append(
                CollectiveCall(
                    purpose: .activations,
                    collective: .allReduce,
                    bytes: ByteCount(tokens * model.width * activationBytes),
                    ranks: tensorParallel,
                    stride: 1,
                    count: 4 * model.layers
                )
            )
        }
        if dataParallel > 1 {
            let (full, rest) = gradients.bytes.quotientAndRemainder(dividingBy: bucket.bytes)
            for (bytes, count) in [(bucket.bytes, full), (rest, 1)] where bytes * count > 0 {
                calls.append(
                    CollectiveCall(
                        purpose: .gradients,
                        collective: .allReduce,
                        bytes: ByteCount(bytes),
                        ranks: dataParallel,
                        stride: tensorParallel,
                        count: count
                    )
                )
            }
        }
        return calls
    }

    /// What all collectives of a step take, one after the other, if `duration` says what one of a
    /// call takes; nil when it is more than picoseconds can count.
    public func communication<Failure>(
        _ duration: (CollectiveCall) throws(Failure) -> Picoseconds
    ) throws(Failure) -> Picoseconds? {
        var sum: Int128 = 0
        for call in calls { sum += Int128(try duration(call).count) * Int128(call.count) }
        return Int(exactly: sum).map { Picoseconds($0) }
    }
}

extension JSONReader {
    /// A size with its unit.
    fileprivate func size() throws(TextError) -> ByteCount {
        let text = try string()
        do {
            return try ByteCount(parsing: text)
        } catch {
            throw self.error(error.description)
        }
    }
}
