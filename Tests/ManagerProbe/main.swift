import Glibc
import Runtime

// A program for tests of launchers: it says who started it, and what rank 0 shared.
//
//     manager-probe [--limit SECONDS] [--gone RANK] [--absent RANK] [--text TEXT] [--killed RANK]
//         [--late RANK]
//
// A rank that is `gone` ends before it shares anything, one that is `killed` after it, one that is
// `absent` is there for longer than the others wait, and one that is `late` comes when they wait.

var limit = 30
var gone: Int?
var absent: Int?
var killed: Int?
var late: Int?
var text = "192.0.2.1:4711 secret-of-rank-0 = [fe80::1%eth0]:4711"
var arguments = CommandLine.arguments.dropFirst()
while let option = arguments.popFirst() {
    let value = arguments.popFirst() ?? ""
    switch option {
    case "--limit": limit = Int(value) ?? limit
    case "--gone": gone = Int(value)
    case "--absent": absent = Int(value)
    case "--killed": killed = Int(value)
    case "--late": late = Int(value)
    case "--text": text = value
    default: exit(64)
    }
}

/// One write for each line, so that lines of several processes do not mix.
func say(_ line: String, to descriptor: Int32) {
    let bytes = Array("\(line)\n".utf8)
    _ = write(descriptor, bytes, bytes.count)
}

do {
    guard let manager = try ProcessManager.detect() else {
        say("a plain run", to: 1)
        exit(0)
    }
    let place = "\(manager.name): \(manager.rank) of \(manager.ranks)"
    if gone == manager.rank { exit(0) }
    if absent == manager.rank {
        sleep(UInt32(limit + 3))
        exit(0)
    }
    if late == manager.rank { usleep(700_000) }
    switch manager.meeting {
    case .told:
        let own = manager.rank == 0 ? text : nil
        say("\(place): \(try manager.share(own, within: .seconds(limit)))", to: 1)
        if killed == manager.rank { kill(getpid(), SIGKILL) }
        // Rank 0 may take the text away when all have it.
        if manager.rank == 0 { usleep(500_000) }
        manager.forget()
    case .known(let address, let token):
        say("\(place): \(address.host) \(address.port) \(token)", to: 1)
    }
    manager.finish()
} catch {
    say("manager-probe: \(error)", to: 2)
    exit(1)
}
