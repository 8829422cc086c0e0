import Foundation
import Runtime
import TestSupport
import Testing

@Suite struct PortCountersTests {
    typealias Name = PortCounters.Name

    /// A port with counters of all three places.
    private func port(_ values: [String: String], of tree: SysTree) throws -> PortCounters {
        for (path, text) in values {
            let isInterface = path.hasPrefix("statistics")
            let folder = isInterface ? "class/net/eth0" : "class/infiniband/mlx5_0/ports/1"
            try tree.write(text, "\(folder)/\(path)")
        }
        return PortCounters(device: "mlx5_0", port: 1, interface: "eth0", sys: tree.sys)
    }

    @Test func allFilesWithNumbersAreRead() throws {
        let tree = try SysTree()
        let counters = try port(
            [
                "counters/port_xmit_data": "18446744073709551615", "counters/symbol_error": "0",
                "counters/VL15_dropped": "N/A (no PMA)", "counters/unheard_of": "7",
                "hw_counters/np_cnp_sent": "12", "hw_counters/lifespan": "10",
                "hw_counters/negative": "-1", "hw_counters/too_large": "18446744073709551616",
                "hw_counters/empty": "", "statistics/tx_dropped": "3",
            ],
            of: tree
        )
        #expect(
            counters.values == [
                Name(.port, "port_xmit_data"): .max, Name(.port, "symbol_error"): 0,
                Name(.port, "unheard_of"): 7, Name(.hardware, "np_cnp_sent"): 12,
                Name(.interface, "tx_dropped"): 3,
            ]
        )
        let none = PortCounters(device: "mlx5_9", port: 1, interface: nil, sys: tree.sys)
        #expect(none.values.isEmpty)
    }

    @Test func hostileFiles() throws {
        let tree = try SysTree()
        var random = SeededRandom(seed: 15)
        for number in 0..<200 {
            let bytes = (0..<random.below(40)).map { _ in UInt8(random.below(256)) }
            let path = "class/infiniband/mlx5_0/ports/1/counters/c\(number)"
            try tree.write(Data(bytes), path)
        }
        try tree.write("1", "class/infiniband/mlx5_0/ports/1/counters/folder/file")
        try tree.write(
            Data(repeating: 0x39, count: 100_000),
            "class/infiniband/mlx5_0/ports/1/counters/long"
        )
        let counters = try port(["counters/good": "5"], of: tree)
        #expect(counters.values[Name(.port, "good")] == 5)
        #expect(counters.values[Name(.port, "long")] == nil)
        #expect(counters.values[Name(.port, "folder")] == nil)
        #expect(PortCounters(counters.values).growth(since: counters).isEmpty)
    }

    @Test(arguments: [
        // Name, before, after, growth.
        (Name(.hardware, "np_cnp_sent"), UInt64(5), UInt64(9), UInt64(4)),
        (Name(.hardware, "np_cnp_sent"), 5, 5, 0),
        // Round after 32 bits, as counters of queue pairs of mlx5 go.
        (Name(.hardware, "out_of_sequence"), 0xFFFF_FFF0, 0x10, 0x20),
        // Set back by somebody.
        (Name(.hardware, "out_of_sequence"), 1000, 7, 7),
        (Name(.hardware, "sent_pkts"), 1 << 40, 7, 7),
        (Name(.port, "port_xmit_data"), 0xFFFF_FFF0, 0x10, 0x10),
        (Name(.interface, "tx_dropped"), .max, 0, 0),
    ])
    func growth(_ name: Name, _ before: UInt64, _ after: UInt64, _ growth: UInt64) {
        let earlier = PortCounters([name: before, Name(.port, "only_before"): 1])
        let later = PortCounters([name: after, Name(.port, "only_after"): 1])
        #expect(later.growth(since: earlier) == (growth == 0 ? [:] : [name: growth]))
    }

    @Test func thoseThatStopAtTheirMost() {
        let counters = PortCounters([
            Name(.port, "symbol_error"): 65_535, Name(.port, "link_downed"): 255,
            Name(.port, "port_rcv_errors"): 65_534, Name(.hardware, "link_downed"): 255,
            Name(.port, "port_xmit_wait"): 0xFFFF_FFFF, Name(.port, "port_xmit_data"): 0xFFFF_FFFF,
        ])
        #expect(counters.stopped.map(\.text) == ["link_downed", "port_xmit_wait", "symbol_error"])
    }

    @Test func knownCountersAreToldApart() {
        let names = KnownCounter.all.map(\.name)
        #expect(Set(names).count == names.count && names.count > 50)
        for kind in KnownCounter.Kind.allCases {
            #expect(KnownCounter.all.contains { $0.kind == kind })
        }
    }

    /// Each counter that is not of traffic makes a sentence that names it.
    @Test func warningsNameWhatGrew() {
        for counter in KnownCounter.all {
            let warnings = PortCounters.warnings(of: [counter.name: 3], on: "mlx5_0 port 1")
            if counter.kind == .traffic {
                #expect(warnings.isEmpty)
            } else {
                #expect(warnings.count == 1)
                #expect(warnings.first?.hasPrefix("mlx5_0 port 1 ") == true)
                #expect(warnings.first?.contains("3 \(counter.meaning)") == true)
                #expect(warnings.first?.contains("(\(counter.name.text))") == true)
            }
        }
        #expect(PortCounters.warnings(of: [Name(.port, "unheard_of"): 3], on: "a").isEmpty)
        #expect(PortCounters.warnings(of: [:], on: "a").isEmpty)
    }

    @Test func warningsOfAKindAreOneSentence() {
        let growth = [
            Name(.hardware, "local_ack_timeout_err"): UInt64(2),
            Name(.hardware, "out_of_sequence"): 9, Name(.hardware, "np_cnp_sent"): 4,
        ]
        #expect(
            PortCounters.warnings(of: growth, on: "mlx5_0 port 1 of node1") == [
                "mlx5_0 port 1 of node1 sent packets again that were lost or late: 9 packets that "
                    + "came out of order (out_of_sequence), 2 messages not acknowledged in time "
                    + "(local_ack_timeout_err); look for drops in switches, for priorities without "
                    + "flow control, at cables, and whether '--timeout' is too short",
                "mlx5_0 port 1 of node1 met congestion: 4 senders told to slow down (np_cnp_sent); "
                    + "several senders share a link: these are marks of ECN, which slow them down",
            ]
        )
    }

    // MARK: - On boards

    @Test func growthTravelsOverBoards() {
        var random = SeededRandom(seed: 16)
        let board = UnsafeMutablePointer<UInt64>.allocate(capacity: RailGrowth.words + 1)
        defer { board.deallocate() }
        for turn in 0..<500 {
            for word in 0...RailGrowth.words { board[word] = turn == 0 ? 0 : random.next() }
            if turn == 0 { #expect(RailGrowth(at: board) == nil) }
            board[RailGrowth.words] = 7
            var growth: [Name: UInt64] = [:]
            for counter in KnownCounter.all where random.below(3) == 0 {
                growth[counter.name] = UInt64.random(in: 1 ... .max, using: &random)
            }
            let left = RailGrowth(device: "mlx5_\(turn)", port: 1 + turn % 255, growth: growth)
            left.leave(at: board)
            #expect(RailGrowth(at: board) == left)
            #expect(board[RailGrowth.words] == 7)
        }
        // What somebody else has left is read too, and never crashes.
        for _ in 0..<500 {
            for word in 0..<RailGrowth.words { board[word] = random.next() }
            _ = RailGrowth(at: board)
        }
    }

    @Test func growthOfOnePortIsMerged() {
        let (a, b) = (Name(.port, "symbol_error"), Name(.hardware, "sent_pkts"))
        let first = RailGrowth(device: "rxe0", port: 1, growth: [a: 5, b: .max])
        let second = RailGrowth(device: "rxe0", port: 1, growth: [a: 7, b: 3])
        #expect(first.merged(with: second).growth == [a: 7, b: .max])
        #expect(first.summed(with: second).growth == [a: 12, b: .max])
    }
}
