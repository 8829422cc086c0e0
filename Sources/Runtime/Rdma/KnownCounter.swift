/// A counter of a port whose meaning is known.
public struct KnownCounter: Equatable, Sendable {
    /// What a counter that grows tells.
    public enum Kind: Int, CaseIterable, Sendable {
        /// Data that went through: no matter.
        case traffic
        /// Packets that were lost or late, and sent again.
        case lost
        /// A receiver had nothing ready for what came.
        case notReady
        /// Packets that were thrown away here.
        case dropped
        /// Packets that came damaged, or a link that broke.
        case damaged
        /// Time in which nothing could be sent though there was something.
        case paused
        /// Marks of congestion, and senders that slowed down for them.
        case congested
    }

    /// Where it is, and its name.
    public let name: PortCounters.Name
    /// What it tells.
    public let kind: Kind
    /// What it counts.
    public let meaning: String

    private init(_ source: PortCounters.Source, _ kind: Kind, _ name: String, _ meaning: String) {
        self.name = PortCounters.Name(source, name)
        self.kind = kind
        self.meaning = meaning
    }

    /// All, in an order that is part of what the ranks of a job tell each other.
    ///
    /// Sources: the InfiniBand specification (16.1.3.5) for those of a port; the drivers' own lists
    /// in Linux (mlx5/counters.c, bnxt_re/hw_counters.c, irdma/verbs.c, rxe_hw_counters.c) and its
    /// networking/device_drivers/ethernet/mellanox/mlx5/counters.rst; its ABI/testing/
    /// sysfs-class-net-statistics. Newer versions of Linux give those of bnxt_re the names of mlx5:
    /// both are here.
    public static let all: [KnownCounter] = port + hardware + interface

    private static let port: [KnownCounter] = [
        KnownCounter(.port, .traffic, "port_xmit_data", "sent, in words of four bytes"),
        KnownCounter(.port, .traffic, "port_rcv_data", "received, in words of four bytes"),
        KnownCounter(.port, .traffic, "port_xmit_packets", "packets sent"),
        KnownCounter(.port, .traffic, "port_rcv_packets", "packets received"),
        KnownCounter(.port, .dropped, "port_xmit_discards", "packets to send, thrown away"),
        KnownCounter(.port, .damaged, "port_rcv_errors", "packets received with errors"),
        KnownCounter(
            .port,
            .damaged,
            "port_rcv_remote_physical_errors",
            "packets that a switch had marked as bad"
        ),
        KnownCounter(.port, .damaged, "symbol_error", "symbols received with errors"),
        KnownCounter(.port, .damaged, "link_error_recovery", "recoveries of the link"),
        KnownCounter(.port, .damaged, "link_downed", "times that the link went down"),
        KnownCounter(
            .port,
            .damaged,
            "local_link_integrity_errors",
            "times that errors of the link went over its threshold"
        ),
        KnownCounter(
            .port,
            .dropped,
            "excessive_buffer_overrun_errors",
            "times that the port's buffers overran"
        ),
        KnownCounter(.port, .paused, "port_xmit_wait", "ticks without credit to send"),
    ]

