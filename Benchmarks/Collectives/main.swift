// Times what schedules are made for: totals of a million ranks, one rank's program, enumeration and
// proof. Prints a line for each figure: name, bar, sense, value. Benchmarks/collectives runs it.
import Collectives
import Glibc

private func seconds(of body: () -> Void) -> Double {
    var start = timespec()
    var end = timespec()
    clock_gettime(CLOCK_MONOTONIC, &start)
    body()
    clock_gettime(CLOCK_MONOTONIC, &end)
    return Double(end.tv_sec - start.tv_sec) + Double(end.tv_nsec - start.tv_nsec) * 1e-9
}

/// The most memory that the process has had, in MB.
private func peakMegabytes() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Double(usage.ru_maxrss) * 1024 / 1e6
}

private func report(_ name: String, _ bar: Double, _ sense: String, _ value: Double) {
    print("\(name),\(bar),\(sense),\(value)")
}

private func schedule(_ name: String, _ collective: Collective, ranks: Int) -> Schedule {
    guard let algorithm = Algorithm.named(name, for: collective) else {
        print("no \(name) \(collective.rawValue)")
        exit(1)
    }
    // Not a multiple of the ranks, so that chunks differ in size.
    return algorithm.schedule(Request(ranks: ranks, elements: 1 << 28))
}

/// Keeps a result from being optimised away.
nonisolated(unsafe) private var sink = 0

private func timeTotals() {
    let before = peakMegabytes()
    for name in ["ring", "tree", "double-tree"] {
        let schedule = schedule(name, .allReduce, ranks: 1_000_000)
        let time = seconds { sink ^= schedule.totals.busiestLink }
        report("totals of a \(name) of a million ranks s", 0.1, "most", time)
    }
    report("memory for these totals MB", 50, "most", peakMegabytes() - before)
}

private func timePrograms() {
    var worst = (name: "", time: 0.0)
    for algorithm in Algorithm.all {
        let request = Request(ranks: 8192, elements: 1 << 28)
        if algorithm.refusal(of: request) != nil { continue }
        let time = seconds {
            let schedule = algorithm.schedule(request)
            for step in schedule.program(of: 4097) {
                schedule.forEachSource(of: step) { sink ^= $0.endpoint }
                schedule.forEachTarget(of: step) { sink ^= $0.endpoint }
            }
        }
        if time > worst.time {
            worst = ("\(algorithm.collective.rawValue) \(algorithm.name)", time)
        }
    }
    report("slowest program of 8192 ranks ms", 10, "most", worst.time * 1e3)
    let note = "slowest program of 8192 ranks: \(worst.name)\n"
    _ = write(STDERR_FILENO, note, note.utf8.count)
}

private func timeTransfers() {
    for (name, ranks) in [("ring", 2000), ("two-shot", 2000), ("tree", 1_000_000)] {
        let schedule = schedule(name, .allReduce, ranks: ranks)
        var count = 0
        let time = seconds {
            schedule.forEachTransfer(track: 0) { transfer in
                count += 1
                sink ^= transfer.source &+ transfer.target &+ transfer.first
            }
        }
        report("transfers of a \(name) million/s", 50, "least", Double(count) / time / 1e6)
    }
}

private func timeProofs() {
    var cases = [("ring", Collective.allReduce)]
    cases += Algorithm.all(for: .allToAll).map { ($0.name, .allToAll) }
    for (name, collective) in cases {
        let schedule = schedule(name, collective, ranks: 64)
        let time = seconds { sink ^= (try? schedule.prove())?.steps ?? 0 }
        report("proof of \(collective.rawValue) \(name) of 64 ranks s", 1, "most", time)
    }
}

timeTotals()
timePrograms()
timeTransfers()
timeProofs()
if sink == 42 { print() }
