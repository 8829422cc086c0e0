/// Links between pairs of endpoints of a group: a mesh, a cube.
public struct DirectLinks: Hashable, Sendable {
    /// The most endpoints of a group.
    public static let most = 64

    /// Endpoints of a group.
    public let count: Int
    /// How many links there are between two endpoints, row after row; 0 for none.
    public let links: [Int]
    /// By an endpoint and a destination: the neighbours that are nearest to it.
    let nearer: [[Int]]
    /// By an endpoint and a destination: how many links lie between; nil where none lead there.
    let distances: [Int?]

    /// Joins endpoints; the links are those of a symmetric matrix.
    init(count: Int, links: [Int]) {
        self.count = count
        self.links = links
        var distances = [Int?](repeating: nil, count: count * count)
        for source in 0..<count {
            distances[source * count + source] = 0
            var reached = [source]
            while !reached.isEmpty {
                var next: [Int] = []
                for here in reached {
                    for there in 0..<count where links[here * count + there] > 0 {
                        guard distances[source * count + there] == nil else { continue }
                        distances[source * count + there] =
                            (distances[source * count + here] ?? 0) + 1
                        next.append(there)
                    }
                }
                reached = next
            }
        }
        self.distances = distances
        nearer = (0..<count * count).map { place in
            let (here, goal) = place.quotientAndRemainder(dividingBy: count)
            guard let far = distances[place], far > 0 else { return [] }
            return (0..<count).filter {
                links[here * count + $0] > 0 && distances[$0 * count + goal] == far - 1
            }
        }
    }

    /// Links of an endpoint.
    public func degree(of endpoint: Int) -> Int {
        links[endpoint * count..<(endpoint + 1) * count].reduce(0, +)
    }

    /// The most links that an endpoint has.
    public var degree: Int { (0..<count).map { degree(of: $0) }.max() ?? 0 }

    /// Whether every endpoint reaches every other one.
    public var isConnected: Bool { !distances.contains(nil) }

    /// What each endpoint of the first half can send to the other half, over what a link carries.
    var cut: Share {
        let half = count / 2
        var crossing = 0
        for first in 0..<half {
            crossing += links[first * count + half..<(first + 1) * count].reduce(0, +)
        }
        return Share(crossing, of: max(1, half))
    }

    /// What each endpoint can send to all alike, over shortest paths and their links evenly; over
    /// what a link carries, in parts of a million.
    var uniform: Share {
        var loads = [Double](repeating: 0, count: count * count)
        for goal in 0..<count {
            // From the farthest on, each passes on what it has got and its own.
            let order = (0..<count).sorted {
                (distances[$0 * count + goal] ?? 0) > (distances[$1 * count + goal] ?? 0)
            }
            var amounts = [Double](repeating: 1 / Double(count - 1), count: count)
            for here in order where here != goal {
                let ways = nearer[here * count + goal]
                let width = ways.reduce(0) { $0 + links[here * count + $1] }
                for way in ways {
                    let width = Double(links[here * count + way]) / Double(width)
                    loads[here * count + way] += amounts[here] * width
                    amounts[way] += amounts[here] * width
                }
            }
        }
        var most = 0.0
        for place in loads.indices where links[place] > 0 {
            most = max(most, loads[place] / Double(links[place]))
        }
        return Share(most > 0 ? Int((1e6 / most).rounded(.down)) : 0, of: 1_000_000)
    }
}
