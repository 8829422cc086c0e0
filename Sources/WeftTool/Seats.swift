internal import CommandLine
internal import Fabrics
internal import Placement
internal import Runtime

/// Where ranks sit on a fabric, as options say it.
struct Seats {
    private let fabric: Fabric
    private let order: Placement.Order
    private let failed: Set<Int>
    /// Those that a host file names, in its order.
    private let hosts: [Int]?
    private let invocation: Invocation
    /// What is drawn begins with it.
    let seed: UInt64

    init(_ invocation: Invocation, _ fabric: Fabric) throws {
        self.invocation = invocation
        self.fabric = fabric
        let order = invocation.string("placement").flatMap(Placement.Order.init(rawValue:))
        self.order = order ?? .packed
        failed = try Self.failed(invocation, fabric)
        hosts = try Self.hosts(invocation, fabric)
        seed = UInt64(try invocation.integer("seed", in: 0...Int.max, default: 1))
        if hosts != nil && (order != nil || invocation.string("without") != nil) {
            throw invocation.usageError(
                "--hostfile says where ranks are; leave out --placement and --without"
            )
        }
    }

    /// How many ranks there is room for.
    var count: Int { hosts?.count ?? max(1, fabric.endpoints - failed.count) }

    /// How ranks are placed, in words.
    var words: String {
        if hosts != nil { return "as the hosts are listed" }
        return order.rawValue + (failed.isEmpty ? "" : ", \(failed.count) left out")
    }

    /// Places so many ranks.
    func placement(of ranks: Int) throws -> Placement {
        guard let hosts else {
            return try Placement(
                ranks: ranks,
                on: fabric,
                order: order,
                seed: seed,
                without: failed
            )
        }
        if ranks > hosts.count {
            throw invocation.usageError(
                "the hosts have \(hosts.count) slots, too few for \(ranks) ranks"
            )
        }
        return try Placement(on: fabric, endpoints: Array(hosts.prefix(ranks)))
    }

    private static let failedMost = 1 << 20

    /// Endpoints with commas between, and ranges of them.
    private static func failed(
        _ invocation: Invocation,
        _ fabric: Fabric
    ) throws(UsageError) -> Set<Int> {
        guard let text = invocation.string("without") else { return [] }
        var failed: Set<Int> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2,
                first <= last, last < fabric.endpoints
            else {
                throw invocation.usageError(
                    "option '--without' needs endpoints below \(fabric.endpoints), such as "
                        + "8-15,20, but got '\(text)'"
                )
            }
            if last - first >= failedMost - failed.count {
                throw invocation.usageError(
                    "option '--without' leaves out at most \(failedMost) endpoints"
                )
            }
            failed.formUnion(first...last)
        }
        return failed
    }

    /// A name's number says which group of the innermost tier a host is: `node0` is the first.
    private static func hosts(_ invocation: Invocation, _ fabric: Fabric) throws -> [Int]? {
        guard let path = invocation.string("hostfile") else { return nil }
        let size = fabric.tiers[0].groupSize
        let groups = fabric.endpoints / size
        var endpoints: [Int] = []
        var taken: [Int: Int] = [:]
        for host in try JobPlace.hosts(inFile: path, invocation) {
            let digits = host.name.reversed().prefix { ("0"..."9").contains($0) }.reversed()
            guard let group = Int(String(digits)), group < groups else {
                throw invocation.usageError(
                    "\(path): '\(host.name)' is no \(fabric.tiers[0].name) of \(fabric.name): the "
                        + "number at a name's end counts them, from 0 to \(groups - 1)"
                )
            }
            let first = taken[group, default: 0]
            let slots = host.ranks ?? size - first
            guard slots > 0, first + slots <= size else {
                throw invocation.usageError(
                    "\(path): '\(host.name)' has \(size) endpoints, too few for its slots"
                )
            }
            taken[group] = first + slots
            endpoints += (first..<first + slots).map { group * size + $0 }
        }
        return endpoints
    }
}
