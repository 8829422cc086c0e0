import Foundation
import TestSupport
import Testing

/// Virtual machines with RDMA devices, each test with its own.
@Suite(.everyCore, .enabled(if: Lab.isReady, "scripts/lab setup fails here"))
struct LabTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Starts the script with all that it leaves behind in a folder of the test's own.
    private func start(_ arguments: [String]) throws -> RunningProgram {
        try FileManager.default.createDirectory(
            atPath: folder.path("temporary"),
            withIntermediateDirectories: true
        )
        // Threads that run tests block signals, and that is inherited.
        return try RunningProgram(
            "/usr/bin/env",
            ["--default-signal", Lab.path] + arguments,
            environment: ["TMPDIR": folder.path("temporary")]
        )
    }

    private var leftBehind: [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder.path("temporary"))) ?? []
    }

    /// Two machines see each other and this one's files, and bring back what they should.
    @Test func twoNodesAreOneNetwork() throws {
        let place = folder.path("it's, written")
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        let script = try folder.write(Self.talk, to: "talk")
        let outcome = try start([
            "run", "--nodes", "2", "--rate", "500mbit", "--writable", place, "--", "sh", script,
        ]).wait(atMost: 300)
        #expect(outcome.status == 3, "\(outcome.output)\(outcome.errors)")
        for node in 0..<2 {
            let text = (try? String(contentsOfFile: "\(place)/\(node)", encoding: .utf8)) ?? ""
            let lines = text.split(separator: "\n")
            #expect(lines.prefix(2) == ["10.0.0.\(node + 1) of 10.0.0.1 10.0.0.2", "rxe0"])
            #expect(lines.contains { $0.contains("PORT_ACTIVE") }, "\(text)")
            #expect(lines.contains { $0.contains(" tbf ") && $0.contains("500Mbit") }, "\(text)")
            // 50 messages each way, none of which goes through anything but the network.
            let sent = lines.last.flatMap { Int($0) } ?? 0
            #expect(sent > 50 * 65536, "\(text)")
        }
        // Node 0's words come as they are.
        #expect(outcome.output.split(separator: "\n").sorted() == ["node0", "node1: node1"])
        #expect(outcome.errors.contains("node1: to its errors\n"), "\(outcome.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder.path("lost")))
        #expect(leftBehind.isEmpty)
    }

    private static let talk = """
        sent() { cat /sys/class/net/eth0/statistics/tx_bytes; }
        hostname
        [ $LAB_NODE = 0 ] || echo to its errors >&2
        touch "${TMPDIR%/*}/lost"
        cd "${TMPDIR%/*}/it's, written"
        {
            echo $LAB_ADDRESS of $LAB_ADDRESSES
            echo $LAB_DEVICE
            ibv_devinfo -d $LAB_DEVICE
            /sbin/tc qdisc show dev eth0
            before=$(sent)
            talk="ibv_rc_pingpong -d $LAB_DEVICE -g 1 -e -s 65536 -n 50"
            if [ $LAB_NODE = 0 ]; then
                $talk
            else
                # The other one may not listen yet.
                until $talk node0; do sleep 0.5; done
            fi
            echo $(($(sent) - before))
        } >$LAB_NODE 2>&1
        exit $((LAB_NODE * 3))
        """

    /// Without a word on its command line weft is one job over both, and tells it once.
    @Test func weftIsOneJob() throws {
        let outcome = try start([
            "run", "--nodes", "2", "--", Weft.path, "bench", "all-reduce", "--sizes", "8,64K",
            "--timeout", "20",
        ]).wait(atMost: 300)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.contains("# Nodes: 2, with RDMA (verbs) between them"), "\(outcome.output)")
        #expect(lines.contains("# Out of bounds values : 0 OK"), "\(outcome.output)")
        #expect(lines.filter { !$0.hasPrefix("#") }.count == 2, "\(outcome.output)")
    }

    /// What weft tells of a device is what the device says of itself.
    @Test func devicesAreTold() throws {
        let command = "\(Weft.path) devices --csv; ip link set dev eth0 down; \(Weft.path) devices"
        let outcome = try start(["run", "--", "sh", "-c", command]).wait(atMost: 300)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let lines = outcome.output.split(separator: "\n")
        let row = try #require(lines.dropFirst().first)
        #expect(row.hasPrefix("rxe0,1,ACTIVE,"))
        #expect(row.hasSuffix(",Ethernet,1,RoCE v2,10.0.0.1,4096,4096,-,rxe,-"), "\(row)")
        #expect(lines.last?.contains("DOWN (Disabled)") == true, "\(outcome.output)")
        #expect(outcome.errors.contains("bring its interface up"), "\(outcome.errors)")
    }

    private static let isLong = ProcessInfo.processInfo.environment["WEFT_LONG"] != nil

    /// Two flows over a link of 20 Mb/s, which the machines fill: one has about all of it, and two
    /// have about half each.
    @Test(arguments: isLong ? ["tcp", "verbs"] : ["verbs"]) func flowsShareAShapedLink(
        _ transport: String
    ) throws {
        let outcome = try start([
            "run", "--nodes", "2", "--processes", "2", "--rate", "20mbit", "--", Weft.path,
            "probe", "step", "--seconds", "12", "--json", "--transport", transport,
        ]).wait(atMost: 300)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        let record = try #require(object as? [String: Any])
        #expect(record["transport"] as? String == transport)
        let finding = try #require((record["findings"] as? [[String: Any]])?.first)
        var values: [String: Double] = [:]
        for answer in finding["answers"] as? [[String: Any]] ?? [] {
            guard let name = answer["name"] as? String else { continue }
            values[name] = answer["value"] as? Double
        }
        let rate = try #require(values["rate alone"], "\(finding)")
        // 2.5 MB/s; the machines are emulated, and may be slower than the link.
        #expect((0.4e6...3e6).contains(rate), "\(rate)")
        let together = try #require(values["both together"])
        #expect((0.4...2).contains(together), "\(together)")
        let fairness = try #require(values["fairness"])
        #expect((0.6...1).contains(fairness), "\(fairness)")
    }

    @Test func aCommandThatTakesTooLongIsEnded() throws {
        let outcome = try start(["run", "--timeout", "1", "--", "sleep", "1000"]).wait(atMost: 300)
        #expect(outcome.status == 124)
        #expect(outcome.errors.contains("the command has not ended after 1 s"))
        #expect(leftBehind.isEmpty)
    }

    @Test func aMachineThatDiesIsNamed() throws {
        let outcome = try start([
            "run", "--nodes", "2", "--", "sh", "-c", "echo c >/proc/sysrq-trigger",
        ]).wait(atMost: 300)
        #expect(outcome.status == 125)
        #expect(outcome.errors.contains("scripts/lab: the machine of node "), "\(outcome.errors)")
        #expect(outcome.errors.contains("Kernel panic"), "\(outcome.errors)")
        #expect(leftBehind.isEmpty)
    }

    /// However the script ends, its machines and its folder go.
    @Test(arguments: [SIGKILL, SIGTERM])
    func nothingOutlivesTheScript(_ signal: Int32) throws {
        let program = try start(["run", "--", "sh", "-c", "echo begun; sleep 1000"])
        let isAtWork = eventually(within: 200) {
            program.output.contains("begun") || !program.isRunning
        }
        #expect(isAtWork && program.isRunning, "\(program.errors)")
        let name = try #require(leftBehind.first)
        let console = "file:\(folder.path("temporary"))/\(name)/console-0"
        #expect(Processes.whoseArguments(contain: console).count == 1)
        program.send(signal)
        let outcome = program.wait()
        #expect(outcome.status == 128 + signal)
        let areGone = eventually(within: 20) {
            Processes.whoseArguments(contain: console).isEmpty && leftBehind.isEmpty
        }
        #expect(areGone)
    }

    @Test(arguments: [
        (["run", "--nodes", "5", "--", "true"], "--nodes needs a number from 1 to 4, not '5'"),
        (["run", "--nodes", "two", "--", "true"], "--nodes needs a number from 1 to 4, not 'two'"),
        (["run", "--memory"], "--memory needs a value"),
        (["run", "--nods", "2", "--", "true"], "unknown argument: --nods"),
        (["run", "--rate", "1", "--", "true"], "--rate needs a rate such as 100mbit, not '1'"),
        (["run", "--writable", "/no", "--", "x"], "--writable needs a folder, and '/no' is none"),
        (["run", "--writable", "/", "--", "true"], "--writable needs a folder below the root"),
        (["run", "true"], "unknown argument: true"),
        (["run", "--"], "after the options comes '--', then the command"),
        (["doctor", "now"], "unknown argument: now"),
        ([], "the first word is 'run', 'setup' or 'doctor'"),
    ])
    func wrongCommandLinesAreRefused(_ arguments: [String], _ sentence: String) throws {
        let outcome = try start(arguments).wait()
        #expect(outcome.status == 64)
        #expect(outcome.errors == "scripts/lab: \(sentence)\nTry: scripts/lab --help\n")
    }

    @Test func whatIsHereIsTold() throws {
        let outcome = try start(["doctor"]).wait()
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("packages:    all are installed\n"), "\(outcome.output)")
    }
}
