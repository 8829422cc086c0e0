internal import Glibc

extension Communicator {
    /// How processes find each other.
    public enum Place: Sendable {
        /// The launcher that started them says so; one process alone is a job of one.
        case launcher
        /// Rank 0 listens there; the token is the job's secret, nil for the variable WEFT_TOKEN.
        case rank(Int, of: Int, meeting: Address, token: String?)
        /// They were handed the memory that `memory` made.
        case memory(Int32, rank: Int)
    }

    /// Joins the processes of a job; all of them call this.
    ///
    /// - Parameters:
    ///   - place: how they find each other.
    ///   - arrival: what this process tells of itself.
    public static func join(
        _ place: Place,
        _ arrival: Arrival,
        _ options: CommunicatorOptions
    ) throws(CallError) -> Communicator {
        do throws(RuntimeError) {
            switch place {
            case .launcher:
                guard let manager = try ProcessManager.detect() else {
                    return try joinAlone(arrival, options)
                }
                return try join(manager, arrival, options)
            case .rank(let rank, of: let ranks, let meeting, let token):
                if ranks == 1 { return try joinAlone(arrival, options) }
                var secret = token ?? ""
                if token == nil { secret = try ProcessManager.token(for: "the option 'meeting'") }
                return try join(rank, of: ranks, [meeting], secret, arrival, options, nil)
            case .memory(let descriptor, let rank):
                return try join(memory: descriptor, rank, arrival, options)
            }
        } catch {
            throw .failed("\(error)")
        }
    }

    /// Makes memory for so many ranks of this machine to join by; the caller closes it.
    public static func memory(ranks: Int, heapBytes: Int) throws(CallError) -> Int32 {
        do throws(RuntimeError) {
            let cores = try Cores()
            let layout = HeapLayout(ranks: ranks, heapBytes: heapBytes)
            return try Segment.create(
                layout.shape(
                    ranks: ranks,
                    isOversubscribed: ranks > cores.count,
                    spansNodes: false
                )
            )
        } catch {
            throw .failed("\(error)")
        }
    }

    private static func joinAlone(
        _ arrival: Arrival,
        _ options: CommunicatorOptions
    ) throws(RuntimeError) -> Communicator {
        let secret = Handshake.Secret(
            token: Handshake.Secret.freshToken(),
            version: arrival.version
        )
        let job = LibraryJob(.alone, Alarm(), secret)
        return try Assembly(Alone(), job, options).communicator(of: arrival)
    }

    private static func join(
        _ manager: ProcessManager,
        _ arrival: Arrival,
        _ options: CommunicatorOptions
    ) throws(RuntimeError) -> Communicator {
        let (rank, ranks) = (manager.rank, manager.ranks)
        if rank == 0, case .told = manager.meeting {
            let token = Handshake.Secret.freshToken()
            return try join(0, of: ranks, [], token, arrival, options, manager)
        }
        let (places, token) = try manager.heardOfHead()
        return try join(rank, of: ranks, places, token, arrival, options, manager)
    }

    /// - Parameter places: where rank 0 listens, empty for rank 0 to tell.
    private static func join(
        _ rank: Int,
        of ranks: Int,
        _ places: [Address],
        _ token: String,
        _ arrival: Arrival,
        _ options: CommunicatorOptions,
        _ manager: ProcessManager?
    ) throws(RuntimeError) -> Communicator {
        let secret = Handshake.Secret(token: token, version: arrival.version)
        var places = places
        var hub: Hub?
        if rank == 0 {
            var port = 0
            hub = try Hub(
                ranks: ranks,
                on: arrival.machine,
                port: places.first?.port,
                secret,
                seconds: options.seconds
            ) { number throws(RuntimeError) in
                port = number
                if places.isEmpty { try manager?.tellOfHead(port: number, token: token) }
            }
            places = [try Address(host: "localhost", port: port, in: "rank 0's own address")]
        }
        let alarm = Alarm()
        let membership = try Membership(
            rank: rank,
            of: ranks,
            dialing: places,
            secret,
            arrival,
            alarm,
            seconds: options.seconds
        )
        let job = LibraryJob(.hub(membership, hub), alarm, secret, manager)
        let result = try Assembly(membership, job, options).communicator(of: membership.arrival)
        manager?.forget()
        return result
    }

    private static func join(
        memory descriptor: Int32,
        _ rank: Int,
        _ arrival: Arrival,
        _ options: CommunicatorOptions
    ) throws(RuntimeError) -> Communicator {
        let alarm = Alarm()
        let shared = try SharedMeeting(
            descriptor: descriptor,
            rank: rank,
            alarm,
            seconds: options.seconds
        )
        let token = Handshake.Secret.freshToken()
        let secret = Handshake.Secret(token: token, version: arrival.version)
        let job = LibraryJob(.memory(shared), alarm, secret)
        var assembly = Assembly(shared, job, options)
        assembly.memory = descriptor
        return try assembly.communicator(of: arrival)
    }
}

/// The one process of a job of one.
private final class Alone: Exchange {
    let rank = 0
    let ranks = 1

    func allGather(_ bytes: [UInt8]) throws(RuntimeError) -> [[UInt8]] { [bytes] }
}
