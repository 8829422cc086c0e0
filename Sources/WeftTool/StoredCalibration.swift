internal import Measurement
internal import Models
internal import Text

/// A calibration as it lies in the user's state folder: the parameters, where and when they were
/// found, and what they were found from.
struct StoredCalibration {
    static let schema = "weft-calibration-1"

    var model: MachineModel
    var machine: String
    var boot: String
    var date: String
    /// What was measured, and how far the fit is off.
    var points: [Point]

    struct Point {
        var algorithm: String
        var bytes: Int
        var microseconds: Double
        var predicted: Double
        var isFitted: Bool
    }

    static var path: String { StateFile.path("calibration.json") }

    /// The stored calibration, nil when there is none; an error when it can't be read.
    static func load() throws(TextError) -> StoredCalibration? {
        let path = path
        guard let bytes = try StateFile.read(path) else { return nil }
        return try StoredCalibration(reading: bytes, name: path)
    }

    /// Stores it.
    func save() throws(TextError) {
        try StateFile.write(json.serialized(pretty: true) + "\n", to: Self.path)
    }

    /// What makes the calibration doubtful here and now; nil if nothing does.
    func doubts(on machine: MachineContext, ranks: Int) -> [String] {
        var doubts: [String] = []
        if machine.identity != self.machine {
            doubts.append("the calibration is of another machine (\(self.machine))")
        } else if machine.boot != boot {
            doubts.append("the calibration of \(date) is older than this machine's start")
        }
        if ranks != model.ranks {
            doubts.append("the calibration was made with \(model.ranks) ranks, not \(ranks)")
        }
        return doubts
    }

    var json: JSON {
        func curve(_ curve: MachineModel.Curve) -> JSON {
            .array(
                zip(curve.footprints, curve.values).map { footprint, value in
                    ["footprint": .integer(Int64(footprint)), "seconds": .number(value)]
                }
            )
        }
        return [
            "schema": .string(Self.schema),
            "machine": .string(machine),
            "boot": .string(boot),
            "date": .string(date),
            "ranks": .integer(Int64(model.ranks)),
            "uncertainty": .number(model.uncertainty),
            "exchangeSeconds": .number(model.exchange),
            "referenceSeconds": .number(model.reference),
            "cachedFootprint": .number(model.cachedFootprint),
            "operationSeconds": .number(model.operation),
            "stepSeconds": .number(model.step),
            "linedByteSeconds": .number(model.linedByte),
            "byteSeconds": curve(model.byte),
            "contendedByteSeconds": curve(model.contendedByte),
            "points": .array(
                points.map {
                    [
                        "algorithm": .string($0.algorithm), "bytes": .integer(Int64($0.bytes)),
                        "microseconds": .number($0.microseconds),
                        "predicted": .number($0.predicted), "isFitted": .bool($0.isFitted),
                    ]
                }
            ),
        ]
    }

    init(
        model: MachineModel,
        machine: MachineContext,
        date: String,
        points: [Point]
    ) {
        self.model = model
        self.machine = machine.identity
        self.boot = machine.boot
        self.date = date
        self.points = points
    }

    init(reading bytes: [UInt8], name: String) throws(TextError) {
        let reader = try JSONReader.parse(bytes, name: name)
        func positive(_ reader: JSONReader) throws(TextError) -> Double {
            let value = try reader.number()
            guard value > 0, value.isFinite else { throw reader.error("expected more than zero") }
            return value
        }
        func curve(_ key: String) throws(TextError) -> MachineModel.Curve {
            let part = try reader.required(key)
            var footprints: [Double] = []
            var values: [Double] = []
            for point in try part.array() {
                footprints.append(try positive(try point.required("footprint")))
                values.append(try positive(try point.required("seconds")))
            }
            guard !footprints.isEmpty, footprints == footprints.sorted() else {
                throw part.error("expected points with growing footprints")
            }
            return MachineModel.Curve(footprints: footprints, values: values)
        }
        let schema = try reader.required("schema")
        guard try schema.string() == Self.schema else {
            throw schema.error("expected \"\(Self.schema)\"; run 'weft calibrate' anew")
        }
        machine = try reader.required("machine").string()
        boot = try reader.required("boot").string()
        date = try reader.required("date").string()
        model = MachineModel(
            exchange: try positive(try reader.required("exchangeSeconds")),
            operation: try positive(try reader.required("operationSeconds")),
            step: try positive(try reader.required("stepSeconds")),
            linedByte: try positive(try reader.required("linedByteSeconds")),
            byte: try curve("byteSeconds"),
            contendedByte: try curve("contendedByteSeconds"),
            uncertainty: try positive(try reader.required("uncertainty")),
            ranks: Int(try reader.required("ranks").integer()),
            reference: try positive(try reader.required("referenceSeconds")),
            cachedFootprint: try reader.required("cachedFootprint").number()
        )
        points = []
        for point in try reader.required("points").array() {
            points.append(
                Point(
                    algorithm: try point.required("algorithm").string(),
                    bytes: Int(try point.required("bytes").integer()),
                    microseconds: try point.required("microseconds").number(),
                    predicted: try point.required("predicted").number(),
                    isFitted: try point.required("isFitted").bool()
                )
            )
        }
    }
}
