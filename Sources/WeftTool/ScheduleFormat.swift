internal import Collectives

/// The forms in which schedules are exchanged.
enum ScheduleFormat: String, CaseIterable {
    /// What Microsoft's and AMD's runtimes read.
    case msccl
    /// What LogGOPSim reads.
    case goal
    /// weft's own.
    case json

    /// The schedule in this form.
    func text(_ schedule: Schedule) throws(ExchangeError) -> String {
        switch self {
        case .msccl: try schedule.mscclXML()
        case .goal: try schedule.goal()
        case .json: schedule.json()
        }
    }

    /// The form of a file that holds a schedule: XML begins with an angle bracket, JSON never does.
    static func of(_ bytes: [UInt8]) -> ScheduleFormat {
        let isBlank: (UInt8) -> Bool = { $0 <= 0x20 || $0 >= 0x80 }
        return bytes.first { !isBlank($0) } == UInt8(ascii: "<") ? .msccl : .json
    }
}
