internal import Glibc

/// A step of a Slurm job that this process runs in.
struct SlurmStep {
    /// From here on numbers stand for what is no step of `srun`: a batch script, an interactive
    /// shell, what ssh brought.
    private static let firstSpecial = 0xFFFF_FFF0

    /// JOB.STEP, as Slurm writes it.
    let name: String
    /// What other steps with the same name do not have: job numbers begin anew when a cluster is
    /// installed anew, and a job that is put back into the queue keeps its own.
    let mark: String

    /// Nil outside a step: `sbatch` sets SLURM_PROCID and SLURM_NTASKS for its script too, which
    /// is one process whatever they say.
    init?(_ variables: LaunchVariables) throws(RuntimeError) {
        guard let text = variables["SLURM_STEP_ID"] ?? variables["SLURM_STEPID"],
            let step = LaunchVariables.number(text), step < Self.firstSpecial,
            variables["SLURM_PROCID"] != nil, !SlurmTask(variables).isScript,
            let job = try variables.number(
                ["SLURM_JOB_ID", "SLURM_JOBID"],
                in: 0...Int(UInt32.max)
            )
        else { return nil }
        name = "\(job).\(step)"
        mark = ["SLURM_STEP_LAUNCHER_PORT", "SLURM_RESTART_COUNT", "SLURM_JOB_START_TIME"]
            .map { variables[$0] ?? "-" }.joined(separator: " ")
    }

    /// Which process of the step this is.
    func seat(_ variables: LaunchVariables) throws(RuntimeError) -> Seat {
        try Seat(
            rank: "SLURM_PROCID",
            ranks: ["SLURM_STEP_NUM_TASKS", "SLURM_NTASKS", "SLURM_NPROCS"],
            from: "Slurm",
            in: variables
        )
    }
}

/// The process that Slurm started here: this one, or one before it.
///
/// Where /proc does not show it, nothing is known of it, and the variables are believed.
struct SlurmTask {
    private let process: Int?

    init(_ variables: LaunchVariables) {
        process = variables["SLURM_TASK_PID"].flatMap { LaunchVariables.number($0) }
    }

    /// Whether it began with a variable (NAME=VALUE) that is therefore older than it.
    func wasStarted(with variable: String) -> Bool {
        guard let process, let text = Self.read("/proc/\(process)/environ") else { return false }
        return text.split(separator: 0).contains { $0.elementsEqual(variable.utf8) }
    }

    /// Whether it is a batch script: one that `sbatch` sent from within a step has the variables
    /// of that step, but Slurm's keeper of the script is called `slurmstepd: [JOB.batch]`.
    var isScript: Bool {
        guard let process, let status = Self.read("/proc/\(process)/status") else { return false }
        let lines = String(decoding: status, as: UTF8.self).split(separator: "\n")
        guard let line = lines.first(where: { $0.hasPrefix("PPid:") }),
            let parent = LaunchVariables.number(line.dropFirst(5).drop { $0 == "\t" || $0 == " " }),
            let keeper = Self.read("/proc/\(parent)/cmdline")
        else { return false }
        let words = String(decoding: keeper.prefix { $0 != 0 }, as: UTF8.self)
        return words.hasPrefix("slurmstepd: [")
            && [".batch]", ".interactive]", ".extern]"].contains { words.contains($0) }
    }

    private static func read(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { return nil }
        defer { close(descriptor) }
        var result: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            if count < 0 { return nil }
            if count == 0 { return result }
            result += buffer[..<count]
        }
    }
}
