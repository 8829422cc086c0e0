/// A binary tree whose positions are numbered from left to right, as NCCL's are.
///
/// A position's height is the number of zeros behind its lowest digit that is one; its children are
/// half that digit below and above it. Position 0 stands on top, with one child. Where the
/// positions end inside the tree, the last one of a height adopts the highest one behind it.
struct InOrderTree {
    /// Positions whose children are as far away.
    struct Level {
        /// The height, as a power of two.
        var weight: Int
        var actors: Actors
        var children: [Child]
    }

    struct Child {
        /// How far ahead of its parent, where it is there.
        var distance: Int
        /// Whether it has no children.
        var isLeaf: Bool

        init(_ distance: Int) {
            self.distance = distance
            isLeaf = distance.magnitude == 1
        }
    }

    /// From the leaves' parents to position 0.
    var levels: [Level] = []

    init(_ n: Int) {
        for weight in powers(of: 2, below: n).dropFirst() {
            let half = weight / 2
            let last = (n - 1 - weight) / (2 * weight) * 2 * weight + weight
            let adopts = last + half >= n && last + 1 < n
            if !adopts || last > weight {
                levels.append(
                    Level(
                        weight: weight,
                        actors: Actors(to: adopts ? Index(last) : nil, lowBelow: 1, digit: 1),
                        children: [Child(-half), Child(half)]
                    )
                )
            }
            if adopts {
                levels.append(
                    Level(
                        weight: weight,
                        actors: Actors(from: Index(last), to: Index(last + 1), lowBelow: 1),
                        children: [Child(-half), Child(powers(of: 2, below: n - last).last ?? 1)]
                    )
                )
            }
        }
        let top = Child(powers(of: 2, below: n).last ?? 1)
        levels.append(Level(weight: n, actors: Actors(to: 1), children: [top]))
    }

    /// The team's view for one of two trees with the same root: in the second the leaves of the
    /// first have children, all but one if their number is odd.
    static func view(of work: Work) -> View {
        let view = work.team.view
        if work.part == 0 { return view }
        let n = view.size
        return view.reordered { position in
            if position == 0 { return 0 }
            return n % 2 == 1 ? n - position : position % (n - 1) + 1
        }
    }
}
