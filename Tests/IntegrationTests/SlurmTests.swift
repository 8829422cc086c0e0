import Foundation
import TestSupport
import Testing

/// A real Slurm starts several processes on several nodes.
@Suite(.everyCore) struct SlurmTests {
    private static let names = [
        "none": "Slurm", "pmi2": "Slurm (PMI-2)", "pmix": "Slurm (PMIx)",
    ]

    /// Runs the program with PMI of a kind, with a state folder of its own.
    private func run(
        _ cluster: SlurmCluster,
        _ kind: String,
        _ ranks: Int,
        _ arguments: [String] = [],
        in folder: TemporaryFolder
    ) throws -> Outcome {
        try cluster.srun(
            ["--mpi=\(kind)", "-n\(ranks)", "-N\(min(ranks, cluster.nodes))", ManagerProbe.path]
                + arguments,
            environment: ["XDG_STATE_HOME": folder.url.path]
        )
    }

    private func files(in folder: TemporaryFolder) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder.path("weft"))) ?? []
    }

    @Test(arguments: ["none", "pmi2", "pmix"])
    func whatRankZeroSharesArrivesEverywhere(_ kind: String) throws {
        let cluster = try SlurmCluster(nodes: 3)
        let folder = try TemporaryFolder()
        let name = try #require(Self.names[kind])
        for ranks in [1, 2, 5] {
            let outcome = try run(cluster, kind, ranks, in: folder)
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.lines == ManagerProbe.lines(name, ranks), "\(outcome.errors)")
        }
        let text = String(repeating: "cmd=get; %20 \"'\\", count: 25)
        let outcome = try run(cluster, kind, 2, ["--text", text], in: folder)
        #expect(outcome.lines == ManagerProbe.lines(name, 2, text), "\(outcome.errors)")
        #expect(files(in: folder).isEmpty)
    }

    @Test(arguments: ["none", "pmi2", "pmix"])
    func aRankThatIsGoneIsMissed(_ kind: String) throws {
        let cluster = try SlurmCluster(nodes: 3)
        let folder = try TemporaryFolder()
        // Without PMI only rank 0 is waited for.
        for gone in kind == "none" ? [0] : [0, 2] {
            // Slurm's own plugin for PMIx kills the others before they can say anything, where it
            // comes too late to reach the node of a rank that has ended.
            let way = kind == "pmix" ? "--absent" : "--gone"
            let options = [way, "\(gone)", "--limit", "2"]
            let outcome = try run(cluster, kind, 3, options, in: folder)
            #expect(outcome.status != 0)
            #expect(outcome.lines.isEmpty)
            let sentence = kind == "none" ? "WEFT_HEAD" : "look whether one"
            #expect(outcome.complaints(of: sentence) == 2, "\(outcome.errors)")
        }
    }

    /// A file that a job of the same number left behind is not taken for this job's.
    @Test func anEarlierJobsFileIsPassedOver() throws {
        let folder = try TemporaryFolder()
        for text in ["of the earlier job", ManagerProbe.text] {
            // A new cluster numbers its jobs from 1 again.
            let cluster = try SlurmCluster(nodes: 2)
            let isEarlier = text != ManagerProbe.text
            let options = isEarlier ? ["--killed", "0"] : ["--late", "0"]
            let outcome = try run(cluster, "none", 2, ["--text", text] + options, in: folder)
            #expect(outcome.status == (isEarlier ? 137 : 0), "\(outcome.errors)")
            if isEarlier {
                #expect(files(in: folder) == ["meeting-slurm-weft-tests-1.0"])
            } else {
                #expect(outcome.lines == ManagerProbe.lines("Slurm", 2, text))
                #expect(files(in: folder).isEmpty)
            }
        }
    }

    @Test func aFileThatOthersCanReadIsNotTrusted() throws {
        let cluster = try SlurmCluster(nodes: 2)
        let folder = try TemporaryFolder()
        let place = folder.url.appending(path: "weft")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        let file = try folder.write("x", to: "weft/meeting-slurm-weft-tests-1.0")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
        let outcome = try run(cluster, "none", 2, ["--gone", "0"], in: folder)
        #expect(outcome.complaints(of: "is not trusted; remove it") == 1, "\(outcome.errors)")
    }

    /// A link would be followed to what somebody else wrote.
    @Test func aLinkIsNotFollowed() throws {
        let cluster = try SlurmCluster(nodes: 2)
        let folder = try TemporaryFolder()
        let place = folder.url.appending(path: "weft")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("weft/meeting-slurm-weft-tests-1.0"),
            withDestinationPath: "/etc/passwd"
        )
        let outcome = try run(cluster, "none", 2, ["--gone", "0"], in: folder)
        #expect(outcome.complaints(of: "can't be read: Too many levels") == 1, "\(outcome.errors)")
    }

    /// Whoever says where to meet needs neither a channel nor a folder.
    @Test(arguments: ["none", "pmi2", "pmix"])
    func anAddressIsBelieved(_ kind: String) throws {
        let cluster = try SlurmCluster(nodes: 2)
        let outcome = try cluster.srun(
            ["--mpi=\(kind)", "-n2", ManagerProbe.path],
            environment: ["WEFT_HEAD": "[::1]:7", "WEFT_TOKEN": "0123456789abcdef"]
        )
        let name = try #require(Self.names[kind])
        let lines = (0..<2).map { "\(name): \($0) of 2: ::1 7 0123456789abcdef" }
        #expect(outcome.lines == lines, "\(outcome.errors)")
    }

    /// A batch script is one process; what it starts are steps, or launchers of their own.
    @Test func aBatchScriptIsAPlainRun() throws {
        let cluster = try SlurmCluster(nodes: 2)
        let probe = ManagerProbe.path
        #expect(try cluster.sbatch(["-n3"], script: probe).lines == ["a plain run"])
        let step = try cluster.sbatch(["-n3"], script: "srun --mpi=pmi2 \(probe)")
        #expect(step.lines == ManagerProbe.lines("Slurm (PMI-2)", 3), "\(step.lines)")
        let mpich = try cluster.sbatch(["-n3", "-N2"], script: "mpiexec.hydra -n 3 \(probe)")
        #expect(mpich.lines == ManagerProbe.lines("MPICH (PMI)", 3), "\(mpich.lines)")
        let root = "export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1"
        let openMPI = try cluster.sbatch(
            ["-n3", "-N2"],
            script: "\(root)\nmpirun.openmpi -n 3 \(probe)"
        )
        #expect(openMPI.lines == ManagerProbe.lines("Open MPI (PMIx)", 3), "\(openMPI.lines)")
    }

    /// A script that is sent from within a step has all of that step's variables.
    @Test func aBatchScriptFromAStepIsAPlainRun() throws {
        let cluster = try SlurmCluster(nodes: 3)
        let folder = try TemporaryFolder()
        let script = try folder.write(
            "#!/bin/sh\nenv | grep ^SLURM_\n\(ManagerProbe.path)\n",
            to: "script"
        )
        let output = folder.path("output")
        // The step waits for the script, which needs the third node.
        let send = "[ $SLURM_PROCID = 1 ] || sbatch --wait -N1 -n1 -o \(output) \(script)"
        let outcome = try cluster.srun(["-n2", "-N2", "sh", "-c", send])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let text = try String(contentsOf: URL(filePath: output), encoding: .utf8)
        #expect(text.contains("SLURM_STEP_NUM_TASKS=2\n"), "the variables are not inherited")
        #expect(text.hasSuffix("a plain run\n"), "\(text)")
    }

    /// Variables of Open MPI are inherited by what `srun` starts.
    @Test(arguments: ["none", "pmi2", "pmix"])
    func aStepWithinOpenMPICounts(_ kind: String) throws {
        let cluster = try SlurmCluster(nodes: 2)
        let folder = try TemporaryFolder()
        let outcome = try cluster.run(
            "mpirun.openmpi",
            ["-n", "1", "srun", "--mpi=\(kind)", "-n2", ManagerProbe.path],
            environment: [
                "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
                "XDG_STATE_HOME": folder.url.path,
            ]
        )
        let name = try #require(Self.names[kind])
        #expect(outcome.lines == ManagerProbe.lines(name, 2), "\(outcome.errors)")
    }

    @Test(.enabled(if: Namespaces.canMount))
    func withoutPMIxAFileDoes() throws {
        let cluster = try SlurmCluster(nodes: 2)
        let folder = try TemporaryFolder()
        let outcome = try cluster.srun(
            ["--mpi=pmix", "-n3"] + Namespaces.withoutPMIx(ManagerProbe.path),
            environment: ["XDG_STATE_HOME": folder.url.path]
        )
        #expect(outcome.lines == ManagerProbe.lines("Slurm", 3), "\(outcome.errors)")
    }
}
