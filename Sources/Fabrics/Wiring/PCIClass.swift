/// What a PCI device is, by its class code: PCI Code and ID Assignment Specification 1.15.
struct PCIClass {
    /// Base class and subclass, as 0x0302.
    let code: Int
    private let interface: Substring

    /// Reads `0x030200`, as the kernel writes it, or `0302`, as hwloc does.
    init?(_ text: some StringProtocol) {
        let digits = text.hasPrefix("0x") ? text.dropFirst(2) : text[...]
        guard digits.count >= 2, let code = Int(digits.prefix(4), radix: 16) else { return nil }
        self.code = digits.count == 2 ? code << 8 : code
        interface = Substring(digits.dropFirst(4))
    }

    /// What such a device is in a wiring, nil for disks, USB and others that move nothing between
    /// GPUs and networks.
    var kind: Wiring.Device.Kind? {
        switch code {
        // NVSwitches call themselves other bridges; NCCL has POWER9's processors as 068001.
        case 0x0680: interface == "01" ? .cpu : .nvswitch
        case 0x0300...0x03FF, 0x1200...0x12FF: .gpu
        // InfiniBand adapters were of the class of serial buses before they had their own.
        case 0x0200...0x02FF, 0x0C06: .nic
        case 0x0600...0x0609: .pcie
        default: nil
        }
    }
}
