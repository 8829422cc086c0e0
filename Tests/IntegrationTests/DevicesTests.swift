import Foundation
import TestSupport
import Testing

/// `weft devices`, on hosts with RDMA devices and without.
@Suite(.everyCore) struct DevicesTests {
    /// What the kernel shows here.
    private let devices =
        (try? FileManager.default.contentsOfDirectory(atPath: "/sys/class/infiniband")) ?? []

    @Test func tableOrSentence() throws {
        let outcome = try Weft.run(["devices"])
        #expect(outcome.status == 0)
        if devices.isEmpty {
            #expect(outcome.output.hasPrefix("This host has no RDMA device: "))
            #expect(outcome.output.split(separator: "\n").count == 1 && outcome.errors.isEmpty)
        } else {
            for device in devices { #expect(outcome.output.contains("\n\(device) ")) }
        }
    }

    @Test func recordsForPrograms() throws {
        let outcome = try Weft.run(["devices", "--json"])
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
        let json = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        let object = try #require(json as? [String: Any])
        let ports = try #require(object["ports"] as? [[String: Any]])
        #expect(Set(ports.compactMap { $0["device"] as? String }) == Set(devices))
        #expect(object["warnings"] is [String])
        let table = try Weft.run(["devices", "--csv"])
        #expect(table.status == 0)
        let lines = table.output.split(separator: "\n")
        #expect(lines.first?.hasPrefix("device,port,state,rate,link,gid,") == true)
        #expect(lines.count == ports.count + 1)
        #expect(try Weft.run(["devices", "--csv", "--json"]).status == 64)
    }
}
