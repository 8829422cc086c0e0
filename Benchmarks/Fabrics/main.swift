// Times what fabrics are made for: a million GPUs, and routes between them. Prints a line for each
// figure: name, bar, sense, value. Benchmarks/fabrics runs it.
import Fabrics
import Glibc

/// Processor time, of which other programs take none.
private func seconds(of body: () throws -> Void) rethrows -> Double {
    var start = timespec()
    var end = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start)
    try body()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end)
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

/// 14,080 racks of 72 under leaves, spines and cores.
private let million = """
    { name: "million", summary: "1,013,760 GPUs", family: "site", endpoint: "GPU", tiers: [
      { name: "rack", link: "nvlink5", perEndpoint: 18, holds: 72, latency: "1us", switches: 18 },
      { name: "leaf", link: "ib-xdr", holds: 16, latency: "3us", switches: 8 },
      { name: "spine", holds: 16, latency: "4us", switches: 144, uplinks: 144 },
      { name: "core", holds: 55, latency: "5us", switches: 5184, uplinks: 72 },
    ] }
    """

/// What a multiplier makes of a number: Knuth's, of 64 bits.
private func next(_ state: inout UInt64, below limit: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 32).multipliedFullWidth(by: UInt64(limit) << 32).high)
}

private func run() throws {
    let before = peakMegabytes()
    var made: Router?
    let building = try seconds { made = Router(try Fabric(parsing: million, name: "million")) }
    guard let router = made else { return }
    report("a fabric of a million GPUs s", 1, "most", building)

    let endpoints = router.fabric.endpoints
    let count = 5_000_000
    var state: UInt64 = 1
    var path: [Int] = []
    path.reserveCapacity(16)
    var links = 0
    // The two ends are drawn as well: what that takes is measured by itself and taken off.
    let drawing = seconds {
        for _ in 0..<count {
            links ^= next(&state, below: endpoints) ^ next(&state, below: endpoints)
        }
    }
    let walking = seconds {
        for _ in 0..<count {
            let (first, second) = (next(&state, below: endpoints), next(&state, below: endpoints))
            path.removeAll(keepingCapacity: true)
            if router.route(from: first, to: second, into: &path, choose: { ways, _ in ways / 2 }) {
                links ^= path.last ?? 0
            }
        }
    }
    let rate = Double(count) / (walking - drawing) / 1e6
    report("paths between a million GPUs M/s", 10, "least", rate)
    report("memory of all that MB", 100, "most", peakMegabytes() - before)
    if links == 0 { print("no links") }
}

try run()