    private static let hardware: [KnownCounter] = [
        // mlx5, and bnxt_re from Linux 6.15 on.
        KnownCounter(.hardware, .lost, "out_of_sequence", "packets that came out of order"),
        KnownCounter(.hardware, .lost, "packet_seq_err", "NAKs received for packets missing there"),
        KnownCounter(.hardware, .lost, "implied_nak_seq_err", "answers that skipped a request"),
        KnownCounter(
            .hardware,
            .lost,
            "local_ack_timeout_err",
            "messages not acknowledged in time"
        ),
        KnownCounter(.hardware, .lost, "duplicate_request", "requests that came once more"),
        KnownCounter(.hardware, .lost, "roce_adp_retrans", "adaptive retransmissions"),
        KnownCounter(.hardware, .lost, "roce_adp_retrans_to", "their timeouts"),
        KnownCounter(.hardware, .lost, "roce_slow_restart", "slow restarts after a loss"),
        KnownCounter(.hardware, .notReady, "rnr_nak_retry_err", "NAKs from receivers not ready"),
        KnownCounter(.hardware, .notReady, "out_of_buffer", "messages that found no buffer"),
        KnownCounter(
            .hardware,
            .congested,
            "np_ecn_marked_roce_packets",
            "marked packets received"
        ),
        KnownCounter(.hardware, .congested, "np_cnp_sent", "senders told to slow down"),
        KnownCounter(.hardware, .congested, "rp_cnp_handled", "times told to slow down"),
        KnownCounter(.hardware, .congested, "rp_cnp_ignored", "the same, and not heeded"),
        KnownCounter(.hardware, .damaged, "rx_icrc_encapsulated", "packets with a wrong checksum"),
        KnownCounter(.hardware, .traffic, "rx_write_requests", "writes received"),
        KnownCounter(.hardware, .traffic, "rx_read_requests", "reads received"),
        // bnxt_re.
        KnownCounter(.hardware, .lost, "to_retransmits", "messages not acknowledged in time"),
        KnownCounter(.hardware, .lost, "seq_err_naks_rcvd", "NAKs for packets missing there"),
        KnownCounter(.hardware, .lost, "missing_resp", "answers that skipped a request"),
        KnownCounter(.hardware, .lost, "oos_drop_count", "packets out of order, thrown away"),
        KnownCounter(.hardware, .lost, "max_retry_exceeded", "connections given up"),
        KnownCounter(.hardware, .notReady, "rnr_naks_rcvd", "NAKs from receivers not ready"),
        KnownCounter(.hardware, .notReady, "rx_out_of_buffer", "messages that found no buffer"),
        KnownCounter(.hardware, .dropped, "tx_roce_discards", "packets to send, thrown away"),
        KnownCounter(.hardware, .dropped, "rx_roce_discards", "packets received, thrown away"),
        KnownCounter(.hardware, .damaged, "tx_roce_errors", "packets sent with errors"),
        KnownCounter(.hardware, .damaged, "rx_roce_errors", "packets received with errors"),
        KnownCounter(.hardware, .congested, "rx_ecn_marked_pkts", "marked packets received"),
        KnownCounter(.hardware, .congested, "tx_cnp_pkts", "senders told to slow down"),
        KnownCounter(.hardware, .congested, "np_cnp_pkts", "senders told to slow down"),
        KnownCounter(.hardware, .congested, "rx_cnp_pkts", "times told to slow down"),
        // irdma.
        KnownCounter(.hardware, .dropped, "ip4InDiscards", "packets received, thrown away"),
        KnownCounter(.hardware, .dropped, "ip6InDiscards", "packets received, thrown away"),
        KnownCounter(.hardware, .dropped, "ip4OutNoRoutes", "packets that had no way to go"),
        KnownCounter(.hardware, .dropped, "ip6OutNoRoutes", "packets that had no way to go"),
        KnownCounter(.hardware, .damaged, "ip4InTruncatedPkts", "packets cut short"),
        KnownCounter(.hardware, .damaged, "ip6InTruncatedPkts", "packets cut short"),
        KnownCounter(.hardware, .dropped, "rxVlanErrors", "packets of a wrong VLAN"),
        KnownCounter(.hardware, .congested, "RxECNMrkd", "marked packets received"),
        KnownCounter(.hardware, .congested, "cnpSent", "senders told to slow down"),
        KnownCounter(.hardware, .congested, "cnpHandled", "times told to slow down"),
        KnownCounter(.hardware, .congested, "cnpIgnored", "the same, and not heeded"),
        // Soft RoCE.
        KnownCounter(.hardware, .traffic, "sent_pkts", "packets sent"),
        KnownCounter(.hardware, .traffic, "rcvd_pkts", "packets received"),
        KnownCounter(.hardware, .lost, "out_of_seq_request", "requests that came out of order"),
        KnownCounter(.hardware, .lost, "rcvd_seq_err", "NAKs for packets missing there"),
        KnownCounter(.hardware, .lost, "completer_retry_err", "times that all was sent again"),
        KnownCounter(.hardware, .lost, "retry_exceeded_err", "connections given up"),
        KnownCounter(.hardware, .notReady, "rcvd_rnr_err", "NAKs from receivers not ready"),
        KnownCounter(.hardware, .notReady, "send_rnr_err", "NAKs sent while not ready"),
        KnownCounter(.hardware, .notReady, "retry_rnr_exceeded_err", "connections given up"),
        KnownCounter(.hardware, .dropped, "send_err", "packets that could not be sent"),
        KnownCounter(.hardware, .damaged, "link_downed", "times that the link went down"),
    ]

    /// Those of the interface, which are of everything that crosses it.
    ///
    /// What it calls dropped when received is left out: that is also what nobody wanted.
    private static let interface: [KnownCounter] = [
        KnownCounter(.interface, .dropped, "tx_dropped", "packets to send, thrown away"),
        KnownCounter(.interface, .dropped, "rx_missed_errors", "packets that found no room"),
        KnownCounter(.interface, .dropped, "rx_fifo_errors", "packets that found no room"),
        KnownCounter(.interface, .dropped, "rx_over_errors", "packets that found no room"),
        KnownCounter(.interface, .damaged, "rx_crc_errors", "packets with a wrong checksum"),
        KnownCounter(.interface, .damaged, "rx_frame_errors", "packets that were no whole bytes"),
        KnownCounter(.interface, .damaged, "tx_carrier_errors", "packets sent into no link"),
    ]
}
