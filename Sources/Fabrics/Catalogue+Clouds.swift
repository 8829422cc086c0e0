/// What clouds rent, as far as they tell. How many instances there are, and how they are joined, is
/// theirs to know: the groups here are of a size that a person may ask for.
extension Catalogue {
    static let clouds = amazon + google + microsoft + others

    private static let amazon = [
        cloud(
            "aws-p4d",
            "64 p4d.24xlarge: 8 A100, 4 EFA of 100 Gb/s",
            "A100 GPU",
            a100Node,
            """
            rate: "50Gb/s", latency: "20us", holds: 64, source: { rate: "\(Document.aws)" }
            """
        ),
        cloud(
            "aws-p5",
            "64 p5.48xlarge: 8 H100, 32 EFA of 100 Gb/s",
            "H100 GPU",
            h100Node,
            elastic("efa-2", "ethernet-100", 4, Document.aws)
        ),
        cloud(
            "aws-p5en",
            "64 p5en.48xlarge: 8 H200, 16 EFA of 200 Gb/s",
            "H200 GPU",
            h100Node,
            elastic("efa-3", "ethernet-200", 2, Document.aws)
        ),
        cloud(
            "aws-p6-b200",
            "64 p6-b200.48xlarge: 8 B200, 8 EFA of 400 Gb/s",
            "B200 GPU",
            b200Node,
            elastic("efa-4", "ethernet-400", 1, Document.mlEngineering)
        ),
    ]

    private static let google = [
        cloud(
            "gcp-a3-mega",
            "64 a3-megagpu-8g: 8 H100, 8 NICs of 200 Gb/s",
            "H100 GPU",
            h100Node,
            """
            link: "ethernet-200", latency: "20us", holds: 64
            """
        ),
        cloud(
            "gcp-a3-ultra",
            "64 a3-ultragpu-8g: 8 H200, 8 ConnectX-7",
            "H200 GPU",
            h100Node,
            """
            rate: "400Gb/s", nic: "connectx-7", latency: "5.6us", holds: 64
            """
        ),
    ]

    private static let microsoft = [
        cloud(
            "azure-nd-a100-v4",
            "64 ND A100 v4: 8 A100, 8 HDR InfiniBand",
            "A100 GPU",
            a100Node,
            """
            rate: "200Gb/s", nic: "connectx-6", latency: "3.7us", holds: 64
            """
        ),
        cloud(
            "azure-nd-h100-v5",
            "64 ND H100 v5: 8 H100, 8 NDR InfiniBand",
            "H100 GPU",
            h100Node,
            infiniBand("\(Document.azure) ndh100v5-series-summary.md @a18807c")
        ),
        cloud(
            "azure-nd-h200-v5",
            "64 ND H200 v5: 8 H200, 8 NDR InfiniBand",
            "H200 GPU",
            h100Node,
            infiniBand("\(Document.azure) nd-h200-v5-series-summary.md @a18807c")
        ),
        cloud(
            "azure-nd-mi300x-v5",
            "64 ND MI300X v5: 8 MI300X, 8 NDR InfiniBand",
            "MI300X GPU",
            mi300xNode,
            infiniBand("\(Document.azure) ndmi300xv5-series-summary.md @2bc777f")
        ),
        cloud(
            "azure-nd-gb300-v6",
            "1,388 GB300 NVL72 of 18 VMs on XDR InfiniBand, the 100,000 GPUs that it grows to",
            "B300 GPU",
            b300Rack,
            """
            link: "ib-xdr", nic: "connectx-8", perEndpoint: 1, latency: "3.7us", holds: 1388,
            source: {
              perEndpoint: "\(Document.azure) nd-gb300-v6-series-summary.md @335cf59",
              holds: "\(Document.azure) nd-gb300-v6-series.md @0c72655: up to 100,000 GPUs",
            }
            """
        ),
    ]

    private static let others = [
        cloud(
            "oci-h100",
            "64 BM.GPU.H100.8: 8 H100, 16 RoCE interfaces",
            "H100 GPU",
            h100Node,
            """
            link: "ethernet-200", perEndpoint: 2, latency: "3.2us", holds: 64
            """
        ),
        cloud(
            "oci-mi300x",
            "64 BM.GPU.MI300X.8: 8 MI300X, 8 RoCE interfaces",
            "MI300X GPU",
            mi300xNode,
            """
            rate: "400Gb/s", latency: "3.2us", holds: 64
            """
        ),
        cloud(
            "oci-gb300",
            "64 GB300 NVL72 of BM.GPU.GB300.4: 4 B300, 8 RoCE interfaces of 400 Gb/s",
            "B300 GPU",
            b300Rack,
            """
            link: "ethernet-400", perEndpoint: 2, latency: "3.2us", holds: 64,
            source: {
              perEndpoint: "\(Document.oracleShapes)",
              latency: "\(Document.oracle), across racks",
            }
            """
        ),
        cloud(
            "coreweave-h100",
            "64 gd-8xh100ib-i128: 8 H100, NDR InfiniBand",
            "H100 GPU",
            h100Node,
            """
            rate: "400Gb/s", nic: "connectx-7", latency: "3.7us", holds: 64
            """
        ),
    ]

    /// Instances or racks on a network of which only the ends are known.
    private static func cloud(
        _ name: String,
        _ summary: String,
        _ endpoint: String,
        _ node: String,
        _ network: String
    ) -> String {
        entry(name, summary, "cloud", endpoint, node, "{ name: \"cluster\", \(network) }")
    }

    private static func elastic(
        _ nic: String,
        _ link: String,
        _ count: Int,
        _ source: String
    ) -> String {
        """
        link: "\(link)", nic: "\(nic)", perEndpoint: \(count), latency: "20us", holds: 64,
        source: { perEndpoint: "\(source)" }
        """
    }

    private static func infiniBand(_ source: String) -> String {
        """
        link: "ib-ndr", nic: "connectx-7", perEndpoint: 1, latency: "3.7us", holds: 64,
        source: { perEndpoint: "\(source)" }
        """
    }
}
