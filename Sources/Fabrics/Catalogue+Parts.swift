internal import Text

/// The parts that weft knows by name. A figure whose source is not given is unverified.
extension Part {
    /// Every part.
    public static let all: [Part] = {
        do {
            return try JSONReader.parse(text, name: "parts").array().map {
                reader throws(TextError) in try Part(reading: reader)
            }
        } catch {
            preconditionFailure("the catalogue's own text is wrong: \(error)")
        }
    }()

    private static let text = """
        [
          { name: "nvswitch1", kind: "chip", summary: "NVSwitch, for V100", ports: 18,
            rate: "25GB/s", source: { ports: "\(Document.nvidiaPapers)" } },
          { name: "nvswitch2", kind: "chip", summary: "NVSwitch, for A100", ports: 36,
            rate: "25GB/s" },
          { name: "nvswitch3", kind: "chip", summary: "NVSwitch, for H100; reduces", ports: 64,
            rate: "25GB/s", trees: 128,
            source: { ports: "\(Document.nvidiaPapers)", trees: "\(Document.multicastH200)" } },
          { name: "nvswitch4", kind: "chip", summary: "NVLink 5 Switch, for B200; reduces",
            ports: 72, rate: "50GB/s", trees: 1024,
            source: { trees: "\(Document.multicastGB200)" } },
          { name: "nvswitch5", kind: "chip", summary: "NVLink 6 Switch, for Rubin; reduces",
            ports: 72, rate: "50GB/s" },
          { name: "qm8700", kind: "switch", summary: "Quantum, HDR", ports: 40, rate: "200Gb/s",
            power: "253W", latency: "130ns", trees: 63, streams: 1,
            source: {
              ports: "\(Document.qm8700)", latency: "\(Document.qm8790)",
              trees: "\(Document.sharp)", streams: "\(Document.sharp)",
            } },
          { name: "qm8790", kind: "switch", summary: "Quantum, HDR, managed from outside",
            ports: 40, rate: "200Gb/s", power: "253W", latency: "130ns", trees: 63, streams: 1,
            source: {
              ports: "\(Document.qm8700)", latency: "\(Document.qm8790)",
              trees: "\(Document.sharp)", streams: "\(Document.sharp)",
            } },
          { name: "qm9700", kind: "switch", summary: "Quantum-2, NDR", ports: 64,
            rate: "400Gb/s", power: "747W", price: "38000USD", trees: 511, portStreams: 1,
            source: {
              ports: "\(Document.qm9700)", power: "\(Document.qm9700)",
              trees: "\(Document.sharp)", portStreams: "\(Document.sharp)",
            } },
          { name: "q3400", kind: "switch", summary: "Quantum-X800, XDR", ports: 144,
            rate: "800Gb/s", power: "2900W", latency: "100ns", price: "190000USD",
            source: {
              ports: "\(Document.nvidiaSwitches)", power: "\(Document.x800)",
              latency: "\(Document.qm8790)",
            } },
          { name: "q3200", kind: "switch", summary: "Quantum-X800, XDR, half of a q3400",
            ports: 72, rate: "800Gb/s", source: { ports: "\(Document.x800)" } },
          { name: "q3450", kind: "switch", summary: "Quantum-X Photonics, XDR, optics inside",
            ports: 144, rate: "800Gb/s", power: "2900W", optics: "9W",
            source: { ports: "\(Document.nvidiaSwitches)", optics: "\(Document.photonics)" } },
          { name: "sn3700", kind: "switch", summary: "Spectrum-2", ports: 32, rate: "200Gb/s",
            latency: "425ns", buffer: "42MB",
            source: { ports: "\(Document.sn3700)", latency: "\(Document.sn3700)" } },
          { name: "sn4600c", kind: "switch", summary: "Spectrum-3, 100GbE", ports: 64,
            rate: "100Gb/s", power: "466W",
            source: { ports: "\(Document.nvidiaSwitches)", power: "\(Document.sn4600)" } },
          { name: "sn5600", kind: "switch", summary: "Spectrum-4, its ports split in two",
            ports: 128, rate: "400Gb/s", power: "940W", buffer: "160MB", latency: "550ns",
            price: "70000USD",
            source: { ports: "\(Document.spectrum)", power: "\(Document.sn5600)" } },
          { name: "sn5600-800", kind: "switch", summary: "Spectrum-4", ports: 64,
            rate: "800Gb/s", power: "940W", buffer: "160MB", latency: "550ns", price: "70000USD",
            source: { ports: "\(Document.nvidiaSwitches)", power: "\(Document.sn5600)" } },
          { name: "sn5610", kind: "switch", summary: "Spectrum-4, its ports split in two",
            ports: 128, rate: "400Gb/s", power: "900W", buffer: "160MB", latency: "550ns",
            source: { power: "\(Document.sn5600)" } },
          { name: "sn6600", kind: "switch", summary: "Spectrum-6, optics plugged in",
            ports: 128, rate: "800Gb/s", source: { ports: "\(Document.nvidiaSwitches)" } },
          { name: "sn6810", kind: "switch", summary: "Spectrum-X Photonics, optics inside",
            ports: 128, rate: "800Gb/s", optics: "9W",
            source: { ports: "\(Document.nvidiaSwitches)" } },
          { name: "tomahawk5", kind: "switch", summary: "a box of one Tomahawk 5", ports: 128,
            rate: "400Gb/s", power: "1066W", buffer: "165MB",
            source: { ports: "\(Document.semiAnalysis)", power: "\(Document.planner)" } },
          { name: "tomahawk6", kind: "switch", summary: "a box of one Tomahawk 6", ports: 128,
            rate: "800Gb/s", price: "180000USD",
            source: { price: "\(Document.planner), an estimate" } },
          { name: "rosetta", kind: "switch", summary: "Slingshot", ports: 64, rate: "200Gb/s",
            power: "250W", latency: "350ns", source: "\(Document.frontier)" },
          { name: "connectx-5", kind: "nic", summary: "EDR or 100GbE", ports: 2,
            rate: "100Gb/s", source: { ports: "\(Document.history)" } },
          { name: "connectx-6", kind: "nic", summary: "HDR or 200GbE", ports: 1,
            rate: "200Gb/s" },
          { name: "connectx-7", kind: "nic", summary: "NDR or 400GbE", ports: 1,
            rate: "400Gb/s", power: "24W", price: "2500USD",
            source: {
              ports: "\(Document.connectX7)", power: "\(Document.planner)",
              price: "\(Document.planner), an estimate",
            } },
          { name: "connectx-8", kind: "nic", summary: "XDR or 800GbE", ports: 1,
            rate: "800Gb/s", power: "50W", price: "4500USD",
            source: {
              power: "\(Document.planner), an estimate",
              price: "\(Document.planner), an estimate",
            } },
          { name: "connectx-9", kind: "nic", summary: "800 Gb/s, two of them for a Rubin GPU",
            ports: 1, rate: "800Gb/s", price: "7500USD",
            source: {
              ports: "\(Document.history)", price: "\(Document.planner), an estimate",
            } },
          { name: "bluefield-3", kind: "nic", summary: "400GbE, puts packets in order", ports: 1,
            rate: "400Gb/s", power: "74W",
            source: { ports: "\(Document.nvidiaSwitches)" } },
          { name: "pollara-400", kind: "nic", summary: "400GbE, sprays packets", ports: 1,
            rate: "400Gb/s", price: "2200USD",
            source: {
              ports: "\(Document.planner)", price: "\(Document.planner), an estimate",
            } },
          { name: "thor-2", kind: "nic", summary: "400GbE", ports: 1, rate: "400Gb/s",
            price: "1900USD",
            source: {
              ports: "\(Document.planner)", price: "\(Document.planner), an estimate",
            } },
          { name: "efa-2", kind: "nic", summary: "Elastic Fabric Adapter, 100 Gb/s",
            ports: 1, rate: "100Gb/s", source: "\(Document.mlEngineering)" },
          { name: "efa-3", kind: "nic", summary: "Elastic Fabric Adapter, 200 Gb/s",
            ports: 1, rate: "200Gb/s", source: "\(Document.mlEngineering)" },
          { name: "efa-4", kind: "nic", summary: "Elastic Fabric Adapter, 400 Gb/s",
            ports: 1, rate: "400Gb/s", source: "\(Document.mlEngineering)" },
          { name: "cassini", kind: "nic", summary: "Slingshot", ports: 1, rate: "200Gb/s",
            source: "\(Document.frontier)" },
        ]
        """
}
