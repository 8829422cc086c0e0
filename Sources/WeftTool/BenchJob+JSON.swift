internal import Collectives
internal import Measurement
internal import Text

extension BenchJob {
    var json: JSON {
        [
            "collective": .string(collective.rawValue),
            "type": .string(reduction.type.rawValue),
            "operator": .string(reduction.combining.rawValue),
            "root": .integer(Int64(root)),
            "ranks": .integer(Int64(ranks)),
            "entries": .array(
                entries.map {
                    [
                        "algorithm": .string($0.algorithm), "bytes": .integer(Int64($0.bytes)),
                        "channels": .integer(Int64($0.channels)),
                        "slices": .integer(Int64($0.slices)),
                        "radix": number($0.room.radix), "buffer": number($0.room.buffer),
                        "outstanding": number($0.room.outstanding),
                    ]
                }
            ),
            "mode": .string(mode.rawValue),
            "batchSeconds": .number(policy.batchSeconds),
            "rowSeconds": .number(policy.rowSeconds),
            "batchesMin": .integer(Int64(policy.batchesMin)),
            "iterations": number(policy.iterations),
            "warmup": number(policy.warmup),
            "isChecked": .bool(isChecked),
            "timesInPlace": .bool(timesInPlace),
            "skipsWaiting": .bool(skipsWaiting),
            "rotation": .integer(Int64(rotation)),
            "streamingFrom": .integer(Int64(streamingFrom)),
            "hosts": .array(hosts.map { .integer(Int64($0)) }),
            "rails": .integer(Int64(rails)),
        ]
    }

    private func number(_ value: Int?) -> JSON { value.map { .integer(Int64($0)) } ?? .null }

    init(reading bytes: [UInt8]) throws(TextError) {
        let reader = try JSONReader.parse(bytes, name: "the launcher's job")
        func integer(_ key: String) throws(TextError) -> Int {
            Int(try reader.required(key).integer())
        }
        func optional(_ key: String, in reader: JSONReader) throws(TextError) -> Int? {
            let part = try reader.required(key)
            return part.isNull ? nil : Int(try part.integer())
        }
        collective =
            Collective(rawValue: try reader.required("collective").string()) ?? .allReduce
        reduction = Reduction(
            DataType(rawValue: try reader.required("type").string()) ?? .float32,
            ReductionOperator(rawValue: try reader.required("operator").string()) ?? .sum
        )
        root = try integer("root")
        ranks = try integer("ranks")
        entries = []
        for part in try reader.required("entries").array() {
            entries.append(
                Entry(
                    algorithm: try part.required("algorithm").string(),
                    bytes: Int(try part.required("bytes").integer()),
                    channels: Int(try part.required("channels").integer()),
                    slices: Int(try part.required("slices").integer()),
                    room: Room(
                        radix: try optional("radix", in: part),
                        buffer: try optional("buffer", in: part),
                        outstanding: try optional("outstanding", in: part)
                    )
                )
            )
        }
        mode = Mode(rawValue: try reader.required("mode").string()) ?? .batch
        policy.batchSeconds = try reader.required("batchSeconds").number()
        policy.rowSeconds = try reader.required("rowSeconds").number()
        policy.batchesMin = try integer("batchesMin")
        policy.iterations = try optional("iterations", in: reader)
        policy.warmup = try optional("warmup", in: reader)
        isChecked = try reader.required("isChecked").bool()
        timesInPlace = try reader.required("timesInPlace").bool()
        skipsWaiting = try reader.required("skipsWaiting").bool()
        rotation = try integer("rotation")
        streamingFrom = try integer("streamingFrom")
        rails = try integer("rails")
        for part in try reader.required("hosts").array() { hosts.append(Int(try part.integer())) }
    }
}
