extension Schedule {
    /// Throws a step that waits forever, if there is one, when transfers are eager (a step waits
    /// for its data) or synchronous (a transfer waits until both its ends have come to it).
    func checkProgress() throws(Flaw) {
        try DependencyGraph(self).checkProgress(self)
        try Rendezvous(self).run()
    }
}

/// All transfers of a schedule, each of which both ends must reach before it can happen.
///
/// An endpoint goes through its rounds in order, and within a round through everything at once.
private struct Rendezvous {
    private struct Visit {
        let key: Int
        let transfer: Int
    }

    let schedule: Schedule
    private var steps: [Step] = []
    private var ends: [(actor: Int, peer: Int)] = []
    private var visits: [[Visit]]

    init(_ schedule: Schedule) {
        self.schedule = schedule
        visits = Array(repeating: [], count: schedule.endpoints)
        for actor in 0..<schedule.endpoints {
            for (key, step) in schedule.keyedProgram(of: actor) { add(step, key, actor) }
        }
        for endpoint in visits.indices {
            visits[endpoint].sort { ($0.key, $0.transfer) < ($1.key, $1.transfer) }
        }
    }

    private mutating func add(_ step: Step, _ key: Int, _ actor: Int) {
        var peers: [Int] = []
        var seen: Set<Int> = [actor]
        func note(_ place: Place) {
            if seen.insert(place.endpoint).inserted { peers.append(place.endpoint) }
        }
        schedule.forEachSource(of: step, note)
        schedule.forEachTarget(of: step, note)
        let agreed = schedule.time(of: step) + step.slice * schedule.stride
        for peer in peers {
            visits[actor].append(Visit(key: key, transfer: steps.count))
            visits[peer].append(Visit(key: agreed, transfer: steps.count))
            steps.append(step)
            ends.append((actor, peer))
        }
    }

    func run() throws(Flaw) {
        var next = [Int](repeating: 0, count: visits.count)
        var arrived = [Int](repeating: 0, count: steps.count)
        var missing = [Int](repeating: 0, count: visits.count)
        var active: [Int] = []
        /// Opens the endpoint's next round; returns the transfers that both ends have reached now.
        func open(_ endpoint: Int) -> [Int] {
            let list = visits[endpoint]
            var met: [Int] = []
            guard next[endpoint] < list.count else { return met }
            let key = list[next[endpoint]].key
            while next[endpoint] < list.count, list[next[endpoint]].key == key {
                let transfer = list[next[endpoint]].transfer
                next[endpoint] += 1
                missing[endpoint] += 1
                arrived[transfer] += 1
                if arrived[transfer] == 2 { met.append(transfer) }
            }
            return met
        }
        for endpoint in visits.indices { active += open(endpoint) }
        while let transfer = active.popLast() {
            for endpoint in [ends[transfer].actor, ends[transfer].peer] {
                missing[endpoint] -= 1
                if missing[endpoint] == 0 { active += open(endpoint) }
            }
        }
        if let stuck = arrived.firstIndex(where: { $0 < 2 }) {
            let other = schedule.name(of: ends[stuck].peer)
            throw Flaw(
                message: "deadlock of synchronous transfers: waits for \(other), which never comes",
                step: steps[stuck],
                location: schedule.describe(steps[stuck])
            )
        }
    }
}
