/// Finds out from its variables who started this process.
///
/// Launchers start each other, and variables are inherited: `srun torchrun weft`, `mpirun` in an
/// `sbatch` script, `srun` in a job of `mpirun -n 1`. So the nearest launcher is looked for, and
/// what can't have been inherited is asked first:
///
/// 1. torchrun's own mark: it starts the processes that do the work, which start no launchers.
/// 2. PMI (MPICH, Slurm's `pmi2`): an open descriptor is inherited by children only.
/// 3. PMIx (Open MPI, Slurm's `pmix`), unless Slurm started this task with the variables in place.
/// 4. Slurm's own variables, in a step; a batch script is none.
/// 5. RANK and WORLD_SIZE, which anybody can set, then Kubernetes' index.
///
/// The first that is there decides, also when it says that there is one process only.
struct Detection {
    /// A launcher that was found.
    struct Found {
        let name: String
        let seat: Seat
        var channel: (any Channel)?
        /// Where all meet, when the launcher says so.
        var address: Address?
    }

    let variables: LaunchVariables
    let deadline: Deadline

    init(_ variables: LaunchVariables, _ deadline: Deadline) {
        self.variables = variables
        self.deadline = deadline
    }

    func run() throws(RuntimeError) -> Found? {
        let step = try SlurmStep(variables)
        let task = SlurmTask(variables)
        if let mark = variables["TORCHELASTIC_RUN_ID"],
            !task.wasStarted(with: "TORCHELASTIC_RUN_ID=\(mark)")
        {
            return try torchrun()
        }
        if let found = try pmi(step) { return found }
        if let found = try pmix(step, task) { return found }
        if let step { return try slurm(step) }
        if variables["RANK"] != nil && variables["WORLD_SIZE"] != nil { return try torchrun() }
        return try kubernetes()
    }

    private func pmi(_ step: SlurmStep?) throws(RuntimeError) -> Found? {
        guard let number = try variables.number("PMI_FD", in: 0...Int(Int32.max)),
            PMIChannel.isOpen(Int32(number))
        else { return nil }
        var name = "PMI"
        if variables["HYDI_CONTROL_FD"] != nil || variables["MPI_LOCALNRANKS"] != nil {
            name = "MPICH (PMI)"
        } else if let step, variables["PMI_JOBID"] == step.name {
            name = "Slurm (PMI-2)"
        }
        let seat = try Seat(rank: "PMI_RANK", ranks: ["PMI_SIZE"], from: name, in: variables)
        let channel = PMIChannel(descriptor: Int32(number), launcher: name)
        return Found(name: name, seat: seat, channel: channel)
    }

    private func pmix(_ step: SlurmStep?, _ task: SlurmTask) throws(RuntimeError) -> Found? {
        guard let space = variables["PMIX_NAMESPACE"], variables["PMIX_RANK"] != nil else {
            return nil
        }
        let isSlurm = space.hasPrefix("slurm.pmix.")
        let isLeftOver =
            isSlurm
            ? space != step.map { "slurm.pmix.\($0.name)" }
            : task.wasStarted(with: "PMIX_NAMESPACE=\(space)")
        if isLeftOver { return nil }
        let isOpenMPI = variables["OMPI_COMM_WORLD_RANK"] != nil
        let name = isSlurm ? "Slurm (PMIx)" : isOpenMPI ? "Open MPI (PMIx)" : "PMIx"
        let most = Seat.most - 1
        guard let rank = try variables.number("PMIX_RANK", in: 0...most) else { return nil }
        if let channel = try PMIxChannel(launcher: name, within: deadline) {
            guard channel.seat.rank == rank else {
                throw RuntimeError(
                    "\(name) says that this is process \(channel.seat.rank), but the variable "
                        + "PMIX_RANK says \(rank)"
                )
            }
            return Found(name: name, seat: channel.seat, channel: channel)
        }
        // Without the library Slurm's own variables do.
        if isSlurm { return nil }
        return try withoutLibrary(name, space)
    }

    /// Open MPI may have its own copy of the library where nobody else finds it.
    private func withoutLibrary(_ name: String, _ space: String) throws(RuntimeError) -> Found {
        guard variables["OMPI_COMM_WORLD_SIZE"] != nil else {
            throw RuntimeError(
                "\(name) started this process, but libpmix.so.2 can't be loaded to speak with it; "
                    + "install it (in Debian: libpmix2), or name its folder in LD_LIBRARY_PATH"
            )
        }
        let seat = try Seat(
            rank: "PMIX_RANK",
            ranks: ["OMPI_COMM_WORLD_SIZE"],
            from: "Open MPI",
            in: variables
        )
        if seat.ranks == 1 || variables["WEFT_HEAD"] != nil {
            return Found(name: "Open MPI", seat: seat)
        }
        let channel = try FileChannel(
            name: "openmpi-\(space)",
            mark: variables["OMPI_MCA_orte_hnp_uri"] ?? space,
            launcher: "Open MPI",
            variables: variables
        )
        return Found(name: "Open MPI", seat: seat, channel: channel)
    }

    private func slurm(_ step: SlurmStep) throws(RuntimeError) -> Found {
        let seat = try step.seat(variables)
        if seat.ranks == 1 || variables["WEFT_HEAD"] != nil {
            return Found(name: "Slurm", seat: seat)
        }
        let channel = try FileChannel(
            name: "slurm-\(variables["SLURM_CLUSTER_NAME"] ?? "cluster")-\(step.name)",
            mark: step.mark,
            launcher: "Slurm",
            variables: variables
        )
        return Found(name: "Slurm", seat: seat, channel: channel)
    }

    private func torchrun() throws(RuntimeError) -> Found {
        let name = "torchrun"
        let seat = try Seat(rank: "RANK", ranks: ["WORLD_SIZE"], from: name, in: variables)
        if seat.ranks == 1 || variables["WEFT_HEAD"] != nil {
            return Found(name: name, seat: seat)
        }
        let host = try variables.required("MASTER_ADDR", for: name)
        guard let port = try variables.number("MASTER_PORT", in: 1...65535) else {
            throw RuntimeError("\(name) started this process, but MASTER_PORT is not set")
        }
        // torchrun may listen at that port itself, for those who use its store: then it says so.
        let isTaken = variables["TORCHELASTIC_USE_AGENT_STORE"] == "True"
        let free = !isTaken ? port : port < 65535 ? port + 1 : port - 1
        return Found(
            name: name,
            seat: seat,
            address: try Address(
                host: host,
                port: free,
                in: "the variable MASTER_ADDR"
            )
        )
    }

    private func kubernetes() throws(RuntimeError) -> Found? {
        // A job with an index for each run, not for each rank, has no WEFT_RANKS.
        guard variables["JOB_COMPLETION_INDEX"] != nil, variables["WEFT_RANKS"] != nil else {
            return nil
        }
        let name = "Kubernetes"
        let seat = try Seat(
            rank: "JOB_COMPLETION_INDEX",
            ranks: ["WEFT_RANKS"],
            from: name,
            in: variables
        )
        guard seat.ranks == 1 || variables["WEFT_HEAD"] != nil else {
            throw RuntimeError(
                "\(name) started this process as one of \(seat.ranks), but the variable WEFT_HEAD "
                    + "is not set; set it to the name and port of the pod with index 0, host:port"
            )
        }
        return Found(name: name, seat: seat)
    }
}
