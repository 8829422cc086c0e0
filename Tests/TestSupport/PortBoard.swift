import Glibc
public import Runtime
import Synchronization

/// Where the endpoints of a test tell each other on which ports they listen.
public final class PortBoard: Sendable {
    private let ports: Mutex<[Int?]>

    /// Makes a board for so many endpoints.
    public init(_ endpoints: Int) { ports = Mutex(Array(repeating: nil, count: endpoints)) }

    /// Connects an endpoint with all of other nodes, over the loopback interface or RDMA devices.
    public func connect(
        _ segment: borrowing Segment,
        _ endpoint: Int,
        _ nodes: [Int],
        _ network: NetOptions
    ) throws(RuntimeError) {
        let secret = Handshake.Secret(token: "of a test", version: "1")
        let mesh = try Mesh(network, secret, rails: try RdmaPort.here(network, ordinal: endpoint))
        ports.withLock { $0[endpoint] = mesh.port }
        while ports.withLock({ $0.contains(nil) }) {
            if segment.isAborted { throw RuntimeError("another could not listen") }
            usleep(1000)
        }
        let all = ports.withLock { $0.map { $0 ?? 0 } }
        var addresses: [Address?] = []
        for other in nodes.indices {
            let address = try Address(host: "127.0.0.1", port: all[other], in: "a test")
            addresses.append(nodes[other] == nodes[endpoint] ? nil : address)
        }
        try mesh.connect(segment, addresses: addresses) { "endpoint \($0)" }
    }
}
