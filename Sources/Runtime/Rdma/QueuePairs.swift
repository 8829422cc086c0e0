internal import CWeft
internal import Glibc

extension RdmaPort {
    /// The ports that this process uses, as one of several on its host.
    ///
    /// - Parameter ordinal: its number among those of its node.
    public static func here(_ network: NetOptions, ordinal: Int) throws(RuntimeError) -> [RdmaPort]
    {
        if network.transport != .verbs { return [] }
        let node = weft_machine_node_here()
        return try choose(
            network.rdma,
            on: RdmaHost(),
            node: node < 0 ? nil : Int(node),
            ordinal: ordinal,
            interface: network.interface
        )
    }

    /// As the transport takes it.
    fileprivate func rail(_ options: RdmaOptions) -> weft_rail {
        var rail = weft_rail()
        withUnsafeMutableBytes(of: &rail.device) { $0.copyText(device) }
        withUnsafeMutableBytes(of: &rail.interface) { $0.copyText(interface ?? "") }
        withUnsafeMutableBytes(of: &rail.gid) { $0.copyBytes(from: gid.prefix(16)) }
        rail.port = UInt32(port)
        rail.gid_index = UInt32(gidIndex)
        rail.partition_index = UInt32(partitionIndex)
        // In an InfiniBand network a LID leads there, unless somebody wants it otherwise.
        rail.is_global = isEthernet || options.gidIndex != nil
        return rail
    }
}

extension UnsafeMutableRawBufferPointer {
    /// Writes what fits of a text, and a zero behind it.
    fileprivate func copyText(_ text: String) {
        copyBytes(from: text.utf8.prefix(count - 1))
    }
}

extension Segment {
    /// Has messages go over queue pairs on these ports, connected to all endpoints that there are
    /// connections with.
    func bringUp(
        _ ports: [RdmaPort],
        _ options: RdmaOptions,
        seconds: Int,
        name: (Int) -> String
    ) throws(RuntimeError) {
        let rails = ports.map { $0.rail(options) }
        let code = rails.withUnsafeBufferPointer { rails in
            guard let first = rails.baseAddress else { return -EINVAL }
            var settings = weft_verbs_options(
                rails: first,
                rail_count: UInt32(rails.count),
                queue_pairs: UInt32(options.queuePairs),
                service_level: UInt32(options.serviceLevel),
                traffic_class: UInt32(options.trafficClass),
                timeout: UInt32(options.timeout),
                retries: UInt32(options.retries),
                mtu: UInt32(options.mtu ?? 0),
                uses_cm: options.path == .cm,
                relaxed_ordering: options.relaxedOrdering,
                on_demand: options.onDemand
            )
            let code = weft_verbs_create(pointer, &settings)
            return code != 0 ? code : weft_verbs_connect(pointer, Int32(seconds * 1000))
        }
        if code == 0 { return }
        if isAborted { throw RuntimeError("the job was ended") }
        let failure = rdmaFailure(ports)
        let words = failure?.words(code, options, name: name)
        throw RuntimeError(words ?? "RDMA can't be set up: \(String(cString: strerror(-code)))")
    }

    /// What has failed of the queue pairs first.
    func rdmaFailure(_ ports: [RdmaPort]) -> RdmaFailure? {
        var failure = weft_verbs_failure()
        weft_verbs_get_failure(pointer, &failure)
        if failure.stage == WEFT_VERBS_NOTHING.rawValue { return nil }
        return RdmaFailure(failure, ports)
    }
}
