/// The claims that weft brings along.
extension Claim {
    /// All of them, by row.
    public static let all: [Claim] = {
        do {
            return try read(texts, name: "the embedded claims")
        } catch {
            preconditionFailure("the embedded claims are wrong: \(error)")
        }
    }()

    /// A figure is supported when it rounds to what is claimed.
    private static let texts = """
        [
          { id: "nvl72-injection", row: 1,
            quantity: "fabric.injection", arguments: { fabric: "gb200-nvl72" },
            low: 129.5, high: 130.5, unit: "TB/s",
            claimed: "130 TB/s of GPU communication in a rack: 72 GPUs of 1.8 TB/s, both ways",
            source: "NVIDIA GB200 NVL72 data sheet" },
          { id: "nvl72-all-to-all", row: 1,
            quantity: "fabric.all-to-all", arguments: { fabric: "gb200-nvl72" },
            low: 64.75, high: 64.85, unit: "TB/s",
            claimed: "every GPU can send to all others at its full rate, 64.8 TB/s in total",
            source: "NVIDIA GB200 NVL72 data sheet: fully connected, 1.8 TB/s a GPU" },
          { id: "nvl72-bisection", row: 1,
            quantity: "fabric.bisection", arguments: { fabric: "gb200-nvl72" },
            low: 32.35, high: 32.45, unit: "TB/s",
            claimed: "half of the rack can send to the other half at 32.4 TB/s",
            source: "NVIDIA GB200 NVL72 data sheet: fully connected, 1.8 TB/s a GPU" },
          { id: "nvls-traffic-8", row: 6,
            quantity: "all-reduce.switch-traffic", arguments: { ranks: 8 },
            low: 0.635, high: 0.645, unit: "of the ring's",
            claimed: "reduction in the switch leaves 0.64 of a ring's traffic with 8 GPUs",
            source: "Klenk and others, ISCA 2020: about half of the traffic" },
          { id: "nvls-traffic-72", row: 6,
            quantity: "all-reduce.switch-traffic", arguments: { ranks: 72 },
            low: 0.505, high: 0.515, unit: "of the ring's",
            claimed: "reduction in the switch leaves 0.51 of a ring's traffic with 72 GPUs",
            source: "Klenk and others, ISCA 2020: about half of the traffic" },
        ]
        """
}
