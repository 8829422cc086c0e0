import Foundation
import TestSupport
import Testing

/// The transport over verbs on soft RoCE devices, in virtual machines.
@Suite(.everyCore, .enabled(if: Lab.isReady, "scripts/lab setup fails here"))
struct RdmaTests {
    private static let isLong = ProcessInfo.processInfo.environment["WEFT_LONG"] != nil

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Runs a shell's text in one or more machines.
    private func run(
        _ options: [String],
        _ text: String,
        atMost seconds: Double = 400
    ) throws -> Outcome {
        let script = try folder.write(text, to: "script")
        return try RunningProgram(
            "/usr/bin/env",
            ["--default-signal", Lab.path, "run", "--timeout", "\(Int(seconds))"] + options
                + ["--", "bash", script],
            environment: ["XDG_STATE_HOME": "/nonexistent", "TMPDIR": folder.url.path]
        ).wait(atMost: seconds + 100)
    }

    /// Rows of a table, each as its words.
    private func rows(_ text: String) -> [[Substring]] {
        text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { $0.split(separator: " ") }
    }

    /// Every kind of collective, the bits of each as the schedule has them, over both ways to
    /// connect and several queue pairs.
    @Test func theContractHolds() throws {
        let program = Weft.verbsContract
        let share = Self.isLong ? 1 : 40
        let outcome = try run(
            ["--cpus", "2", "--memory", "3000"],
            """
            set -e
            \(program) 3 0 \(share)
            \(program) 3 2 \(share)
            \(program) 2 0 \(2 * share) --path cm --queue-pairs 3
            # A second rail, beside the first.
            rdma link add rxe1 type rxe netdev lo
            \(program) 2 0 \(2 * share) --rails 2
            """,
            atMost: Self.isLong ? 3000 : 400
        )
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        let ends = outcome.output.split(separator: "\n").filter { $0.hasSuffix(" 0 problems") }
        #expect(ends.count == 4, "\(outcome.output)")
    }

    /// Four machines with two ranks each: shared memory inside, RDMA between, levels and switches.
    @Test func fourNodesReduceByLevelsAndInSwitches() throws {
        let outcome = try run(
            ["--nodes", "4", "--processes", "2"],
            """
            exec \(Weft.path) bench all-reduce --algorithm two-level,sharp-sat --sizes 4K \
                --iterations 1 --timeout 20
            """
        )
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.contains("# Nodes: 4, with RDMA (verbs) between them"))
        #expect(outcome.output.contains("# Out of bounds values : 0 OK"))
        #expect(rows(outcome.output).count == 2, "\(outcome.output)")
    }

    /// What goes wrong is said in a sentence: what, where, and what to do.
    @Test func whatFailsIsSaid() throws {
        let outcome = try run(
            ["--cpus", "2"],
            """
            job="\(Weft.path) bench all-reduce --nodes 2 --transport verbs --sizes 64K"
            chmod 755 "$TMPDIR"
            $job --gid-index 9
            $job --partition 0x8001
            $job --device 'mlx*'
            $job --on-demand --untested
            setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set -all \
                sh -c "cd /; ulimit -l 64; $job"
            $job --relaxed-ordering --untested --rails 1 --queue-pairs 2 --mtu 512
            cd "$TMPDIR"
            $job --iterations 1000000 >lasting &
            until ls -l /proc/*/fd 2>/dev/null | grep -q infiniband/uverbs; do sleep 0.2; done
            sleep 2
            ip link set eth0 down
            wait $!
            exit 0
            """
        )
        let errors = outcome.errors
        #expect(errors.contains("entry 9 of the GID table of rxe0 port 1 is empty; there are "))
        #expect(errors.contains("rxe0 port 1 is not in partition 0x8001; its keys are 0xffff"))
        #expect(errors.contains("'--device' allows none of the RDMA devices here: rxe0:1"))
        #expect(errors.contains("it may not do so on demand; leave '--on-demand' out"))
        #expect(errors.contains("(Cannot allocate memory): the limit of locked memory is 64 KiB"))
        #expect(errors.contains("rxe0 port 1 is DOWN (Disabled): bring its interface up"))
        // Only the one that should has run.
        #expect(rows(outcome.output).count { $0.contains("65536") } == 1, "\(outcome.output)")
        #expect(outcome.status == 0, "\(errors)")
    }

    /// Whoever is killed, the others end soon and say who it was.
    @Test func whoIsKilledIsNamed() throws {
        let count = Self.isLong ? 20 : 2
        let outcome = try run(
            ["--cpus", "2"],
            "cd \"$TMPDIR\"; weft=\(Weft.path) count=\(count) RANDOM=7\n" + Self.kills,
            atMost: Self.isLong ? 1500 : 400
        )
        let kills = rows(outcome.output)
        #expect(kills.count == count, "\(outcome.output)\(outcome.errors)")
        for kill in kills {
            // Milliseconds: natively five seconds are the bound, and these machines are emulated.
            let took = kill.first.flatMap { Int($0) } ?? Int.max
            let words = "\(kill.joined(separator: " ")) \(outcome.errors)"
            #expect(took <= 15000 && kill.dropFirst() == ["1", "named", "0"], "\(words)")
        }
    }

    /// Prints for each: milliseconds, the job's status, whether the victim was named, and how many
    /// processes were left.
    private static let kills = """
        kinds=(
            "all-reduce --nodes 2 --algorithm ring,two-shot"
            "all-to-all --nodes 2 --ranks 4 --algorithm pairwise"
            "all-reduce --nodes 2 --algorithm sharp-sat --path cm"
        )
        for ((kill = 0; kill < count; kill++)); do
            $weft bench ${kinds[kill % 3]} --transport verbs --timeout 20 --sizes 64K \
                --iterations 1000000 >output 2>errors &
            job=$!
            until [ "$(pgrep -c -P $job)" = 2 ] || ! kill -0 $job; do sleep 0.1; done
            sleep $((RANDOM % 4)).$((RANDOM % 10))
            mapfile -t agents < <(pgrep -P $job)
            mapfile -t all < <(for one in "${agents[@]}"; do echo $one; pgrep -P $one; done)
            victim=${all[RANDOM % ${#all[@]}]}
            kill -KILL $victim
            begin=${EPOCHREALTIME/./}
            wait $job
            status=$?
            took=$(((${EPOCHREALTIME/./} - begin) / 1000))
            named=unnamed
            ! grep -q $victim errors || named=named
            echo $took $status $named $(pgrep -c -x weft)
            cat errors >&2
        done
        """
}
