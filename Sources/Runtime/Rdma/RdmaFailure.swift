internal import CWeft
internal import Glibc

/// What went wrong with a queue pair, or on the way to one, in words.
struct RdmaFailure {
    private let failure: weft_verbs_failure
    private let port: RdmaPort?

    init(_ failure: weft_verbs_failure, _ ports: [RdmaPort]) {
        self.failure = failure
        let rail = Int(failure.rail)
        port = ports.indices.contains(rail) ? ports[rail] : nil
    }

    /// Whose queue pair it is, nil where it is nobody's in particular.
    private var endpoint: Int? {
        failure.endpoint == weft_observer ? nil : Int(failure.endpoint)
    }

    private var place: String { port.map { "\($0.device) port \($0.port)" } ?? "the device" }

    /// A sentence: what, where, and what to look at.
    ///
    /// - Parameter code: the negative errno that came with it.
    func words(_ code: Int32, _ options: RdmaOptions, name: (Int) -> String) -> String {
        let reason = String(cString: strerror(-code))
        let peer = endpoint.map(name) ?? "another endpoint"
        switch weft_verbs_stage(rawValue: failure.stage) {
        case WEFT_VERBS_LIBRARY:
            return "libibverbs is missing: install libibverbs1 and ibverbs-providers, or use "
                + "'--transport tcp'"
        case WEFT_VERBS_DEVICE:
            let library = options.path == .cm ? ", or librdmacm1 is missing" : ""
            return "\(place) can't be opened (\(reason))\(library): is /dev/infiniband there, as a "
                + "container needs it, and the device's provider (ibverbs-providers)?"
        case WEFT_VERBS_PORT: return "\(place) is not active (\(reason))"
        case WEFT_VERBS_MEMORY: return memory(code, reason, isOnDemand: options.onDemand)
        case WEFT_VERBS_DOMAIN, WEFT_VERBS_QUEUES:
            return "\(place) has no room for the queue pairs (\(reason)): use fewer ranks, "
                + "'--queue-pairs' or '--rails'"
        case WEFT_VERBS_SHAPE:
            return "\(peer) uses \(failure.amount) rails, or other queue pairs or another path "
                + "than this endpoint: give '--rails', '--queue-pairs' and '--path' for all alike"
        case WEFT_VERBS_MTU:
            return "an MTU of \(options.mtu ?? 0) bytes was asked for, and \(place) or the port of "
                + "\(peer) takes \(failure.amount): leave '--mtu' out, or raise the interface's"
        case WEFT_VERBS_CM: return connectionManager(code, reason, peer)
        case WEFT_VERBS_COMPLETION: return completion(peer)
        default: return connecting(code, reason, peer)
        }
    }

    private func memory(_ code: Int32, _ reason: String, isOnDemand: Bool) -> String {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(__RLIMIT_MEMLOCK.rawValue), &limit)
        let bytes = "\(failure.amount) bytes can't be registered with \(place) (\(reason))"
        if isOnDemand { return "\(bytes): it may not do so on demand; leave '--on-demand' out" }
        if code != -ENOMEM && code != -EAGAIN { return bytes }
        let most = limit.rlim_cur == rlim_t.max ? "unlimited" : "\(limit.rlim_cur / 1024) KiB"
        return "\(bytes): the limit of locked memory is \(most); raise it ('ulimit -l unlimited', "
            + "memlock in /etc/security/limits.conf, LimitMEMLOCK of a service)"
    }

    private func connecting(_ code: Int32, _ reason: String, _ peer: String) -> String {
        let what = "the queue pairs with \(peer) on \(place) could not be connected (\(reason))"
        switch -code {
        case ECONNRESET, EPIPE: return "\(what): it gave up; see what it says"
        case EINVAL, EHOSTUNREACH, ENETUNREACH, ENODATA:
            let gid = port.map { " (here \($0.gidIndex), \($0.gidText))" } ?? ""
            return "\(what): is its GID reachable from this one's\(gid)? See '--gid-index' and "
                + "'--device'"
        default: return what
        }
    }

    /// Events of rdma_cm, by number.
    private func connectionManager(_ code: Int32, _ reason: String, _ peer: String) -> String {
        if endpoint == nil {
            return "rdma_cm can't listen on \(place) (\(reason)): its interface "
                + "\(port?.interface ?? "") needs an IP address; '--path exchange' needs none"
        }
        let why: String
        switch failure.status {
        case 0, 1: why = "its address can't be resolved from \(place)"
        case 2, 3: why = "there is no route to it from \(place)"
        case 4...6: why = "setting up failed on \(place)"
        case 7: why = "it can't be reached from \(place), or did not answer in time"
        case 8: why = "it refused"
        case 11: why = "\(place) was removed"
        default: why = "event \(failure.status)"
        }
        return "rdma_cm could not connect with \(peer): \(why) (\(reason)); '--path exchange' does "
            + "without"
    }

    /// A work request that failed: what its status usually means.
    private func completion(_ peer: String) -> String {
        let look: String
        // Statuses by their numbers in the interface of verbs.
        switch failure.status {
        case 12:
            look =
                "retry counter exceeded: it is gone, the link is down, partition keys differ, "
                + "or packets are lost (is PFC or ECN missing?)"
        case 13: look = "its receives ran out for too long: it is stopped or far too slow"
        case 10: look = "it refused access to its memory: do both run the same version of weft?"
        case 9, 11: look = "it found a request invalid: are the MTUs of both ports the same?"
        case 1, 2, 4, 6: look = "the local device refused a request: this is a defect of weft"
        case 5: look = "the queue pair had failed before"
        case 14, 15, 19: look = "it does not answer"
        case 18, 21: look = "the device has failed: see the kernel's log"
        default: look = String(cString: weft_verbs_status_words(failure.status))
        }
        let vendor = String(failure.vendor, radix: 16)
        return "the queue pair with \(peer) on \(place) failed: \(look) "
            + "(status \(failure.status), vendor code 0x\(vendor))"
    }
}
