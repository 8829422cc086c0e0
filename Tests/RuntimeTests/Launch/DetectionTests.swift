import Runtime
import TestSupport
import Testing

/// What variables say about who started this process.
@Suite struct DetectionTests {
    private static let token = "0123456789abcdef"

    private func detect(_ text: String) throws(RuntimeError) -> ProcessManager? {
        try ProcessManager.detect(in: LaunchVariables(variables(text)))
    }

    /// `A=1 B=2` as variables.
    private func variables(_ text: String) -> [String: String] {
        var result: [String: String] = [:]
        for word in text.split(separator: " ") {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            result[String(parts[0])] = String(parts[1])
        }
        return result
    }

    @Test(arguments: [
        "",
        "RANK=3",
        "WORLD_SIZE=4",
        "RANK=0 WORLD_SIZE=1",
        "RANK= WORLD_SIZE=",
        "JOB_COMPLETION_INDEX=3",
        "WEFT_RANKS=4 WEFT_HEAD=h:1",
        "JOB_COMPLETION_INDEX=0 WEFT_RANKS=1",
        // sbatch's variables for its script, also as later versions and interactive jobs have them.
        "SLURM_JOB_ID=4 SLURM_PROCID=0 SLURM_NTASKS=3",
        "SLURM_JOB_ID=4 SLURM_PROCID=0 SLURM_NTASKS=3 SLURM_STEP_ID=batch",
        "SLURM_JOB_ID=4 SLURM_PROCID=0 SLURM_NTASKS=3 SLURM_STEP_ID=4294967291",
        "SLURM_JOB_ID=4 SLURM_PROCID=0 SLURM_NTASKS=3 SLURM_STEP_ID=4294967290",
        // salloc's.
        "SLURM_JOB_ID=4 SLURM_NTASKS=3",
        // A step of one process in a job for many.
        "SLURM_JOB_ID=4 SLURM_STEP_ID=0 SLURM_PROCID=0 SLURM_STEP_NUM_TASKS=1 SLURM_NTASKS=8",
        // Nothing is open there.
        "PMI_FD=1000000 PMI_RANK=0 PMI_SIZE=4",
        // Standard input is not a socket.
        "PMI_RANK=0 PMI_SIZE=4",
        // Another step's.
        "PMIX_NAMESPACE=slurm.pmix.3.0 PMIX_RANK=0",
    ])
    func aPlainRun(_ text: String) throws {
        #expect(try detect(text) == nil)
    }

