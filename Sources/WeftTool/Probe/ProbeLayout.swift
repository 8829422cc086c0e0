/// Which ranks send to which in a probe: all flows go to one node, the last.
struct ProbeLayout: Equatable {
    /// The node of each rank.
    let nodes: [Int]
    /// Ranks of the node that all send to.
    let receivers: [Int]
    /// All others: one of each node first, so that as few as possible share a link.
    let senders: [Int]

    init(nodes: [Int]) {
        self.nodes = nodes
        let last = nodes.max() ?? 0
        receivers = nodes.indices.filter { nodes[$0] == last }
        var seen: [Int: Int] = [:]
        let others = nodes.indices.filter { nodes[$0] != last }.map { rank in
            let turn = seen[nodes[rank], default: 0]
            seen[nodes[rank]] = turn + 1
            return (turn: turn, rank: rank)
        }
        senders = others.sorted { ($0.turn, $0.rank) < ($1.turn, $1.rank) }.map(\.rank)
    }

    var nodeCount: Int { Set(nodes).count }

    /// Pairs that have no endpoint in common where that can be: a sender and its receiver.
    func pair(_ number: Int) -> (from: Int, to: Int) {
        (senders[number % senders.count], receivers[number % receivers.count])
    }

    /// Every sender on the node of the first with every receiver.
    var mesh: [(from: Int, to: Int)] {
        let node = nodes[senders[0]]
        return senders.filter { nodes[$0] == node }.flatMap { sender in
            receivers.map { (sender, $0) }
        }
    }
}
