/// What started this process as one of many, and how it brings them together.
///
/// Not thread-safe, and there is at most one in a process.
public final class ProcessManager {
    /// The launcher in words, such as "Slurm (PMIx)" or "Kubernetes".
    public let name: String
    /// Which of the processes this one is.
    public let rank: Int
    /// How many there are: 2 or more.
    public let ranks: Int
    /// How the others find rank 0.
    public let meeting: Meeting

    private let channel: (any Channel)?

    /// How the others find rank 0.
    public enum Meeting: Equatable, Sendable {
        /// Rank 0 tells all: by the launcher's own channel or a file, see `share`.
        case told
        /// All know where rank 0 listens, and the secret of the job.
        case known(Address, token: String)
    }

    /// The longest text that can be shared, in bytes: PMI's values have twice as many digits.
    public static let longestText = 400

    /// Asks the environment; nil when nothing started this process as one of several.
    ///
    /// With PMIx this speaks with the launcher already: call `finish` before a good end.
    ///
    /// - Parameters:
    ///   - variables: where the launcher has left its word.
    ///   - limit: how long a launcher may take to answer.
    public static func detect(
        in variables: LaunchVariables = .current,
        within limit: Duration = .seconds(60)
    ) throws(RuntimeError) -> ProcessManager? {
        guard let found = try Detection(variables, Deadline(limit)).run() else { return nil }
        // One process alone is a plain run. It may have spoken with its launcher by now.
        guard found.seat.ranks > 1 else {
            found.channel?.finish()
            return nil
        }
        return try ProcessManager(found, variables)
    }

    private init(_ found: Detection.Found, _ variables: LaunchVariables) throws(RuntimeError) {
        name = found.name
        rank = found.seat.rank
        ranks = found.seat.ranks
        // Who says where to meet is believed, whatever the launcher offers.
        if let head = variables["WEFT_HEAD"] {
            meeting = .known(
                try Address(head, in: "the variable WEFT_HEAD"),
                token: try Self.token(variables, for: found.name)
            )
        } else if let address = found.address {
            meeting = .known(address, token: try Self.token(variables, for: found.name))
        } else {
            meeting = .told
        }
        channel = found.channel
    }

    /// Hands rank 0's text to all: rank 0 gives one, the others give nil and wait for it.
    ///
    /// The text is one line of visible ASCII characters and blanks, at most `longestText` bytes.
    /// It may be called once, and only where `meeting` is `.told`.
    public func share(
        _ text: String?,
        within limit: Duration = .seconds(120)
    ) throws(RuntimeError) -> String {
        precondition((text != nil) == (rank == 0), "rank 0 has the text, and nobody else")
        guard meeting == .told, let channel else { preconditionFailure("all know where to meet") }
        precondition(text.map(Self.isText) ?? true, "what is shared is one short line")
        let shared = try channel.share(text, within: Deadline(limit))
        guard Self.isText(shared) else {
            throw RuntimeError("\(name) hands over something that rank 0 can't have shared")
        }
        return shared
    }

    /// Rank 0 tells the others where to find it, where the launcher does not: by as many of its
    /// addresses as fit.
    public func tellOfHead(
        port: Int,
        token: String,
        _ network: NetOptions? = nil
    ) throws(RuntimeError) {
        guard case .told = meeting else { return }
        let network = if let network { network } else { try NetOptions.ofEnvironment() }
        var text = "\(port) \(token)"
        for place in try Interfaces.places(network)
        where text.utf8.count + place.utf8.count < Self.longestText {
            text += " \(place)"
        }
        _ = try share(text)
    }

    /// Where rank 0 may be found, and the job's secret, on another rank.
    public func heardOfHead() throws(RuntimeError) -> (places: [Address], token: String) {
        if case .known(let address, let token) = meeting { return ([address], token) }
        let words = try share(nil).split(separator: " ").map { String($0) }
        guard words.count > 2, let port = Int(words[0]) else {
            throw RuntimeError("\(name) hands over no meeting place of weft")
        }
        var places: [Address] = []
        for word in words[2...] {
            places.append(try Address(host: word, port: port, in: "what rank 0 tells"))
        }
        return (places, words[1])
    }

    /// All processes have come, so what rank 0 left for them can go: it is a secret.
    public func forget() { channel?.forget() }

    /// Tells the launcher that this process ends well, so that it does not report an abort.
    ///
    /// A process that ends with an error leaves this out: then its launcher may end the others.
    public func finish() { channel?.finish() }

    private static func isText(_ text: String) -> Bool {
        text.utf8.count <= longestText && text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
    }

    /// The secret where the launcher tells none.
    static func token(
        _ variables: LaunchVariables = .current,
        for launcher: String
    ) throws(RuntimeError) -> String {
        let advice = "set it to the same secret for all processes, such as 32 random hex digits"
        guard let token = variables["WEFT_TOKEN"] else {
            throw RuntimeError(
                "\(launcher) says where to meet but shares no secret, and the variable WEFT_TOKEN "
                    + "is not set; \(advice)"
            )
        }
        guard (16...256).contains(token.utf8.count),
            token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else {
            throw RuntimeError(
                "the variable WEFT_TOKEN should have 16 to 256 visible characters; \(advice)"
            )
        }
        return token
    }
}
