/// How a job uses the network.
public struct NetOptions: Equatable, Sendable {
    /// Which addresses are used.
    public enum Family: String, CaseIterable, Sendable {
        /// Whatever the interface has, IPv4 first.
        case any
        /// IPv4 only.
        case ipv4
        /// IPv6 only.
        case ipv6
    }

    /// What carries messages between nodes.
    public enum Transport: String, CaseIterable, Sendable {
        /// RDMA where all nodes have a device that can be used, and else TCP.
        case auto
        /// Sockets.
        case tcp
        /// RDMA devices, by libibverbs.
        case verbs
    }

    /// The network interface by name, empty for the one that leads to the head.
    public var interface = ""
    /// Which addresses.
    public var family = Family.any
    /// Ports that may be listened on, nil for whichever are free.
    public var ports: ClosedRange<Int>?
    /// Connections to each endpoint of another node.
    public var connections = 1
    /// Bytes of each connection's buffer in the kernel for sending, 0 for the kernel's choice.
    public var sendBuffer = 0
    /// The same for receiving.
    public var receiveBuffer = 0
    /// What carries messages.
    public var transport = Transport.auto
    /// How RDMA devices are used, where they are.
    public var rdma = RdmaOptions()

    /// The usual.
    public init() {}

    /// What the variables WEFT_INTERFACE, WEFT_TRANSPORT and WEFT_DEVICE say, for programs that are
    /// not weft's own.
    public static func ofEnvironment() throws(RuntimeError) -> NetOptions {
        var options = NetOptions()
        let variables = LaunchVariables.current
        options.interface = variables["WEFT_INTERFACE"] ?? ""
        options.rdma.devices = variables["WEFT_DEVICE"] ?? ""
        guard let name = variables["WEFT_TRANSPORT"] else { return options }
        guard let transport = Transport(rawValue: name) else {
            let known = Transport.allCases.map(\.rawValue).joined(separator: ", ")
            throw RuntimeError("the variable WEFT_TRANSPORT is \(quoted(name)); known: \(known)")
        }
        options.transport = transport
        return options
    }
}
