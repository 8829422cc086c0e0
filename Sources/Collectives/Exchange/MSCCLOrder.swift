internal import Text

/// What each step of an MSCCL file must come after: the step before it in its threadblock, the one
/// it depends on, and the send of what it receives.
struct MSCCLOrder {
    let file: MSCCLFile
    /// For each step that receives the one that sends, -1 for the others.
    private(set) var sender: [Int]
    /// For each step that sends the one that receives, -1 for the others.
    private(set) var receiver: [Int]
    /// For each step the one that it depends on, -1 for none.
    private(set) var dependence: [Int]

    init(_ file: MSCCLFile) throws(TextError) {
        self.file = file
        sender = Array(repeating: -1, count: file.steps.count)
        receiver = sender
        dependence = sender
        try resolve()
        try connect()
    }

    /// Calls `body` with each step that must be taken before a step.
    func forEachPredecessor(of step: Int, _ body: (Int) -> Void) {
        if file.steps[step].number > 0 { body(step - 1) }
        if dependence[step] >= 0 { body(dependence[step]) }
        if sender[step] >= 0 { body(sender[step]) }
    }

    // MARK: Dependences

    /// Finds the steps that tell others when they have been taken.
    ///
    /// A threadblock tells how far it is only after steps marked with hasdep, so who waits for
    /// another of its steps waits for the next that is marked.
    private mutating func resolve() throws(TextError) {
        var next = [Int](repeating: -1, count: file.steps.count)
        for block in file.blocks {
            var awaited = -1
            for step in block.steps.reversed() {
                if file.steps[step].isAwaited { awaited = step }
                next[step] = awaited
            }
        }
        for (number, step) in file.steps.enumerated() {
            guard let (block, awaited) = step.dependence else { continue }
            let steps = file.blocks[block].steps
            let attribute = try step.element.required("deps")
            guard awaited < steps.count else {
                throw attribute.error(
                    "threadblock \(file.blocks[block].id) has \(steps.count) steps, no \(awaited)"
                )
            }
            let found = next[steps.lowerBound + awaited]
            guard found >= 0 else {
                throw attribute.error(
                    "waits for \(file.describe(file.steps[steps.lowerBound + awaited])), "
                        + "but no step from there on has hasdep=\"1\""
                )
            }
            dependence[number] = found
        }
    }

    // MARK: Connections

    private struct Connection: Hashable {
        let source: Int
        let target: Int
        let channel: Int
    }

    /// The steps at the two ends of a connection, which must be those of one threadblock each.
    private struct Ends {
        var sends: [Int] = []
        var receives: [Int] = []
    }

    /// Matches sends and receives in their order on each connection.
    private mutating func connect() throws(TextError) {
        var connections: [Connection: Ends] = [:]
        for (number, step) in file.steps.enumerated() {
            let block = file.blocks[step.block]
            if step.kind.sends, let peer = block.send {
                let key = Connection(source: step.gpu, target: peer, channel: block.channel)
                var ends = connections.removeValue(forKey: key) ?? Ends()
                try add(number, to: &ends.sends, "send to", peer)
                connections[key] = ends
            }
            if step.kind.receives, let peer = block.receive {
                let key = Connection(source: peer, target: step.gpu, channel: block.channel)
                var ends = connections.removeValue(forKey: key) ?? Ends()
                try add(number, to: &ends.receives, "receive from", peer)
                connections[key] = ends
            }
        }
        // The first problem in the file, whatever the order of a dictionary.
        var problem: (step: Int, message: String)?
        func note(_ step: Int, _ message: String) {
            if step < problem?.step ?? .max { problem = (step, message) }
        }
        for (connection, ends) in connections {
            for (send, receive) in zip(ends.sends, ends.receives) {
                sender[receive] = send
                receiver[send] = receive
                let (sent, taken) = (file.steps[send], file.steps[receive])
                if sent.count != taken.count {
                    note(
                        receive,
                        "receives \(taken.count) chunks where \(file.describe(sent)) "
                            + "sends \(sent.count)"
                    )
                }
            }
            let channel = "on channel \(connection.channel)"
            if ends.sends.count > ends.receives.count {
                let step = ends.sends[ends.receives.count]
                note(step, "gpu \(connection.target) never receives this \(channel)")
            } else if ends.receives.count > ends.sends.count {
                let step = ends.receives[ends.sends.count]
                note(step, "gpu \(connection.source) never sends this \(channel)")
            }
        }
        if let problem { throw file.steps[problem.step].element.error(problem.message) }
    }

    private func add(
        _ step: Int,
        to list: inout [Int],
        _ verb: String,
        _ peer: Int
    ) throws(TextError) {
        if let first = list.first, file.steps[first].block != file.steps[step].block {
            let other = file.blocks[file.steps[first].block]
            throw file.steps[step].element.error(
                "threadblocks \(other.id) and \(file.blocks[file.steps[step].block].id) "
                    + "both \(verb) gpu \(peer) on channel \(other.channel)"
            )
        }
        list.append(step)
    }

    // MARK: Circles

    /// The error that a step of those left over waits for itself.
    func circle(among isLeft: [Bool]) -> TextError {
        func waitsFor(_ step: Int) -> Int {
            var found = step
            forEachPredecessor(of: step) { if isLeft[$0] { found = $0 } }
            return found
        }
        var step = isLeft.firstIndex(of: true) ?? 0
        // After as many steps as there are, the way is on the circle.
        for _ in isLeft.indices { step = waitsFor(step) }
        var circle = [step]
        while waitsFor(circle[circle.count - 1]) != step {
            circle.append(waitsFor(circle[circle.count - 1]))
        }
        let start = circle.indices.min { circle[$0] < circle[$1] } ?? 0
        let steps = (circle[start...] + circle[..<start]).map { file.steps[$0] }
        let shown = steps.dropFirst().prefix(4).map(file.describe)
        if shown.isEmpty {
            return steps[0].element.error("deadlock: this step waits for itself")
        }
        let rest = steps.count - 1 - shown.count
        let end = rest > 0 ? "\(rest) more and for this" : "this"
        let names = (shown + [end]).joined(separator: ", which waits for ")
        return steps[0].element.error("deadlock: this step waits for \(names)")
    }
}