    @Test func torchrunSaysWhereToMeet() throws {
        let common =
            "RANK=2 WORLD_SIZE=4 LOCAL_RANK=0 LOCAL_WORLD_SIZE=2 "
            + "MASTER_ADDR=node-1.example MASTER_PORT=29500 WEFT_TOKEN=\(Self.token)"
        let manager = try #require(try detect(common))
        #expect(manager.name == "torchrun")
        #expect(manager.rank == 2)
        #expect(manager.ranks == 4)
        let address = try Address("node-1.example:29500", in: "X")
        #expect(manager.meeting == .known(address, token: Self.token))
        // torchrun listens there itself.
        let store = try #require(
            try detect("\(common) TORCHELASTIC_RUN_ID=x TORCHELASTIC_USE_AGENT_STORE=True")
        )
        let next = try Address("node-1.example:29501", in: "X")
        #expect(store.meeting == .known(next, token: Self.token))
    }

    /// `srun torchrun weft`: torchrun started this, whatever Slurm says of torchrun.
    @Test func torchrunWithinSlurm() throws {
        let slurm = "SLURM_JOB_ID=4 SLURM_STEP_ID=0 SLURM_PROCID=1 SLURM_STEP_NUM_TASKS=2"
        let torchrun = "RANK=5 WORLD_SIZE=16 MASTER_ADDR=h MASTER_PORT=9 TORCHELASTIC_RUN_ID=x"
        let manager = try #require(try detect("\(slurm) \(torchrun) WEFT_TOKEN=\(Self.token)"))
        #expect(manager.name == "torchrun")
        #expect(manager.ranks == 16)
        // Without torchrun's mark these are somebody's script's.
        let script = "RANK=1 WORLD_SIZE=2 MASTER_ADDR=h MASTER_PORT=9 XDG_STATE_HOME=/nowhere"
        #expect(try detect("\(slurm) \(script)")?.name == "Slurm")
    }

    @Test func kubernetesIsToldWhereToMeet() throws {
        let manager = try #require(
            try detect(
                "JOB_COMPLETION_INDEX=1 WEFT_RANKS=2 WEFT_HEAD=weft-0.weft:4711 "
                    + "WEFT_TOKEN=\(Self.token)"
            )
        )
        #expect(manager.name == "Kubernetes")
        #expect(manager.rank == 1)
        let address = try Address("weft-0.weft:4711", in: "X")
        #expect(manager.meeting == .known(address, token: Self.token))
    }

    @Test(arguments: [
        ("RANK=x WORLD_SIZE=4", "the variable RANK is 'x', but should be a whole number"),
        ("RANK=-1 WORLD_SIZE=4", "the variable RANK is '-1'"),
        ("RANK=1 WORLD_SIZE=0", "the variable WORLD_SIZE is '0'"),
        ("RANK=1 WORLD_SIZE=99999999999999999999", "the variable WORLD_SIZE is '9999"),
        ("RANK=4 WORLD_SIZE=4", "torchrun says that this is process 4 of 4"),
        ("RANK=1 WORLD_SIZE=4", "MASTER_ADDR is not set"),
        ("RANK=1 WORLD_SIZE=4 MASTER_ADDR=h", "MASTER_PORT is not set"),
        ("RANK=1 WORLD_SIZE=4 MASTER_ADDR=h MASTER_PORT=0", "the variable MASTER_PORT is '0'"),
        ("RANK=1 WORLD_SIZE=4 MASTER_ADDR=h MASTER_PORT=1", "WEFT_TOKEN is not set"),
        ("RANK=1 WORLD_SIZE=4 MASTER_ADDR=a;b MASTER_PORT=1 WEFT_TOKEN=\(token)", "no host: 'a;b'"),
        ("RANK=1 WORLD_SIZE=4 WEFT_HEAD=h WEFT_TOKEN=\(token)", "but should be host:port"),
        ("RANK=1 WORLD_SIZE=4 WEFT_HEAD=::1:5 WEFT_TOKEN=\(token)", "needs brackets: [::1]:port"),
        ("RANK=1 WORLD_SIZE=4 WEFT_HEAD=h:0 WEFT_TOKEN=\(token)", "names port 0"),
        ("RANK=1 WORLD_SIZE=4 WEFT_HEAD=:1 WEFT_TOKEN=\(token)", "names no host: ''"),
        ("RANK=1 WORLD_SIZE=4 WEFT_HEAD=h:1 WEFT_TOKEN=short", "16 to 256 visible characters"),
        ("JOB_COMPLETION_INDEX=1 WEFT_RANKS=2", "WEFT_HEAD is not set; set it to"),
        ("JOB_COMPLETION_INDEX=2 WEFT_RANKS=2", "process 2 of 2"),
        ("SLURM_JOB_ID=4 SLURM_STEP_ID=0 SLURM_PROCID=x", "the variable SLURM_PROCID is 'x'"),
        ("SLURM_JOB_ID=4 SLURM_STEP_ID=0 SLURM_PROCID=1", "SLURM_STEP_NUM_TASKS or SLURM_NTASKS"),
        ("SLURM_JOB_ID=../x SLURM_STEP_ID=0 SLURM_PROCID=1", "the variable SLURM_JOB_ID is '../x'"),
        ("SLURM_JOB_ID=4 SLURM_STEP_ID=0 SLURM_PROCID=0 SLURM_NTASKS=2", "HOME or XDG_STATE_HOME"),
        ("PMI_FD=x", "the variable PMI_FD is 'x'"),
        ("PMIX_NAMESPACE=a PMIX_RANK=4294967294", "the variable PMIX_RANK is '4294967294'"),
    ])
    func whatIsWrongIsSaid(_ text: String, _ sentence: String) {
        let error = #expect(throws: RuntimeError.self) { try detect(text) }
        #expect(error?.description.contains(sentence) == true, "\(error?.description ?? "")")
    }

    /// Whatever is in the variables, there is an answer or a sentence that a terminal can show.
    @Test func foreignValues() {
        let names = [
            "SLURM_JOB_ID", "SLURM_STEP_ID", "SLURM_PROCID", "SLURM_STEP_NUM_TASKS",
            "SLURM_NTASKS", "SLURM_TASK_PID", "SLURM_CLUSTER_NAME", "SLURM_STEP_LAUNCHER_PORT",
            "RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT", "TORCHELASTIC_RUN_ID",
            "JOB_COMPLETION_INDEX", "WEFT_RANKS", "WEFT_HEAD", "WEFT_TOKEN", "PMI_FD",
            "PMI_RANK", "PMI_SIZE", "PMI_JOBID", "XDG_STATE_HOME", "HOME",
        ]
        let values = [
            "", "0", "1", "2", "3", "-1", "+1", " 1", "1 ", "00", "4294967295", "4294967296",
            "9223372036854775807", "9223372036854775808", "1e3", "0x1", "batch", "::1:80",
            "[::1]:80", "h:80", "h:", ":", "\u{1B}[2J", "\n", "ä", "\u{202E}", "../../x", "/", "//",
            "/nowhere", String(repeating: "9", count: 5000), Self.token, "$(id)", "%s%n", "'",
        ]
        let likely = ["0", "1", "2", "3", "h:80", "/nowhere", Self.token]
        var random = SeededRandom(seed: 1)
        var found = 0
        var refused = 0
        for _ in 0..<20_000 {
            var variables: [String: String] = [:]
            let launcher = random.below(3)
            for (index, name) in names.enumerated() where random.below(8) > 0 {
                // One launcher more often than several, and mostly values of the right kind: else
                // nearly none would come beyond the first variable.
                let group = index < 8 ? 0 : index < 13 ? 1 : index < 15 ? 2 : launcher
                if group != launcher && random.below(20) > 0 { continue }
                let some = random.below(20) > 0 ? likely : values
                variables[name] = some[random.below(some.count)]
            }
            // None of this process's descriptors, which others use.
            variables["PMI_FD"] = variables["PMI_FD"].map { Int($0) == nil ? $0 : "1000000" }
            do {
                guard let manager = try ProcessManager.detect(in: LaunchVariables(variables))
                else { continue }
                #expect((0..<manager.ranks).contains(manager.rank) && manager.ranks > 1)
                found += 1
            } catch {
                let isShown = error.description.unicodeScalars.allSatisfy {
                    $0 == "…" || $0.value >= 0x20 && $0.value < 0x7F
                }
                #expect(isShown && error.description.utf8.count < 400, "\(error)")
                refused += 1
            }
        }
        #expect(found > 10 && refused > 1000, "\(found) found, \(refused) refused")
    }
}
