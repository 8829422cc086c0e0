internal import Glibc
internal import Text

/// The RDMA devices of this host, and whether this process can get at them.
public struct RdmaHost: Sendable {
    /// All of them, in the order of their names.
    public let devices: [RdmaDevice]
    /// How much memory a process may pin, nil for as much as there is.
    public var pinnableBytes: UInt64?
    /// Where the kernel's files for programs lie.
    private let deviceFolder: String
    private let sys: Sysfs

    /// Asks the kernel.
    ///
    /// - Parameters:
    ///   - sys: the folder where its files lie.
    ///   - dev: the folder of device files.
    public init(sys: String = "/sys", dev: String = "/dev") {
        let sysfs = Sysfs(sys)
        var files: [String: String] = [:]
        for file in sysfs.names("class/infiniband_verbs") {
            guard let name = sysfs.line("class/infiniband_verbs/\(file)/ibdev") else { continue }
            files[name] = file
        }
        devices = sysfs.names("class/infiniband").map { RdmaDevice(sysfs, $0, files: files) }
        deviceFolder = "\(dev)/infiniband"
        pinnableBytes = Self.pinnableBytes
        self.sys = sysfs
    }

    /// The limit 'ulimit -l', unless the process has the right to go over it.
    private static var pinnableBytes: UInt64? {
        let line = Sysfs("/proc").lines("self/status").first { $0.hasPrefix("CapEff:") }
        let rights = line?.split { $0 == ":" || $0 == "\t" }.last.flatMap { UInt64($0, radix: 16) }
        // CAP_IPC_LOCK.
        if let rights, rights >> 14 & 1 == 1 { return nil }
        var limit = rlimit()
        guard getrlimit(Int32(__RLIMIT_MEMLOCK.rawValue), &limit) == 0 else {
            return nil
        }
        return limit.rlim_cur == rlim_t.max ? nil : UInt64(limit.rlim_cur)
    }

    /// Why programs can't open a device, nil if this one can.
    private func denial(of device: RdmaDevice) -> String? {
        guard let file = device.file else {
            return "\(device.name) is there, but not for programs: load the module ib_uverbs"
        }
        let path = "\(deviceFolder)/\(file)"
        if access(path, R_OK | W_OK) == 0 { return nil }
        if errno == ENOENT {
            return "\(device.name) is there, but its file \(path) is not: a container needs it "
                + "('--device=/dev/infiniband')"
        }
        return "the file \(path) of \(device.name) can't be opened: \(Socket.reason); its "
            + "permissions are those of a group that this user is not in"
    }

    /// Why a port can't be used at all, and what to do; nil if it can.
    func complaint(of device: RdmaDevice, _ port: RdmaDevice.Port) -> String? {
        if let refusal = device.refusal ?? denial(of: device) { return refusal }
        if port.isActive { return nil }
        let name = "\(device.name) port \(port.number)"
        return "\(name) is \(port.state) (\(port.physical))" + hint(port)
    }

    /// What to do about a port that is not active.
    private func hint(_ port: RdmaDevice.Port) -> String {
        if port.state == "INIT" || port.state == "ARMED" {
            return ", which waits for a subnet manager: start opensm, or that of a switch"
        }
        return switch port.physical {
        case "Disabled":
            port.isEthernet
                ? ": bring its interface up ('ip link set dev NAME up')"
                : ": it was switched off; 'ibportstate' enables it"
        case "Polling": ": no cable, or nothing at its other end"
        default: ""
        }
    }

    /// How far a NUMA node is from another, as the firmware says: 10 is no way at all.
    func distance(from node: Int?, to other: Int?) -> Int {
        if let node, node == other { return 10 }
        // Between near and far, where nothing is known.
        guard let node, let other else { return 15 }
        let nodes = sys.names("devices/system/node").filter { $0.hasPrefix("node") }
            .compactMap { LaunchVariables.number($0.dropFirst(4)) }
        let words = sys.line("devices/system/node/node\(node)/distance")?.split(separator: " ")
        guard let column = nodes.firstIndex(of: other), let words, column < words.count,
            let distance = LaunchVariables.number(words[column]), (11...255).contains(distance)
        else { return 20 }
        return distance
    }
}

extension RdmaHost {
    /// Memory that ranks pin with sizes up to 64 MiB: an input, an output, and as much scratch.
    private static let usualBytes: UInt64 = 256 << 20

    /// Sentences for what makes devices slow or keeps them from being used; empty where all is
    /// well, or where there is none.
    public var warnings: [String] {
        var warnings: [String] = []
        for device in devices {
            for port in device.ports {
                if let complaint = complaint(of: device, port) {
                    if !warnings.contains(complaint) { warnings.append(complaint) }
                } else {
                    warnings += self.warnings(of: device, port)
                }
            }
            warnings += slotWarnings(device)
        }
        if let limit = pinnableBytes, limit < Self.usualBytes, !devices.isEmpty {
            warnings.append(
                "a process may pin \(limit >> 10) KiB ('ulimit -l'), and ranks pin all their "
                    + "buffers: raise 'memlock' in /etc/security/limits.conf, LimitMEMLOCK of a "
                    + "service, or '--ulimit memlock=-1' of a container"
            )
        }
        return warnings
    }

    private func warnings(of device: RdmaDevice, _ port: RdmaDevice.Port) -> [String] {
        let name = "\(device.name) port \(port.number)"
        var warnings: [String] = []
        if port.gids.isEmpty {
            let advice = port.isEthernet ? ": give its interface an address" : ""
            warnings.append("\(name) has no GID\(advice)")
        } else if port.isEthernet, port.bestGid()?.kind != .second {
            warnings.append("\(name) has no GID of RoCE v2, and v1 crosses no router")
        }
        if !port.isEthernet, let key = port.partitions[0], key & 0x8000 == 0 {
            warnings.append(
                "\(name) is a limited member of its first partition, and those can't reach each "
                    + "other"
            )
        }
        let others = devices.filter { $0.board != nil && $0.board == device.board }
            .flatMap(\.ports).filter { $0.isActive && $0.layer == port.layer }
        if let fastest = others.max(by: { $0.rate < $1.rate }), fastest.rate > port.rate {
            warnings.append(
                "\(name) runs at \(port.rateText), and another of its kind at "
                    + "\(fastest.rateText): look at its cable and at the switch's port"
            )
        }
        return warnings
    }

    private func slotWarnings(_ device: RdmaDevice) -> [String] {
        guard let slot = device.slot else { return [] }
        if let most = device.slotMost, slot != most {
            return [
                "\(device.name) sits in its slot with \(slot) and could have \(most): look at the "
                    + "slot, a riser, or the firmware's settings"
            ]
        }
        let rate = device.ports.filter(\.isActive).map(\.rate).reduce(0, +)
        if rate <= slot.rate { return [] }
        return [
            "\(device.name) has ports of \(Int(rate / 1e9)) Gb/s in a slot of "
                + "\(Int(slot.rate / 1e9)) Gb/s (\(slot))"
        ]
    }
}
